"""What the end of a circle is on Discord: its channel read-only, or gone together with the role."""

from __future__ import annotations

import discord

from bot import errors
from bot.client import Respite
from bot.services import archiving
from bot.services.circles import Circle, CircleState
from cogs.endings import messages
from cogs.endings.done import Done
from cogs.setup.places import HIDDEN, speaking, turn

_READING = discord.PermissionOverwrite(
    view_channel=True,
    read_message_history=True,
    send_messages=False,
    add_reactions=False,
    create_public_threads=False,
    create_private_threads=False,
    send_messages_in_threads=False,
)


async def carry_through(client: Respite, guild: discord.Guild, circle_id: int | None = None) -> Done:
    """Do Discord's part for every circle of this server (or for this one) whose end has been decided."""
    done = Done.LATER
    async with turn(guild.id):
        for circle in await archiving.ending(client.house.database):
            if circle.server_id == guild.id and circle_id in {None, circle.circle_id}:
                done = await _carry_through(client, guild, circle)
    return done


async def _carry_through(client: Respite, guild: discord.Guild, circle: Circle) -> Done:
    deletes = circle.state is CircleState.DELETING
    done = Done.DELETED if deletes else Done.KEPT
    try:
        await (_delete(guild, circle) if deletes else _make_read_only(guild, circle))
    except discord.Forbidden as error:
        # It stays, for people to remove; asking again would not help.
        errors.report(error, job="ending a circle")
        done = Done.FORBIDDEN
    except discord.HTTPException as error:
        errors.report(error, job="ending a circle")
        return Done.LATER
    await archiving.finish(client.house.database, circle)
    return done


async def _delete(guild: discord.Guild, circle: Circle) -> None:
    channel = None if circle.channel_id is None else guild.get_channel(circle.channel_id)
    role = None if circle.role_id is None else guild.get_role(circle.role_id)
    for made in (channel, role):
        try:
            if made is not None:
                await made.delete(reason=messages.REASON)
        except discord.NotFound:
            continue


async def _make_read_only(guild: discord.Guild, circle: Circle) -> None:
    """Let everybody who could read go on reading, and nobody write."""
    channel = None if circle.channel_id is None else guild.get_channel(circle.channel_id)
    if isinstance(channel, discord.TextChannel):
        ours = {guild.default_role.id: HIDDEN, guild.me.id: speaking()}
        overwrites = {target: ours.get(target.id, _READING) for target in channel.overwrites}
        await channel.edit(overwrites=overwrites, reason=messages.REASON)
