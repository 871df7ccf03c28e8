"""Repeating at a wall time, against a clock that is watched minute by minute."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.services.rules.recurrence import (
    EVERY_DAY,
    WEEKDAYS,
    WEEKENDS,
    Recurrence,
    closing,
    next_after,
    parse_days,
    parse_time,
    zone_exists,
)

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
SUNDAY = frozenset({6})

AWKWARD = (
    "Australia/Lord_Howe",  # half an hour
    "Pacific/Chatham",  # the change is at 2:45
    "Africa/Cairo",  # midnight, and years without
    "Asia/Beirut",  # midnight
    "America/Asuncion",  # midnight, until 2024
    "Africa/Casablanca",  # four changes a year, around Ramadan
    "America/Nuuk",  # a gap that ends on the next date
    "America/St_Johns",  # until 2011 one minute past midnight, back into the date before
    "Asia/Kathmandu",  # never, at an odd offset
    "Europe/Berlin",
    "America/Chicago",
    "Europe/London",
)


@cache
def changes(name: str) -> tuple[datetime, ...]:
    """Every full hour from 2005 to 2030 within which the zone's clocks change."""
    zone, found = ZoneInfo(name), list[datetime]()
    moment = datetime(2005, 1, 1, tzinfo=UTC)
    offset = moment.astimezone(zone).utcoffset()
    while moment.year < 2031:
        moment += timedelta(hours=1)
        now = moment.astimezone(zone).utcoffset()
        if now != offset:
            found.append(moment)
        offset = now
    return tuple(found) or (datetime(2024, 3, 1, tzinfo=UTC),)


def watched(rule: Recurrence, start: datetime, days: int) -> list[datetime]:
    """Every occurrence in these days, found by looking at the clock each minute.

    A date occurs in the first minute in which the clock shows its time or a later one.
    """
    zone, seen, shown = ZoneInfo(rule.zone), set[date](), list[tuple[datetime, datetime]]()
    for minute in range((days + 4) * 24 * 60):
        moment = start + minute * MINUTE - 2 * DAY
        wall = moment.astimezone(zone).replace(tzinfo=None, fold=0)
        seen.add(wall.date())
        shown.append((moment, wall))
    occurrences = list[datetime]()
    for day in sorted(seen)[1:]:
        if day.weekday() in rule.days:
            due = datetime.combine(day, rule.at)
            occurrences += [moment for moment, wall in shown if wall >= due][:1]
    return [moment for moment in occurrences if start <= moment < start + days * DAY]


def all_between(rule: Recurrence, start: datetime, end: datetime) -> Iterator[datetime]:
    moment = next_after(rule, start - MINUTE)
    while moment < end:
        yield moment
        moment = next_after(rule, moment)


def ten_years(rule: Recurrence) -> list[datetime]:
    """The wall times, in the rule's zone, of all occurrences from 2020 to 2030."""
    zone = ZoneInfo(rule.zone)
    start, end = datetime(2020, 1, 1, tzinfo=zone), datetime(2031, 1, 1, tzinfo=zone)
    return [moment.astimezone(zone) for moment in all_between(rule, start, end)]


def dates(first: date, last: date, days: frozenset[int]) -> list[date]:
    every = (first + ahead * DAY for ahead in range((last - first).days + 1))
    return [day for day in every if day.weekday() in days]


@st.composite
def near_a_change(draw: st.DrawFn) -> tuple[Recurrence, datetime]:
    """A rule whose time lies within two hours of a change of clocks, and the day before that change."""
    name = draw(st.sampled_from(AWKWARD))
    change = draw(st.sampled_from(changes(name)))
    near = change.astimezone(ZoneInfo(name)) + draw(st.integers(-120, 120)) * MINUTE
    at = draw(st.sampled_from([time(near.hour, near.minute), time(0, 0), time(0, 30), time(23, 59)]))
    days = draw(st.frozensets(st.integers(0, 6), min_size=5))
    return Recurrence(days, at, name), change - DAY


@settings(max_examples=80, deadline=None)
@given(near_a_change())
def test_around_a_change_of_clocks_it_agrees_with_watching_the_clock_each_minute(
    case: tuple[Recurrence, datetime],
) -> None:
    rule, start = case
    assert list(all_between(rule, start, start + 3 * DAY)) == watched(rule, start, 3)


