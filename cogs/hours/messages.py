"""Every word about opening hours."""

from __future__ import annotations

import discord

from bot.services.circles import Circle
from bot.services.hours import Opening, Usual
from bot.services.rules.hours import Hours
from cogs import words

HOURS = "When a circle is open; outside its hours its channel is read-only"
REASON = "Respite: opening hours"
USUAL_OPTION = "When it is open, to begin with: every day from 7 to 22 if left out"
USUAL = {
    Usual.DAILY: "every day, 7 to 22",
    Usual.WEEKDAYS: "weekdays, 7 to 20",
    Usual.ALWAYS: "always open",
}

FORM_TITLE = "Opening hours"
FORM_WHICH = "Does it close"
KEEPS = "At these hours it is open, else it rests"
ALWAYS = "Always open"
FORM_HOURS = "Open on these days, at these times"
FORM_HOURS_HINT = "A line for each. Past midnight works too: fri 22:00-02:00"

ALWAYS_OPEN = "always open (chosen by those who hold it)"
NOT_CHOSEN = "open until somebody chooses hours (`/circle hours`)"


def said(opening: Opening) -> str:
    """Say when a circle is open, in a line or a few."""
    hours = opening.hours
    if hours is None:
        return NOT_CHOSEN
    if hours.always:
        return ALWAYS_OPEN
    return f"{_spans(hours)}\n{_now(opening)}"


def chosen(opening: Opening) -> discord.Embed:
    """Say which hours hold from now on."""
    embed = discord.Embed(
        title=f"Opening hours of {words.plain(opening.circle.name)}",
        description=said(opening),
        colour=words.CALM,
    )
    embed.set_footer(text="The channel follows within a minute. Whoever holds the circle can always write.")
    return embed


def opened(opening: Opening) -> discord.Embed:
    """Say that the circle is open."""
    until = None if opening.stored is None else opening.stored.next_run_at
    ends = "" if until is None else f" Until {discord.utils.format_dt(until, 'f')}."
    return discord.Embed(
        title="The circle is open",
        description=f"Come as you are; reading along is fine.{ends}",
        colour=words.CALM,
    )


def closed(opening: Opening) -> discord.Embed:
    """Say that the circle rests, until when, and where to turn meanwhile."""
    until = None if opening.stored is None else opening.stored.next_run_at
    ends = "" if until is None else f" until {discord.utils.format_dt(until, 'f')}"
    return discord.Embed(
        title="The circle rests",
        description=(
            f"Reading goes on, writing waits{ends}. What you carry may wait as well."
            " In a bad hour, `/help-now` answers, also in a direct message to me."
        ),
        colour=words.CALM,
    )


def refused(circle: Circle) -> discord.Embed:
    """Tell those who hold a circle that its channel does not follow its hours."""
    return discord.Embed(
        title="Opening hours do not hold",
        description=(
            f"I could not open or close the channel of **{words.plain(circle.name)}**: it or its"
            " role is gone, or I may not manage it any more. `/setup status` says where to mend it; I try"
            " again when it next opens or closes."
        ),
        colour=words.CALM,
    )


def _spans(hours: Hours) -> str:
    lines = [
        f"{words.days(each.days)} {words.clock(each.opens)}–{words.clock(each.closes)}"
        for each in hours.spans
    ]
    return "\n".join([*lines, f"({hours.zone})"])


def _now(opening: Opening) -> str:
    until = None if opening.stored is None else opening.stored.next_run_at
    if until is None:
        return "Open now." if opening.open else "At rest now."
    state = "Open now, until" if opening.open else "At rest now, until"
    return f"{state} {discord.utils.format_dt(until, 'f')}."
