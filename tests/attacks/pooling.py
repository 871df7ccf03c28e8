"""The mood of one who answers in a window with people who tell each other what they answered.

Where circles share a window, those are the members of one circle; whoever is guessed sits in another. As in
`differencing.py` nothing is simulated: the chances of all results are added up.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable
from dataclasses import dataclass

from bot.services.rules.anonymity import CONTINUUM
from tests.attacks.differencing import Published, added, company_of, plus
from tests.attacks.population import Week

_MOODS = range(len(CONTINUUM))


@dataclass(frozen=True, slots=True)
class Pool:
    """How often the best guess is right, from what so many `known` people answered and the one result."""

    known: int
    others: int
    week: str
    right: float
    blind: float

    @property
    def gain(self) -> float:
        """How much better than blind the guess is."""
        return self.right - self.blind


def pooled(week: Week, known: int, others: int, published: Published) -> Pool:
    """Guess the mood of one of so many others, knowing exactly how the rest of the answers are."""
    right = 0.0
    for told, chance in company_of(week.moods, known).items():
        likely: dict[Hashable, list[float]] = defaultdict(lambda: [0.0] * len(CONTINUUM))
        for rest, likelihood in company_of(week.moods, others - 1).items():
            for mood in _MOODS:
                result = published(plus(added(told, rest), mood))
                likely[result][mood] += likelihood * week.moods[mood]
        right += chance * sum(map(max, likely.values()))
    return Pool(known, others, week.name, right, max(week.moods))
