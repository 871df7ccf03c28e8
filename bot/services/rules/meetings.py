"""When a meeting begins, what is said before it, and when the next one of a series is."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.services.rules.recurrence import Recurrence, first_instant, next_after, parse_days, parse_time

LONGEST_AHEAD = timedelta(days=366)
SHORTEST, LONGEST = 5, 480
"""How many minutes a meeting may last."""

EVERY_WEEKS = (0, 1, 2, 4)
"""Every how many weeks a meeting may repeat; 0: it does not."""

_DAY_BEFORE = timedelta(days=1)
_SOON_BEFORE = timedelta(minutes=15)


class Word(StrEnum):
    """What is said before a meeting."""

    TOMORROW = "tomorrow"
    SOON = "soon"


def parse_start(text: str, zone: str, at: datetime) -> datetime:
    """Read a day and a time as people type them, and return the wall time in the zone, without it.

    `2026-03-14 18:30`, `today 18:30`, `tomorrow 18:30`, `thu 18:30` (the next one that is still to come).

    Raises ValueError for anything else.
    """
    day, _, clock = re.sub(r",|\bat\b", " ", text.strip().lower()).rpartition(" ")
    at_time, now = parse_time(clock), at.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    match day.strip():
        case "today":
            found = now.date()
        case "tomorrow":
            found = now.date() + timedelta(days=1)
        case typed if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", typed):
            found = date.fromisoformat(typed)
        case typed:
            [weekday] = parse_days(typed)
            found = now.date() + timedelta(days=(weekday - now.weekday()) % 7)
            if datetime.combine(found, at_time) <= now:
                found += timedelta(days=7)
    return datetime.combine(found, at_time)


def begins(local_start: datetime, zone: str) -> datetime:
    """Return the instant, in UTC, of a wall time in a zone; one that the clock jumps over is after it."""
    return first_instant(local_start, ZoneInfo(zone))


def following(
    local_start: datetime, zone: str, every_weeks: int, *, occurs_at: datetime, after: datetime
) -> datetime:
    """Return when the next meeting of a series is, later than both its last one by the rule and `after`.

    Moving one meeting moves none of the others: the rule is counted from where it fell by the rule.
    """
    rule = Recurrence(
        days=frozenset({local_start.weekday()}),
        at=local_start.time(),
        zone=zone,
        every_weeks=every_weeks,
        anchor=local_start.date(),
    )
    return next_after(rule, max(occurs_at, after))


def ends(starts_at: datetime, minutes: int) -> datetime:
    """Return when a meeting is over."""
    return starts_at + timedelta(minutes=minutes)


def word_now(starts_at: datetime, at: datetime) -> Word | None:
    """Return what is to be said when something is due now, and the meeting not to have been mentioned yet.

    Late words are skipped: in the last quarter of an hour nothing is said of tomorrow, and once the meeting
    has begun nothing is said at all.
    """
    if at >= starts_at:
        return None
    if at >= starts_at - _SOON_BEFORE:
        return Word.SOON
    return Word.TOMORROW if at >= starts_at - _DAY_BEFORE else None


def lapses(word: Word, starts_at: datetime) -> datetime:
    """Return until when that word makes sense."""
    return starts_at - _SOON_BEFORE if word is Word.TOMORROW else starts_at


def next_due(starts_at: datetime, minutes: int, at: datetime) -> datetime:
    """Return when something is due next: a word a day before, one a quarter of an hour before, the end."""
    for moment in (starts_at - _DAY_BEFORE, starts_at - _SOON_BEFORE):
        if moment > at:
            return moment
    return ends(starts_at, minutes)


def is_soon_enough(starts_at: datetime, at: datetime) -> bool:
    """Say whether a start is not more than a year ahead."""
    return starts_at.astimezone(UTC) <= at + LONGEST_AHEAD
