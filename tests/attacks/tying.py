"""Which ballot is whose, from the order in which ballots arrived: without any key."""

from __future__ import annotations

from collections.abc import Sequence

from tests.attacks.carving import Sighting
from tests.attacks.season import Act

Tied = dict[Sighting, int]


def by_order(ballots: Sequence[Sighting], acts: Sequence[Act]) -> Tied:
    """Match one window's ballots, in order of arrival, to who is known to have answered in which order.

    Where every version of a ballot was seen there are as many ballots as acts. Where only the last
    versions are left, what decides is how they lie: a running number is given anew to a changed answer,
    a page reuses the place of the answer that was taken out.
    """
    if len(ballots) == len(acts):
        return {ballot: act.member for ballot, act in zip(ballots, acts, strict=True)}
    numbered = any(ballot.rank[2] for ballot in ballots)
    first = list(dict.fromkeys(act.member for act in acts))
    last = list(dict.fromkeys(act.member for act in reversed(acts)))[::-1]
    return dict(zip(ballots, last if numbered else first, strict=False))


def by_recurrence(ballots: Sequence[Sighting]) -> set[bytes]:
    """Return the tokens that stand for the same person in more than one window."""
    windows: dict[bytes, set[int]] = {}
    for ballot in ballots:
        windows.setdefault(ballot.token, set()).add(ballot.window)
    return {token for token, seen in windows.items() if len(seen) > 1}
