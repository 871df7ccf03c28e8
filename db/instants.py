"""How a moment is kept: whole seconds since 1970, UTC, in both engines."""

from __future__ import annotations

from datetime import UTC, datetime


def to_seconds(moment: datetime) -> int:
    """Return the moment as stored. Raises ValueError for a moment without a time zone."""
    if moment.tzinfo is None:
        raise ValueError("a moment needs its time zone")
    return int(moment.timestamp())


def from_seconds(seconds: int) -> datetime:
    """Return the stored moment, aware, in UTC."""
    return datetime.fromtimestamp(seconds, UTC)
