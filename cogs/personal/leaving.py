"""Letting somebody out of circles on Discord, after they were erased."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import discord

from bot import errors
from bot.services.circles import Circle
from bot.services.erasure import Erased
from cogs.seats import messages, places
from cogs.setup.messages import FACILITATORS


async def let_out(member: discord.Member, erased: Erased) -> list[str]:
    """Take roles and rights in circles from who was erased; return the names of those where Discord refused.

    Whatever happens, the receipt of what was erased is still to be given.
    """
    refused = [circle.name for circle in erased.circles if not await _let_out(member, circle)]
    if not await _without_trouble(lambda: _take_from_channel(member, erased.held_in)):
        refused.append(FACILITATORS)
    return refused


async def _let_out(member: discord.Member, circle: Circle) -> bool:
    async def let_out_of_both() -> None:
        await places.go(member, circle)
        await _take_from_channel(member, circle.channel_id)

    return await _without_trouble(let_out_of_both)


async def _without_trouble(act: Callable[[], Awaitable[None]]) -> bool:
    try:
        await act()
    except discord.NotFound:
        return True  # what they would be let out of is gone
    except discord.Forbidden:
        return False
    except Exception as error:
        errors.report(error, job="letting out")
        return False
    return True


async def _take_from_channel(member: discord.Member, channel_id: int | None) -> None:
    """Take the rights that somebody who holds a circle has in a channel without a role."""
    channel = None if channel_id is None else member.guild.get_channel(channel_id)
    if channel is not None and not channel.overwrites_for(member).is_empty():
        await channel.set_permissions(member, overwrite=None, reason=messages.REASON)
