"""What check-ins do on a schedule."""

from __future__ import annotations

from datetime import datetime

from bot.client import Job, Respite
from bot.services import checkin_schedules, windows


def jobs(client: Respite) -> tuple[Job, ...]:
    """Return the jobs: close what is over, open what is due, destroy keys that were left behind, look again.

    Each stands for itself, so that trouble in one does not hold the others up.
    """
    house = client.house

    async def close_windows(at: datetime) -> None:
        await windows.close_due(house.database, house.window_keys, at=at)

    async def open_windows(at: datetime) -> None:
        await checkin_schedules.open_due(
            house.database, house.window_keys, minimum=house.minimum_answers, at=at
        )

    async def sweep_keys(_at: datetime) -> None:
        await windows.sweep(house.database, house.window_keys)

    async def look_again(_at: datetime) -> None:
        await client.open_windows.refresh(house.database)

    return close_windows, open_windows, sweep_keys, look_again
