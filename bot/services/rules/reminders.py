"""Personal reminders: whether one is due to be said, and which ones belong to a day of sessions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from itertools import pairwise

from bot.services.rules.practices import When

GRACE = timedelta(hours=2)
"""A reminder later than this is left out: what was meant for the morning does not help in the evening."""

IGNORED = 3
"""After so many reminders without any answer it asks once whether to stop, and then rests."""

SESSION = timedelta(minutes=50)
BEFOREHAND = timedelta(minutes=10)
AFTERWARDS = timedelta(minutes=5)


class Turn(StrEnum):
    """What becomes of a reminder whose time has come."""

    SAY = "say"
    ASK = "ask"
    """Say it, and ask whether it should go on coming."""
    LEAVE_OUT = "leave out"
    REST = "rest"
    """It was ignored, asked about, and ignored again: it does not come any more until somebody wants it."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a member allows: local hours of quiet, a pause of everything, how many a day."""

    quiet_from: time | None = None
    quiet_until: time | None = None
    paused: bool = False
    most_a_day: int = 3


def turn(
    due_at: datetime, now: datetime, local: time, limits: Limits, *, said_today: int, ignored: int
) -> Turn:
    """Decide about one reminder. `local` is the time of day at which it is due."""
    if ignored > IGNORED:
        return Turn.REST
    late = now - due_at > GRACE
    if late or limits.paused or in_quiet(local, limits) or said_today >= limits.most_a_day:
        return Turn.LEAVE_OUT
    return Turn.ASK if ignored == IGNORED else Turn.SAY


def in_quiet(local: time, limits: Limits) -> bool:
    """Say whether a time of day lies in the hours of quiet, which may go over midnight."""
    begins, ends = limits.quiet_from, limits.quiet_until
    if begins is None or ends is None or begins == ends:
        return False
    if begins < ends:
        return begins <= local < ends
    return local >= begins or local < ends


def around_sessions(starts: Sequence[time]) -> tuple[tuple[When, time], ...]:
    """Return what belongs to a day of sessions that start at these times: arrive, reset, let go.

    Before the first one arrives; between two there is a reset where at least ten minutes are left for it;
    after the last one lets go.
    """
    if not starts:
        return ()
    ordered = sorted(set(starts))
    found = [(When.BEFORE, _shifted(ordered[0], -BEFOREHAND))]
    for one, following in pairwise(ordered):
        reset = _shifted(one, SESSION + AFTERWARDS)
        if reset is not None and _minutes(following) - _minutes(one) >= 60:
            found.append((When.BETWEEN, reset))
    found.append((When.AFTER, _shifted(ordered[-1], SESSION + AFTERWARDS)))
    return tuple((when, at) for when, at in found if at is not None)


def _shifted(at: time, by: timedelta) -> time | None:
    """Return the time of day that much later, or None where that is another day."""
    minutes = _minutes(at) + int(by.total_seconds() // 60)
    return time(*divmod(minutes, 60)) if 0 <= minutes < 24 * 60 else None


def _minutes(at: time) -> int:
    return 60 * at.hour + at.minute
