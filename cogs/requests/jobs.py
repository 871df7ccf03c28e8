"""Taking the names out of requests that are over."""

from __future__ import annotations

from datetime import datetime

import discord

from bot import errors
from bot.client import Job, Respite
from bot.services import requests
from cogs.requests import messages


def take_names_out(client: Respite) -> Job:
    """Return the job that takes the name out of what stands in a facilitators' channel about a request.

    It does not matter how the request ended: answered, taken back, or its person erased or gone.
    """

    async def take_out(_at: datetime) -> None:
        for message in await requests.over(client.house.database):
            channel = client.get_partial_messageable(message.channel_id, guild_id=message.server_id)
            try:
                await channel.get_partial_message(message.message_id).edit(embed=messages.over(), view=None)
            except discord.NotFound:
                pass  # somebody has deleted the message, and with it the name
            except discord.Forbidden as error:
                # The channel is closed to the bot: people have to do it.
                errors.report(error, job="taking a name out")
            await requests.unnamed(client.house.database, message)

    return take_out
