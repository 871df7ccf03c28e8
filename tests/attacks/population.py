"""Invented circles: how people feel in an ordinary and in a bad week, and how that changes to the next."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from random import Random

from bot.services.rules.anonymity import CONTINUUM, Answers

KEEPS = 0.8
"""How likely somebody answers as they did the week before; otherwise they answer afresh."""


@dataclass(frozen=True, slots=True)
class Week:
    """How likely each step of the continuum is, from ready to ill."""

    name: str
    moods: tuple[float, float, float, float]


ORDINARY = Week("ordinary", (0.35, 0.38, 0.20, 0.07))
BAD = Week("bad", (0.08, 0.25, 0.40, 0.27))

# How likely each step of a scale is for somebody who is ready, reacting, injured, ill.
_ENERGY = ((0.02, 0.08, 0.25, 0.40, 0.25), (0.05, 0.25, 0.40, 0.25, 0.05), (0.25, 0.40, 0.25, 0.08, 0.02))
_LOAD = ((0.25, 0.35, 0.25, 0.10, 0.05), (0.10, 0.20, 0.40, 0.20, 0.10), (0.05, 0.10, 0.25, 0.35, 0.25))
_CONNECTION = ((0.05, 0.10, 0.25, 0.35, 0.25), (0.10, 0.20, 0.35, 0.25, 0.10), (0.20, 0.35, 0.25, 0.15, 0.05))

EVERY_ANSWER = tuple(
    Answers(mood, energy, load, connection)
    for mood, energy, load, connection in product(CONTINUUM, range(1, 6), range(1, 6), range(1, 6))
)
"""All 500 answers that a person can give."""


def packed(answers: Answers) -> bytes:
    """Return the four answers in four bytes."""
    return bytes((CONTINUUM.index(answers.continuum), answers.energy, answers.load, answers.connection))


def chances(week: Week) -> list[float]:
    """Return how likely each of `EVERY_ANSWER` is in such a week."""
    return [_chance(week, answers) for answers in EVERY_ANSWER]


def answer(chance: Random, week: Week, before: Answers | None = None) -> Answers:
    """Let somebody answer; most answer as they did before, if they did."""
    if before is not None and chance.random() < KEEPS:
        return before
    return chance.choices(EVERY_ANSWER, _CHANCES[week])[0]


def _chance(week: Week, answers: Answers) -> float:
    mood = CONTINUUM.index(answers.continuum)
    row = min(mood, 2)  # injured and ill are alike in the scales
    return (
        week.moods[mood]
        * _ENERGY[row][answers.energy - 1]
        * _LOAD[row][answers.load - 1]
        * _CONNECTION[row][answers.connection - 1]
    )


_CHANCES = {week: chances(week) for week in (ORDINARY, BAD)}
