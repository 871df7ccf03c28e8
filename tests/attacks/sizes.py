"""Whether sizes tell what somebody answered, or where: two seasons in which only that differs, side by side.

Times are left out: every attacker is told when everybody answered anyway.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from random import Random

from tests.attacks.carving import sightings
from tests.attacks.copies import Copy, Moment, take
from tests.attacks.designs import Design, Respite
from tests.attacks.population import EVERY_ANSWER
from tests.attacks.season import BEGINNING, DAYS, MEMBERS, Season, live_through


@dataclass(frozen=True, slots=True)
class Sizes:
    """Answers that differ in both seasons, or count elsewhere, and those among them that show by a size."""

    compared: int
    showing: int


def compare(make: Callable[[Path], Design], *, windows: int) -> Sizes:
    """Live twice through the same weeks, with the same people acting at the same times, in other moods."""
    one, other = (live_through(make, windows=windows, seed=1, moods=moods) for moods in (1, 2))
    compared = showing = 0
    for number, (act, here, there) in enumerate(zip(one.acts, _measures(one), _measures(other), strict=True)):
        if act != other.acts[number]:
            raise AssertionError("the two seasons must differ in what was answered and in nothing else")
        if one.truth[act.window, act.member] != other.truth[act.window, act.member]:
            compared += 1
            showing += here != there
    return Sizes(compared, showing)


def _measures(season: Season) -> list[tuple[int, ...]]:
    """Return everything that can be measured after each answer without understanding a byte."""
    return [_measure(copy) for copy in season.copies if copy.moment is Moment.ANSWERED]


def _measure(copy: Copy) -> tuple[int, ...]:
    newest = [len(one.content) for one in sightings([copy]) if one.window == copy.window][-1:]
    return len(copy.database), len(copy.wal), *newest


def compare_places(make: Callable[[Path], Respite], *, acts: int) -> Sizes:
    """Let the same people answer the same at the same times, but choose other windows to count it."""
    one, other = (asyncio.run(_in_places(make, acts, seed)) for seed in (1, 2))
    different = [
        (here, there)
        for (place, here), (elsewhere, there) in zip(one, other, strict=True)
        if place != elsewhere
    ]
    return Sizes(len(different), sum(here != there for here, there in different))


async def _in_places(
    make: Callable[[Path], Respite], acts: int, seed: int
) -> list[tuple[int, tuple[object, ...]]]:
    """Return for each answer where it was to count, and everything that can be measured after it.

    That is also how many rows lie where, and in which order they came.
    """
    who, where = Random(0), Random(seed)  # noqa: S311
    measured: list[tuple[int, tuple[object, ...]]] = []
    with (
        tempfile.TemporaryDirectory(prefix="respite-") as installed,
        tempfile.TemporaryDirectory(prefix="respite-") as copied,
    ):
        folder, aside = Path(installed), Path(copied)
        respite = make(folder)
        await respite.start(MEMBERS)
        try:
            windows = [
                await respite.open_window(BEGINNING, days=DAYS),
                await respite.open_in(None, BEGINNING, days=DAYS),
            ]
            for _ in range(acts):
                window = where.choice(windows)
                await respite.answer(window, who.choice(MEMBERS), who.choice(EVERY_ANSWER), BEGINNING)
                copy = take(folder, respite.keys, aside, window=window, moment=Moment.ANSWERED)
                rows = [(ballot.window, len(ballot.content)) for ballot in sightings([copy])]
                measured.append((window, (len(copy.database), len(copy.wal), *rows)))
        finally:
            await respite.stop()
    return measured
