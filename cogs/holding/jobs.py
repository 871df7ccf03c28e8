"""Looking after circles that nobody holds, and, gently, for members who have left the server."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.client import Job, Respite
from bot.services import departures, holding
from bot.services.departures import Whereabouts
from cogs import members
from cogs.departures import let_go

APART = timedelta(minutes=1)
"""How far apart two people of one server are looked for: it is no hurry, and Discord answers others too."""


def look_after_circles(client: Respite) -> Job:
    """Return the job that asks somebody to take a circle over, and tells when nobody does."""

    async def look_after(at: datetime) -> None:
        await holding.look_after(client.house.database, client.house.member_keys, at=at)

    return look_after


def look_for_those_who_left(client: Respite) -> Job:
    """Return the job that asks Discord about one person of each server at a time, in turn.

    Who has left gives up their seats. Whose turn it is lies in memory only: after a restart it begins anew.
    """
    waiting: dict[int, list[Whereabouts]] = {}
    last: dict[int, datetime] = {}

    async def look(at: datetime) -> None:
        for server_id in await departures.server_ids(client.house.database):
            if server_id in last and at - last[server_id] < APART:
                continue
            last[server_id] = at
            if not waiting.get(server_id):
                waiting[server_id] = list(await departures.to_look_for(client.house.database, server_id))
            if waiting[server_id]:
                await _look_for(client, server_id, waiting[server_id].pop())

    return look


async def _look_for(client: Respite, server_id: int, somebody: Whereabouts) -> None:
    guild = client.get_guild(server_id)
    address = await departures.open_address(client.house.member_keys, somebody)
    if guild is None or guild.unavailable or address is None:
        return
    if await members.find(guild, address.discord_id) is None:
        await let_go(client, guild, somebody.member_key, address.discord_id)
