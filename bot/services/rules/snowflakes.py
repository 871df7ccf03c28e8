"""Which numbers look like the id of a person, or of anything else, on Discord."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

FIRST = 10**16
"""The smallest number with seventeen digits: an id of January 2015."""

_EPOCH = datetime(2015, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_DIGITS = re.compile(r"(?<![0-9A-Za-z])[0-9]{17,20}(?![0-9A-Za-z])")


def last(at: datetime) -> int:
    """Return the highest id that can have been given by the next day."""
    return ((at + timedelta(days=1) - _EPOCH) // _MILLISECOND) << 22


def count_in(text: str, at: datetime) -> int:
    """Return how many numbers in a text look like an id that has been given by now."""
    return sum(FIRST <= int(number) <= last(at) for number in _DIGITS.findall(text))
