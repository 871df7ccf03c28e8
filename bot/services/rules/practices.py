"""Which practice is offered next, to a circle or to one person, and why that one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import time
from enum import StrEnum
from fractions import Fraction
from hashlib import sha256

LIKED = 2
"""What was found useful comes twice as often as the rest, and so does what fits the time of day."""

OUTVOTED = 3
"""So many members of a circle have to find a practice unsuitable, and more than find it useful."""


class When(StrEnum):
    """Where in a working day a practice belongs."""

    BEFORE = "before"
    BETWEEN = "between"
    AFTER = "after"
    NIGHT = "night"


@dataclass(frozen=True, slots=True)
class Taste:
    """What somebody was shown, and what they said of it."""

    shown: Mapping[str, int] = field(default_factory=dict[str, int])
    last: str | None = None
    useful: frozenset[str] = frozenset()
    unsuitable: frozenset[str] = frozenset()


def part_of_day(at: time) -> When:
    """Return where in the day a local time is: most people's working day, not everybody's."""
    if 5 <= at.hour < 9:
        return When.BEFORE
    if 9 <= at.hour < 17:
        return When.BETWEEN
    return When.AFTER if 17 <= at.hour < 21 else When.NIGHT


def choose(
    candidates: Mapping[str, Sequence[When]], taste: Taste, *, salt: str, moment: When | None = None
) -> str:
    """Return the id to offer next, out of ids with the times of day at which each belongs.

    Whatever fits has its turn again and again: what was shown least comes next, where one showing of
    something that fits the moment or was found useful counts for half. Never the last one again, and
    nothing unsuitable, unless there is nothing else. The same arguments always give the same answer; the
    salt, which names who is asking, settles ties, so that two circles do not walk through the library
    in step.

    Raises ValueError when there are no candidates.
    """
    if not candidates:
        raise ValueError("there is nothing to choose from")
    suitable = [each for each in candidates if each not in taste.unsuitable] or list(candidates)
    fresh = [each for each in suitable if each != taste.last] or suitable

    def turn(candidate: str) -> tuple[Fraction, bytes]:
        liking = LIKED if candidate in taste.useful else 1
        fitting = LIKED if moment in candidates[candidate] else 1
        return Fraction(taste.shown.get(candidate, 0) + 1, liking * fitting), _place(candidate, salt)

    return min(fresh, key=turn)


def outvoted(useful: int, unsuitable: int) -> bool:
    """Say whether a circle has found a practice unsuitable."""
    return unsuitable >= OUTVOTED and unsuitable > useful


def _place(candidate: str, salt: str) -> bytes:
    # Not hash(): that differs from one start of the program to the next.
    return sha256(f"{salt}\0{candidate}".encode()).digest()
