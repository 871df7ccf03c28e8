"""How long things stay: what every server begins with, and how far it may shorten that."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum


class Limit(StrEnum):
    """What is kept for so many days and no longer."""

    RESULTS = "results"
    POSTS = "posts"


LONGEST: Mapping[Limit, int] = {Limit.RESULTS: 730, Limit.POSTS: 60}
"""Days that hold unless a server chooses fewer. `db/registry.py` says the same to members."""

SHORTEST: Mapping[Limit, int] = {Limit.RESULTS: 60, Limit.POSTS: 30}
"""A result has to outlive its post, which may wait for its channel for a month."""


def in_force(chosen: Mapping[Limit, int]) -> dict[Limit, int]:
    """Return how many days everything stays: what a server chose, and never longer than the default."""
    return {limit: min(chosen.get(limit, longest), longest) for limit, longest in LONGEST.items()}


def oldest_kept(days: int, at: datetime) -> datetime:
    """Return the moment before which everything goes."""
    return at - timedelta(days=days)
