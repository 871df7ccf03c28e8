"""Appointing those who hold a circle."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.services import circles as circle_service
from bot.services import holding
from bot.services.addresses import Address
from bot.services.authority import Action
from bot.services.holding import TABLE
from bot.services.member_keys import MemberKey, MemberKeys
from bot.services.people import Person
from db import Database, Transaction, circle_members, circles
from db.circles import Circle, Holds, Place


@dataclass(frozen=True, slots=True)
class Appointment:
    """Who holds a circle from now on, and who no longer does, by their Discord ids.

    `elsewhere`: of the latter, those who still hold another circle. `before`: to take it all back.
    """

    circle: Circle
    appointed: Sequence[int]
    dismissed: Sequence[int]
    elsewhere: frozenset[int]
    before: Mapping[bytes, Place | None]


async def appoint(
    database: Database,
    member_keys: MemberKeys,
    person: Person,
    circle_id: int,
    facilitator_id: int,
    co_facilitator_ids: Sequence[int],
) -> Appointment:
    """Let these people hold the circle, and nobody else. Seats are not touched.

    Whoever is away and stays a co-facilitator stays away; the facilitator is there.
    """
    overview = await holding.overview(database, member_keys, person, circle_id, channel_id=0)
    earlier = {holder.address.discord_id for holder in overview.holders if holder.address is not None}
    wanted = dict.fromkeys(co_facilitator_ids, Holds.CO_FACILITATOR) | {facilitator_id: Holds.FACILITATOR}
    async with database.transaction() as tx:
        await tx.hold("circle", circle_id)
        circle = await circle_service.require_held(tx, Action.CHOOSE_HOLDERS, person, circle_id)
        keys = await _hold_all(tx, member_keys, circle.server_id, earlier | wanted.keys())
        before: dict[bytes, Place | None] = {}
        for member in await circle_members.list_facilitators(tx, circle_id):
            before[member.member_key] = member.place
        for discord_id, holds in wanted.items():
            key = keys[discord_id]
            before[key.key] = await circles.find_place(tx, circle_id, key.key)
            await _appoint(tx, circle, key, before[key.key], Address(discord_id), holds)
        kept = {keys[discord_id].key for discord_id in wanted}
        for member_key, place in before.items():
            if place is not None and member_key not in kept:
                await _dismiss(tx, circle, member_key, place)
        dismissed = earlier - wanted.keys()
        elsewhere = [
            each
            for each in dismissed
            if await circles.list_circles_held(tx, circle.server_id, keys[each].key)
        ]
        return Appointment(circle, list(wanted), sorted(dismissed), frozenset(elsewhere), before)


async def undo(database: Database, member_keys: MemberKeys, made: Appointment) -> None:
    """Let everything be as before, when Discord would not follow: not for whoever was erased since."""
    circle_id = made.circle.circle_id
    async with database.transaction() as tx:
        await tx.hold("circle", circle_id)
        everybody = [*made.appointed, *made.dismissed]
        keys = await _hold_all(tx, member_keys, made.circle.server_id, everybody, make=False)
        known = {key.key for key in keys.values()}
        for member_key, place in made.before.items():
            if place is None:
                await circles.delete_place(tx, circle_id, member_key)
            elif member_key in known:
                await circles.save_place(tx, circle_id, member_key, place)


async def _hold_all(
    tx: Transaction,
    member_keys: MemberKeys,
    server_id: int,
    discord_ids: Sequence[int] | set[int],
    *,
    make: bool = True,
) -> dict[int, MemberKey]:
    """Hold several members, always in the same order: else two who do so could wait for each other."""
    located = sorted((member_keys.locate(server_id, each), each) for each in discord_ids)
    found: dict[int, MemberKey] = {}
    for locator, discord_id in located:
        key = await (member_keys.of(tx, locator) if make else member_keys.held(tx, locator))
        if key is not None:
            found[discord_id] = key
    return found


async def _appoint(
    tx: Transaction, circle: Circle, key: MemberKey, place: Place | None, address: Address, holds: Holds
) -> None:
    stays_away = place is not None and place.holds is Holds.AWAY and holds is Holds.CO_FACILITATOR
    appointed = Place(
        seated=place is not None and place.seated,
        holds=Holds.AWAY if stays_away else holds,
        agreed_version=circle.agreement_version if place is None else place.agreed_version,
        sealed=place.sealed if place is not None and stays_away else address.seal(key, TABLE),
    )
    await circles.save_place(tx, circle.circle_id, key.key, appointed)
    await circle_service.mind_facilitators(tx, circle)


async def _dismiss(tx: Transaction, circle: Circle, member_key: bytes, place: Place) -> None:
    if place.seated:
        await circle_members.update_holds(tx, circle.circle_id, member_key, Holds.NO, place.sealed)
    else:
        await circles.delete_place(tx, circle.circle_id, member_key)
