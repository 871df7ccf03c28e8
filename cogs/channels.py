"""Letting people into channels by name: those who hold a circle have no role for it."""

from __future__ import annotations

from collections.abc import Sequence

import discord

from cogs.setup.places import ENTERING

_REASON = "Respite: who holds a circle"


async def let_by_name(channel: discord.TextChannel, entering: Sequence[int], leaving: Sequence[int]) -> None:
    """Let people into a channel by name, and others no longer: in one request, all of it or nothing."""
    before = channel.overwrites
    kept = {target: allowed for target, allowed in before.items() if target.id not in {*entering, *leaving}}
    by_name = {discord.Object(each, type=discord.User): ENTERING for each in entering}
    if len(kept) != len(before) or by_name:
        await channel.edit(overwrites={**kept, **by_name}, reason=_REASON)
