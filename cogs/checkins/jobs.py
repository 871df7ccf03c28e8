"""What check-ins do on a schedule."""

from __future__ import annotations

from datetime import datetime

from bot.client import Job, Respite
from bot.services import checkin_schedules, windows


def close_and_open(client: Respite) -> Job:
    """Return the job that closes windows whose time is over, and then opens those whose time has come."""
    house = client.house

    async def close_and_open_windows(at: datetime) -> None:
        await windows.close_due(house.database, house.window_keys, at=at)
        await checkin_schedules.open_due(
            house.database, house.window_keys, minimum=house.minimum_answers, at=at
        )
        await client.open_windows.refresh(house.database)

    return close_and_open_windows
