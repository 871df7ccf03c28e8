"""A meeting as a file for one's own calendar. It names nobody: no organiser, no attendee."""

# icalendar takes values of any type, so much of what it says of itself is unknown.
# pyright: reportUnknownMemberType=false

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, vRecur

from bot.services.meeting_rounds import left_out
from bot.services.meetings import Meeting

PRODUCT = "-//Respite//Meetings//EN"


def calendar_file(meeting: Meeting, *, summary: str, where: str, at: datetime) -> bytes:
    """Return the file. A calendar that has the meeting already takes it as a change of the same one.

    A series is written in its own time zone, with the rules of that zone, so that calendars repeat it at
    the same wall time; it begins with the next meeting. One that somebody has moved is its exception.
    """
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    event = _event(meeting, summary, where, at)
    if meeting.every_weeks:
        by_rule = _by_rule(meeting, meeting.occurs_at)
        _set_span(event, by_rule, meeting.minutes)
        event.add("rrule", vRecur(FREQ="WEEKLY", INTERVAL=meeting.every_weeks))
        for each in left_out(meeting):
            event.add("exdate", _by_rule(meeting, each))
        calendar.add_component(event)
        if meeting.starts_at != meeting.occurs_at:
            moved = _event(meeting, summary, where, at)
            moved.add("recurrence-id", by_rule)
            _set_span(moved, meeting.starts_at.astimezone(ZoneInfo(meeting.time_zone)), meeting.minutes)
            calendar.add_component(moved)
        calendar.add_missing_timezones()
    else:
        _set_span(event, meeting.starts_at.astimezone(UTC), meeting.minutes)
        calendar.add_component(event)
    return calendar.to_ical()


def _by_rule(meeting: Meeting, instant: datetime) -> datetime:
    """Return a meeting of a series as the rule has it: by the wall clock of its zone."""
    zone = ZoneInfo(meeting.time_zone)
    return datetime.combine(instant.astimezone(zone).date(), meeting.local_start.time(), zone)


def _event(meeting: Meeting, summary: str, where: str, at: datetime) -> Event:
    event = Event()
    event.add("uid", f"meeting-{meeting.meeting_id}-{meeting.server_id}@respite.invalid")
    event.add("dtstamp", at.astimezone(UTC))
    event.add("sequence", meeting.sequence)
    event.add("summary", summary)
    event.add("location", where)
    if meeting.topic:
        event.add("description", meeting.topic)
    event.add("status", "CANCELLED" if meeting.cancelled else "CONFIRMED")
    event.add("class", "PRIVATE")
    return event


def _set_span(event: Event, starts: datetime, minutes: int) -> None:
    event.add("dtstart", starts)
    event.add("duration", timedelta(minutes=minutes))
