"""The demo's clock: it stands still until somebody moves it, and then stops wherever something is due."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime

import simcord

from bot.demo.environment import Bot


async def move(
    environment: simcord.Env, bot: Bot, until: datetime, *, after_each: Callable[[], Awaitable[None]]
) -> None:
    """Move the clock to `until`, running whatever is due on the way at its own instant.

    A prompt is thus posted at its hour and not at the end of the jump. What stays due after it was run (its
    channel may be gone) is tried once more at the end and does not hold the clock up.
    """
    tried: datetime | None = None
    while (due := await bot.next_due()) is not None and due <= until and due != tried:
        await _stop_at(environment, bot, due)
        await after_each()
        tried = due
    await _stop_at(environment, bot, until)


async def _stop_at(environment: simcord.Env, bot: Bot, instant: datetime) -> None:
    await environment.advance_time(max(0.0, (instant - environment.now()).total_seconds()))
    with environment.time_context():
        await bot.run_due(environment.now())
    await environment.settle()
