"""Members who have left the server: looked for one at a time, and let go of everywhere."""

from __future__ import annotations

from collections.abc import Sequence

from bot.services import addresses
from bot.services.addresses import Address
from bot.services.member_keys import MemberKeys
from db import Database, agreements, candidates, circle_members, circles, servers
from db.circle_members import Whereabouts


async def server_ids(database: Database) -> Sequence[int]:
    """Return every server that was set up."""
    async with database.transaction() as tx:
        return [server.server_id for server in await servers.list_servers(tx)]


async def to_look_for(database: Database, server_id: int) -> Sequence[Whereabouts]:
    """Return everybody who has a seat, holds a circle or waits in this server, each once, still sealed."""
    async with database.transaction() as tx:
        return await circle_members.list_whereabouts(tx, server_id)


async def open_address(member_keys: MemberKeys, found: Whereabouts) -> Address | None:
    """Return where somebody is found, or None when they were erased meanwhile."""
    return await addresses.find(member_keys, found.member_key, found.table, found.sealed)


async def channels_by_name(database: Database, server_id: int, member_key: bytes) -> Sequence[int]:
    """Return the channels into which somebody is let by name, because they hold a circle."""
    async with database.transaction() as tx:
        held = await circles.list_circles_held(tx, server_id, member_key)
        server = await servers.find_server(tx, server_id)
    found = [circle.channel_id for circle in held]
    if held and server is not None:
        found.append(server.facilitators_channel_id)
    return [channel_id for channel_id in found if channel_id is not None]


async def depart(database: Database, server_id: int, member_key: bytes) -> int:
    """Give up everything that somebody has in the circles of a server they have left; return in how many.

    The next tick holds what became free for those who wait, and looks after a circle that nobody holds.
    """
    async with database.transaction() as tx:
        concerned = await circle_members.list_circles_of_member(tx, server_id, member_key)
        for circle_id in concerned:
            await tx.hold("circle", circle_id)
            await circles.delete_place(tx, circle_id, member_key)
            await agreements.delete_unused(tx, circle_id)
            candidate = await candidates.find_candidate_of(tx, circle_id, member_key)
            if candidate is not None:
                await candidates.delete_candidate(tx, candidate.number)
    await database.forget()
    return len(concerned)
