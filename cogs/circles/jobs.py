"""Tidying up circles whose making was cut short."""

from __future__ import annotations

from datetime import datetime

from bot.client import Job, Respite
from cogs.circles import places


def tidy_up(client: Respite) -> Job:
    """Return the job that takes back circles which were left half-made."""

    async def take_back_unfinished(_at: datetime) -> None:
        await places.take_back_unfinished(client)

    return take_back_unfinished
