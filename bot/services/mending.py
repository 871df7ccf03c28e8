"""Circles that lost their channel or role on Discord: they rest, it is told once, and it is mended."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.services import addresses, authority, waitlist
from bot.services import circles as circle_service
from bot.services.member_keys import MemberKeys
from bot.services.people import Person
from db import Database, circle_members, circles, hours, lost_channels
from db.circle_members import Member
from db.circles import Circle, CircleState
from db.hours import Follows
from db.posts import PostKind

_TABLE = "circle_member"


@dataclass(frozen=True, slots=True)
class People:
    """Who is in a circle, by their Discord ids: whoever can be found again."""

    seated: Sequence[int]
    holding: Sequence[int]


async def open_circles(database: Database, server_id: int) -> Sequence[Circle]:
    """Return the open circles of a server."""
    async with database.transaction() as tx:
        return await circles.list_circles(tx, server_id, CircleState.OPEN)


async def to_mend(database: Database, person: Person) -> Sequence[Circle]:
    """Return the open circles of the server to somebody who may mend them."""
    async with database.transaction() as tx:
        server = await authority.authorize(tx, authority.Action.MEND, person)
        return await circles.list_circles(tx, server.server_id, CircleState.OPEN)


async def people_of(database: Database, member_keys: MemberKeys, circle: Circle) -> People:
    """Return who sits in a circle and who holds it, so that they can be let in again."""
    async with database.transaction() as tx:
        members = await circle_members.list_members(tx, circle.circle_id)
    found = [(member, await _discord_id(member_keys, member)) for member in members]
    return People(
        seated=[each for member, each in found if each is not None and member.place.seated],
        holding=[each for member, each in found if each is not None and member.place.facilitates],
    )


async def remember(
    database: Database, circle: Circle, *, role_id: int | None, channel_id: int | None
) -> None:
    """Keep what takes the place of a lost role or channel; all that the circle says is said there."""
    async with database.transaction() as tx:
        await tx.hold("circle", circle.circle_id)
        await circle_service.require_circle(tx, circle.server_id, circle.circle_id, (CircleState.OPEN,))
        await circles.update_places_on_discord(tx, circle.circle_id, role_id=role_id, channel_id=channel_id)
        if channel_id is not None and channel_id != circle.channel_id:
            await lost_channels.move_to(tx, circle.circle_id, channel_id)


async def follow_again(database: Database, circle: Circle) -> None:
    """Have the channel of a circle that was mended follow its hours anew."""
    async with database.transaction() as tx:
        await tx.hold("circle", circle.circle_id)
        stored = await hours.find_hours(tx, circle.circle_id)
        if stored is not None:
            await hours.save_hours(tx, replace(stored, follows=Follows.NOT_YET))


async def note_lost(database: Database, server_id: int, lost: Collection[int], *, at: datetime) -> None:
    """Let the open circles of a server that lost their channel rest, and tell the facilitators once."""
    async with database.transaction() as tx:
        known = await lost_channels.list_lost(tx, server_id)
        for circle_id in set(known) - set(lost):
            await lost_channels.delete_lost(tx, circle_id)
        for circle_id in sorted(set(lost) - set(known)):
            if await lost_channels.insert_lost(tx, circle_id):
                kind = PostKind.CHANNEL_LOST
                await waitlist.say_to_facilitators(tx, server_id, kind, str(circle_id), at=at)


async def find_lost(database: Database, server_id: int, circle_id: int) -> Circle | None:
    """Return a circle whose channel is gone, or None: it is there again, or the circle is over."""
    async with database.transaction() as tx:
        circle = await circles.find_circle(tx, server_id, circle_id)
        lost = circle_id in await lost_channels.list_lost(tx, server_id)
    return circle if lost and circle is not None and circle.state is CircleState.OPEN else None


async def _discord_id(member_keys: MemberKeys, member: Member) -> int | None:
    address = await addresses.find(member_keys, member.member_key, _TABLE, member.place.sealed)
    return None if address is None else address.discord_id
