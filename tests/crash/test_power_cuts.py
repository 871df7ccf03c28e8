"""The power is cut at random moments: only what was brought to the disk with `fsync` is sure to be there."""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from random import Random

import pytest

from tests.crash.cradle import Cradle
from tests.crash.disk import any_luck, nothing
from tests.crash.inspection import Flaws
from tests.crash.recording import COMPILER, compile_recorder
from tests.crash.timeline import IN_MEMORY, Timeline, before_a_key_goes

if COMPILER is None:
    pytest.skip(
        "power cuts are played with the help of a C compiler, and there is none", allow_module_level=True
    )


@pytest.fixture
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="respite-power-", dir=IN_MEMORY) as name:
        yield Path(name)


@asynccontextmanager
async def recording(folder: Path) -> AsyncIterator[Cradle]:
    """Yield a cradle of lives whose calls are recorded."""
    async with Cradle.make({"LD_PRELOAD": str(compile_recorder(folder))}) as cradle:
        yield cradle


async def test_a_first_start_that_is_cut_short_after_some_call_can_be_made_again(folder: Path) -> None:
    chance = Random()  # noqa: S311
    timeline = Timeline.begin(folder / "home")
    async with recording(folder) as cradle:
        calls = await timeline.live(cradle, calls=100, seed=1)
    for call in calls:
        timeline.follow(call)
        if chance.random() < 0.2:  # each is tried within a few runs of this test
            assert (await timeline.cut(any_luck(chance))).flaws == Flaws(), call
    timeline.check()


async def test_a_key_outlives_a_close_that_a_killed_program_had_not_brought_to_the_disk(folder: Path) -> None:
    """Killed before the close is on the disk, the next start sees it all the same: in the system's memory.

    Then the power is cut. If that start has relied on it, the window is open again, and its key gone.
    """
    timeline = Timeline.begin(folder / "home")
    async with recording(folder) as cradle:
        # In this life people take their time, so that not many others answer in between.
        while not (critical := before_a_key_goes(calls := await timeline.live(cradle, calls=600, seed=5))):
            for call in calls:
                timeline.follow(call)
            timeline.ledger.died()
        critical = critical[-4:]
        for place, call in enumerate(calls):
            timeline.follow(call)
            if place in critical:
                killed = timeline.branch(folder / f"killed-{place}")
                for then in await killed.live(cradle, calls=24, seed=2):
                    killed.follow(then)
                    if then.path.startswith("house/keys") or then.path == "said":
                        assert (await killed.cut(nothing)).flaws == Flaws()
