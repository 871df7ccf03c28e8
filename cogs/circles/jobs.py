"""Tidying up circles whose making was cut short."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from bot.client import Job, Respite
from bot.services.circles import Circle
from cogs.circles import places


def undo(client: Respite, left_behind: Collection[Circle]) -> Job:
    """Return the job that takes back circles which the end of the last run left half-made."""
    waiting = {circle.circle_id: circle.server_id for circle in left_behind}

    async def undo_unfinished(_at: datetime) -> None:
        for circle_id, server_id in tuple(waiting.items()):
            guild = client.get_guild(server_id)
            # A server that is not here is still arriving, or belongs to another process.
            if guild is not None:
                await places.take_back(client, guild, circle_id)
                del waiting[circle_id]

    return undo_unfinished
