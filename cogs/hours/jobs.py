"""Opening and closing circles at their hours, and carrying through what was cut short."""

from __future__ import annotations

from datetime import datetime

from bot.client import Job, Respite
from bot.services import hours
from cogs.hours import places


def keep_hours(client: Respite) -> Job:
    """Return the job that turns the hours over in the database first, and then has the channels follow."""

    async def keep(at: datetime) -> None:
        await hours.turn(client.house.database, at=at)
        for opening in await hours.to_follow(client.house.database):
            guild = client.get_guild(opening.circle.server_id)
            # A server that is not here is still arriving, or belongs to another process.
            if guild is not None and not guild.unavailable:
                await places.follow(client, guild, opening, at=at)

    return keep
