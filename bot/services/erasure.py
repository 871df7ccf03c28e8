"""Erasing what is stored about a member: rows, the traces of rows, and the key that named and sealed them."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from bot.services.keys import WindowKeys
from bot.services.member_keys import MemberKeys
from bot.services.people import NOBODY, Person
from bot.services.personal_data import Kind, Owner, boxes_of, trails
from db import Database, Transaction, checkins, circles, personal, servers, to_the_end
from db.circles import Circle, CircleState


@dataclass(frozen=True, slots=True)
class Erased:
    """What went. `circles` are those that the person has to be let out of on Discord as well.

    `unheld` names circles that nobody holds any more; `held_in` is the channel of those who hold circles,
    where the person was let in by name.
    """

    entries: Mapping[Kind, int]
    key_destroyed: bool
    circles: tuple[Circle, ...]
    unheld: tuple[str, ...]
    held_in: int | None = None


async def erase(
    database: Database,
    member_keys: MemberKeys,
    window_keys: WindowKeys,
    person: Person,
    kinds: Collection[Kind],
) -> Erased:
    """Erase these kinds of what is stored about a person in this server, and their key if nothing is left.

    Answers in windows that are still open are withdrawn. Once it has begun, a crash or a cancellation does
    not stop it: `finish` does the rest. Erasing twice is erasing once.
    """
    return await to_the_end(_erase(database, member_keys, window_keys, person, frozenset(kinds)))


async def finish(database: Database, member_keys: MemberKeys) -> int:
    """Finish erasures that were cut short, and return how many there were."""
    begun = await asyncio.to_thread(member_keys.being_erased)
    for locator in begun:
        await to_the_end(_finish(database, member_keys, locator))
    return len(begun)


async def _erase(
    database: Database,
    member_keys: MemberKeys,
    window_keys: WindowKeys,
    person: Person,
    kinds: frozenset[Kind],
) -> Erased:
    await _finish(database, member_keys, person.locator)
    entries = dict.fromkeys(kinds, 0)
    async with database.transaction() as tx:
        await checkins.hold(tx, person.server_id)
        boxes = await boxes_of(tx, window_keys, person.server_id)
        owner = Owner(person.locator, await member_keys.held(tx, person.locator), boxes)
        key = NOBODY if owner.member is None else owner.member.key
        held = await circles.list_circles_held(tx, person.server_id, key)
        entered = await circles.list_circles_entered(tx, person.server_id, key)
        for trail in trails(owner, kinds):
            entries[trail.personal.kind] += await personal.delete_rows(tx, trail)
        left = await _to_be_left(tx, person, {*held, *entered}) if Kind.CIRCLES in kinds else ()
        unheld = [circle.name for circle in held if not await circles.is_held(tx, circle.circle_id)]
        server = await servers.find_server(tx, person.server_id)
        still_holds = await circles.list_circles_held(tx, person.server_id, key)
        key_goes = owner.member is not None and await _nothing_is_left(tx, owner)
        if key_goes:
            await member_keys.set_aside(person.locator)
    await _forget(database, member_keys, person.locator)
    held_in = server.facilitators_channel_id if server is not None and held and not still_holds else None
    return Erased(entries, key_destroyed=key_goes, circles=left, unheld=tuple(unheld), held_in=held_in)


async def _finish(database: Database, member_keys: MemberKeys, locator: bytes) -> None:
    """Remove what is left of somebody whose key was set aside, and then the key."""
    member = member_keys.find_set_aside(locator)
    if member is None:
        return
    async with database.transaction() as tx:
        await member_keys.held(tx, locator)  # an erasure that is under way ends first
        for trail in trails(Owner(locator, member, {}), Kind):
            await personal.delete_rows(tx, trail)
    await _forget(database, member_keys, locator)


async def _forget(database: Database, member_keys: MemberKeys, locator: bytes) -> None:
    """Make what was deleted unreadable: the leftovers of the rows and, whatever happens, a key set aside."""
    try:
        await database.forget()
    finally:
        await member_keys.destroy(locator)


async def _nothing_is_left(tx: Transaction, owner: Owner) -> bool:
    """Say whether no row is named or sealed by the member's data key; their ballots never are."""
    for trail in trails(replace(owner, boxes={}), Kind):
        if await personal.count_rows(tx, trail):
            return False
    return True


async def _to_be_left(tx: Transaction, person: Person, places: Collection[Circle]) -> tuple[Circle, ...]:
    """Return the circles in which the person had a place, and those whose role they have for other reasons.

    An erasure that was cut short before Discord was told has left such roles behind.
    """
    here = await circles.list_circles(tx, person.server_id, CircleState.OPEN)
    return tuple(circle for circle in here if circle in places or circle.role_id in person.roles)
