"""Every word about prompts."""

from __future__ import annotations

from collections.abc import Sequence

import discord

from bot.services.prompts import Prompt
from cogs import words

GROUP = "Short practices, offered to a circle at set times"
SCHEDULE = "Offer a practice on some days at a local time"
LIST = "The prompts of your circles"
PAUSE = "Pause a prompt, or let it go on"
REMOVE = "End a prompt"
TRY = "See what would be offered next, privately"
DAYS_OPTION = "weekdays, daily, or days such as: mon, wed, fri"
THEME_OPTION = "Only practices on this theme"
MINUTES_OPTION = "No longer than this many minutes"
TIME_ZONE_OPTION = "The server's time zone, unless you choose another"
PROMPT_OPTION = "Which prompt"


def scheduled(made: Prompt) -> discord.Embed:
    """Confirm a prompt and say when it comes first."""
    first = discord.utils.format_dt(made.schedule.next_run_at, "f")
    return discord.Embed(
        description=f"{_sentence(made)} The first: {first}.",
        colour=words.CALM,
    )


def listed(found: Sequence[Prompt]) -> discord.Embed:
    """List the prompts."""
    embed = discord.Embed(title="Prompts", colour=words.CALM)
    if not found:
        embed.description = "There are none yet. `/prompts schedule` makes one."
    words.add_rows(embed, [(words.plain(choice(prompt)), _state(prompt)) for prompt in found])
    return embed


def turned(found: Prompt) -> discord.Embed:
    """Confirm that a prompt was paused or goes on."""
    if found.schedule.paused:
        text = f"Paused: {words.plain(choice(found))}. The same command lets it go on."
    else:
        text = f"It goes on: {words.plain(choice(found))}, {_state(found)}."
    return discord.Embed(description=text, colour=words.CALM)


def removed(found: Prompt) -> discord.Embed:
    """Confirm that a prompt has ended."""
    return discord.Embed(description=f"Removed: {words.plain(choice(found))}.", colour=words.CALM)


def choice(prompt: Prompt) -> str:
    """Name a prompt in one line, short enough for a list of choices."""
    each = prompt.schedule
    about = f", {words.THEMES[each.theme]}" if each.theme else ""
    return f"{prompt.circle_name}: {words.days(each.days)} {words.clock(each.at)}{about}"[:100]


def _state(prompt: Prompt) -> str:
    each = prompt.schedule
    return "paused" if each.paused else f"next {discord.utils.format_dt(each.next_run_at, 'f')}"


def _sentence(prompt: Prompt) -> str:
    each = prompt.schedule
    about = f" on {words.THEMES[each.theme].lower()}" if each.theme else ""
    length = f" of at most {each.minutes} minutes" if each.minutes else ""
    days = words.days(each.days)
    when = days if days.startswith("every") else f"on {days}"
    return (
        f"A practice{about}{length} is offered to {words.scope(prompt.circle_name)}"
        f" {when} at {words.clock(each.at)} ({each.time_zone})."
    )
