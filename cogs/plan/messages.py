"""Every word about the self-care plan; what the forms ask is content/plan.toml."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import discord

from bot.services.plans import Plan
from cogs import words

_CONTENT = Path(__file__).parents[2] / "bot" / "content" / "plan.toml"

PLAN = "Your own plan for hard times, for your eyes only"


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the plan, as a form asks for it."""

    id: str
    label: str
    hint: str


@dataclass(frozen=True, slots=True)
class PlanFormWords:
    """One of the forms: its button, its heading, its parts."""

    id: str
    button: str
    title: str
    parts: tuple[Part, ...]


def _read(form: dict[str, Any]) -> PlanFormWords:
    parts = tuple(Part(**part) for part in form["parts"])
    return PlanFormWords(form["id"], form["button"], form["title"], parts)


FORMS = {form["id"]: _read(form) for form in tomllib.loads(_CONTENT.read_text("utf-8"))["forms"]}


def plan(found: Plan) -> discord.Embed:
    """Show the plan, part by part, or say what it is for where nothing is written."""
    embed = discord.Embed(title="Your plan", colour=words.CALM)
    written = [
        (part.label, words.plain(found.parts[part.id])[: words.FIELD_LENGTH])
        for form in FORMS.values()
        for part in form.parts
        if part.id in found.parts
    ]
    if not written:
        embed.description = (
            "Nothing is written yet. A plan is easier to follow on a hard day when it was made on an easier"
            " one. Fill in what you like, and leave out the rest."
        )
    words.add_rows(embed, written)
    embed.set_footer(text=embed.footer.text or "Sealed: no facilitator and no colleague can read it.")
    return embed
