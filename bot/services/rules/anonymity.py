"""What may be published about a closed window: the release rules R1 to R3 and R8.

Sizes and thresholds come from measurements on circles of 5 to 12 people; `docs/privacy.md` tells
which attack each rule answers.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from math import comb

FLOOR = 5
"""Fewest answers that are ever published (R1). Compiled in: settings may only raise it."""

FLOOR_WITH_FACILITATOR = 6
"""The floor where somebody who holds the circle may also have answered (R1)."""

MEANS_FROM = 13
"""Fewest answers for a mean, given to the half point (R2)."""

HISTOGRAM_FROM = 40
"""Fewest answers for a distribution, given in steps of ten per cent (R2; 20 was measured as too few)."""

FEW = 3
"""Fewest people on one step of a scale that a distribution shows at all."""

ALL_BANDS_FROM = 8
"""Fewest answers of which is said whether most are ready (R2); of fewer, only whether most are low."""

USUAL_PARTICIPATION = 0.7


class Continuum(StrEnum):
    """The stress continuum of Stress First Aid, from well to unwell."""

    READY = "ready"
    REACTING = "reacting"
    INJURED = "injured"
    ILL = "ill"


CONTINUUM = tuple(Continuum)


class Question(StrEnum):
    """What a check-in asks."""

    CONTINUUM = "continuum"
    ENERGY = "energy"
    LOAD = "load"
    CONNECTION = "connection"


@dataclass(frozen=True, slots=True)
class Answers:
    """One person's check-in. The scales run from 1 to 5; a load of 5 is the heaviest."""

    continuum: Continuum
    energy: int
    load: int
    connection: int

    def __post_init__(self) -> None:
        for scale in (self.energy, self.load, self.connection):
            if not 1 <= scale <= 5:
                raise ValueError("a scale runs from 1 to 5")


class Size(StrEnum):
    """How many answered, as coarsely as it is ever said (R3)."""

    FEW = "5–7"
    SOME = "8–12"
    MANY = "13+"


class Band(StrEnum):
    """Where at least three in five of the answers to a question lie. `good` is always the better end.

    `not_low` is all that is said of the continuum while there are few answers: mixed or good.
    """

    LOW = "low"
    MIXED = "mixed"
    GOOD = "good"
    NOT_LOW = "not_low"


@dataclass(frozen=True, slots=True)
class Finding:
    """What is published about one question; absent parts were withheld by R2.

    `mean` is on the question's own scale (continuum: 1 ready to 4 ill), to the half point.
    `shares` are per cent for each step of that scale, to the nearest ten, 0 for "few or none"; they
    need not add up.
    """

    question: Question
    band: Band
    mean: float | None = None
    shares: tuple[int, ...] | None = None


@dataclass(frozen=True, slots=True)
class Release:
    """Everything that is ever known of a window after its close. Never a joint row."""

    size: Size
    findings: tuple[Finding, ...]


def floor_for(*, chosen: int, facilitator_may_answer: bool) -> int:
    """Return the fewest answers that a window publishes (R1)."""
    compiled_in = FLOOR_WITH_FACILITATOR if facilitator_may_answer else FLOOR
    return max(compiled_in, chosen)


def release(answers: Sequence[Answers], *, minimum: int, only_bands: bool = False) -> Release | None:
    """Return what may be published of these answers, or nothing at all below the minimum.

    `only_bands`: circles share it. Whoever sits in the largest may know most of the answers, and what is
    left of a mean is then one of the others.
    """
    if len(answers) < max(minimum, FLOOR):
        return None
    return Release(
        size=_size(len(answers)),
        findings=tuple(_finding(question, answers, only_bands) for question in Question),
    )


def chance_of_a_result(
    people: int, *, minimum: int = FLOOR, participation: float = USUAL_PARTICIPATION
) -> float:
    """Return how likely a circle of this many people sees a result in a window (R8).

    Each person is taken to answer independently with the given chance.
    """
    return sum(
        comb(people, count) * participation**count * (1 - participation) ** (people - count)
        for count in range(minimum, people + 1)
    )


def steps(question: Question) -> int:
    """Return how many steps the question's scale has."""
    return len(CONTINUUM) if question is Question.CONTINUUM else 5


def _size(count: int) -> Size:
    if count >= MEANS_FROM:
        return Size.MANY
    return Size.SOME if count >= ALL_BANDS_FROM else Size.FEW


def _finding(question: Question, answers: Sequence[Answers], only_bands: bool) -> Finding:
    values = [_step(question, answer) for answer in answers]
    several = 0 if only_bands else len(values)
    return Finding(
        question=question,
        band=_band(question, values),
        mean=_mean(question, values) if several >= MEANS_FROM else None,
        shares=_shares(question, values) if several >= HISTOGRAM_FROM else None,
    )


def _step(question: Question, answers: Answers) -> int:
    match question:
        case Question.CONTINUUM:
            return CONTINUUM.index(answers.continuum) + 1
        case Question.ENERGY:
            return answers.energy
        case Question.LOAD:
            return answers.load
        case Question.CONNECTION:
            return answers.connection


def _band(question: Question, values: Sequence[int]) -> Band:
    """Say where at least three in five of the answers are.

    Heads, not a mean: of five people three make a band, so nobody who answered can ever conclude
    that all the others are low. And not a bare majority: one person more or less would tip it, and
    tell too much of a joiner (`docs/proof.md` measures that). Of few answers the continuum says only
    whether most are low: "mostly ready", said of five or six people, tells too much of each of them.
    """
    ends = _ENDS[question]

    def most(end: frozenset[int]) -> bool:
        return 5 * sum(value in end for value in values) >= 3 * len(values)

    if most(ends.low):
        return Band.LOW
    if question is Question.CONTINUUM and len(values) < ALL_BANDS_FROM:
        return Band.NOT_LOW
    return Band.GOOD if most(ends.good) else Band.MIXED


def _mean(question: Question, values: Sequence[int]) -> float:
    """Round to the half point, and stop half a point before the ends.

    A mean of exactly 1 would tell one who answered otherwise that everybody else answered 1.
    """
    halves = int(Fraction(2 * sum(values), len(values)) + Fraction(1, 2))
    return min(max(halves, 3), 2 * steps(question) - 1) / 2


def _shares(question: Question, values: Sequence[int]) -> tuple[int, ...]:
    """Round to ten per cent, say nothing of fewer than three people, and stop at 90.

    Of twenty people one is five per cent: finer steps would count single persons.
    """
    seen = Counter(values)
    return tuple(
        0 if seen[step] < FEW else min(10 * int(Fraction(10 * seen[step], len(values)) + Fraction(1, 2)), 90)
        for step in range(1, steps(question) + 1)
    )


@dataclass(frozen=True, slots=True)
class _Ends:
    low: frozenset[int]
    good: frozenset[int]


_UPWARD = _Ends(low=frozenset({1, 2}), good=frozenset({4, 5}))
_ENDS = {
    Question.CONTINUUM: _Ends(low=frozenset({3, 4}), good=frozenset({1})),
    Question.ENERGY: _UPWARD,
    Question.LOAD: _Ends(low=_UPWARD.good, good=_UPWARD.low),
    Question.CONNECTION: _UPWARD,
}
