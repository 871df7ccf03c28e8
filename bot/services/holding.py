"""Who holds a circle: appointed, away for a while, back, and what happens when nobody is there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.services import addresses, authority, waitlist
from bot.services import circles as circle_service
from bot.services.addresses import Address
from bot.services.authority import Action
from bot.services.member_keys import MemberKeys
from bot.services.people import Person
from bot.services.refusals import Because, Refusal
from bot.services.rules.holding import ASKED_FOR, Care, care
from db import Database, Transaction, circle_members, circles, takeovers
from db.candidates import Queue, count_queue
from db.circle_members import Member
from db.circles import Circle, CircleState, Holds
from db.posts import PostKind
from db.takeovers import Held, Takeover

TABLE = "circle_member"
MOST_CO_FACILITATORS = 5
LONGEST_AWAY = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody who holds a circle. `address` is missing for whoever was erased meanwhile."""

    holds: Holds
    address: Address | None


@dataclass(frozen=True, slots=True)
class Overview:
    """What those who hold a circle see of it: numbers, and each other. No member."""

    listing: circle_service.Listing
    queue: Queue
    holders: Sequence[Holder]


async def overview(
    database: Database, member_keys: MemberKeys, person: Person, circle_id: int | None, channel_id: int
) -> Overview:
    """Return how a circle stands, to somebody who may steer it."""
    async with database.transaction() as tx:
        circle = await circle_service.find_held_here(
            tx, Action.SEE_HOW_IT_STANDS, person, circle_id, channel_id
        )
        listing = await circle_service.listing(tx, circle)
        queue = await count_queue(tx, circle.circle_id)
        members = await circle_members.list_facilitators(tx, circle.circle_id)
    return Overview(listing, queue, [await _holder(member_keys, member) for member in members])


async def go_away(
    database: Database, member_keys: MemberKeys, person: Person, circle_id: int, until: date, *, at: datetime
) -> tuple[Circle, datetime]:
    """Note that somebody who holds the circle is away until the end of that day, and return the moment."""
    async with database.transaction() as tx:
        await tx.hold("circle", circle_id)
        circle = await circle_service.require_open(tx, person, circle_id)
        server = await authority.require_server(tx, person.server_id)
        if until > at.date() + LONGEST_AWAY:
            raise Refusal(Because.UNKNOWN_DATE)
        back_at = datetime.combine(until + timedelta(days=1), time(), ZoneInfo(server.time_zone))
        if back_at <= at:
            raise Refusal(Because.UNKNOWN_DATE)
        await _change_own(tx, member_keys, person, circle, Holds.AWAY, away_until=back_at)
        return circle, back_at


async def come_back(database: Database, member_keys: MemberKeys, person: Person, circle_id: int) -> Circle:
    """Note that somebody who was away is back."""
    async with database.transaction() as tx:
        await tx.hold("circle", circle_id)
        circle = await circle_service.require_open(tx, person, circle_id)
        await _change_own(tx, member_keys, person, circle, await _on_return(tx, circle_id), away_until=None)
        return circle


async def take_over(database: Database, member_keys: MemberKeys, person: Person, circle_id: int) -> Circle:
    """Let a co-facilitator be the facilitator. Refuses where somebody is it already."""
    async with database.transaction() as tx:
        await tx.hold("circle", circle_id)
        circle = await circle_service.require_held(tx, Action.HOLD, person, circle_id)
        if await _facilitator_is_there(tx, circle_id):
            raise Refusal(Because.HELD_ALREADY, circle=circle.name)
        await _change_own(tx, member_keys, person, circle, Holds.FACILITATOR, away_until=None)
        await takeovers.delete_takeover(tx, circle_id)
        return circle


async def look_after(database: Database, member_keys: MemberKeys, *, at: datetime) -> None:
    """Ask and tell where a circle has lost its facilitator, and let those return who said until when."""
    await _let_return(database, member_keys, at)
    async with database.transaction() as tx:
        found = await takeovers.list_to_look_after(tx)
    for held in found:
        async with database.transaction() as tx:
            await tx.hold("circle", held.circle_id)
            for still in await takeovers.list_to_look_after(tx, held.circle_id):
                await _look_after(tx, still, at)


async def unheld(database: Database, circle_id: int) -> Circle | None:
    """Return a circle that has no facilitator right now, or None: nobody need be asked or told any more."""
    async with database.transaction() as tx:
        circle = await circles.find_circle_by_id(tx, circle_id)
        if circle is None or circle.state is not CircleState.OPEN:
            return None
        return None if await _facilitator_is_there(tx, circle_id) else circle


async def _look_after(tx: Transaction, held: Held, at: datetime) -> None:
    asked = held.takeover
    match care(
        facilitator=held.facilitator,
        co_facilitators=held.co_facilitators,
        asked_until=None if asked is None else asked.next_run_at,
        told=asked is not None and asked.told,
        at=at,
    ):
        case Care.NOTHING:
            return
        case Care.REST:
            await takeovers.delete_takeover(tx, held.circle_id)
            return
        case Care.ASK:
            kind, takeover = PostKind.TAKEOVER, Takeover(told=False, next_run_at=at + ASKED_FOR)
        case Care.TELL:
            kind, takeover = PostKind.UNHELD, Takeover(told=True, next_run_at=at)
    await takeovers.save_takeover(tx, held.circle_id, takeover)
    await waitlist.say_to_facilitators(tx, held.server_id, kind, str(held.circle_id), at=at)


async def _let_return(database: Database, member_keys: MemberKeys, at: datetime) -> None:
    async with database.transaction() as tx:
        away = await circle_members.list_away(tx)
    for circle_id, member in away:
        address = await addresses.find(member_keys, member.member_key, TABLE, member.place.sealed)
        if address is None or address.away_until is None or address.away_until > at:
            continue
        async with database.transaction() as tx:
            await tx.hold("circle", circle_id)
            place = await circles.find_place(tx, circle_id, member.member_key)
            if place is not None and place == member.place:
                back = await _on_return(tx, circle_id)
                await circle_members.update_holds(tx, circle_id, member.member_key, back, place.sealed)


async def _change_own(
    tx: Transaction,
    member_keys: MemberKeys,
    person: Person,
    circle: Circle,
    holds: Holds,
    *,
    away_until: datetime | None,
) -> None:
    """Change how the person holds the circle. Refuses whoever does not."""
    await authority.authorize(tx, Action.HOLD, person, circle)
    key = await member_keys.held(tx, person.locator)
    place = await circles.find_place(tx, circle.circle_id, person.key)
    if key is None or place is None:  # erased just now
        raise Refusal(Because.NOT_YOURS_TO_HOLD, circle=circle.name)
    sealed = place.sealed
    if sealed is not None:
        sealed = replace(addresses.unseal(key, TABLE, sealed), away_until=away_until).seal(key, TABLE)
    await circle_members.update_holds(tx, circle.circle_id, person.key, holds, sealed)


async def _on_return(tx: Transaction, circle_id: int) -> Holds:
    """Return what somebody is who comes back: the facilitator, unless somebody else has become it."""
    return Holds.CO_FACILITATOR if await _facilitator_is_there(tx, circle_id) else Holds.FACILITATOR


async def _facilitator_is_there(tx: Transaction, circle_id: int) -> bool:
    members = await circle_members.list_facilitators(tx, circle_id)
    return any(member.place.holds is Holds.FACILITATOR for member in members)


async def _holder(member_keys: MemberKeys, member: Member) -> Holder:
    address = await addresses.find(member_keys, member.member_key, TABLE, member.place.sealed)
    return Holder(member.place.holds, address)
