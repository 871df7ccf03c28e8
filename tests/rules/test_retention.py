"""How long things stay: never longer than by default."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.services.rules.retention import LONGEST, SHORTEST, Limit, in_force, oldest_kept

CHOSEN = st.dictionaries(st.sampled_from(Limit), st.integers(min_value=1, max_value=10_000))


def test_every_limit_has_a_default_and_a_least_below_it() -> None:
    assert set(LONGEST) == set(SHORTEST) == set(Limit)
    for limit in Limit:
        assert 0 < SHORTEST[limit] < LONGEST[limit]


@given(CHOSEN)
def test_nothing_stays_longer_than_by_default_whatever_was_chosen(chosen: dict[Limit, int]) -> None:
    kept = in_force(chosen)
    assert set(kept) == set(Limit)
    for limit, days in kept.items():
        assert days == min(chosen.get(limit, LONGEST[limit]), LONGEST[limit])


@pytest.mark.parametrize("days", [1, 60, 730])
def test_days_are_counted_back_from_now(days: int) -> None:
    at = datetime(2026, 3, 30, 8, tzinfo=UTC)
    assert at - oldest_kept(days, at) == timedelta(days=days)
