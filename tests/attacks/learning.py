"""The mood of a joiner or leaver, guessed from all four questions by one who learnt it from examples.

Over four questions the exact sum of `differencing.py` has too many terms. This attacker has instead seen very
many invented circles, and remembers for each pair of results which mood was most frequent.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
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


def learnt_guesses(weeks: tuple[Week, Week], others: int, *, circles: int, seed: int = 1) -> Iterator[Guess]:
    """Learn from one half of so many invented circles, and guess in the other: a joiner, then a leaver."""
    random = np.random.default_rng(seed)
    likely = [np.array(chances(week)) for week in weeks]

    def people(week: int, many: int) -> Numbers:
        return random.choice(len(EVERY_ANSWER), size=(circles, many), p=likely[week] / likely[week].sum())

    before, afresh = people(0, others), people(1, others)
    after = np.where(random.random((circles, others)) < KEEPS, before, afresh)
    name = " then ".join(dict.fromkeys(week.name for week in weeks))
    for who, week, without, among in (("joiner", 1, before, after), ("leaver", 0, after, before)):
        person = people(week, 1)
        moods, usual = _MOODS[person[:, 0]], weeks[week].moods
        larger = _results(np.concatenate([among, person], axis=1))
        yield Guess(
            others,
            name,
            who,
            right=_learnt(_paired(_results(without), larger), moods, usual),
            one_result=_learnt(larger, moods, usual),
            blind=max(usual),
        )


def _learnt(results: Numbers, moods: Numbers, usual: Sequence[float]) -> float:
    """Return how often the mood that went with a result in one half goes with it in the other, both ways."""
    half = len(moods) // 2
    right = 0
    for learning, guessing in ((slice(half), slice(half, None)), (slice(half, None), slice(half))):
        seen = np.tile(np.array(usual), (int(results.max()) + 1, 1))  # what is never seen is guessed blindly
        np.add.at(seen, (results[learning], moods[learning]), 1)
        right += int((seen.argmax(axis=1)[results[guessing]] == moods[guessing]).sum())
    return right / len(moods)


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
    numbered = tallies @ (taken.shape[1] + 1) ** np.arange(steps(question))
    _, first, which = np.unique(numbered, return_index=True, return_inverse=True)
    known: dict[Hashable, int] = {}
    shown = [
        known.setdefault(_finding(question, tuple(map(int, tally))), len(known)) for tally in tallies[first]
    ]
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
