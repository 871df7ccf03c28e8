"""When meetings begin, repeat and are mentioned: by the wall clock, once, and never too late."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.services.rules.meetings import (
    EVERY_WEEKS,
    Word,
    begins,
    ends,
    following,
    lapses,
    next_due,
    parse_start,
    word_now,
)

BERLIN = "Europe/Berlin"
ZONES = (BERLIN, "America/New_York", "Australia/Lord_Howe", "Africa/Casablanca", "Asia/Kathmandu")
MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)
"""Ten o'clock in Berlin."""


def wall(text: str) -> datetime:
    """Return a wall time, which has no zone."""
    return datetime.fromisoformat(text)


moments = st.datetimes(wall("2026-01-01T00:00"), wall("2028-01-01T00:00"), timezones=st.just(UTC)).map(
    lambda moment: moment.replace(second=0, microsecond=0)
)


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("2026-03-14 18:30", wall("2026-03-14T18:30")),
        ("2026-03-14, 18.30", wall("2026-03-14T18:30")),
        ("2026-03-14 at 0830", wall("2026-03-14T08:30")),
        ("today 18:30", wall("2026-03-02T18:30")),
        ("Tomorrow 9:00", wall("2026-03-03T09:00")),
        ("thu 18:30", wall("2026-03-05T18:30")),
        ("mon 10:01", wall("2026-03-02T10:01")),
        ("monday 10:00", wall("2026-03-09T10:00")),
    ],
)
def test_a_day_and_a_time_are_read_as_people_type_them(typed: str, read: datetime) -> None:
    assert parse_start(typed, BERLIN, MONDAY) == read


@pytest.mark.parametrize(
    "typed",
    ["", "18:30", "thu", "thu fri 18:30", "daily 18:30", "2026-02-30 18:30", "14.3. 18:30", "thu 25:00"],
)
def test_anything_else_is_refused(typed: str) -> None:
    with pytest.raises(ValueError):
        parse_start(typed, BERLIN, MONDAY)


@given(moments, st.sampled_from(ZONES))
def test_what_is_written_in_full_is_read_back(moment: datetime, zone: str) -> None:
    local = moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    assert parse_start(f"{local:%Y-%m-%d %H:%M}", zone, MONDAY) == local


@given(moments, st.sampled_from(ZONES), st.sampled_from([each for each in EVERY_WEEKS if each]))
def test_a_series_keeps_its_wall_time_and_its_distance_over_every_change_of_clocks(
    first: datetime, zone: str, every_weeks: int
) -> None:
    place = ZoneInfo(zone)
    local = first.astimezone(place).replace(tzinfo=None, fold=0)
    series = [begins(local, zone)]
    for _ in range(30):
        series.append(following(local, zone, every_weeks, occurs_at=series[-1], after=series[-1]))
    days = [each.astimezone(place).date() for each in series]
    assert {after - before for before, after in pairwise(days)} == {timedelta(weeks=every_weeks)}
    for day, each in zip(days, series, strict=True):
        assert each == begins(datetime.combine(day, local.time()), zone)


@given(moments, st.sampled_from([1, 2, 4]), st.timedeltas(timedelta(days=-6), timedelta(days=20)))
def test_moving_one_meeting_moves_none_of_the_others(
    first: datetime, every_weeks: int, by: timedelta
) -> None:
    local = first.astimezone(ZoneInfo(BERLIN)).replace(tzinfo=None, fold=0)
    occurs_at = begins(local, BERLIN)
    regular = [occurs_at]
    for _ in range(30):
        regular.append(following(local, BERLIN, every_weeks, occurs_at=regular[-1], after=regular[-1]))
    over = occurs_at + by
    following_it = following(local, BERLIN, every_weeks, occurs_at=occurs_at, after=over)
    assert following_it == next(each for each in regular[1:] if each > over)


@given(
    moments,
    st.integers(5, 480),
    st.timedeltas(timedelta(minutes=1), timedelta(days=5)),
    st.lists(st.timedeltas(timedelta(seconds=20), timedelta(days=2)), max_size=60),
)
def test_however_late_the_clock_looks_each_word_comes_at_most_once_in_order_and_never_after_the_start(
    starts_at: datetime, minutes: int, ahead: timedelta, steps: list[timedelta]
) -> None:
    at = starts_at - ahead
    due, said = next_due(starts_at, minutes, at), list[Word]()
    for step in steps:
        at += step
        if due > at:
            continue
        if ends(starts_at, minutes) <= at:
            break
        word = word_now(starts_at, at)
        if word is not None:
            assert at < lapses(word, starts_at)
            said.append(word)
        due = next_due(starts_at, minutes, at)
    assert said in ([], [Word.TOMORROW], [Word.SOON], [Word.TOMORROW, Word.SOON])
    if ahead <= timedelta(days=1):
        assert Word.TOMORROW not in said


def test_a_clock_that_looks_in_time_says_both() -> None:
    starts_at = MONDAY + timedelta(days=3)
    first = next_due(starts_at, 60, MONDAY)
    second = next_due(starts_at, 60, first)
    assert [word_now(starts_at, each) for each in (first, second)] == [Word.TOMORROW, Word.SOON]
    assert (starts_at - first, starts_at - second) == (timedelta(days=1), timedelta(minutes=15))
    assert next_due(starts_at, 60, second) == starts_at + timedelta(hours=1)
