"""Breathing guides that are running: each phase is shown by the clock, however late the last one was."""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from typing import Any

from bot.services.rules.breathing import Pattern, Phase, phases

log = logging.getLogger(__name__)

Spawn = Callable[[Coroutine[Any, Any, None]], asyncio.Task[None]]

Show = Callable[[Phase | None], Awaitable[None]]
"""Shows a phase to the person, or (None) that the guide has come to its end."""


@dataclass(frozen=True, slots=True)
class Course:
    """What a guide goes through: `first_round` is above 1 where it goes on after a pause."""

    pattern: Pattern
    minutes: int
    first_round: int = 1


class Guides:
    """The guides of this process, in memory only. Nobody's practice is written down.

    `second` is how long a second lasts; tests are in more of a hurry. `spawn` begins a task that outlives the
    press that began it.
    """

    def __init__(self, *, second: float = 1.0, spawn: Spawn = asyncio.create_task) -> None:
        self.second = second
        self._spawn = spawn
        self._running: dict[str, _Guide] = {}

    def begin(self, course: Course, show: Show) -> str:
        """Begin a guide and return its name."""
        name = secrets.token_hex(4)
        guide = _Guide(course)
        self._running[name] = guide
        guide.task = self._spawn(self._run(name, guide, show))
        return name

    def stop(self, name: str) -> Course | None:
        """Stop a guide, and return what is left of it; None when it has ended, or ran before a restart."""
        guide = self._running.pop(name, None)
        if guide is None:
            return None
        if guide.task is not None:
            guide.task.cancel()
        return Course(guide.course.pattern, guide.course.minutes, guide.round)

    def stop_all(self) -> None:
        """Stop every guide, because the program stops."""
        for name in list(self._running):
            self.stop(name)

    async def _run(self, name: str, guide: _Guide, show: Show) -> None:
        loop = asyncio.get_running_loop()
        course = guide.course
        all_phases = [
            each for each in phases(course.pattern, course.minutes) if each.round >= course.first_round
        ]
        # Each phase is due by the clock: one that is shown late does not make the next one late.
        began = loop.time()
        for phase in all_phases:
            due = began + phase.begins * self.second
            await asyncio.sleep(due - loop.time())
            guide.round = phase.round
            if loop.time() < due + phase.seconds * self.second / 2:  # later, it would only be in the way
                await _safely(show, phase)
        last = all_phases[-1]
        await asyncio.sleep(began + (last.begins + last.seconds) * self.second - loop.time())
        self._running.pop(name, None)
        await _safely(show, None)


@dataclass(slots=True)
class _Guide:
    course: Course
    round: int = 1
    task: asyncio.Task[None] | None = None


async def _safely(show: Show, phase: Phase | None) -> None:
    """Show a phase; one that cannot be shown is left out, and the next one comes in its time."""
    try:
        await show(phase)
    except Exception as error:
        log.info("A phase of a breathing guide could not be shown.", extra={"job": type(error).__name__})
