"""The clock's ticks."""

from __future__ import annotations

import asyncio
import time

import pytest

from bot import scheduler
from bot.scheduler import Scheduler


async def test_the_first_tick_comes_at_once() -> None:
    ticked = asyncio.Event()

    async def tick() -> None:
        ticked.set()

    clock = Scheduler(tick)
    clock.start()
    try:
        async with asyncio.timeout(3):
            await ticked.wait()
    finally:
        clock.stop()


async def test_a_tick_that_comes_late_is_not_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scheduler, "EVERY_SECONDS", 1)
    ticks: list[float] = []

    async def tick() -> None:
        ticks.append(time.monotonic())

    clock = Scheduler(tick)
    try:
        clock.start()
        await asyncio.sleep(0.2)
        time.sleep(2.5)  # noqa: ASYNC251 - the loop is held up on purpose
        await asyncio.sleep(0.3)
    finally:
        clock.stop()
    assert len(ticks) >= 2
