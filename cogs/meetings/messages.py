"""Every word about meetings."""

from __future__ import annotations

import re
from collections.abc import Sequence
from zoneinfo import ZoneInfo

import discord

from bot.services.circles import Access, Circle
from bot.services.meeting_rounds import Said, left_out
from bot.services.meetings import Ground, Meeting, Planned
from cogs import words

GROUP = "Meetings of your circles: plan, find and cancel them"
PLAN = "Plan a meeting of a circle; what others will see is said in the form"
LIST = "The next meetings of your circles"
CANCEL = "Cancel a meeting, or a whole series; you are asked once more"
VOICE_OPTION = "Meet in this voice channel. Left out: elsewhere, as you say in the form"
REPEATS_OPTION = "Once, if left out"
LIST_OPTION = "Only of this circle"
MEETING_OPTION = "Which meeting"
REPEATS = {0: "once", 1: "every week", 2: "every two weeks", 4: "every four weeks"}
REASON = "Respite: meetings of circles"

FORM_TITLE = "Plan a meeting"
FORM_WHEN = "Day and time"
FORM_LENGTH = "How many minutes"
FORM_TOPIC = "What it is about (only the circle reads this)"
FORM_PLACE = "Where: a place or a link (only the circle)"
USUAL_LENGTH = 60

ADD = "Add to calendar"
CANCEL_ONE = "Cancel this one"
CANCEL_ALL = "Cancel the whole series"
FILE = "meeting.ics"

IN_CHANNEL = "In the circle's own channel"
"""What stands in the place of a place where everybody can read it."""

EVENT = "For those who have a seat there. If you press Interested, others can see that you did."

NEUTRAL = "A circle meets"
"""What an event is called that may not name its circle."""

MEETS = " meets"
"""How the name of an event ends that names its circle."""

_MOST_BUTTONS = 5
_BARE_LINK = re.compile(r"[\w-]+(\.[\w-]+)+/\S*")


def event_name(circle: Circle) -> str:
    """Name a meeting so that everybody may read it: a circle by invitation is not named."""
    return NEUTRAL if circle.access is Access.INVITE else f"{circle.name}{MEETS}"


def before_planning(found: Ground, channel_id: int | None) -> str:
    """Say what others will see, before anything is made."""
    seen_by = "Everybody on this server" if channel_id is None else f"Whoever can see <#{channel_id}>"
    stays = (
        "Topic and place stay in the circle's channel."
        if channel_id is None
        else "They see who sits in that channel as well. The topic stays in the circle's own."
    )
    return (
        f"{seen_by} will see an event “{words.plain(event_name(found.circle))}”, with its time. Discord shows"
        " them who presses *Interested* as well, so that could show who belongs to the circle; nobody has"
        f" to press it. {stays} I note nobody who comes."
    )


def when_hint(found: Ground) -> str:
    """Say how a day and a time are written, and by which clock."""
    return f"Such as 2026-03-14 18:30, tomorrow 18:30 or thu 18:30 ({found.time_zone})"


def when(meeting: Meeting) -> str:
    """Say when a meeting is, how long, and whether it repeats."""
    repeats = f", {REPEATS[meeting.every_weeks]}" if meeting.every_weeks else ""
    moment = discord.utils.format_dt(meeting.starts_at, "F")
    return f"{moment}, {meeting.minutes} minutes{repeats}"


def place(meeting: Meeting) -> str:
    """Say where a meeting is, to those who belong."""
    if meeting.channel_id is not None:
        return f"<#{meeting.channel_id}>"
    if _BARE_LINK.fullmatch(meeting.place):
        return f"`{meeting.place.replace('`', '')}`"  # else what is escaped in it would be shown with it
    return words.plain(meeting.place) or IN_CHANNEL


def planned(found: Planned) -> discord.Embed:
    """Confirm a meeting."""
    embed = _embed("Planned", found.meeting)
    embed.set_footer(text="The circle's channel is told now, and reminded a day and fifteen minutes before.")
    return embed


def listed(found: Sequence[Planned]) -> discord.Embed:
    """List meetings, to those who belong."""
    embed = discord.Embed(title="Next meetings", colour=words.CALM)
    if not found:
        embed.description = "None is planned."
    rows = [
        (f"{number}. {words.plain(each.circle.name)}", _lines(each.meeting))
        for number, each in enumerate(found, start=1)
    ]
    words.add_rows(embed, rows)
    return embed


