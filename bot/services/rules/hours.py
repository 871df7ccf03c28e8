"""When a circle is open: spans of local time on days of the week, right on both nights of a clock change."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.services.rules.recurrence import EVERY_DAY, WEEKDAYS, first_instant, parse_days, parse_time

MOST_SPANS = 14
"""Two spans for each day of the week."""

_SHORT = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DAY = timedelta(days=1)
_LOOKED_BACK, _LOOKED_AHEAD = 2, 9
"""Days in which every boundary lies that matters: a span ends on the next day, a week repeats."""


class UnreadableLine(ValueError):
    """Hours were typed that nobody can read; `number` counts the lines that say something, from one."""

    def __init__(self, number: int) -> None:
        super().__init__(f"line {number} is not days and two different times")
        self.number = number


@dataclass(frozen=True, slots=True)
class Span:
    """Open from one local time to another on some days (0 is Monday); past midnight where it ends earlier.

    Raises ValueError for a span without days, or without length.
    """

    days: frozenset[int]
    opens: time
    closes: time

    def __post_init__(self) -> None:
        if not self.days or self.opens == self.closes:
            raise ValueError("a span has days, and does not end when it begins")


@dataclass(frozen=True, slots=True)
class Hours:
    """The spans in which a circle is open, by the clocks of a zone. Without any span it is always open."""

    spans: tuple[Span, ...]
    zone: str

    @property
    def always(self) -> bool:
        """Whether it never closes because somebody chose that."""
        return not self.spans


def is_open(hours: Hours, instant: datetime) -> bool:
    """Say whether the circle is open at this aware instant."""
    return hours.always or any(opens <= instant < closes for opens, closes in _times(hours, instant))


def next_change(hours: Hours, instant: datetime) -> datetime | None:
    """Return the first instant after this one at which it opens or closes, in UTC; None if it never does.

    A wall time that the clock jumps over counts at the first instant after the gap, one that comes twice
    counts the first time.
    """
    if hours.always:
        return None
    now = is_open(hours, instant)
    boundaries = {moment for times in _times(hours, instant) for moment in times if moment > instant}
    return next((moment for moment in sorted(boundaries) if is_open(hours, moment) != now), None)


def parse_spans(text: str) -> tuple[Span, ...]:
    """Read hours as people type them, a span to a line: "weekdays 8:00-20:00", "sat 10 - 12.30", "fri 22-6".

    Raises UnreadableLine for the first line that is not days and two times, that is missing, or one too many.
    """
    lines = [line for line in re.split(r"[\n;]", text) if line.strip()] or [""]
    spans = tuple(_parse_span(number, line) for number, line in enumerate(lines[:MOST_SPANS], start=1))
    if len(lines) > MOST_SPANS:
        raise UnreadableLine(MOST_SPANS + 1)
    return spans


def written(spans: Sequence[Span]) -> str:
    """Write hours in the way in which they are typed; read again, they are the same."""
    return "\n".join(f"{_days(span.days)} {span.opens:%H:%M}-{span.closes:%H:%M}" for span in spans)


def _days(days: frozenset[int]) -> str:
    if days == EVERY_DAY:
        return "daily"
    return "weekdays" if days == WEEKDAYS else ", ".join(_SHORT[day] for day in sorted(days))


def _parse_span(number: int, line: str) -> Span:
    found = re.fullmatch(r"(.*?[^\d\s:.])\s*([\d:.]+)\s*(?:-|–|—|to|until)\s*([\d:.]+)\s*", line.strip())
    if found is None:
        raise UnreadableLine(number)
    try:
        return Span(parse_days(found[1]), _parse_hour(found[2]), _parse_hour(found[3]))
    except ValueError:
        raise UnreadableLine(number) from None


def _parse_hour(text: str) -> time:
    whole = f"{text}:00" if text.isdecimal() and len(text) <= 2 else text
    # The end of a day is written both ways.
    return time() if re.fullmatch(r"24[:.]?00", whole) else parse_time(whole)


def _times(hours: Hours, instant: datetime) -> Sequence[tuple[datetime, datetime]]:
    zone = ZoneInfo(hours.zone)
    today = instant.astimezone(zone).date()
    return list(_times_from(hours, zone, datetime.combine(today, time()) - _LOOKED_BACK * _DAY))


def _times_from(hours: Hours, zone: ZoneInfo, first: datetime) -> Iterator[tuple[datetime, datetime]]:
    for number in range(_LOOKED_BACK + _LOOKED_AHEAD):
        midnight = first + number * _DAY
        for span in hours.spans:
            if midnight.weekday() in span.days:
                end = midnight if span.closes > span.opens else midnight + _DAY
                opens = first_instant(datetime.combine(midnight, span.opens), zone)
                closes = first_instant(datetime.combine(end, span.closes), zone)
                yield opens.astimezone(UTC), closes.astimezone(UTC)
