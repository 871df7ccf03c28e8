"""Circles: how one begins, is described, and is found."""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass
from enum import Enum

from bot.services import authority
from bot.services.addresses import Address
from bot.services.authority import Action
from bot.services.member_keys import MemberKeys
from bot.services.people import Person
from bot.services.refusals import Because, Refusal
from bot.services.rules.anonymity import FLOOR_WITH_FACILITATOR
from bot.services.rules.seats import Room
from db import (
    AlreadyThere,
    Database,
    Transaction,
    agreements,
    candidates,
    checkins,
    circles,
    hours,
    window_circles,
)
from db.circles import Access, Circle, CircleState, Holds, Place
from db.hours import OpeningHours

NAME_LENGTH = 60
PURPOSE_LENGTH = 300
AGREEMENT_LENGTH = 1500
SEATS = range(3, 26)
FIRST_VERSION = 1


class Which(Enum):
    """From which circles somebody chooses.

    `held`, for moderators, is every open one; `remembered` has also those that are over. `own` are those
    in which they have a seat (`entered`) or wait for one, `inside` those in which they have one or hold.
    """

    OPEN = "open"
    ENTERED = "entered"
    INSIDE = "inside"
    OWN = "own"
    HELD = "held"
    REMEMBERED = "remembered"


@dataclass(frozen=True, slots=True)
class Draft:
    """What is written down when a circle begins."""

    name: str
    purpose: str
    seats: int
    agreement: str
    access: Access = Access.OPEN


@dataclass(frozen=True, slots=True)
class Description:
    """What can be changed of a circle at one go: all but its agreement and who holds it."""

    name: str
    purpose: str
    seats: int
    access: Access


@dataclass(frozen=True, slots=True)
class Listing:
    """A circle, its seats, how many wait for one while none is held for them, and its chosen hours."""

    circle: Circle
    room: Room
    waiting: int
    hours: OpeningHours | None


async def require_may_create(database: Database, person: Person) -> None:
    """Refuse whoever may not open circles, before they fill in a form for nothing."""
    async with database.transaction() as tx:
        await authority.authorize(tx, Action.CREATE_CIRCLE, person)


async def begin(database: Database, person: Person, draft: Draft) -> Circle:
    """Write a circle down before anything is made on Discord, so that a crash can be tidied up."""
    _check(draft.name, draft.purpose, draft.seats)
    check_agreement(draft.agreement)
    try:
        async with database.transaction() as tx:
            server = await authority.authorize(tx, Action.CREATE_CIRCLE, person)
            circle_id = await circles.insert_circle(
                tx,
                server_id=server.server_id,
                name=draft.name,
                purpose=draft.purpose,
                seats=draft.seats,
                access=draft.access,
            )
            await agreements.insert_agreement(tx, circle_id, FIRST_VERSION, draft.agreement)
            return await require_circle(tx, server.server_id, circle_id)
    except AlreadyThere:
        raise Refusal(Because.NAME_TAKEN, circle=draft.name) from None


async def remember_places(
    database: Database, circle: Circle, *, role_id: int | None, channel_id: int | None
) -> None:
    """Keep what was made on Discord so far."""
    async with database.transaction() as tx:
        await circles.update_places_on_discord(tx, circle.circle_id, role_id=role_id, channel_id=channel_id)


async def open_circle(
    database: Database, member_keys: MemberKeys, circle: Circle, facilitator_id: int
) -> Circle:
    """Open a circle whose role and channel are made. Whoever has this Discord id holds it without a seat."""
    async with database.transaction() as tx:
        key = await member_keys.of(tx, member_keys.locate(circle.server_id, facilitator_id))
        sealed = Address(facilitator_id).seal(key, "circle_member")
        place = Place(False, Holds.FACILITATOR, FIRST_VERSION, sealed)
        await circles.save_place(tx, circle.circle_id, key.key, place)
        await circles.update_state(tx, circle.circle_id, CircleState.OPEN)
        return await require_circle(tx, circle.server_id, circle.circle_id)


async def describe(database: Database, person: Person, circle_id: int, described: Description) -> Circle:
    """Describe a circle anew. Refuses fewer seats than are taken or held."""
    _check(described.name, described.purpose, described.seats)
    try:
        async with database.transaction() as tx:
            await tx.hold("circle", circle_id)
            circle = await require_held(tx, Action.DESCRIBE_CIRCLE, person, circle_id)
            room = await room_of(tx, circle)
            if described.seats < room.taken + room.held:
                raise Refusal(Because.SEATS_TAKEN, taken=room.taken + room.held)
            await circles.update_description(
                tx,
                circle_id,
                name=described.name,
                purpose=described.purpose,
                seats=described.seats,
                access=described.access,
            )
            return await require_circle(tx, circle.server_id, circle_id)
    except AlreadyThere:
        raise Refusal(Because.NAME_TAKEN, circle=described.name) from None


async def discard(database: Database, circle: Circle) -> None:
    """Take back a circle that could not be made."""
    async with database.transaction() as tx:
        await circles.delete_circle(tx, circle.circle_id)


async def unfinished(database: Database) -> Sequence[Circle]:
    """Return the circles whose making was interrupted by the end of the program."""
    async with database.transaction() as tx:
        return await circles.list_unfinished(tx)


async def browse(database: Database, person: Person) -> Sequence[Listing]:
    """Return the server's open circles."""
    async with database.transaction() as tx:
        await authority.authorize(tx, Action.LOOK_AROUND, person)
        found = await circles.list_circles(tx, person.server_id, CircleState.OPEN)
        return [await listing(tx, circle) for circle in found]


