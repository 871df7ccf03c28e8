"""What a circle is on Discord: a role that its members hold, and a channel that only they see."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import discord

from bot.client import Respite
from bot.services import circles, servers
from bot.services.circles import Circle, Draft
from bot.services.people import Person
from bot.services.refusals import Because, Refusal
from cogs.circles import messages
from cogs.setup.places import SPEAKING, category_for_circles, require_permissions

_ENTERING = discord.PermissionOverwrite(view_channel=True, send_messages=True, read_message_history=True)
_HIDDEN = discord.PermissionOverwrite(view_channel=False)


async def make(
    client: Respite, guild: discord.Guild, person: Person, draft: Draft, holder: discord.Member
) -> Circle:
    """Make a circle whole, or not at all: whatever was made is taken back when a step fails."""
    database = client.house.database
    server = await servers.find(database, person)
    require_permissions(guild)
    circle = await circles.begin(database, person, draft)
    async with _taken_back_on_failure(client, guild, circle):
        category = await category_for_circles(client, guild, server.category_id)
        role = await guild.create_role(name=messages.role_name(circle.name), reason=messages.REASON)
        await circles.remember_places(database, circle, role_id=role.id, channel_id=None)
        channel = await category.create_text_channel(
            messages.channel_name(circle.name),
            overwrites={
                guild.default_role: _HIDDEN,
                role: _ENTERING,
                holder: _ENTERING,
                guild.me: discord.PermissionOverwrite.from_pair(SPEAKING, discord.Permissions.none()),
            },
            reason=messages.REASON,
        )
        await circles.remember_places(database, circle, role_id=role.id, channel_id=channel.id)
        return await circles.open_circle(database, circle, client.member_key(guild.id, holder.id))


async def enter(member: discord.Member, circle: Circle) -> None:
    """Let a member into the channel. Refuses when the role is gone."""
    role = None if circle.role_id is None else member.guild.get_role(circle.role_id)
    if role is None:
        raise Refusal(Because.CHANNEL_GONE)
    await member.add_roles(role, reason=messages.REASON)


async def go(member: discord.Member, circle: Circle) -> None:
    """Let a member out of the channel. Where the role is gone, they are out already."""
    role = None if circle.role_id is None else member.guild.get_role(circle.role_id)
    if role is not None:
        await member.remove_roles(role, reason=messages.REASON)


async def take_back(client: Respite, guild: discord.Guild, circle_id: int) -> None:
    """Remove what was made of a circle, on Discord and in the database. An open circle is left alone."""
    for found in await circles.unfinished(client.house.database):
        if found.circle_id == circle_id:
            for made in _made(guild, found):
                with contextlib.suppress(discord.NotFound):
                    await made.delete(reason=messages.REASON)
            await circles.discard(client.house.database, found)


@asynccontextmanager
async def _taken_back_on_failure(
    client: Respite, guild: discord.Guild, circle: Circle
) -> AsyncGenerator[None]:
    try:
        yield
    except BaseException:
        await take_back(client, guild, circle.circle_id)
        raise


def _made(guild: discord.Guild, circle: Circle) -> list[discord.abc.GuildChannel | discord.Role]:
    channel = None if circle.channel_id is None else guild.get_channel(circle.channel_id)
    role = None if circle.role_id is None else guild.get_role(circle.role_id)
    return [made for made in (channel, role) if made is not None]
