"""What a circle is on Discord: a role that its members hold, and a channel that only they see."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

import discord

from bot import errors
from bot.client import Respite
from bot.services import circles, hours
from bot.services.circles import Circle, Draft
from bot.services.hours import Usual
from bot.services.people import Person
from cogs.channels import let_by_name
from cogs.circles import messages
from cogs.seats.messages import role_name
from cogs.setup.places import (
    ENTERING,
    HIDDEN,
    category_for_circles,
    facilitators_channel,
    require_permissions,
    speaking,
    turn,
)

Made = discord.abc.GuildChannel | discord.Role


async def make(
    client: Respite,
    guild: discord.Guild,
    person: Person,
    draft: Draft,
    holder: discord.Member,
    usual: Usual,
    *,
    at: datetime,
) -> Circle:
    """Make a circle whole, or not at all: whatever was made is taken back when a step fails."""
    database, made = client.house.database, list[Made]()
    require_permissions(guild)
    async with turn(guild.id):
        circle = await circles.begin(database, person, draft)
        async with errors.taking_back(lambda: _take_back(client, circle, made)):
            category = await category_for_circles(client, guild, person)
            role = await make_role(guild, circle)
            made.append(role)
            await circles.remember_places(database, circle, role_id=role.id, channel_id=None)
            channel = await make_channel(guild, category, circle, role, [holder])
            made.append(channel)
            await circles.remember_places(database, circle, role_id=role.id, channel_id=channel.id)
            await let_by_name(await facilitators_channel(client, guild, person), [holder.id], [])
            await hours.begin(database, replace(circle, channel_id=channel.id), usual, at=at)
            return await circles.open_circle(database, client.house.member_keys, circle, holder.id)


async def make_role(guild: discord.Guild, circle: Circle) -> discord.Role:
    """Make the role that the members of a circle hold."""
    return await guild.create_role(name=role_name(circle), reason=messages.REASON)


async def make_channel(
    guild: discord.Guild,
    category: discord.CategoryChannel,
    circle: Circle,
    role: discord.Role,
    holders: Sequence[discord.Member | discord.Object],
) -> discord.TextChannel:
    """Make the channel of a circle: for its role, and by name for those who hold it."""
    overwrites: dict[discord.Role | discord.Member | discord.Object, discord.PermissionOverwrite] = {
        guild.default_role: HIDDEN,
        role: ENTERING,
        guild.me: speaking(),
    }
    return await category.create_text_channel(
        messages.channel_name(circle.name),
        overwrites=overwrites | dict.fromkeys(holders, ENTERING),
        reason=messages.REASON,
    )


async def take_back_unfinished(client: Respite) -> None:
    """Remove the circles whose making was cut short, except where one is being made right now."""
    database = client.house.database
    for server_id in {circle.server_id for circle in await circles.unfinished(database)}:
        guild = client.get_guild(server_id)
        # A server that is not here is still arriving, or belongs to another process.
        if guild is None or guild.unavailable or turn(server_id).locked():
            continue
        async with turn(server_id):
            for circle in await circles.unfinished(database):
                if circle.server_id == server_id:
                    await _take_back(client, circle, _made(guild, circle))


async def _take_back(client: Respite, circle: Circle, made: Sequence[Made]) -> None:
    """Remove what was made of a circle, on Discord and in the database."""
    for each in reversed(made):
        try:
            await each.delete(reason=messages.REASON)
        except discord.NotFound:
            continue
        except discord.Forbidden as error:
            # It stays, for people to remove; asking again would not help.
            errors.report(error, job="taking back a circle")
    await circles.discard(client.house.database, circle)


def _made(guild: discord.Guild, circle: Circle) -> list[Made]:
    role = None if circle.role_id is None else guild.get_role(circle.role_id)
    channel = None if circle.channel_id is None else guild.get_channel(circle.channel_id)
    return [made for made in (role, channel) if made is not None]