async def listing(tx: Transaction, circle: Circle) -> Listing:
    """Return how many seats a circle has left, and when it is open."""
    queue = await candidates.count_queue(tx, circle.circle_id)
    chosen = await hours.find_hours(tx, circle.circle_id)
    return Listing(circle, await room_of(tx, circle), queue.waiting, chosen)


async def room_of(tx: Transaction, circle: Circle) -> Room:
    """Return a circle's seats."""
    taken = await circles.count_seated(tx, circle.circle_id)
    return Room(circle.seats, taken, (await candidates.count_queue(tx, circle.circle_id)).held)


async def to_steer(database: Database, action: Action, person: Person, circle_id: int) -> Circle:
    """Return an open circle to somebody who may do this in it."""
    async with database.transaction() as tx:
        return await require_held(tx, action, person, circle_id)


async def choices(database: Database, person: Person, which: Which) -> Sequence[Circle]:
    """Return the circles that this person may choose from, by name."""
    async with database.transaction() as tx:
        return await choices_in(tx, person, which)


async def choices_in(tx: Transaction, person: Person, which: Which) -> Sequence[Circle]:
    """Return the circles that this person may choose from, within a transaction of one's own."""
    server = await authority.authorize(tx, Action.LOOK_AROUND, person)
    server_id, everywhere = server.server_id, authority.may(Action.STEER_EVERY_CIRCLE, person, server)
    match which:
        case Which.ENTERED:
            return await circles.list_circles_entered(tx, server_id, person.key)
        case Which.INSIDE:
            return await circles.list_circles_inside(tx, server_id, person.key)
        case Which.OWN:
            return await circles.list_circles_concerned(tx, server_id, person.key)
        case Which.HELD | Which.REMEMBERED if not everywhere:
            return await circles.list_circles_held(tx, server_id, person.key)
        case Which.REMEMBERED:
            over = await circles.list_circles(tx, server_id, CircleState.ARCHIVED)
            return [*await circles.list_circles(tx, server_id, CircleState.OPEN), *over]
        case _:
            return await circles.list_circles(tx, server_id, CircleState.OPEN)


async def find_here(
    tx: Transaction,
    person: Person,
    circle_id: int | None,
    channel_id: int,
    states: Container[CircleState] = (CircleState.OPEN,),
) -> Circle:
    """Return the circle that was named, or else the one that meets in this channel."""
    if circle_id is not None:
        await authority.authorize(tx, Action.LOOK_AROUND, person)
        return await require_circle(tx, person.server_id, circle_id, states)
    circle = await circles.find_circle_of_channel(tx, person.server_id, channel_id)
    if circle is None or circle.state not in states:
        raise Refusal(Because.WHICH_CIRCLE)
    return circle


async def find_held_here(
    tx: Transaction, action: Action, person: Person, circle_id: int | None, channel_id: int
) -> Circle:
    """Return the circle that was named, or meets here, to somebody who may do this in it."""
    circle = await find_here(tx, person, circle_id, channel_id)
    await authority.authorize(tx, action, person, circle)
    return circle


async def require_circle(
    tx: Transaction, server_id: int, circle_id: int, states: Container[CircleState] = CircleState
) -> Circle:
    """Return a circle of this server that is in one of these states."""
    circle = await circles.find_circle(tx, server_id, circle_id)
    if circle is None or circle.state not in states:
        raise Refusal(Because.NO_SUCH_CIRCLE)
    return circle


async def require_open(tx: Transaction, person: Person, circle_id: int) -> Circle:
    """Return a circle of the person's server that is open."""
    await authority.authorize(tx, Action.LOOK_AROUND, person)
    return await require_circle(tx, person.server_id, circle_id, (CircleState.OPEN,))


async def require_held(tx: Transaction, action: Action, person: Person, circle_id: int) -> Circle:
    """Return an open circle. Refuses anybody who may not do this in it."""
    circle = await require_open(tx, person, circle_id)
    await authority.authorize(tx, action, person, circle)
    return circle


def check_agreement(words: str) -> None:
    """Refuse an agreement that is empty or too long."""
    if not words:
        raise Refusal(Because.NAME_MISSING)
    _check_length(words, AGREEMENT_LENGTH)


async def mind_facilitators(tx: Transaction, circle: Circle) -> None:
    """Ask for six answers where somebody who holds a circle of an open window has a seat in one now (R1)."""
    window = await checkins.find_open_window(tx, circle.server_id, circle.circle_id)
    if window is None:
        return
    together = await window_circles.list_window_circles(tx, window.window_id)
    ids = {circle.circle_id, *(asked.circle_id for asked in together)}
    if await circles.a_facilitator_is_seated(tx, ids):
        await checkins.raise_minimum(tx, window.window_id, FLOOR_WITH_FACILITATOR)


def _check(name: str, purpose: str, seats: int) -> None:
    if not name:
        raise Refusal(Because.NAME_MISSING)
    _check_length(name, NAME_LENGTH)
    _check_length(purpose, PURPOSE_LENGTH)
    if seats not in SEATS:
        raise Refusal(Because.SEATS_OUT_OF_RANGE, fewest=SEATS.start, most=SEATS.stop - 1)


def _check_length(text: str, length: int) -> None:
    if len(text) > length:
        raise Refusal(Because.TOO_LONG, length=length)
