"""How well a breathing guide keeps its time beside other work: `python -m tests.benchmarks.breathing`."""

from __future__ import annotations

import asyncio
import hashlib
import statistics
import sys

from bot.services.breathing import Course, Guides
from bot.services.rules.breathing import Pattern, Phase, phases

COURSE = Course(Pattern.FOUR_SIX, 2)
TOGETHER = 50
"""Guides that run at the same time, each with an edit that takes as long as Discord's usually do."""

EDIT_SECONDS = 0.15
WORK = bytes(200_000)


async def record() -> list[float]:
    """Return how late each phase of each guide was begun to be shown, in seconds."""
    loop = asyncio.get_running_loop()
    guides, late = Guides(), list[float]()
    left = TOGETHER
    over = asyncio.Event()

    def following(began: float) -> object:
        async def show(phase: Phase | None) -> None:
            nonlocal left
            if phase is None:
                left -= 1
                if not left:
                    over.set()
                return
            late.append(loop.time() - began - phase.begins)
            await asyncio.sleep(EDIT_SECONDS)

        return show

    async def other_work() -> None:
        while not over.is_set():
            hashlib.sha256(WORK).digest()
            await asyncio.sleep(0.005)

    busy = asyncio.create_task(other_work())
    for _ in range(TOGETHER):
        guides.begin(COURSE, following(loop.time()))  # type: ignore[arg-type]
    await over.wait()
    await busy
    return late


def main() -> None:
    """Print one line of figures."""
    late = sorted(asyncio.run(record()))
    each = len(list(phases(COURSE.pattern, COURSE.minutes)))
    print(
        f"{TOGETHER} guides of {each} phases, late by: median {1000 * statistics.median(late):.1f} ms,"
        f" p99 {1000 * late[int(0.99 * len(late))]:.1f} ms, most {1000 * late[-1]:.1f} ms"
    )
    sys.exit(0 if late[-1] < 0.3 else 1)


if __name__ == "__main__":
    main()
