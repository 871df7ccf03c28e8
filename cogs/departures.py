"""Letting go of somebody who has left the server, on Discord and in the database."""

from __future__ import annotations

import discord

from bot import errors
from bot.client import Respite
from bot.services import departures
from cogs.channels import let_by_name


async def let_go(client: Respite, guild: discord.Guild, member_key: bytes, discord_id: int) -> None:
    """Give up everything that they had, and what let them in by name: else they could come back to it.

    Discord comes first: where it is in trouble, they are noticed again, and this is done again.
    """
    for channel_id in await departures.channels_by_name(client.house.database, guild.id, member_key):
        channel = guild.get_channel(channel_id)
        if isinstance(channel, discord.TextChannel):
            try:
                await let_by_name(channel, [], [discord_id])
            except discord.Forbidden as error:
                errors.report(error, job="letting go")
    await departures.depart(client.house.database, guild.id, member_key)