@settings(max_examples=200, deadline=None)
@given(near_a_change(), st.integers(0, 3 * 24 * 60))
def test_the_next_occurrence_is_strictly_later_and_nothing_lies_between(
    case: tuple[Recurrence, datetime], minutes: int
) -> None:
    rule, start = case
    asked = start + minutes * MINUTE
    found = next_after(rule, asked)
    assert found > asked
    assert next_after(rule, found - timedelta(microseconds=1)) == found
    middle = asked + (found - asked) / 2
    assert next_after(rule, middle) == found


@pytest.mark.parametrize("at", [time(0, 0), time(8, 30), time(23, 59)])
def test_a_date_that_samoa_never_had_has_no_occurrence(at: time) -> None:
    rule = Recurrence(EVERY_DAY, at, "Pacific/Apia")
    start = datetime(2011, 12, 28, tzinfo=UTC)
    found = list(all_between(rule, start, start + 5 * DAY))
    assert found == watched(rule, start, 5)
    walls = [moment.astimezone(ZoneInfo("Pacific/Apia")) for moment in found]
    assert all((wall.hour, wall.minute) == (at.hour, at.minute) for wall in walls)
    assert date(2011, 12, 30) not in [wall.date() for wall in walls]
    assert {date(2011, 12, 29), date(2011, 12, 31)} <= {wall.date() for wall in walls}


def test_a_weekly_rule_for_the_day_that_samoa_never_had_waits_a_week() -> None:
    friday = Recurrence(frozenset({4}), time(9), "Pacific/Apia")
    found = next_after(friday, datetime(2011, 12, 25, tzinfo=UTC))
    assert found.astimezone(ZoneInfo("Pacific/Apia")).date() == date(2012, 1, 6)


def test_a_time_inside_a_gap_comes_at_the_first_instant_after_it() -> None:
    rule = Recurrence(EVERY_DAY, time(2, 30), "Europe/Berlin")
    assert next_after(rule, datetime(2026, 3, 29, 0, 0, tzinfo=UTC)) == datetime(
        2026, 3, 29, 1, 0, tzinfo=UTC
    )


def test_a_time_shown_twice_comes_the_first_time_only() -> None:
    rule = Recurrence(EVERY_DAY, time(2, 30), "Europe/Berlin")
    first = next_after(rule, datetime(2026, 10, 24, 22, 0, tzinfo=UTC))
    assert first == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert next_after(rule, first) == datetime(2026, 10, 26, 1, 30, tzinfo=UTC)


def test_a_gap_that_ends_on_the_next_date_still_gives_the_evening_its_occurrence() -> None:
    nuuk = ZoneInfo("America/Nuuk")
    rule = Recurrence(EVERY_DAY, time(23, 30), "America/Nuuk")
    evenings = list(
        all_between(rule, datetime(2024, 3, 29, 12, tzinfo=nuuk), datetime(2024, 4, 1, 12, tzinfo=nuuk))
    )
    shown = [evening.astimezone(nuuk).strftime("%d %H:%M") for evening in evenings]
    assert shown == ["29 23:30", "31 00:00", "31 23:30"]


def test_weekdays_at_half_past_eight_in_berlin_come_once_per_weekday_for_ten_years() -> None:
    walls = ten_years(Recurrence(WEEKDAYS, time(8, 30), "Europe/Berlin"))
    assert [wall.date() for wall in walls] == dates(date(2020, 1, 1), date(2030, 12, 31), WEEKDAYS)
    assert {wall.time() for wall in walls} == {time(8, 30)}


@pytest.mark.parametrize(
    ("days", "at", "zone"),
    [
        (EVERY_DAY, time(0, 0), "America/Chicago"),
        (EVERY_DAY, time(2, 30), "America/Chicago"),
        (EVERY_DAY, time(1, 30), "Europe/London"),
        (SUNDAY, time(0, 0), "Asia/Beirut"),
        (EVERY_DAY, time(0, 0), "America/Asuncion"),
        (EVERY_DAY, time(2, 15), "Australia/Lord_Howe"),
        (EVERY_DAY, time(3, 0), "Pacific/Chatham"),
    ],
)
def test_no_date_is_skipped_and_none_comes_twice_for_ten_years(
    days: frozenset[int], at: time, zone: str
) -> None:
    walls = ten_years(Recurrence(days, at, zone))
    assert [wall.date() for wall in walls] == dates(date(2020, 1, 1), date(2030, 12, 31), days)


