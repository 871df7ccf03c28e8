"""Whether sizes tell what somebody answered: two seasons in which only the answers differ, side by side.

Times are left out: every attacker is told when everybody answered anyway.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.attacks.carving import sightings
from tests.attacks.copies import Copy, Moment
from tests.attacks.designs import Design
from tests.attacks.season import Season, live_through


@dataclass(frozen=True, slots=True)
class Sizes:
    """Answers that were given differently in both seasons, and those among them that show by a size."""

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
