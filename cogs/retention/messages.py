"""Every word about how long things stay."""

from __future__ import annotations

from collections.abc import Mapping

import discord

from bot.services.retention import Choice
from bot.services.rules.retention import LONGEST, SHORTEST, Limit
from cogs import words

RETENTION = "How long things stay on this server; only ever less than by default"

CHANGE = "Change"
KEEP = "Keep it so"
FORM_TITLE = "How long things stay"
FORM_WHAT = "What?"
FORM_DAYS = "For how many days?"
FORM_DAYS_HINT = "You are shown what would go now before anything goes."

NAMES = {
    Limit.RESULTS: "Closed check-ins and their results",
    Limit.POSTS: "The list of what I have posted",
}
"""What each of them is called. The posts themselves are Discord's."""


def overview(kept: Mapping[Limit, int]) -> discord.Embed:
    """Show how long things stay, and within which bounds that can be changed."""
    embed = discord.Embed(
        title="How long things stay here",
        description=(
            "What is older is removed by itself, once a day. You can keep things for fewer days than by"
            " default, never for more. How long everything else stays is in `/privacy`."
        ),
        colour=words.CALM,
    )
    for limit, days in kept.items():
        embed.add_field(name=NAMES[limit], value=f"{days} days{_bounds(limit, days)}", inline=False)
    return embed


def would_go(choice: Choice) -> discord.Embed:
    """Say what would go now, before anything goes."""
    embed = discord.Embed(
        title="What would go now",
        description=f"**{NAMES[choice.limit]}**, kept for {choice.days} days: {_older(choice.older)}.",
        colour=words.CALM,
    )
    embed.set_footer(text="What has gone does not come back, except from a backup.")
    return embed


def chosen(choice: Choice) -> discord.Embed:
    """Confirm the change, and what it removed."""
    return discord.Embed(
        title="Changed",
        description=f"**{NAMES[choice.limit]}**: {choice.days} days. Removed: {_older(choice.older)}.",
        colour=words.CALM,
    )


def _bounds(limit: Limit, days: int) -> str:
    default = "by default" if days == LONGEST[limit] else f"instead of {LONGEST[limit]}"
    return f" {default}; at least {SHORTEST[limit]}"


def _older(older: int) -> str:
    return {0: "nothing", 1: "1 entry"}.get(older, f"{older} entries")
