"""When something that was checked once has to be checked again."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.services.rules.freshness import is_old

DAYS = st.dates(min_value=date(2020, 1, 1), max_value=date(2100, 1, 1))


@pytest.mark.parametrize(
    ("checked_on", "today", "old"),
    [
        (date(2026, 11, 27), date(2027, 11, 27), False),
        (date(2026, 11, 27), date(2027, 11, 28), True),
        (date(2028, 2, 29), date(2029, 2, 28), False),
        (date(2028, 2, 29), date(2029, 3, 1), True),
        (date(2027, 2, 28), date(2028, 2, 29), True),
    ],
)
def test_twelve_months_are_counted_by_the_calendar(checked_on: date, today: date, old: bool) -> None:
    assert is_old(checked_on, today) is old


@given(DAYS, st.integers(min_value=-1000, max_value=364))
def test_nothing_is_old_within_a_year_or_before_it_was_checked(checked_on: date, days: int) -> None:
    assert not is_old(checked_on, checked_on + timedelta(days=days))


@given(DAYS, st.integers(min_value=367, max_value=10_000))
def test_everything_is_old_after_more_than_a_year(checked_on: date, days: int) -> None:
    assert is_old(checked_on, checked_on + timedelta(days=days))
