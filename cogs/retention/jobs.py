"""Removing what has been kept for long enough."""

from __future__ import annotations

from datetime import datetime

from bot.client import Job, Respite
from bot.services import retention


def remove_old(client: Respite) -> Job:
    """Return the job that removes, once a day, what is older than its server keeps it."""
    house = client.house

    async def remove_what_is_old(at: datetime) -> None:
        await retention.run_due(house.database, house.member_keys, at=at)

    return remove_what_is_old
