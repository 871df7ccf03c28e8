"""When a personal reminder is said, and when it is not."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.services.rules.practices import When
from bot.services.rules.reminders import GRACE, IGNORED, Limits, Turn, around_sessions, in_quiet, turn

DUE = datetime(2026, 3, 2, 8, tzinfo=UTC)
TIMES = st.times().map(lambda at: at.replace(second=0, microsecond=0))


def decided(limits: Limits | None = None, *, late: int = 0, said_today: int = 0, ignored: int = 0) -> Turn:
    return turn(
        DUE,
        DUE + timedelta(minutes=late),
        time(9),
        limits or Limits(),
        said_today=said_today,
        ignored=ignored,
    )


def test_a_reminder_in_its_time_is_said() -> None:
    assert decided() is Turn.SAY


@pytest.mark.parametrize(
    ("limits", "late", "said_today"),
    [
        (Limits(paused=True), 0, 0),
        (Limits(quiet_from=time(8), quiet_until=time(10)), 0, 0),
        (Limits(most_a_day=2), 0, 2),
        (Limits(), int(GRACE.total_seconds()) // 60 + 1, 0),
    ],
)
def test_what_is_not_wanted_or_too_late_is_left_out(limits: Limits, late: int, said_today: int) -> None:
    assert decided(limits, late=late, said_today=said_today) is Turn.LEAVE_OUT


def test_ignored_three_times_it_asks_once_and_then_rests() -> None:
    turns = [decided(ignored=ignored) for ignored in range(IGNORED + 3)]
    assert turns == [Turn.SAY] * IGNORED + [Turn.ASK] + [Turn.REST] * 2


@given(TIMES, TIMES, TIMES)
def test_quiet_hours_and_the_other_hours_make_up_the_day(local: time, begins: time, ends: time) -> None:
    quiet = in_quiet(local, Limits(quiet_from=begins, quiet_until=ends))
    awake = in_quiet(local, Limits(quiet_from=ends, quiet_until=begins))
    assert quiet != awake if begins != ends else not (quiet or awake)


def test_quiet_hours_go_over_midnight() -> None:
    night = Limits(quiet_from=time(22), quiet_until=time(7))
    assert [in_quiet(time(hour), night) for hour in (21, 22, 0, 6, 7)] == [False, True, True, True, False]


def test_a_day_of_sessions_has_an_arrival_resets_where_there_is_room_and_a_letting_go() -> None:
    assert around_sessions([time(10), time(9), time(10, 45), time(14)]) == (
        (When.BEFORE, time(8, 50)),
        (When.BETWEEN, time(9, 55)),
        (When.BETWEEN, time(11, 40)),
        (When.AFTER, time(14, 55)),
    )
    assert around_sessions([]) == ()


@given(st.lists(TIMES, max_size=12))
def test_whatever_the_sessions_all_moments_are_in_order_and_in_the_same_day(starts: list[time]) -> None:
    found = [at for _, at in around_sessions(starts)]
    assert found == sorted(found)
    assert len(found) <= len(set(starts)) + 1
