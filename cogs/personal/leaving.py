"""Letting somebody out of circles on Discord, after they were erased."""

from __future__ import annotations

from collections.abc import Sequence

import discord

from bot import errors
from bot.services.circles import Circle
from cogs.circles import messages, places


async def let_out(member: discord.Member, circles: Sequence[Circle]) -> list[str]:
    """Take roles and rights in these circles from a member; return the names of those where Discord refused.

    Whatever happens, the receipt of what was erased is still to be given.
    """
    return [circle.name for circle in circles if not await _let_out(member, circle)]


async def _let_out(member: discord.Member, circle: Circle) -> bool:
    try:
        await places.go(member, circle)
        await _take_from_channel(member, circle)
    except discord.NotFound:
        return True  # what they would be let out of is gone
    except discord.Forbidden:
        return False
    except Exception as error:
        errors.report(error, job="letting out")
        return False
    return True


async def _take_from_channel(member: discord.Member, circle: Circle) -> None:
    """Take the rights that somebody who holds a circle has in its channel without a role."""
    channel = None if circle.channel_id is None else member.guild.get_channel(circle.channel_id)
    if channel is not None and not channel.overwrites_for(member).is_empty():
        await channel.set_permissions(member, overwrite=None, reason=messages.REASON)
