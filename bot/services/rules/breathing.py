"""Paced breathing: patterns, and when each phase of a guide begins."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum


class Breath(StrEnum):
    """What one does in a phase."""

    IN = "in"
    AGAIN = "again"
    HOLD = "hold"
    OUT = "out"
    REST = "rest"


class Pattern(StrEnum):
    """The patterns there are."""

    FOUR_SIX = "4-6"
    BOX = "box"
    SIGH = "sigh"
    FOUR_SEVEN_EIGHT = "4-7-8"


PHASES: dict[Pattern, tuple[tuple[Breath, int], ...]] = {
    Pattern.FOUR_SIX: ((Breath.IN, 4), (Breath.OUT, 6)),
    Pattern.BOX: ((Breath.IN, 4), (Breath.HOLD, 4), (Breath.OUT, 4), (Breath.REST, 4)),
    Pattern.SIGH: ((Breath.IN, 3), (Breath.AGAIN, 2), (Breath.OUT, 7)),
    Pattern.FOUR_SEVEN_EIGHT: ((Breath.IN, 4), (Breath.HOLD, 7), (Breath.OUT, 8)),
}
"""Each phase with its seconds. None is shorter than two: Discord takes no quicker changes of a message."""

MOST_ROUNDS = {Pattern.FOUR_SEVEN_EIGHT: 4}
"""A long hold is not for many rounds, least of all for beginners."""

LEAD_IN = 5
"""Seconds in which one arrives before the first breath."""


@dataclass(frozen=True, slots=True)
class Phase:
    """One phase: when it begins, in seconds from the start of the guide, and how long it lasts."""

    begins: int
    breath: Breath
    seconds: int
    round: int
    rounds: int


def rounds_in(pattern: Pattern, minutes: int) -> int:
    """Return how many whole rounds fit into so many minutes: at least one, never more than suits."""
    whole = 60 * minutes // sum(seconds for _, seconds in PHASES[pattern])
    return max(1, min(whole, MOST_ROUNDS.get(pattern, whole)))


def phases(pattern: Pattern, minutes: int, *, first_round: int = 1) -> Iterator[Phase]:
    """Yield every phase of a guide from this round on (the last one at most), in order and without a gap."""
    begins, rounds = LEAD_IN, rounds_in(pattern, minutes)
    for number in range(min(first_round, rounds), rounds + 1):
        for breath, seconds in PHASES[pattern]:
            yield Phase(begins, breath, seconds, number, rounds)
            begins += seconds
