"""What opening hours are on Discord: whether the circle's role may write in the circle's channel."""

from __future__ import annotations

from datetime import datetime

import discord

from bot import errors
from bot.client import Respite
from bot.services import hours
from bot.services.hours import Opening
from cogs.hours import messages


async def follow(client: Respite, guild: discord.Guild, opening: Opening, *, at: datetime) -> None:
    """Make the channel what the hours want. Done twice is as done once; passing trouble is tried again."""
    database, stored = client.house.database, opening.stored
    if stored is None:
        return
    try:
        there = await _follow(client, guild, opening)
    except (discord.Forbidden, discord.NotFound) as error:
        errors.report(error, job="opening hours")
        there = False
    except discord.HTTPException as error:
        errors.report(error, job="opening hours")
        return
    if there:
        await hours.followed(database, stored)
    else:
        await hours.refused(database, opening, stored, at=at)


async def _follow(client: Respite, guild: discord.Guild, opening: Opening) -> bool:
    """Change what the role is allowed and nothing else. False: the channel or the role is gone."""
    circle, stored = opening.circle, opening.stored
    channel = None if circle.channel_id is None else guild.get_channel(circle.channel_id)
    role = None if circle.role_id is None else guild.get_role(circle.role_id)
    if not isinstance(channel, discord.TextChannel) or role is None or stored is None:
        return False
    allowed = channel.overwrites_for(role)
    closed = allowed.send_messages is False
    if stored.open is not closed:
        return True
    # Discord lets a bot say nothing about a permission that it does not have itself.
    in_threads = channel.permissions_for(guild.me).send_messages_in_threads
    if stored.open:
        allowed.send_messages = True
        if in_threads:
            allowed.send_messages_in_threads = stored.threads_before
    else:
        await hours.remember_threads(client.house.database, stored, allowed.send_messages_in_threads)
        allowed.send_messages = False
        if in_threads:
            allowed.send_messages_in_threads = False
    await channel.set_permissions(role, overwrite=allowed, reason=messages.REASON)
    return True
