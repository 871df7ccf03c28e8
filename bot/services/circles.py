"""Circles: how one begins, who enters, who leaves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.services import authority
from bot.services.member_keys import MemberKeys
from bot.services.people import Person
from bot.services.refusals import Because, Refusal
from bot.services.rules.anonymity import FLOOR_WITH_FACILITATOR
from db import AlreadyThere, Database, Transaction, checkins, circles
from db.circles import Circle, CircleState, Place

NAME_LENGTH = 60
PURPOSE_LENGTH = 300
AGREEMENT_LENGTH = 1500
SEATS = range(3, 26)
_FIRST_VERSION = 1


@dataclass(frozen=True, slots=True)
class Draft:
    """What a facilitator writes when a circle begins."""

    name: str
    purpose: str
    seats: int
    agreement: str


@dataclass(frozen=True, slots=True)
class Listing:
    """A circle and how many of its seats are taken."""

    circle: Circle
    taken: int


@dataclass(frozen=True, slots=True)
class Invitation:
    """What a person accepts before entering. Whoever is `seated` already need not."""

    circle: Circle
    agreement: str
    seated: bool


@dataclass(frozen=True, slots=True)
class Entry:
    """The person is in, or out. `before` is the place that they had, for the case that Discord says no."""

    circle: Circle
    person: Person
    before: Place | None


async def require_may_create(database: Database, person: Person) -> None:
    """Refuse whoever may not open circles, before they fill in a form for nothing."""
    async with database.transaction() as tx:
        await authority.require_moderator(tx, person)


async def begin(database: Database, person: Person, draft: Draft) -> Circle:
    """Write a circle down before anything is made on Discord, so that a crash can be tidied up."""
    _check(draft)
    try:
        async with database.transaction() as tx:
            server = await authority.require_moderator(tx, person)
            circle_id = await circles.insert_circle(
                tx, server_id=server.server_id, name=draft.name, purpose=draft.purpose, seats=draft.seats
            )
            await circles.insert_agreement(tx, circle_id, _FIRST_VERSION, draft.agreement)
            return await _circle(tx, server.server_id, circle_id)
    except AlreadyThere:
        raise Refusal(Because.NAME_TAKEN, circle=draft.name) from None


async def remember_places(
    database: Database, circle: Circle, *, role_id: int | None, channel_id: int | None
) -> None:
    """Keep what was made on Discord so far."""
    async with database.transaction() as tx:
        await circles.update_places_on_discord(tx, circle.circle_id, role_id=role_id, channel_id=channel_id)


async def open_circle(
    database: Database, member_keys: MemberKeys, circle: Circle, facilitator: bytes
) -> Circle:
    """Open a circle whose role and channel are made. Whoever has this locator holds it without a seat."""
    async with database.transaction() as tx:
        place = Place(seated=False, facilitates=True, agreed_version=_FIRST_VERSION)
        await circles.save_place(tx, circle.circle_id, (await member_keys.of(tx, facilitator)).key, place)
        await circles.update_state(tx, circle.circle_id, CircleState.OPEN)
        return await _circle(tx, circle.server_id, circle.circle_id)


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
        await authority.require_server(tx, person.server_id)
        return [
            Listing(circle, await circles.count_seated(tx, circle.circle_id))
            for circle in await circles.list_circles(tx, person.server_id, CircleState.OPEN)
        ]


async def info(database: Database, person: Person, circle_id: int) -> Listing:
    """Return one circle."""
    async with database.transaction() as tx:
        circle = await _open_circle(tx, person, circle_id)
        return Listing(circle, await circles.count_seated(tx, circle_id))


async def invite(database: Database, person: Person, circle_id: int) -> Invitation:
    """Return what the person would accept. Refuses where there is no free seat."""
    async with database.transaction() as tx:
        circle = await _open_circle(tx, person, circle_id)
        place = await _place_or_free_seat(tx, circle, person)
        agreement = await circles.find_agreement(tx, circle_id, circle.agreement_version)
        return Invitation(circle, agreement, seated=place is not None and place.seated)


async def join(
    database: Database, member_keys: MemberKeys, person: Person, circle_id: int, agreed_version: int
) -> Entry:
    """Seat a person who accepted this version of the agreement. Seats are never oversold.

    Joining twice is joining once.
    """
    async with database.transaction() as tx:
        await tx.hold("circle", circle_id)
        circle = await _open_circle(tx, person, circle_id)
        if agreed_version != circle.agreement_version:
            raise Refusal(Because.AGREEMENT_CHANGED, circle=circle.name)
        before = await _place_or_free_seat(tx, circle, person)
        facilitates = before is not None and before.facilitates
        person = await member_keys.known(tx, person)
        await circles.save_place(tx, circle_id, person.key, Place(True, facilitates, agreed_version))
        if facilitates:
            await checkins.raise_minimum(tx, circle_id, FLOOR_WITH_FACILITATOR)
        return Entry(circle, person, before)


async def leave(database: Database, member_keys: MemberKeys, person: Person, circle_id: int) -> Entry:
    """Give the person's seat up; a facilitator goes on holding the circle. No reason is asked."""
    async with database.transaction() as tx:
        await tx.hold("circle", circle_id)
        circle = await _open_circle(tx, person, circle_id)
        await member_keys.held(tx, person.locator)
        before = await circles.find_place(tx, circle_id, person.key)
        if before is None or not before.seated:
            raise Refusal(Because.NOT_IN_CIRCLE, circle=circle.name)
        await _restore(
            tx, circle, person, Place(False, True, before.agreed_version) if before.facilitates else None
        )
    await database.forget()
    return Entry(circle, person, before)


