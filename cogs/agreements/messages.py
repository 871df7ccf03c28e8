"""Every word about changing an agreement."""

from __future__ import annotations

from collections.abc import Sequence

import discord

from bot.services.circles import Circle
from bot.services.rules.changes import Changes
from cogs import words

CHANGE = "Agreement"
_ROOM_FOR_NAMES = 500

FORM_TITLE = "The agreement"
FORM_WORDS = "What everybody accepts"
FORM_HINT = "Members are asked again at their next step, and shown which lines have changed."


def changed(circle: Circle, found: Changes) -> discord.Embed:
    """Say what has changed, and when the members learn it."""
    name = words.plain(circle.name)
    if not found.added and not found.removed:
        return discord.Embed(description=f"The agreement of **{name}** stays as it is.", colour=words.CALM)
    return discord.Embed(
        title="The agreement has changed",
        description=(
            f"{_lines(len(found.added))} new, {_lines(len(found.removed))} gone. Members of **{name}** keep"
            " their seats; they are asked at their next step, and can read what has changed with"
            " `/circle join`. Whoever enters from now on accepts the new words."
        ),
        colour=words.CALM,
    )


def remind(embed: discord.Embed, circles: Sequence[str]) -> discord.Embed:
    """Add to a private answer that agreements have changed. It reminds, and holds nothing up."""
    if circles:
        names = words.fitting([words.plain(name) for name in circles], _ROOM_FOR_NAMES)
        embed.add_field(
            name="An agreement has changed",
            value=f"{names}\n`/circle join` shows what is new, and asks you again.",
            inline=False,
        )
    return embed


def _lines(count: int) -> str:
    return "1 line" if count == 1 else f"{count} lines"
