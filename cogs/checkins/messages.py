"""Every word about check-ins."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import discord

from bot.services.checkin_schedules import Scheduled
from bot.services.checkins import Receipt
from bot.services.releases import Published, Results
from bot.services.rules.anonymity import CONTINUUM as STEPS
from bot.services.rules.anonymity import Band, Finding, Question
from bot.services.windows import Opened, OpenWindow
from cogs import words

_CONTENT = Path(__file__).parents[2] / "bot" / "content" / "continuum.toml"
_WORDS: dict[str, Any] = tomllib.loads(_CONTENT.read_text("utf-8"))

CHECKIN = "Say how you are, in four taps. After the close nobody can tell who answered what"
CHECKIN_CIRCLE = "The circle that is to count it. Left out: the form lets you choose"
GROUP = "Check-ins of the circles that you hold"
OPEN = "Open a check-in now"
SCHEDULE = "Let check-ins open by themselves"
CANCEL = "Discard the open check-in, or end its schedule"
RESULTS = "Past results as picture, table and words"
WHOLE_SERVER_OPTION = "The whole server's check-in instead of a circle's (for moderators)"
DAYS_OPTION = "How many days it stays open (7 to 28)"
WEEKDAY_OPTION = "On which day it opens"
EVERY_OPTION = "How often; every week if left out"
EVERY_WEEKS = {1: "every week", 2: "every two weeks", 4: "every four weeks"}
CANCEL_WHAT = "The open check-in, unless you choose its schedule"
CANCELS = {"window": "The open check-in, with its answers", "schedule": "The schedule"}

ANSWER = "Check in"
CHANGE = "Change"
WITHDRAW = "Withdraw"

FORM_TITLE = "Check-in"
CONTINUUM_QUESTION = "Where are you today?"
CONTINUUM = tuple(
    (f"{step['emoji']} {step['label']} ({step['colour']})", step["description"])
    for step in (_WORDS["steps"][each.value] for each in STEPS)
)
STEP_NAMES = {each: str(_WORDS["steps"][each.value]["label"]).lower() for each in STEPS}
WHO_CAN_SEE_SHORT = (
    "Peers, facilitators: coarse sums at close. Operator: only while open. Discord: this form."
)
WHERE_QUESTION = "Where it counts"
WHERE_HINT = "In one place only, so that no result can be told from another."

_WHO = (
    "Peers and facilitators{of_all}: coarse results for all together, after the close, if enough answer\n"
    "Whoever runs this bot: could look until the close, never later"
)

PICTURE_NAME = "check-ins.png"
WITHHELD = "Not enough answers to show safely."
WITHHELD_SHORT = "not enough answers"


@dataclass(frozen=True, slots=True)
class Scale:
    """A question from 1 to 5 with its ends named."""

    question: str
    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Bands:
    """How the answers to a question are said together: a word for each end, and one for between."""

    name: str
    low: str
    mixed: str
    good: str

    def of(self, band: Band) -> str:
        """Return a band as one would say it; an end means at least three in five answers."""
        return {
            Band.LOW: f"mostly {self.low}",
            Band.MIXED: self.mixed,
            Band.GOOD: f"mostly {self.good}",
            Band.NOT_LOW: f"not mostly {self.low}",
        }[band]


def _scale(name: str, question: str) -> Scale:
    ends = _WORDS["scales"][name]
    return Scale(question, (f"1 · {ends['one']}", "2", "3", "4", f"5 · {ends['five']}"))


SCALES = {
    "energy": _scale("energy", "Energy"),
    "load": _scale("load", "Load"),
    "connection": _scale("connection", "Connection to others"),
}

BANDS = {
    Question.CONTINUUM: Bands("Where people are", "injured or ill", "mixed", "ready"),
    Question.ENERGY: Bands("Energy", "low", "mixed", "good"),
    Question.LOAD: Bands("Load", "heavy", "mixed", "light"),
    Question.CONNECTION: Bands("Connection", "alone", "mixed", "connected"),
}


def who_can_see(window: OpenWindow) -> str:
    """Say in three lines, before anything is sent, who can see an answer."""
    return (
        f"For {words.plain(place(window))}. It is not a test.\n"
        f"**Peers and facilitators**{_of_all(window.others)}: coarse results for all together, after the"
        " close\n"
        "**Whoever runs this bot**: could look until the close, never later\n"
        "**Discord**: sees this form"
    )


def place(window: OpenWindow) -> str:
    """Name a window as a choice in the form, where no markup is read. At most 100 characters."""
    if window.others:
        return f"{window.circle_name or 'your circle'} and {words.other_circles(window.others)}"
    return words.WHOLE_SERVER if window.circle_name is None else window.circle_name


def receipt(found: Receipt) -> discord.Embed:
    """Confirm an answer, privately: where it counts, until when, and who can see what."""
    embed = discord.Embed(
        title="Changed" if found.replaced else "Noted",
        description=(
            f"It counts for {_for(found.counted)} until"
            f" {discord.utils.format_dt(found.counted.closes_at, 'f')}."
        ),
        colour=words.CALM,
    )
    if found.taken_from is not None:
        embed.add_field(name="No longer counted", value=_taken_from(found.taken_from), inline=False)
    embed.add_field(
        name="Who can see it",
        value=f"{_who(found.counted.others)}\nDiscord: saw the form",
        inline=False,
    )
    copied = "A private copy was kept" if found.copied else "No private copy was kept"
    embed.set_footer(
        text=f"You can change or withdraw it until the close. {copied}: /my trends. Only you see this."
    )
    return embed


def withdrawn() -> discord.Embed:
    """Confirm that an answer was taken back."""
    return discord.Embed(description="Withdrawn. Your answer is gone.", colour=words.CALM)


def announcement(found: Opened) -> discord.Embed:
    """Say in the channel that a check-in is open."""
    embed = discord.Embed(
        title="How are you?",
        description=(
            f"The check-in for {words.scope(found.circle_name, found.others)} is open until"
            f" {discord.utils.format_dt(found.closes_at, 'f')}. Four taps, and it is fine not to."
        ),
        colour=words.CALM,
    )
    embed.add_field(
        name="Who can see it",
        value=f"{_who(found.others)}\nDiscord: the form itself",
        inline=False,
    )
    return embed


def release(found: Results, *, with_picture: bool) -> discord.Embed:
    """Say in the channel what may be shown of a window that has closed."""
    published = found.past[0]
    if published.lost:
        return discord.Embed(title="The check-in has ended", description=_lost(found), colour=words.CALM)
    embed = discord.Embed(title="The check-in has closed", colour=words.CALM)
    if published.release is None:
        embed.description = f"{WITHHELD} Nothing of this check-in is kept."
        return embed
    lines = "\n".join(_finding(finding) for finding in published.release.findings)
    whose = words.scope(found.circle_name, published.others)
    embed.description = f"For {whose}. {published.release.size} answers.\n\n{lines}"
    embed.set_footer(text=_WORDS["attribution"])
    if with_picture:
        embed.set_image(url=f"attachment://{PICTURE_NAME}")
    return embed


def results(found: Results, *, with_picture: bool) -> discord.Embed:
    """Show past results as a table in words, newest first, with the picture where there is one."""
    embed = discord.Embed(title=f"Check-ins of {_name(found.circle_name)}", colour=words.CALM)
    if not found.past:
        embed.description = "No check-in has closed here yet."
    for published in found.past:
        embed.add_field(name=_closed_on(published, found), value=_line(published), inline=False)
    if with_picture:
        embed.set_image(url=f"attachment://{PICTURE_NAME}")
    return embed


def opened(found: Opened) -> discord.Embed:
    """Confirm to a facilitator that a window is open."""
    return discord.Embed(
        description=(
            f"The check-in for {words.scope(found.circle_name, found.others)} is open until"
            f" {discord.utils.format_dt(found.closes_at, 'f')}, and announced in"
            f" {'their channels' if found.others else 'its channel'}."
        ),
        colour=words.CALM,
    )


def scheduled(found: Scheduled) -> discord.Embed:
    """Confirm a schedule."""
    each = found.schedule
    return discord.Embed(
        description=(
            f"A check-in for {words.scope(found.circle_name, found.others)} opens"
            f" {EVERY_WEEKS[each.every_weeks]} on {words.DAYS[each.weekday]} at {words.clock(each.at)}"
            f" ({each.time_zone}) and stays open for {each.days} days. The first:"
            f" {discord.utils.format_dt(each.next_run_at, 'f')}."
        ),
        colour=words.CALM,
    )


def cancelled(found: Opened) -> discord.Embed:
    """Confirm that a window was discarded."""
    return discord.Embed(
        description=(
            f"The check-in for {words.scope(found.circle_name, found.others)} is cancelled. Its answers are"
            " deleted, and nothing will be shown."
        ),
        colour=words.CALM,
    )


def schedule_stopped(circle_name: str | None) -> discord.Embed:
    """Confirm that no more windows open by themselves."""
    return discord.Embed(
        description=f"No more check-ins open by themselves for {words.scope(circle_name)}.",
        colour=words.CALM,
    )


def picture_title(found: Results) -> str:
    """Return the heading of the picture."""
    if found.circle_name is None and found.past[0].others:
        return f"Check-in: {1 + found.past[0].others} circles together"
    return f"Check-in: {found.circle_name or words.WHOLE_SERVER}"


def alternative_text(found: Results) -> str:
    """Say what the picture shows, for those who cannot see it. At most 1024 characters."""
    lines = [f"{day_in(published, found)}: {_line(published)}" for published in found.past]
    return f"{picture_title(found)}. {' '.join(lines)}"[:1024]


def day(moment: date) -> str:
    """Return a date as short as it can be."""
    return f"{moment.day} {moment:%b}"


def day_in(published: Published, found: Results) -> str:
    """Return the day on which a window closed, on the server's calendar."""
    return day(published.closes_at.astimezone(ZoneInfo(found.time_zone)).date())


