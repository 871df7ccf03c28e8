"""What three circles and one member are offered in a year; as a program it writes docs/year.md."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.services.practices import Library, load_library, when_each
from bot.services.rules.practices import Taste, When, choose, part_of_day
from bot.services.rules.recurrence import EVERY_DAY, WEEKDAYS, Recurrence, next_after
from bot.services.rules.reminders import Limits, Turn, around_sessions, turn

PAGE = Path(__file__).parents[2] / "docs" / "year.md"
BEGINS = datetime(2026, 1, 1, tzinfo=UTC)
ENDS = datetime(2027, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Offering:
    """Prompts as a circle has them scheduled."""

    name: str
    rule: Recurrence
    theme: str | None
    minutes: int | None


CIRCLES = (
    Offering("weekdays 08:30, Berlin", Recurrence(WEEKDAYS, time(8, 30), "Europe/Berlin"), None, None),
    Offering(
        "daily 21:30, Chicago, on sleep",
        Recurrence(EVERY_DAY, time(21, 30), "America/Chicago"),
        "sleep",
        None,
    ),
    Offering(
        "Monday and Thursday 12:45, Lord Howe, at most 3 minutes",
        Recurrence(frozenset({0, 3}), time(12, 45), "Australia/Lord_Howe"),
        None,
        3,
    ),
)


@dataclass(frozen=True, slots=True)
class Year:
    """What came of a year of prompts."""

    offered: Sequence[str]
    fitting: int
    at_their_hour: int


def occurrences(rule: Recurrence) -> Iterator[datetime]:
    """Yield every moment of the year at which the rule holds."""
    moment = next_after(rule, BEGINS)
    while moment < ENDS:
        yield moment
        moment = next_after(rule, moment)


def live(offering: Offering, library: Library, *, salt: str) -> Year:
    """Offer a circle its practices for a year, as the bot would."""
    fitting = library.fitting(offering.theme, offering.minutes)
    shown: Counter[str] = Counter()
    offered: list[str] = []
    hour = part_of_day(offering.rule.at)
    for _ in occurrences(offering.rule):
        taste = Taste(shown, offered[-1] if offered else None)
        offered.append(choose(when_each(fitting), taste, salt=salt, moment=hour))
        shown[offered[-1]] += 1
    belongs = {practice.id: practice.when for practice in fitting}
    return Year(offered, len(fitting), sum(hour in belongs[each] for each in offered))


def reminders(*, minds: bool) -> Counter[Turn]:
    """Count what becomes of one member's reminders around sessions, from Monday to Thursday.

    They are quiet until nine and from nine in the evening. Whoever does not mind them is asked once, and then
    left alone.
    """
    zone = ZoneInfo("Europe/London")
    starts = (time(9), time(10), time(11, 30), time(14), time(15))
    limits = Limits(quiet_from=time(21), quiet_until=time(9), most_a_day=3)
    due = sorted(
        (moment, when)
        for when, at in around_sessions(starts)
        for moment in occurrences(Recurrence(frozenset(range(4)), at, zone.key))
    )
    found: Counter[Turn] = Counter()
    ignored: Counter[tuple[When, time]] = Counter()
    said: Counter[date] = Counter()
    for moment, when in due:
        local = moment.astimezone(zone)
        one = when, local.time()
        decided = turn(
            moment,
            moment + timedelta(seconds=20),
            local.time(),
            limits,
            said_today=said[local.date()],
            ignored=ignored[one],
        )
        found[decided] += 1
        if decided in {Turn.SAY, Turn.ASK}:
            said[local.date()] += 1
            ignored[one] = 0 if minds else ignored[one] + 1
    return found


def page() -> str:
    """Return the page as docs/year.md is to be."""
    library = load_library()
    lines = [
        "# A year of what is offered",
        "",
        "Played through with the rules and the library of the bot for 2026, the nights on which clocks change"
        " included. A test holds this page to them; `python -m tests.simulations.year` writes it anew.",
        "",
        "## Prompts of three circles",
        "",
        "| prompts | in the year | practices that fit | of these offered | most, fewest times"
        " | twice in a row | at an hour they are made for |",
        "|---|---|---|---|---|---|---|",
    ]
    for number, offering in enumerate(CIRCLES, start=1):
        year = live(offering, library, salt=str(number))
        times = Counter(year.offered).values()
        twice = sum(one == following for one, following in pairwise(year.offered))
        lines.append(
            f"| {offering.name} | {len(year.offered)} | {year.fitting} | {len(times)}"
            f" | {max(times)}, {min(times)} | {twice} | {100 * year.at_their_hour // len(year.offered)} % |"
        )
    lines += [
        "",
        "## One member's reminders",
        "",
        "Sessions from Monday to Thursday at 09:00, 10:00, 11:30, 14:00 and 15:00 in London; quiet from 21:00"
        " to 09:00; at most three a day.",
        "",
        "| the member | said | asked whether to go on | left out (quiet, or enough for the day) | resting |",
        "|---|---|---|---|---|",
    ]
    for name, minds in (("minds each of them", True), ("never answers", False)):
        found = reminders(minds=minds)
        lines.append(
            f"| {name} | {found[Turn.SAY]} | {found[Turn.ASK]} | {found[Turn.LEAVE_OUT]}"
            f" | {found[Turn.REST]} |"
        )
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
