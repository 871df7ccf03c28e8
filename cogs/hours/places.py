"""What opening hours are on Discord: whether the circle's role may write in the circle's channel."""

from __future__ import annotations

import discord

from bot import errors
from bot.client import Respite
from bot.services import hours
from bot.services.circles import Circle
from bot.services.hours import Follows, OpeningHours
from cogs.hours import messages
from cogs.setup.places import turn

_TOO_MANY_REQUESTS, _OUT_OF_ORDER = 429, 500


async def follow(client: Respite, guild: discord.Guild, circle_id: int) -> Follows:
    """Make the channel what the hours want, and return how that went. Done twice is as done once.

    `not-yet`: Discord is in passing trouble. Whoever changes channels of this server otherwise, as at the
    end of a circle, waits; what was decided meanwhile is read anew.
    """
    async with turn(guild.id):
        opening = await hours.of_circle(client.house.database, circle_id)
        if opening is None or opening.stored is None:
            return Follows.DONE
        try:
            return await _follow(client, guild, opening.circle, opening.stored)
        except discord.HTTPException as error:
            errors.report(error, job="opening hours")
            passes = error.status >= _OUT_OF_ORDER or error.status == _TOO_MANY_REQUESTS
            return Follows.NOT_YET if passes else Follows.REFUSED


async def _follow(client: Respite, guild: discord.Guild, circle: Circle, stored: OpeningHours) -> Follows:
    """Change what the role is allowed and nothing else."""
    channel = None if circle.channel_id is None else guild.get_channel(circle.channel_id)
    role = None if circle.role_id is None else guild.get_role(circle.role_id)
    if not isinstance(channel, discord.TextChannel) or role is None:
        return Follows.REFUSED
    allowed = channel.overwrites_for(role)
    # Discord lets a bot say nothing about a permission that it does not have itself.
    in_threads = channel.permissions_for(guild.me).send_messages_in_threads
    if stored.open:
        if allowed.send_messages is not False:
            return Follows.DONE
        allowed.send_messages = True
        if in_threads:
            allowed.send_messages_in_threads = stored.threads_before
    else:
        if allowed.send_messages is False and (allowed.send_messages_in_threads is False or not in_threads):
            return Follows.DONE
        await hours.remember_threads(client.house.database, stored, allowed.send_messages_in_threads)
        allowed.send_messages = False
        if in_threads:
            allowed.send_messages_in_threads = False
    await channel.set_permissions(role, overwrite=allowed, reason=messages.REASON)
    return Follows.DONE