def test_a_leap_day_is_a_day_like_any_other() -> None:
    rule = Recurrence(EVERY_DAY, time(8), "Asia/Kathmandu")
    found = next_after(rule, datetime(2028, 2, 28, 12, tzinfo=UTC))
    assert found.astimezone(ZoneInfo("Asia/Kathmandu")).date() == date(2028, 2, 29)


@pytest.mark.parametrize("weeks", [2, 4])
def test_every_so_many_weeks_keeps_its_distance_through_both_changes_of_clocks(weeks: int) -> None:
    rule = Recurrence(frozenset({1}), time(18), "Europe/London", weeks, anchor=date(2026, 1, 8))
    walls = ten_years(rule)
    assert date(2026, 1, 6) in [wall.date() for wall in walls]
    assert {later.date() - earlier.date() for earlier, later in pairwise(walls)} == {weeks * 7 * DAY}


@settings(deadline=None)
@given(st.integers(2, 6), st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(0, 400))
def test_the_week_of_the_anchor_counts_whichever_of_its_days_the_anchor_is(
    weeks: int, anchor: date, ahead: int
) -> None:
    monday = anchor - anchor.weekday() * DAY
    asked = datetime.combine(anchor + ahead * DAY, time(12), UTC)
    by_anchor = next_after(Recurrence(EVERY_DAY, time(8), "UTC", weeks, anchor), asked)
    by_monday = next_after(Recurrence(EVERY_DAY, time(8), "UTC", weeks, monday), asked)
    assert by_anchor == by_monday
    assert (by_anchor.date() - monday).days // 7 % weeks == 0


def test_the_weeks_before_the_anchor_are_counted_too() -> None:
    rule = Recurrence(frozenset({0}), time(9), "UTC", 2, anchor=date(2026, 6, 1))
    assert next_after(rule, datetime(2026, 5, 10, tzinfo=UTC)) == datetime(2026, 5, 18, 9, tzinfo=UTC)


def test_an_instant_may_be_given_in_any_zone_and_the_answer_is_in_utc() -> None:
    rule = Recurrence(EVERY_DAY, time(8), "Europe/Berlin")
    asked = datetime(2026, 1, 5, 7, 30, tzinfo=ZoneInfo("Europe/Berlin"))
    found = next_after(rule, asked)
    assert found == datetime(2026, 1, 5, 7, tzinfo=UTC)
    assert found.tzinfo is UTC


@pytest.mark.parametrize(
    ("opens", "closes"),
    [
        (datetime(2026, 3, 24, 9, tzinfo=UTC), datetime(2026, 3, 31, 8, tzinfo=UTC)),
        (datetime(2026, 10, 20, 8, tzinfo=UTC), datetime(2026, 10, 27, 9, tzinfo=UTC)),
        (datetime(2026, 3, 22, 1, 30, tzinfo=UTC), datetime(2026, 3, 29, 1, 0, tzinfo=UTC)),
        (datetime(2026, 10, 18, 0, 30, 5, tzinfo=UTC), datetime(2026, 10, 25, 0, 30, 5, tzinfo=UTC)),
    ],
    ids=["over spring", "over autumn", "into the gap", "into the hour shown twice"],
)
def test_a_window_closes_at_the_wall_time_at_which_it_opened(opens: datetime, closes: datetime) -> None:
    assert closing("Europe/Berlin", opens, 7) == closes


def test_a_window_that_would_close_on_a_date_that_never_was_closes_right_after_it() -> None:
    apia = ZoneInfo("Pacific/Apia")
    opens = datetime(2011, 12, 23, 9, tzinfo=apia)
    assert closing("Pacific/Apia", opens, 7) == datetime(2011, 12, 31, tzinfo=apia)


@settings(deadline=None)
@given(
    st.sampled_from(AWKWARD),
    st.integers(0, 25 * 365 * 24 * 60).map(
        lambda minutes: datetime(2005, 1, 1, tzinfo=UTC) + minutes * MINUTE
    ),
    st.integers(7, 28),
)
@example("America/Nuuk", datetime(2024, 3, 24, 1, 15, tzinfo=UTC), 7)
def test_a_window_never_closes_more_than_a_change_of_clocks_away_from_whole_days(
    zone: str, opens: datetime, days: int
) -> None:
    closes = closing(zone, opens, days)
    assert abs(closes - opens - days * DAY) <= timedelta(hours=1)
    assert closes.tzinfo is UTC


