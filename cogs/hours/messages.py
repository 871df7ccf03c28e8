"""Every word about opening hours."""

from __future__ import annotations

import discord

from bot.services.circles import Circle
from bot.services.hours import Opening, Usual
from bot.services.rules.hours import Hours, Span
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

_FIRST_SPANS = 3
"""How many spans a list of circles has room for."""


def said(opening: Opening) -> str:
    """Say when a circle is open, in a line or a few."""
    hours = opening.hours
    if hours is None:
        return NOT_CHOSEN
    if hours.always:
        return ALWAYS_OPEN
    return f"{_spans(hours)}\n{_now(opening)}"


def in_short(opening: Opening) -> str:
    """Say when a circle is open, in a list of circles."""
    hours = opening.hours
    if hours is None:
        return "hours not chosen yet"
    if hours.always:
        return "always open"
    said = "; ".join(_span(each) for each in hours.spans[:_FIRST_SPANS])
    return f"{said} …" if len(hours.spans) > _FIRST_SPANS else said


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
            f"I could not open or close the channel of **{words.plain(circle.name)}**: it or its role is"
            " gone, I may not manage it any more, or Discord has been out of order for a while."
            " `/setup status` says what can be mended. I try again, at the latest when the circle next opens"
            " or closes."
        ),
        colour=words.CALM,
    )


def _spans(hours: Hours) -> str:
    return "\n".join([*(_span(each) for each in hours.spans), f"({hours.zone})"])


def _span(span: Span) -> str:
    return f"{words.days(span.days)} {words.clock(span.opens)}–{words.clock(span.closes)}"


def _now(opening: Opening) -> str:
    until = None if opening.stored is None else opening.stored.next_run_at
    if until is None:
        return "Open now." if opening.open else "At rest now."
    state = "Open now, until" if opening.open else "At rest now, until"
    return f"{state} {discord.utils.format_dt(until, 'f')}."