def mean(finding: Finding) -> str:
    """Return a mean as words, or nothing where it is not shown."""
    if finding.mean is None:
        return ""
    steps = 4 if finding.question is Question.CONTINUUM else 5
    return f"about {finding.mean:g} on a scale of 1 to {steps}"


def _taken_from(window: OpenWindow) -> str:
    whose = words.scope(window.circle_name, window.others)
    return f"Your earlier answer for {whose}: an answer counts in one place."


def _lost(found: Results) -> str:
    return (
        f"For {words.scope(found.circle_name, found.past[0].others)}. I had to be restored from a backup, and"
        " backups never hold answers: what was answered in this check-in is gone, and there is no result."
        " (If one was posted already, it still stands.) Thank you for answering all the same; the next"
        " check-in starts afresh."
    )


def _closed_on(published: Published, found: Results) -> str:
    size = f" · {published.release.size} answers" if published.release else ""
    shared = f" · with {words.other_circles(published.others)}" if published.others else ""
    return f"{day_in(published, found)}{size}{shared}"


def _for(window: OpenWindow) -> str:
    """Say who asks, in the middle of a sentence."""
    whose = words.scope(window.circle_name, window.others)
    return f"{whose}, which {'ask' if window.others else 'asks'}"


def _who(others: int) -> str:
    """Say who can see an answer."""
    return _WHO.format(of_all=_of_all(others))


def _of_all(others: int) -> str:
    return f" of all {1 + others} circles" if others else ""


def _line(published: Published) -> str:
    if published.release is None:
        return WITHHELD
    said = (
        f"{BANDS[finding.question].name}: {BANDS[finding.question].of(finding.band)}"
        for finding in published.release.findings
    )
    return "; ".join(said) + "."


def _finding(finding: Finding) -> str:
    bands = BANDS[finding.question]
    said = [f"**{bands.name}**: {bands.of(finding.band)}"]
    if finding.mean is not None:
        said.append(mean(finding))
    if finding.shares is not None:
        said.append(_shares(finding.shares))
    return " · ".join(said)


def _shares(shares: Sequence[int]) -> str:
    said = [f"{share} %" if share else "few or none" for share in shares]
    return ", ".join(f"{step}: {share}" for step, share in enumerate(said, start=1))


def _name(circle_name: str | None) -> str:
    return words.plain(circle_name) if circle_name is not None else words.WHOLE_SERVER
