"""The mood of one who joins or leaves between two windows, guessed as well as anybody can from both results.

They may be one of a few who do so together, as when a small circle begins to share its check-ins.

Nothing is simulated here: the chance of every pair of results is added up exactly, for a circle whose other
members mostly feel as they did. Whoever guesses the likeliest mood for each pair is right with the chance
that is returned, and nobody who sees the continuum's results can be right more often.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import product

import numpy as np
from numpy.typing import NDArray

from bot.services.rules.anonymity import CONTINUUM, FLOOR, Answers, release
from tests.attacks.population import KEEPS, Week

Counts = tuple[int, ...]
"""How many people take each step of the continuum."""

Published = Callable[[Counts], Hashable]
"""What everybody reads of a window."""

Chances = NDArray[np.float64]
_MOODS = range(len(CONTINUUM))


@dataclass(frozen=True, slots=True)
class Guess:
    """How often the best guess is right. `others` answer in both windows, so many `together` only in one.

    The mood of one of these is guessed. `blind` is the best guess without any result, and `one_result` that
    from the one result in which they are counted: what it is higher than `blind` is no matter of subtracting,
    and cannot be taken away from any result that tells how a circle is.
    """

    others: int
    weeks: str
    who: str
    right: float
    one_result: float
    blind: float
    together: int = 1

    @property
    def gain(self) -> float:
        """How much better than blind the guess is."""
        return self.right - self.blind


@cache
def really_published(counts: Counts) -> Hashable:
    """Return what the real release rules publish of the continuum."""
    found = release(_answers(counts), minimum=FLOOR)
    return None if found is None else (found.size, found.findings[0])


@cache
def really_shared(counts: Counts) -> Hashable:
    """Return what the real release rules publish of the continuum where several circles share a window."""
    found = release(_answers(counts), minimum=FLOOR, only_bands=True)
    return None if found is None else (found.size, found.findings[0])


def _answers(counts: Counts) -> list[Answers]:
    return [Answers(CONTINUUM[mood], 3, 3, 3) for mood in _MOODS for _ in range(counts[mood])]


def guesses(
    weeks: tuple[Week, Week],
    others: Sequence[int],
    published: Published,
    *,
    keeps: float = KEEPS,
    together: int = 1,
) -> Iterator[Guess]:
    """Yield the guesses about one of so many who join or leave together, for so many others."""
    for vectors, chances in _two_windows(weeks, max(others), keeps):
        count = sum(vectors[0])
        if count not in others:
            continue
        name = " then ".join(dict.fromkeys(week.name for week in weeks))
        without = [published(vector) for vector in vectors]
        for who, moods, table in (("joiner", weeks[1].moods, chances), ("leaver", weeks[0].moods, chances.T)):
            company = company_of(moods, together - 1)
            with_them = [
                [
                    (chance, [published(added(plus(vector, mood), rest)) for vector in vectors])
                    for rest, chance in company.items()
                ]
                for mood in _MOODS
            ]
            right, one_result = _best(moods, table, without, with_them)
            yield Guess(count, name, who, right, one_result, max(moods), together)


def _best(
    moods: Sequence[float],
    chances: Chances,
    without: Sequence[Hashable],
    with_them: Sequence[Sequence[tuple[float, Sequence[Hashable]]]],
) -> tuple[float, float]:
    """Return how often the likeliest mood is the right one, given both results and given the larger one.

    `with_them` are, for each mood, the chances of the moods of their company and the results with these.
    """
    results = {result: number for number, result in enumerate(dict.fromkeys(without))}
    larger = {
        result: number
        for number, result in enumerate(
            dict.fromkeys(result for rows in with_them for _, row in rows for result in row)
        )
    }
    by_result = _added_up(chances, [results[result] for result in without], len(results))
    likely = np.stack(
        [
            moods[mood]
            * sum(
                chance * _added_up(by_result.T, [larger[result] for result in row], len(larger))
                for chance, row in with_them[mood]
            )
            for mood in _MOODS
        ]
    )
    return float(likely.max(axis=0).sum()), float(likely.sum(axis=2).max(axis=0).sum())


def _added_up(chances: Chances, groups: Sequence[int], many: int) -> Chances:
    """Add up the rows that belong to the same group."""
    order = np.argsort(groups, kind="stable")
    ordered = np.asarray(groups)[order]
    starts = np.searchsorted(ordered, np.arange(many))
    present = np.isin(np.arange(many), ordered)
    added = np.zeros((many, chances.shape[1]))
    added[present] = np.add.reduceat(chances[order], starts[present], axis=0)
    return added


def _two_windows(weeks: tuple[Week, Week], most: int, keeps: float) -> Iterator[tuple[list[Counts], Chances]]:
    """Yield, for 1, 2, ... people, all their counts and the chance of each pair (one window, the next)."""
    before, after = (week.moods for week in weeks)
    vectors: list[Counts] = [(0,) * len(CONTINUUM)]
    chances = np.ones((1, 1))
    for count in range(1, most + 1):
        larger = [
            (*some, count - sum(some)) for some in product(range(count + 1), repeat=3) if sum(some) <= count
        ]
        place = {vector: number for number, vector in enumerate(larger)}
        steps = [[place[plus(vector, mood)] for vector in vectors] for mood in _MOODS]
        moved = []
        for mood in _MOODS:
            column = np.zeros((len(vectors), len(larger)))
            column[:, steps[mood]] = chances
            moved.append(column)
        afresh = sum(after[mood] * moved[mood] for mood in _MOODS)
        vectors, chances = larger, np.zeros((len(larger), len(larger)))
        for mood in _MOODS:
            chances[steps[mood], :] += before[mood] * (keeps * moved[mood] + (1 - keeps) * afresh)
        yield vectors, chances


def company_of(moods: Sequence[float], many: int) -> dict[Counts, float]:
    """Return how likely so many people take each step how often."""
    company: dict[Counts, float] = {(0,) * len(CONTINUUM): 1.0}
    for _ in range(many):
        larger: dict[Counts, float] = {}
        for (counts, chance), mood in product(company.items(), _MOODS):
            more = plus(counts, mood)
            larger[more] = larger.get(more, 0.0) + chance * moods[mood]
        company = larger
    return company


def added(some: Counts, others: Counts) -> Counts:
    """Return how many of all these people take each step."""
    return tuple(one + other for one, other in zip(some, others, strict=True))


def plus(counts: Counts, mood: int) -> Counts:
    """Return the counts with one person more, who takes this step."""
    return (*counts[:mood], counts[mood] + 1, *counts[mood + 1 :])
