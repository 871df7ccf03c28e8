"""Every word about load; the questions and ideas are content/load.toml."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import discord

from bot.services.workloads import Week
from cogs import words

_CONTENT = Path(__file__).parents[2] / "bot" / "content" / "load.toml"
_WORDS: dict[str, Any] = tomllib.loads(_CONTENT.read_text("utf-8"))

LOAD = "Your hours, sessions, breaks and boundaries, for your eyes only"
NOTE = "Note this week"
FORM_TITLE = "This week"
HOURS = "Hours of work, more or less"
HEAVY = "Sessions that weighed heavily"
OTHER = "Other sessions"
COUNT_HINT = "A number. An estimate will do"
BREAKS = "Breaks"
BOUNDARIES = "Boundaries, such as when the day ends"
STEPS = ("1 · hardly any", "2", "3", "4", "5 · as I wanted")

WEEKS_SHOWN = 12


def load(found: Sequence[Week], *, on: date) -> discord.Embed:
    """Show the weeks that were noted, newest first, then questions about the work itself."""
    embed = discord.Embed(title="Your load", colour=words.CALM)
    if found:
        embed.description = "\n".join(_line(week) for week in found[:WEEKS_SHOWN])
    else:
        embed.description = (
            "Nothing is noted yet. One line a week is enough to see what a feeling alone may hide."
            " Heavy sessions count twice. There is no score and no limit, and weeks left out are no matter."
        )
    turn = on.toordinal() // 7
    questions: list[str] = _WORDS["questions"]
    ideas: list[dict[str, str]] = _WORDS["ideas"]
    asked = [questions[(2 * turn + number) % len(questions)] for number in range(2)]
    idea = ideas[turn % len(ideas)]
    embed.add_field(name="To think about", value="\n".join(f"• {each}" for each in asked), inline=False)
    embed.add_field(name=idea["title"], value=idea["text"], inline=False)
    embed.set_footer(text="Sealed: no facilitator and no colleague can read it.")
    return embed


def _line(week: Week) -> str:
    sessions = f"{week.heavy + week.other} sessions, {week.heavy} of them heavy (weighted {week.weighted})"
    kept = f"breaks {week.breaks} · boundaries {week.boundaries}"
    return f"**{week.begins.day} {week.begins:%b}** · {week.hours} h · {sessions} · {kept}"
