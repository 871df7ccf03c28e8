"""The file for calendars, read back: the same meeting, at the same wall time, and nobody in it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from icalendar import Calendar

from bot.services.calendars import PRODUCT, calendar_file
from bot.services.meetings import Meeting
from bot.services.rules.meetings import following

ONCE = Meeting(
    meeting_id=7,
    server_id=1_100_000_000_000_000_001,
    circle_id=1,
    title="A circle meets",
    topic="Endings; and beginnings",
    place="https://meet.example/41",
    channel_id=None,
    event_id=None,
    local_start=datetime.fromisoformat("2026-03-26T18:30"),
    time_zone="Europe/Berlin",
    every_weeks=0,
    minutes=90,
    occurs_at=datetime(2026, 3, 26, 17, 30, tzinfo=UTC),
    starts_at=datetime(2026, 3, 26, 17, 30, tzinfo=UTC),
    next_run_at=datetime(2026, 3, 25, 17, 30, tzinfo=UTC),
    sequence=1,
    cancelled=False,
)
NOW = datetime(2026, 3, 20, tzinfo=UTC)


def read(meeting: Meeting) -> Calendar:
    content = calendar_file(meeting, summary=meeting.title, where=meeting.place, at=NOW)
    for word in (b"ATTENDEE", b"ORGANIZER"):
        assert word not in content
    return Calendar.from_ical(content)


def test_one_meeting_is_what_was_planned_and_keeps_its_name_when_it_changes() -> None:
    calendar = read(ONCE)
    [event] = calendar.events
    assert calendar["PRODID"] == PRODUCT
    assert event["DTSTART"].dt == ONCE.starts_at
    assert event["DURATION"].dt == timedelta(minutes=90)
    assert (event["SUMMARY"], event["LOCATION"], event["DESCRIPTION"]) == (ONCE.title, ONCE.place, ONCE.topic)
    assert (event["STATUS"], event["CLASS"]) == ("CONFIRMED", "PRIVATE")
    moved = replace(ONCE, starts_at=ONCE.starts_at + timedelta(days=1), sequence=2)
    [again] = read(moved).events
    assert (again["UID"], again["SEQUENCE"]) == (event["UID"], 2)
    assert again["DTSTART"].dt == moved.starts_at
    [gone] = read(replace(moved, cancelled=True, sequence=3)).events
    assert (gone["UID"], gone["STATUS"], gone["SEQUENCE"]) == (event["UID"], "CANCELLED", 3)


@pytest.mark.parametrize("every_weeks", [1, 2, 4])
def test_a_series_repeats_by_its_own_zone_over_the_clock_changes_as_the_bot_does(every_weeks: int) -> None:
    calendar = read(replace(ONCE, every_weeks=every_weeks))
    [event] = calendar.events
    [zone] = calendar.timezones
    assert event["DTSTART"].params["TZID"] == zone["TZID"] == "Europe/Berlin"
    assert dict(event["RRULE"]) == {"FREQ": ["WEEKLY"], "INTERVAL": [every_weeks]}
    rules, wall, ours = zone.to_tz(), ONCE.local_start, ONCE.occurs_at
    for _ in range(60 // every_weeks):
        # What a calendar does: the same wall time, so many weeks later, by the rules in the file.
        assert wall.replace(tzinfo=rules).astimezone(UTC) == ours
        ours = following(ONCE.local_start, ONCE.time_zone, every_weeks, occurs_at=ours, after=ours)
        wall += timedelta(weeks=every_weeks)


def test_one_of_a_series_that_was_moved_is_its_exception() -> None:
    moved_to = ONCE.occurs_at + timedelta(days=1, hours=2)
    series, moved = read(replace(ONCE, every_weeks=1, starts_at=moved_to, sequence=2)).events
    assert series["UID"] == moved["UID"]
    assert series["DTSTART"].dt.astimezone(UTC) == ONCE.occurs_at
    assert moved["RECURRENCE-ID"].dt == series["DTSTART"].dt
    assert moved["DTSTART"].dt.astimezone(UTC) == moved_to
