"""The mood of a joiner, guessed from both results in all four questions, by one who learnt it from examples.

Over four questions the exact sum of `differencing.py` has too many terms. This attacker has instead seen very
many invented circles, and remembers for each pair of results which mood was most frequent.
"""

from __future__ import annotations

from collections.abc import Hashable
from functools import cache

import numpy as np
from numpy.typing import NDArray

from bot.services.rules.anonymity import CONTINUUM, FLOOR, Answers, Question, release, steps
from tests.attacks.differencing import Guess
from tests.attacks.population import EVERY_ANSWER, KEEPS, Week, chances

Numbers = NDArray[np.int64]

_MOODS = np.array([CONTINUUM.index(answers.continuum) for answers in EVERY_ANSWER])
_STEPS = {
    Question.CONTINUUM: _MOODS,
    Question.ENERGY: np.array([answers.energy - 1 for answers in EVERY_ANSWER]),
    Question.LOAD: np.array([answers.load - 1 for answers in EVERY_ANSWER]),
    Question.CONNECTION: np.array([answers.connection - 1 for answers in EVERY_ANSWER]),
}


def learnt_guess(week: Week, others: int, *, circles: int, seed: int = 1) -> Guess:
    """Learn from one half of so many invented circles with a joiner, and guess in the other half."""
    random = np.random.default_rng(seed)
    likely = np.array(chances(week))

    def people(many: int) -> Numbers:
        return random.choice(len(EVERY_ANSWER), size=(circles, many), p=likely / likely.sum())

    before, afresh, joiner = people(others), people(others), people(1)
    kept = random.random((circles, others)) < KEEPS
    after = np.concatenate([np.where(kept, before, afresh), joiner], axis=1)
    moods = _MOODS[joiner[:, 0]]
    one = _results(after)
    return Guess(
        others,
        week.name,
        "joiner",
        right=_learnt(_paired(_results(before), one), moods, week),
        one_result=_learnt(one, moods, week),
        blind=max(week.moods),
    )


def _learnt(results: Numbers, moods: Numbers, week: Week) -> float:
    """Return how often the mood that went with a result in the first half goes with it in the second."""
    half = len(moods) // 2
    seen = np.tile(np.array(week.moods), (int(results.max()) + 1, 1))  # what is never seen is guessed blindly
    np.add.at(seen, (results[:half], moods[:half]), 1)
    return float((seen.argmax(axis=1)[results[half:]] == moods[half:]).mean())


def _results(people: Numbers) -> Numbers:
    """Number what the real release rules publish of each circle, over all questions."""
    together = np.zeros(len(people), dtype=np.int64)
    for question in Question:
        together = _paired(together, _findings(question, people))
    return together


def _findings(question: Question, people: Numbers) -> Numbers:
    """Number what is published about one question: the real rules are asked once for each tally."""
    taken = _STEPS[question][people]
    tallies = np.stack([(taken == step).sum(axis=1) for step in range(steps(question))], axis=1)
    different, which = np.unique(tallies, axis=0, return_inverse=True)
    known: dict[Hashable, int] = {}
    shown = [known.setdefault(_finding(question, tuple(map(int, tally))), len(known)) for tally in different]
    return np.array(shown)[which.reshape(-1)]


@cache
def _finding(question: Question, tally: tuple[int, ...]) -> Hashable:
    answers = [_answering(question, step) for step, count in enumerate(tally) for _ in range(count)]
    found = release(answers, minimum=FLOOR)
    return None if found is None else next(each for each in found.findings if each.question is question)


def _answering(question: Question, step: int) -> Answers:
    return next(answers for number, answers in enumerate(EVERY_ANSWER) if _STEPS[question][number] == step)


def _paired(one: Numbers, other: Numbers) -> Numbers:
    """Number the pairs that occur, without gaps."""
    return np.unique(one * (int(other.max()) + 1) + other, return_inverse=True)[1].reshape(-1)
