"""Circles that check in together: proposed by one, agreed for each of them, ended by any of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.services import authority, features, waitlist
from bot.services import circles as circle_service
from bot.services.authority import Action
from bot.services.features import Feature
from bot.services.people import Person
from bot.services.refusals import Because, Refusal
from db import Database, Transaction, checkin_schedules, checkins, circle_groups, circles
from db.circle_groups import Group, Party
from db.circles import Circle
from db.posts import PostKind

MOST = 6
"""So many circles may check in together: with more, members could no longer tell who reads along."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """Circles that would check in together, and those of them for which nobody has agreed yet."""

    group_id: int
    names: Sequence[str]
    waiting: Sequence[str]


@dataclass(frozen=True, slots=True)
class Sharing:
    """With which other circles one checks in, by name, and what has been proposed to it or by it."""

    circle: Circle
    others: Sequence[str]
    proposals: Sequence[Proposal]


async def share(
    database: Database,
    person: Person,
    circle_id: int | None,
    other_ids: Sequence[int],
    *,
    channel_id: int,
    at: datetime,
) -> Sharing:
    """Propose that a circle checks in with these others, if any are named; return how it stands.

    Whoever proposes agrees for every circle that they may steer. Circles that one of them checks in with
    already come along, and are asked again: nobody's result is shared with more people unasked.
    """
    async with database.transaction() as tx:
        circle = await circle_service.find_held_here(tx, Action.SHARE_CHECKINS, person, circle_id, channel_id)
        if other_ids:
            await checkins.hold(tx, circle.server_id)
            await circle_service.require_held(tx, Action.SHARE_CHECKINS, person, circle.circle_id)  # still
            await features.require(tx, circle.server_id, Feature.SHARED_CHECKINS)
            await _propose(tx, person, circle, other_ids, at)
        return await _sharing(tx, circle)


async def agree(database: Database, person: Person, group_id: int, *, at: datetime) -> Proposal:
    """Agree to a proposal for all its circles that the person may steer."""
    async with database.transaction() as tx:
        group = await _require_proposal(tx, person, group_id)
        await features.require(tx, group.server_id, Feature.SHARED_CHECKINS)
        await circle_groups.agree(tx, group_id, await _steered(tx, person, group.parties))
        return _proposal(await _settle(tx, group_id, at))


async def decline(database: Database, person: Person, group_id: int) -> None:
    """Take a proposal off the table, for all its circles. Whoever may steer one of them may."""
    async with database.transaction() as tx:
        await _require_proposal(tx, person, group_id)
        await circle_groups.delete_group(tx, group_id)


async def step_out(database: Database, person: Person, circle_id: int, *, at: datetime) -> Circle:
    """Let a circle check in by itself again, from its next window on. One that is open goes on."""
    async with database.transaction() as tx:
        circle = await circle_service.require_held(tx, Action.SHARE_CHECKINS, person, circle_id)
        await checkins.hold(tx, circle.server_id)
        if not await leave(tx, circle, at=at):
            raise Refusal(Because.SHARES_WITH_NOBODY, circle=circle.name)
        return circle


async def proposed(database: Database, group_id: int) -> Proposal | None:
    """Return what was proposed, or agreed by all, or None when it is over."""
    async with database.transaction() as tx:
        group = await circle_groups.find_group(tx, group_id)
        return None if group is None else _proposal(group)


async def by_itself(database: Database, circle_id: int) -> Circle | None:
    """Return a circle that has stepped out, or None where it checks in with others again."""
    async with database.transaction() as tx:
        again = await circles_with(tx, circle_id)
        return None if again else await circles.find_circle_by_id(tx, circle_id)


async def circles_with(tx: Transaction, circle_id: int) -> Sequence[Circle]:
    """Return the circles that check in together with this one, itself among them; none: it does by itself."""
    held = next((group for group in await circle_groups.list_groups(tx, circle_id) if group.holds), None)
    parties = () if held is None else held.parties
    found = [await circles.find_circle_by_id(tx, party.circle_id) for party in parties]
    return [circle for circle in found if circle is not None]


async def leave(tx: Transaction, circle: Circle, *, at: datetime) -> bool:
    """Take a circle out of everything that it shares or would share. False: it checked in by itself.

    The server has to be held. Those who stay have nothing to do: where the only schedule was this circle's,
    it is theirs now.
    """
    shared = False
    for group in await circle_groups.list_groups(tx, circle.circle_id):
        others = [party for party in group.parties if party.circle_id != circle.circle_id]
        if group.holds:
            shared = True
            await _hand_over_schedule(tx, circle, others)
            await waitlist.say_to_facilitators(
                tx, circle.server_id, PostKind.SHARE_ENDED, str(circle.circle_id), at=at
            )
        if group.holds and len(others) > 1:
            await circle_groups.delete_party(tx, group.group_id, circle.circle_id)
        else:
            await circle_groups.delete_group(tx, group.group_id)
    return shared


async def _propose(
    tx: Transaction, person: Person, circle: Circle, other_ids: Sequence[int], at: datetime
) -> None:
    named = {circle.circle_id}
    for other_id in other_ids:
        named.add((await circle_service.require_open(tx, person, other_id)).circle_id)
    before = await circle_groups.list_groups(tx, circle.circle_id)
    if any(not group.holds for group in before):
        raise Refusal(Because.SHARE_PROPOSED, circle=circle.name)
    along = [each.circle_id for one in sorted(named) for each in await circles_with(tx, one)]
    ids = named.union(along)
    if len(ids) == 1 or any(ids == {party.circle_id for party in group.parties} for group in before):
        raise Refusal(Because.SHARE_WITH_WHOM)
    if len(ids) > MOST:
        raise Refusal(Because.SHARE_TOO_MANY, most=MOST)
    group_id = await circle_groups.insert_group(tx, circle.server_id, ids, [circle.circle_id])
    group = await circle_groups.find_group(tx, group_id)
    if group is not None:
        await circle_groups.agree(tx, group_id, await _steered(tx, person, group.parties))
    await _settle(tx, group_id, at, new=True)


async def _settle(tx: Transaction, group_id: int, at: datetime, *, new: bool = False) -> Group:
    """Let a group on which all agree take the place of every other one of its circles, and say so."""
    group = await circle_groups.find_group(tx, group_id)
    if group is None:
        raise LookupError(f"group {group_id} is gone")
    if group.holds:
        for party in group.parties:
            for other in await circle_groups.list_groups(tx, party.circle_id):
                if other.group_id != group_id:
                    await circle_groups.delete_group(tx, other.group_id)
    if group.holds or new:
        kind = PostKind.SHARE_AGREED if group.holds else PostKind.SHARE_PROPOSED
        await waitlist.say_to_facilitators(tx, group.server_id, kind, str(group_id), at=at)
    return group


async def _require_proposal(tx: Transaction, person: Person, group_id: int) -> Group:
    """Return what is still to be agreed on, to somebody who may steer one of its circles."""
    await checkins.hold(tx, person.server_id)
    group = await circle_groups.find_group(tx, group_id)
    if group is None or group.server_id != person.server_id or group.holds:
        raise Refusal(Because.SHARE_GONE)
    await _steered(tx, person, group.parties)
    return group


async def _steered(tx: Transaction, person: Person, parties: Iterable[Party]) -> Sequence[int]:
    """Return those of the circles that the person may steer. Refuses who may steer none."""
    names = {party.circle_id: party.name for party in parties}
    steered = await authority.allowed(tx, Action.SHARE_CHECKINS, person, names)
    if not steered:
        raise authority.refusal(Action.SHARE_CHECKINS, circle=next(iter(names.values())))
    return steered


async def _sharing(tx: Transaction, circle: Circle) -> Sharing:
    groups = await circle_groups.list_groups(tx, circle.circle_id)
    others = [
        party.name
        for group in groups
        for party in group.parties
        if group.holds and party.circle_id != circle.circle_id
    ]
    return Sharing(circle, others, [_proposal(group) for group in groups if not group.holds])


def _proposal(group: Group) -> Proposal:
    return Proposal(
        group.group_id,
        [party.name for party in group.parties],
        [party.name for party in group.parties if not party.agreed],
    )


async def _hand_over_schedule(tx: Transaction, circle: Circle, others: Sequence[Party]) -> None:
    kept = {each.circle_id for each in await checkin_schedules.list_schedules(tx, circle.server_id)}
    if circle.circle_id in kept and kept.isdisjoint(party.circle_id for party in others):
        await checkin_schedules.hand_over(tx, circle.circle_id, others[0].circle_id)
