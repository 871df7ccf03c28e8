"""The pretend Discord itself: simcord's environment, tuned for a page instead of a test."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from contextvars import Context, copy_context
from datetime import datetime
from typing import Any, Protocol, cast

import discord
import simcord
from simcord import _runtime
from simcord.preview import _markdown

_log = logging.getLogger(__name__)

# After every action simcord waits for stragglers, 50 ms at a time. That suits a test; the pretend server is
# built with hundreds of actions, and nearly everything the bot does here happens in this process.
_IDLE_SECONDS = 0.002

# The longest that one action, or one stop of the clock, may keep the bot busy.
_SETTLE_SECONDS = 60.0

# Longer timers of the bot than this belong to the demo's clock, which stands still until it is moved.
_SHORT_SECONDS = 5.0


class Bot(Protocol):
    """The real bot: a `discord.AutoShardedClient` that can also be told to do what is due.

    A protocol cannot inherit from a class, so only what the demo calls itself is named here.
    """

    @property
    def user(self) -> discord.ClientUser | None:
        """The bot's own account."""
        ...

    async def run_due(self, at: datetime) -> None:
        """Do everything that is due at this instant."""
        ...

    async def next_due(self) -> datetime | None:
        """Name the next instant at which something is due."""
        ...


class DemoEnvironment(simcord.Env):
    """simcord's environment in which a refusal is an answer, and a person never waits for a poll.

    All three overrides are of protected methods and fail softly: were simcord to rename them, the page would
    call a refused command "not completed", the start would take some seconds longer, and an action could hang
    for as long as a timer of the bot still runs.
    """

    def __init__(self, bot: Bot) -> None:
        client = cast("discord.AutoShardedClient", bot)
        super().__init__(client, shard_count=1, check_errors=False, settle_timeout=_SETTLE_SECONDS)
        _show_mentions_in_embeds()

    def _record_error(self, error: BaseException) -> None:
        # simcord counts every exception as a failed action, even one that the bot has turned into a sentence
        # for the person. The bot logs what is unexpected by itself.
        _log.debug("the bot raised %s", type(error).__name__, exc_info=error)

    async def _settle_internal(self, *, idle: float = _IDLE_SECONDS, **options: Any) -> None:
        await super()._settle_internal(idle=idle, **options)

    def _schedule_timer(
        self, record: Any, callback: Any, args: tuple[Any, ...], schedule_context: Context | None
    ) -> None:
        # simcord would let it fire by the wall clock as well, and count the bot as busy until then: whatever
        # is done in the minute before the worker for pictures is let go would wait for that.
        if record.when - self._virtual_time < _SHORT_SECONDS:
            super()._schedule_timer(record, callback, args, schedule_context)


def aside(work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
    """Begin a task of the bot's that a visitor does not wait for: it goes by the real clock."""
    context = copy_context()
    context.run(_runtime._BOT_SCOPE.set, None)  # pyright: ignore[reportPrivateUsage] - else each press waits
    return context.run(asyncio.create_task, work)


def _show_mentions_in_embeds() -> None:
    """Have the page write `#channel` in embeds, as Discord does; simcord would leave `<#1234>` there."""
    policies = getattr(_markdown, "_FIELD_POLICIES", {})
    for part in ("embed_description", "embed_field_value"):
        policies.get(part, {}).update(mentions=True)