@pytest.mark.parametrize(
    "wrong",
    [
        {"days": frozenset()},
        {"days": frozenset({7})},
        {"at": time(8, 30, 15)},
        {"at": time(8, 30, tzinfo=UTC)},
        {"zone": "Europe/Atlantis"},
        {"every_weeks": 0, "anchor": date(2026, 1, 1)},
        {"every_weeks": 2},
    ],
    ids=", ".join,
)
def test_a_rule_that_could_never_hold_is_refused(wrong: dict[str, object]) -> None:
    fine: dict[str, object] = {"days": WEEKDAYS, "at": time(8, 30), "zone": "Europe/Berlin"}
    with pytest.raises(ValueError, match=next(iter(wrong)) if "zone" not in wrong else "time zone"):
        Recurrence(**(fine | wrong))  # type: ignore[arg-type]


def test_an_instant_without_a_zone_is_refused() -> None:
    naive = datetime(2026, 1, 1)  # noqa: DTZ001 - that is the point
    with pytest.raises(ValueError, match="time zone"):
        next_after(Recurrence(EVERY_DAY, time(8), "UTC"), naive)
    with pytest.raises(ValueError, match="time zone"):
        closing("UTC", naive, 7)


def test_a_window_of_no_days_or_in_no_zone_is_refused() -> None:
    opens = datetime(2026, 1, 1, tzinfo=UTC)
    with pytest.raises(ValueError, match="days"):
        closing("UTC", opens, 0)
    with pytest.raises(ValueError, match="time zone"):
        closing("Nowhere", opens, 7)


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("daily", EVERY_DAY),
        ("Every Day", EVERY_DAY),
        ("everyday", EVERY_DAY),
        ("WEEKDAYS", WEEKDAYS),
        ("every weekday", WEEKDAYS),
        ("weekends", WEEKENDS),
        ("mon, wed fri", frozenset({0, 2, 4})),
        ("Monday and Thursday", frozenset({0, 3})),
        ("tues,thurs", frozenset({1, 3})),
        ("on Sundays", SUNDAY),
        ("weekends, mon", WEEKENDS | {0}),
        ("tuesday Wednesday THURSDAY friday saturday sunday", EVERY_DAY - {0}),
    ],
)
def test_days_are_read_as_people_type_them(text: str, days: frozenset[int]) -> None:
    assert parse_days(text) == days


@pytest.mark.parametrize(
    "text", ["", "  ", "and", "m", "mo", "noday", "mon-fri", "every other monday", "1", "mondayy"]
)
def test_what_is_not_days_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="day of the week"):
        parse_days(text)


@pytest.mark.parametrize("text", ["8:30", "08:30", "0830", "8.30", "830", " 08.30 "])
def test_a_time_is_read_as_people_type_it(text: str) -> None:
    assert parse_time(text) == time(8, 30)


@given(st.integers(0, 23), st.integers(0, 59))
def test_every_minute_of_the_day_can_be_typed(hour: int, minute: int) -> None:
    for text in (
        f"{hour}:{minute:02}",
        f"{hour:02}:{minute:02}",
        f"{hour:02}{minute:02}",
        f"{hour}.{minute:02}",
    ):
        assert parse_time(text) == time(hour, minute)


@pytest.mark.parametrize(
    "text", ["", "8", "8:3", "24:00", "8:60", "8:30 pm", "half past", "8-30", "٠٨:٣٠", "08:30:00"]
)
def test_what_is_not_a_time_of_day_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"time|hour|minute"):
        parse_time(text)


@pytest.mark.parametrize("name", ["Europe/Berlin", "America/Argentina/Buenos_Aires", "UTC"])
def test_a_zone_is_known_by_its_name(name: str) -> None:
    assert zone_exists(name)


@pytest.mark.parametrize(
    "name", ["", "europe/berlin", "America", "localtime", "Factory", "../../etc/passwd", "a\0b", "CEST"]
)
def test_what_is_not_the_name_of_a_zone_everywhere_is_refused(name: str) -> None:
    assert not zone_exists(name)
