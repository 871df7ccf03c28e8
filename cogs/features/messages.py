"""Every word about optional features."""

from __future__ import annotations

from collections.abc import Set as AbstractSet

import discord

from bot.services.features import Feature
from cogs import words

FEATURES = "What this server can switch on, and what others would see of it"

_NAMES = {Feature.SHARED_CHECKINS: "Shared check-ins", Feature.MEETINGS: "Meetings"}

_MEANINGS = {
    Feature.SHARED_CHECKINS: (
        "Small circles can check in together, once it is agreed for each of them: one check-in, one result"
        " that all of them read (`/checkins share`). It says how they are together, never how one of them is."
    ),
    Feature.MEETINGS: (
        "Circles can plan meetings (`/meeting plan`). Each is an event of this server: everybody, or whoever"
        " sees its voice channel, sees which circle meets and when (one by invitation is not named). Discord"
        " shows them who presses *Interested*, which may tell who belongs to it. In a voice channel they see"
        " who sits there as well. I need one permission more: Create Events."
    ),
}


def overview(on: AbstractSet[Feature]) -> discord.Embed:
    """Say what can be switched on, what it means, and how it stands."""
    embed = discord.Embed(
        title="Optional features",
        description="Each is off until somebody who manages this server switches it on.",
        colour=words.CALM,
    )
    for feature in Feature:
        state = "on" if feature in on else "off"
        embed.add_field(name=f"{_NAMES[feature]}: {state}", value=_MEANINGS[feature], inline=False)
    embed.set_footer(text="Switched off, nothing new begins; what was begun goes on until somebody ends it.")
    return embed


def switch(name: str, *, on: bool) -> str:
    """Return what the switch of a feature says."""
    known = {feature.value: feature for feature in Feature}
    return f"Switch {'on' if on else 'off'}: {_NAMES[known[name]] if name in known else name}"