async def undo(database: Database, member_keys: MemberKeys, entry: Entry) -> None:
    """Put the person back where they were, when Discord would not follow: not if they were erased since."""
    async with database.transaction() as tx:
        await tx.hold("circle", entry.circle.circle_id)
        held = await member_keys.held(tx, entry.person.locator)
        if held is None or held.key != entry.person.key:
            return
        await _restore(tx, entry.circle, entry.person, entry.before)


async def choices(
    database: Database, person: Person, *, held_only: bool, entered_only: bool = False
) -> Sequence[Circle]:
    """Return the circles that this person may choose from: all, those held, or those with a seat."""
    async with database.transaction() as tx:
        server = await authority.require_server(tx, person.server_id)
        if held_only and not authority.moderates(person, server):
            return await circles.list_circles_held(tx, server.server_id, person.key)
        if entered_only:
            return await circles.list_circles_entered(tx, server.server_id, person.key)
        return await circles.list_circles(tx, server.server_id, CircleState.OPEN)


async def find_here(tx: Transaction, person: Person, circle_id: int | None, channel_id: int) -> Circle:
    """Return the circle that was named, or else the one that meets in this channel."""
    if circle_id is not None:
        return await _open_circle(tx, person, circle_id)
    circle = await circles.find_circle_of_channel(tx, person.server_id, channel_id)
    if circle is None or circle.state is not CircleState.OPEN:
        raise Refusal(Because.WHICH_CIRCLE)
    return circle


def _check(draft: Draft) -> None:
    if not draft.name or not draft.agreement:
        raise Refusal(Because.NAME_MISSING)
    for text, length in (
        (draft.name, NAME_LENGTH),
        (draft.purpose, PURPOSE_LENGTH),
        (draft.agreement, AGREEMENT_LENGTH),
    ):
        if len(text) > length:
            raise Refusal(Because.TOO_LONG, length=length)
    if draft.seats not in SEATS:
        raise Refusal(Because.SEATS_OUT_OF_RANGE, fewest=SEATS.start, most=SEATS.stop - 1)


async def _circle(tx: Transaction, server_id: int, circle_id: int) -> Circle:
    circle = await circles.find_circle(tx, server_id, circle_id)
    if circle is None:
        raise Refusal(Because.NO_SUCH_CIRCLE)
    return circle


async def _open_circle(tx: Transaction, person: Person, circle_id: int) -> Circle:
    await authority.require_server(tx, person.server_id)
    circle = await _circle(tx, person.server_id, circle_id)
    if circle.state is not CircleState.OPEN:
        raise Refusal(Because.NO_SUCH_CIRCLE)
    return circle


async def _place_or_free_seat(tx: Transaction, circle: Circle, person: Person) -> Place | None:
    """Return the place that the person has so far. Refuses a newcomer when no seat is free."""
    place = await circles.find_place(tx, circle.circle_id, person.key)
    if place is not None and place.seated:
        return place
    if await circles.count_seated(tx, circle.circle_id) >= circle.seats:
        raise Refusal(Because.CIRCLE_FULL, circle=circle.name)
    return place


async def _restore(tx: Transaction, circle: Circle, person: Person, place: Place | None) -> None:
    if place is None:
        await circles.delete_place(tx, circle.circle_id, person.key)
    else:
        await circles.save_place(tx, circle.circle_id, person.key, place)