def first(found: Sequence[Planned]) -> Sequence[tuple[Planned, str]]:
    """Return the meetings of a list that have a button, and what it says."""
    if len(found) == 1:
        return [(found[0], ADD)]
    return [(each, f"{ADD}: {number}") for number, each in enumerate(found[:_MOST_BUTTONS], start=1)]


def choice(found: Planned) -> str:
    """Name a meeting in one line, short enough for a list of choices."""
    local = found.meeting.starts_at.astimezone(ZoneInfo(found.meeting.time_zone))
    repeats = f", {REPEATS[found.meeting.every_weeks]}" if found.meeting.every_weeks else ""
    moment = f"{words.DAYS[local.weekday()][:3]} {words.day(local.date())} {words.clock(local.time())}"
    return f"{found.circle.name}: {moment}{repeats}"[:100]


def before_cancelling(found: Planned, *, begun: bool) -> discord.Embed:
    """Say what would be cancelled; one that has begun goes on."""
    circle, moment = words.plain(found.circle.name), when(found.meeting)
    if begun:
        title = f"Cancel all further meetings of {circle}?"
        text = f"{moment}\nThat one has begun and goes on. The circle's channel is told once."
    else:
        title = f"Cancel a meeting of {circle}?"
        text = f"{moment}\nIts event goes, and the circle's channel is told once."
    return discord.Embed(title=title, description=text, colour=words.CALM)


def cancelled(left: Planned) -> discord.Embed:
    """Confirm that a meeting is cancelled, and say what remains of its series."""
    text = "Cancelled. The circle's channel is told."
    if not left.meeting.cancelled:
        text += f" The next one: {when(left.meeting)}."
    return discord.Embed(description=text, colour=words.CALM)


def announced(said: Said) -> discord.Embed:
    """Tell a circle of a meeting that was planned."""
    return _embed("A meeting is planned", said.meeting)


def tomorrow(said: Said) -> discord.Embed:
    """Remind a circle a day before."""
    return _embed("A meeting within a day", said.meeting)


def soon(said: Said) -> discord.Embed:
    """Remind a circle a quarter of an hour before."""
    return _embed("A meeting begins shortly", said.meeting)


def moved(said: Said) -> discord.Embed:
    """Tell a circle that somebody has moved a meeting."""
    embed = _embed("A meeting has moved", said.meeting)
    if left_out(said.meeting):
        embed.add_field(name="Its series", value="Until then none of its other meetings takes place.")
    embed.set_footer(text="Calendars take it over when you add it once more.")
    return embed


def called_off(said: Said, *, begun: bool) -> discord.Embed:
    """Tell a circle that a meeting is cancelled, and what remains of its series."""
    if begun:
        moment = discord.utils.format_dt(said.starts_at, "F")
        text = f"After the meeting of {moment} none of its series follows."
        return discord.Embed(title="Further meetings are cancelled", description=text, colour=words.CALM)
    text = f"The meeting of {discord.utils.format_dt(said.starts_at, 'F')} is cancelled."
    if not said.meeting.cancelled:
        text += f" The next one: {when(said.meeting)}."
    elif said.meeting.every_weeks:
        text += " None of its series follows."
    return discord.Embed(title="A meeting is cancelled", description=text, colour=words.CALM)


def summary(found: Planned) -> str:
    """Name a meeting in a calendar, which others may see as well."""
    return found.meeting.title or event_name(found.circle)


def place_in_calendar(found: Planned) -> str:
    """Say where a meeting is, in a calendar."""
    return found.meeting.place if found.meeting.channel_id is None else "Voice channel on Discord"


def file() -> discord.Embed:
    """Say what the file is for."""
    return discord.Embed(
        description=(
            "Open the file, and your calendar takes the meeting in, or takes over what has changed."
            " It names nobody; whoever sees your calendar sees the meeting."
        ),
        colour=words.CALM,
    )


def _embed(title: str, meeting: Meeting) -> discord.Embed:
    return discord.Embed(title=title, description=_lines(meeting), colour=words.CALM)


def _lines(meeting: Meeting) -> str:
    lines = (words.plain(meeting.topic), when(meeting), place(meeting))
    return "\n".join(line for line in lines if line)
