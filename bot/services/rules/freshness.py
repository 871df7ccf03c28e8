"""When something that was checked once has to be checked again."""

from __future__ import annotations

from datetime import date


def is_old(checked_on: date, today: date) -> bool:
    """Say whether more than twelve months have passed since the check."""
    return today > _a_year_after(checked_on)


def _a_year_after(day: date) -> date:
    leap_day = (day.month, day.day) == (2, 29)
    return date(day.year + 1, 2, 28) if leap_day else day.replace(year=day.year + 1)
