"""When something that repeats at a local wall time comes next, right on both nights of a clock change.

Wall times are kept with their IANA zone and become an instant only here. The only thing read from
outside is the zone tables, which are constants that happen to live in files.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

_DAY = timedelta(days=1)

EVERY_DAY = frozenset(range(7))
WEEKDAYS = frozenset(range(5))
WEEKENDS = EVERY_DAY - WEEKDAYS


@dataclass(frozen=True, slots=True)
class Recurrence:
    """Some days of the week (0 is Monday) at a wall time, to the minute, in an IANA zone.

    With `every_weeks` above 1 only every so many weeks count, among them the one that contains
    `anchor`; weeks begin on Monday.

    Raises ValueError for a rule that could never hold.
    """

    days: frozenset[int]
    at: time
    zone: str
    every_weeks: int = 1
    anchor: date | None = None

    def __post_init__(self) -> None:
        if not self.days or not self.days <= EVERY_DAY:
            raise ValueError("days are some of 0 (Monday) to 6 (Sunday), and at least one")
        if self.at != time(self.at.hour, self.at.minute):
            raise ValueError("at is a whole minute without a zone of its own")
        if not zone_exists(self.zone):
            raise ValueError(f"{self.zone!r} is not the name of an IANA time zone")
        if self.every_weeks < 1:
            raise ValueError("every_weeks is at least 1")
        if self.every_weeks > 1 and self.anchor is None:
            raise ValueError("every_weeks above 1 needs an anchor, a date in a week that counts")


def next_after(rule: Recurrence, instant: datetime) -> datetime:
    """Return the first occurrence strictly after an aware instant, in UTC.

    A wall time that the clock jumps over occurs at the first instant after the gap; one that comes
    twice occurs the first time; a date that the zone left out altogether has no occurrence. So each
    date occurs once, and going from one occurrence to the next neither repeats nor skips one.
    """
    zone = ZoneInfo(rule.zone)
    # Today is early enough: the occurrence of an earlier date is never later than a moment of today.
    day = _aware(instant).astimezone(zone).date()
    while True:
        if _counts(rule, day) and not _left_out(day, zone):
            found = first_instant(datetime.combine(day, rule.at), zone)
            if found > instant:
                return found
        day += _DAY


def closing(zone: str, opens_at: datetime, days: int) -> datetime:
    """Return the instant, in UTC, at which the wall clock shows the same time so many days later.

    A gap ends with the first instant after it, even one that swallows the whole date: unlike an
    occurrence, a close must not be left out.
    """
    if days < 1:
        raise ValueError("days is at least 1")
    if not zone_exists(zone):
        raise ValueError(f"{zone!r} is not the name of an IANA time zone")
    place = ZoneInfo(zone)
    opens = _aware(opens_at).astimezone(place)
    return first_instant(opens.replace(tzinfo=None) + days * _DAY, place)


def first_instant(wall: datetime, zone: ZoneInfo) -> datetime:
    """Return the first instant, in UTC, at which clocks in the zone show this wall time or a later one."""
    earlier = wall.replace(tzinfo=zone, fold=0)
    later = wall.replace(tzinfo=zone, fold=1)
    old, new = earlier.utcoffset(), later.utcoffset()
    if old is None or new is None or old >= new:
        # Unambiguous, or shown twice: fold=0 is the first of the two.
        return earlier.astimezone(UTC)
    # In a gap. Read with the new offset the wall time is before the change, with the old one after it.
    before, after = int(later.timestamp()), int(earlier.timestamp())
    change = bisect_left(range(before, after), new, key=lambda second: _offset_at(second, zone))
    return datetime.fromtimestamp(before + change, UTC)


@cache
def zones() -> frozenset[str]:
    """Return the names of all time zones that mean the same on every machine."""
    # The two left out are files beside the zones: "localtime" is whatever this machine is set to.
    return frozenset(available_timezones() - {"localtime", "Factory"})


def zone_exists(name: str) -> bool:
    """Say whether this is the exact name of a time zone."""
    return name in zones()


def parse_days(text: str) -> frozenset[int]:
    """Read days of the week as people type them: "daily", "weekdays", "mon, wed fri", "every Sunday".

    Raises ValueError where a word is none of these, or where there is no word.
    """
    words = re.findall(r"[^\s,]+", re.sub(r"\bevery\s*day\b", "daily", text.lower()))
    found = frozenset[int]().union(*(_days_named(word) for word in words if word not in _FILLERS))
    if not found:
        raise ValueError("no day of the week was named")
    return found


def parse_time(text: str) -> time:
    """Read a time of the 24-hour day as people type it: "8:30", "08:30", "0830", "8.30".

    Raises ValueError for anything else; "8:30 pm" is refused, never read as the morning.
    """
    found = re.fullmatch(r"([0-9]{1,2})[:.]?([0-9]{2})", text.strip())
    if found is None:
        raise ValueError("a time is hours and minutes of the 24-hour day, like 08:30")
    return time(int(found[1]), int(found[2]))


_FILLERS = {"and", "every", "on"}
_NAMES = ("mondays", "tuesdays", "wednesdays", "thursdays", "fridays", "saturdays", "sundays")
_GROUPS = {
    "daily": EVERY_DAY,
    "weekday": WEEKDAYS,
    "weekdays": WEEKDAYS,
    "weekend": WEEKENDS,
    "weekends": WEEKENDS,
}


def _days_named(word: str) -> frozenset[int]:
    if word in _GROUPS:
        return _GROUPS[word]
    # Three letters tell the days apart, so any beginning from there on will do: mon, tues, thurs.
    matches = {day for day, name in enumerate(_NAMES) if len(word) >= 3 and name.startswith(word)}
    if not matches:
        raise ValueError(f"{word!r} is not a day of the week")
    return frozenset(matches)


def _aware(instant: datetime) -> datetime:
    if instant.utcoffset() is None:
        raise ValueError("an instant needs a time zone")
    return instant


def _counts(rule: Recurrence, day: date) -> bool:
    if day.weekday() not in rule.days:
        return False
    if rule.anchor is None:
        return True
    return (_monday(day) - _monday(rule.anchor)) // _DAY // 7 % rule.every_weeks == 0


def _monday(day: date) -> date:
    return day - day.weekday() * _DAY


def _left_out(day: date, zone: ZoneInfo) -> bool:
    """Say whether the zone never had this date, as Samoa never had the 30th of December 2011."""
    midnight = datetime.combine(day, time())
    return first_instant(midnight, zone) == first_instant(midnight + _DAY, zone)


def _offset_at(second: int, zone: ZoneInfo) -> timedelta:
    return datetime.fromtimestamp(second, zone).utcoffset() or timedelta()
