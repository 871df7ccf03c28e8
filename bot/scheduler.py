"""The clock: calls one function every few seconds. What is due is remembered by the database alone."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

from apscheduler.schedulers.asyncio import AsyncIOScheduler  # pyright: ignore[reportMissingTypeStubs]
from apscheduler.triggers.interval import IntervalTrigger  # pyright: ignore[reportMissingTypeStubs]

EVERY_SECONDS = 20


class Scheduler:
    """Ticks at once and then every twenty seconds; a tick that takes longer delays the next one."""

    def __init__(self, tick: Callable[[], Awaitable[None]]) -> None:
        self._scheduler = AsyncIOScheduler(timezone="UTC")
        self._tick = tick

    def start(self) -> None:
        """Begin to tick, on the running event loop."""
        # Misfires never expire: by default a tick that is a second late would be dropped.
        self._scheduler.add_job(  # pyright: ignore[reportUnknownMemberType]
            self._tick,
            IntervalTrigger(seconds=EVERY_SECONDS),
            next_run_time=datetime.now(UTC),
            coalesce=True,
            max_instances=1,
            misfire_grace_time=None,
        )
        self._scheduler.start()

    def stop(self) -> None:
        """Tick no more. A tick that is under way is left to finish."""
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)
