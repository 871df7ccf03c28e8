"""Guides keep the time by the clock, whatever becomes of a single phase."""

from __future__ import annotations

import asyncio

import pytest

from bot.services.breathing import Course, Guides
from bot.services.rules.breathing import Pattern, Phase, phases

SECOND = 0.02
COURSE = Course(Pattern.SIGH, 1)


async def followed(course: Course, *, fails: int | None = None, slow: int | None = None) -> list[float]:
    """Run a guide and return how late each phase was shown, in its own seconds; the end comes last."""
    loop = asyncio.get_running_loop()
    late: list[float] = []
    over = asyncio.Event()
    due = [phase.begins for phase in phases(course.pattern, course.minutes)]
    due.append(due[-1] + list(phases(course.pattern, course.minutes))[-1].seconds)

    async def show(phase: Phase | None) -> None:
        number = len(late)
        moment = due[-1] if phase is None else phase.begins
        late.append((loop.time() - began) / SECOND - moment)
        if number == slow:
            await asyncio.sleep(1.5 * SECOND)
        if number == fails:
            raise ConnectionError
        if phase is None:
            over.set()

    began = loop.time()
    Guides(second=SECOND).begin(course, show)
    await asyncio.wait_for(over.wait(), 30)
    return late


@pytest.mark.parametrize(("fails", "slow"), [(None, None), (3, None), (None, 4)])
async def test_every_phase_comes_in_its_time_also_after_one_that_failed_or_was_slow(
    fails: int | None, slow: int | None
) -> None:
    late = await followed(COURSE, fails=fails, slow=slow)
    assert len(late) == len(list(phases(COURSE.pattern, COURSE.minutes))) + 1
    assert min(late) >= -0.1
    # Lateness does not add up: at the end it is no more than anywhere.
    assert sorted(late)[len(late) // 2] < 1


async def test_a_stopped_guide_shows_nothing_more_and_tells_where_it_was() -> None:
    guides, shown, second_round = Guides(second=SECOND), list[Phase | None](), asyncio.Event()

    async def show(phase: Phase | None) -> None:
        shown.append(phase)
        if phase is not None and phase.round == 2:
            second_round.set()

    name = guides.begin(COURSE, show)
    await asyncio.wait_for(second_round.wait(), 30)
    left = guides.stop(name)
    many = len(shown)
    assert left == Course(COURSE.pattern, COURSE.minutes, first_round=2)
    await asyncio.sleep(15 * SECOND)
    assert len(shown) == many
    assert guides.stop(name) is None


async def test_a_guide_that_ended_is_forgotten_and_all_can_be_stopped_at_once() -> None:
    guides = Guides(second=0.001)
    over = asyncio.Event()

    async def show(phase: Phase | None) -> None:
        if phase is None:
            over.set()

    name = guides.begin(COURSE, show)
    await asyncio.wait_for(over.wait(), 30)
    assert guides.stop(name) is None
    others = [guides.begin(COURSE, show) for _ in range(3)]
    guides.stop_all()
    assert [guides.stop(other) for other in others] == [None] * 3
