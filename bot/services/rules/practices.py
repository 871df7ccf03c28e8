"""Which practice a channel is offered next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import sha256


def choose(candidates: Sequence[str], shown: Mapping[str, int], last: str | None, *, salt: str) -> str:
    """Return the id to offer next: one of those shown least, and never the last one again.

    Only a single candidate is offered twice in a row. The same arguments always give the same
    answer; the salt, which names the channel, settles ties, so that two circles do not walk
    through the library in step.

    Raises ValueError when there are no candidates.
    """
    if not candidates:
        raise ValueError("there is nothing to choose from")
    fresh = [candidate for candidate in candidates if candidate != last] or candidates
    return min(fresh, key=lambda candidate: (shown.get(candidate, 0), _place(candidate, salt)))


def _place(candidate: str, salt: str) -> bytes:
    # Not hash(): that differs from one start of the program to the next.
    return sha256(f"{salt}\0{candidate}".encode()).digest()
