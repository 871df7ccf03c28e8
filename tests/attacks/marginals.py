"""What follows from the published results alone, without any file: the attack that cannot be prevented."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from itertools import combinations_with_replacement, product
from random import Random

from bot.services.rules.anonymity import (
    CONTINUUM,
    FLOOR,
    Answers,
    Continuum,
    Finding,
    Question,
    Release,
    release,
    steps,
)
from tests.attacks import population

_WEEKS = 1500
_MIDDLE = Answers(CONTINUUM[1], 3, 3, 3)


def certain(found: Release | None, count: int) -> Answers | None:
    """Return the answers of everybody, where so many answers can only have been alike in every question."""
    if found is None:
        return None
    possible = [_possible(finding, count) for finding in found.findings]
    if any(len(choices) != 1 for choices in possible):
        return None
    [(continuum, energy, load, connection)] = product(*possible)
    return Answers(CONTINUUM[continuum - 1], energy, load, connection)


def likeliest(releases: Mapping[int, Release | None], count: int) -> dict[int, tuple[Answers, Continuum]]:
    """Guess blindly: the commonest answer, and the commonest mood, in weeks with the same result."""
    common = _commonest(count)
    return {window: common.get(found, common[None]) for window, found in releases.items()}


@cache
def _possible(finding: Finding, count: int) -> frozenset[int]:
    """Return the steps that somebody can have taken, given what was published of so many answers."""
    taken: set[int] = set()
    for group in combinations_with_replacement(range(1, steps(finding.question) + 1), count):
        shown = release([_answering(finding.question, step) for step in group], minimum=FLOOR)
        if shown is not None and finding in shown.findings:
            taken |= set(group)
    return frozenset(taken)


@cache
def _commonest(count: int) -> dict[Release | None, tuple[Answers, Continuum]]:
    chance = Random(1)  # noqa: S311 - a simulation
    seen: dict[Release | None, Counter[Answers]] = {None: Counter()}
    for number in range(_WEEKS):
        week = population.BAD if number % 3 == 0 else population.ORDINARY
        answers = [population.answer(chance, week) for _ in range(count)]
        for found in (None, release(answers, minimum=FLOOR)):
            seen.setdefault(found, Counter()).update(answers)
    return {
        found: (counted.most_common(1)[0][0], _commonest_mood(counted)) for found, counted in seen.items()
    }


def _commonest_mood(counted: Counter[Answers]) -> Continuum:
    return max(Continuum, key=lambda mood: sum(n for each, n in counted.items() if each.continuum is mood))


def _answering(question: Question, step: int) -> Answers:
    if question is Question.CONTINUUM:
        return replace(_MIDDLE, continuum=CONTINUUM[step - 1])
    return replace(_MIDDLE, **{question.value: step})
