"""Opening hours, against a wall clock that is looked at minute by minute."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from itertools import accumulate
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.services.rules.hours import Hours, Span, UnreadableLine, is_open, next_change, parse_spans, written
from bot.services.rules.recurrence import EVERY_DAY, WEEKDAYS

MINUTE = timedelta(minutes=1)
BERLIN = "Europe/Berlin"
FORWARD = datetime(2026, 3, 29, 1, tzinfo=UTC)
"""Clocks in Berlin go from 2:00 to 3:00; on the 25th of October they go back from 3:00 to 2:00."""

BACK = datetime(2026, 10, 25, 1, tzinfo=UTC)

TIMES = st.builds(time, st.integers(0, 23), st.sampled_from([0, 15, 30]))
DAYS = st.frozensets(st.integers(0, 6), min_size=1)
SPANS = (
    st.tuples(DAYS, TIMES, TIMES).filter(lambda parts: parts[1] != parts[2]).map(lambda parts: Span(*parts))
)
ZONES = st.sampled_from(
    [BERLIN, "America/Chicago", "Asia/Kathmandu", "Australia/Lord_Howe", "Pacific/Chatham"]
)
HOURS = st.builds(Hours, st.lists(SPANS, min_size=1, max_size=4).map(tuple), ZONES)
INSTANTS = st.integers(0, 3 * 366 * 24 * 60).map(lambda n: datetime(2025, 1, 1, tzinfo=UTC) + n * MINUTE)


def covers(span: Span, wall: datetime) -> bool:
    """Say whether a span covers a wall time, on its own day or from the evening before."""
    today, yesterday = wall.weekday() in span.days, (wall.weekday() - 1) % 7 in span.days
    if span.opens < span.closes:
        return today and span.opens <= wall.time() < span.closes
    return (today and wall.time() >= span.opens) or (yesterday and wall.time() < span.closes)


def near_a_change(instant: datetime, zone: ZoneInfo) -> bool:
    day = timedelta(days=1)
    offsets = {(instant + step).astimezone(zone).utcoffset() for step in (-day, 0 * day, day)}
    return len(offsets) > 1


@given(HOURS, INSTANTS)
def test_it_is_open_exactly_when_the_clock_on_the_wall_says_so(hours: Hours, instant: datetime) -> None:
    zone = ZoneInfo(hours.zone)
    if not near_a_change(instant, zone):
        wall = instant.astimezone(zone).replace(tzinfo=None)
        assert is_open(hours, instant) == any(covers(span, wall) for span in hours.spans)


class WallClock:
    """A clock of one zone that was written down every minute, for some days around one instant."""

    DAYS = timedelta(days=5)

    def __init__(self, zone: str, around: datetime) -> None:
        self.start = around - self.DAYS
        minutes = range(2 * self.DAYS // MINUTE)
        self.walls = [
            (self.start + n * MINUTE).astimezone(ZoneInfo(zone)).replace(tzinfo=None) for n in minutes
        ]
        # The latest that it has ever shown: an hour that comes twice counts the first time.
        self.latest = list(accumulate(self.walls, max))

    def first_shows(self, wall: datetime) -> datetime:
        """Return the first minute in which it shows this or, where it jumped over it, later."""
        return self.start + bisect_left(self.latest, wall) * MINUTE

    def open_times(self, hours: Hours) -> Iterator[tuple[datetime, datetime]]:
        """Return from when to when every span lasts that begins well within the days written down."""
        first = datetime.combine(self.walls[0].date(), time()) + timedelta(days=1)
        for number in range(2 * self.DAYS.days - 2):
            midnight = first + timedelta(days=number)
            for span in hours.spans:
                if midnight.weekday() in span.days:
                    end = midnight + timedelta(days=span.closes < span.opens)
                    yield (
                        self.first_shows(datetime.combine(midnight, span.opens)),
                        self.first_shows(datetime.combine(end, span.closes)),
                    )


CHANGES = [
    (BERLIN, FORWARD),
    (BERLIN, BACK),
    ("America/Chicago", datetime(2026, 3, 8, 8, tzinfo=UTC)),
    ("America/Chicago", datetime(2026, 11, 1, 7, tzinfo=UTC)),
    ("Australia/Lord_Howe", datetime(2026, 4, 4, 15, tzinfo=UTC)),
    ("Australia/Lord_Howe", datetime(2026, 10, 3, 15, 30, tzinfo=UTC)),
    ("Pacific/Chatham", datetime(2026, 4, 4, 14, tzinfo=UTC)),
    ("Africa/Cairo", datetime(2026, 4, 23, 22, tzinfo=UTC)),
]
CLOCKS = [WallClock(zone, change) for zone, change in CHANGES]


@pytest.mark.parametrize(
    "number", range(len(CHANGES)), ids=[f"{zone} {change:%b}" for zone, change in CHANGES]
)
@settings(max_examples=20)
@given(spans=st.lists(SPANS, min_size=1, max_size=3).map(tuple))
def test_around_a_change_of_clocks_it_turns_when_a_clock_written_down_by_the_minute_says_so(
    number: int, spans: tuple[Span, ...]
) -> None:
    (zone, change), clock = CHANGES[number], CLOCKS[number]
    hours, times = Hours(spans, zone), list(clock.open_times(Hours(spans, zone)))
    first = change - timedelta(days=1)
    minutes = [first + n * MINUTE for n in range(2 * 24 * 60)]
    states = [any(opens <= minute < closes for opens, closes in times) for minute in minutes]
    expected = [minutes[n] for n in range(1, len(minutes)) if states[n] != states[n - 1]]
    assert is_open(hours, first) == states[0]
    turns, moment = list[datetime](), next_change(hours, first)
    while moment is not None and moment <= minutes[-1]:
        turns.append(moment)
        moment = next_change(hours, moment)
    assert turns == expected


@settings(max_examples=40)
@given(HOURS, st.one_of(INSTANTS, st.sampled_from([FORWARD, BACK])))
def test_until_the_next_change_nothing_changes_and_then_it_does(hours: Hours, instant: datetime) -> None:
    change, now = next_change(hours, instant), is_open(hours, instant)
    end = instant + timedelta(days=8) if change is None else change
    moment = instant
    while moment < end:
        assert is_open(hours, moment) == now
        moment += 7 * MINUTE
    assert change is None or (is_open(hours, change) != now and is_open(hours, change - MINUTE / 60) == now)


@given(st.lists(SPANS, min_size=1, max_size=4).map(tuple))
def test_written_hours_are_read_as_the_same(spans: tuple[Span, ...]) -> None:
    assert parse_spans(written(spans)) == spans


def test_a_closing_time_that_the_clock_jumps_over_holds_at_the_first_moment_after() -> None:
    hours = Hours((Span(EVERY_DAY, time(22), time(2, 30)),), BERLIN)
    assert next_change(hours, FORWARD - 30 * MINUTE) == FORWARD


def test_a_closing_time_that_comes_twice_holds_the_first_time_and_it_stays_closed() -> None:
    hours = Hours((Span(EVERY_DAY, time(8), time(2, 30)),), BERLIN)
    closes = next_change(hours, BACK - 120 * MINUTE)
    assert closes == BACK - 30 * MINUTE  # 2:30 in summer time
    assert next_change(hours, closes) == datetime(2026, 10, 25, 7, tzinfo=UTC)  # 8:00 in winter time


def test_without_a_span_it_is_always_open() -> None:
    always = Hours((), BERLIN)
    assert is_open(always, FORWARD)
    assert next_change(always, FORWARD) is None


def test_spans_that_cover_the_week_never_close() -> None:
    hours = Hours((Span(EVERY_DAY, time(6), time(18)), Span(EVERY_DAY, time(18), time(6))), BERLIN)
    assert next_change(hours, FORWARD) is None


@pytest.mark.parametrize(
    ("typed", "span"),
    [
        ("weekdays 8:00-20:00", Span(WEEKDAYS, time(8), time(20))),
        ("every day 7 to 22", Span(EVERY_DAY, time(7), time(22))),
        ("sat, sun 10 - 12.30", Span(frozenset({5, 6}), time(10), time(12, 30))),
        ("Friday 22–6", Span(frozenset({4}), time(22), time(6))),
        ("daily 0800 until 24:00", Span(EVERY_DAY, time(8), time())),
    ],
)
def test_hours_are_read_as_people_type_them(typed: str, span: Span) -> None:
    assert parse_spans(typed) == (span,)


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "\n",
        "weekdays",
        "8-20",
        "mon 8:00",
        "mon 25-26",
        "mon 8-8",
        "someday 8-20",
        "mon 8-20 tue",
        "mon 8-20\n" * 15,
    ],
)
def test_what_are_no_hours_is_refused(typed: str) -> None:
    with pytest.raises(UnreadableLine):
        parse_spans(typed)


@pytest.mark.parametrize(("typed", "number"), [("", 1), ("mon 8-9\n\ntue 9-9\nx", 2), ("mon 8-9\n" * 15, 15)])
def test_the_first_line_that_cannot_be_read_is_named(typed: str, number: int) -> None:
    with pytest.raises(UnreadableLine) as unreadable:
        parse_spans(typed)
    assert unreadable.value.number == number


@given(st.text(max_size=60))
def test_whatever_is_typed_is_read_or_refused(typed: str) -> None:
    try:
        spans = parse_spans(typed)
    except ValueError:
        return
    assert parse_spans(written(spans)) == spans
