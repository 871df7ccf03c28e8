"""What the bot needs on a server: its permissions, and the category that circles lie under."""

from __future__ import annotations

import asyncio
from weakref import WeakValueDictionary

import discord

from bot import errors
from bot.client import NEEDED, Respite
from bot.services import servers
from bot.services.people import Person
from bot.services.refusals import Because, Refusal
from bot.services.servers import Server
from cogs.setup import messages

ENTERING = discord.PermissionOverwrite(view_channel=True, send_messages=True, read_message_history=True)
HIDDEN = discord.PermissionOverwrite(view_channel=False)
SPEAKING = discord.Permissions(view_channel=True, send_messages=True, embed_links=True, attach_files=True)
"""What the bot needs in a channel in which it posts."""

PLANNING = discord.Permissions(create_events=True)
"""What the bot needs where circles plan meetings, and nowhere else: the invitation does not ask for it."""


IN_CATEGORY = discord.Permissions(NEEDED.value & ~discord.Permissions.manage_roles.flag)
"""What the bot grants itself there. Only administrators may grant `manage_roles` in a channel."""

_turns: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()


def turn(server_id: int) -> asyncio.Lock:
    """Return what is to be held while something is made on a server: one thing at a time."""
    return _turns.setdefault(server_id, asyncio.Lock())


def missing(held: discord.Permissions, needed: discord.Permissions = NEEDED) -> list[str]:
    """Return the names, as Discord's settings show them, of what is needed and not held."""
    return [messages.permission(name) for name, wanted in needed if wanted and not getattr(held, name)]


def require_permissions(guild: discord.Guild) -> None:
    """Refuse, naming what is missing, before anything is created."""
    lacking = missing(guild.me.guild_permissions)
    if lacking:
        raise Refusal(Because.MISSING_PERMISSIONS, permissions=", ".join(lacking))


def speaking() -> discord.PermissionOverwrite:
    """Return what the bot is allowed in a channel of its own making."""
    return discord.PermissionOverwrite.from_pair(SPEAKING, discord.Permissions.none())


async def facilitators_channel(client: Respite, guild: discord.Guild, person: Person) -> discord.TextChannel:
    """Return the channel in which those who hold circles are asked and told; make it where there is none.

    The moderators see it by their role; a facilitator is let in by name. Whoever calls this holds the
    server's turn.
    """
    server = await servers.find(client.house.database, person)
    found = None
    if server.facilitators_channel_id is not None:
        found = guild.get_channel(server.facilitators_channel_id)
    if isinstance(found, discord.TextChannel):
        return found
    category = await category_for_circles(client, guild, person)
    overwrites: dict[discord.Role | discord.Member | discord.Object, discord.PermissionOverwrite] = {
        guild.default_role: HIDDEN,
        guild.me: speaking(),
    }
    moderators = guild.get_role(server.moderator_role_id)
    if moderators is not None:
        overwrites[moderators] = ENTERING
    made = await category.create_text_channel(
        messages.FACILITATORS, overwrites=overwrites, reason=messages.REASON
    )
    async with errors.taking_back(made.delete):
        await servers.remember_facilitators_channel(client.house.database, guild.id, made.id)
    return made


async def change_moderators(guild: discord.Guild, server: Server, role: discord.Role | None) -> None:
    """Let this role read the facilitators' channel, and the one that `server` names no longer."""
    channel_id = server.facilitators_channel_id
    channel = None if channel_id is None else guild.get_channel(channel_id)
    if isinstance(channel, discord.TextChannel) and role is not None:
        before, leaving = channel.overwrites, server.moderator_role_id
        after = {target: allowed for target, allowed in before.items() if target.id != leaving}
        after[role] = ENTERING
        if after != before:
            await channel.edit(overwrites=after, reason=messages.REASON)


def shown_to_everybody(channel: discord.abc.GuildChannel) -> bool:
    """Tell whether a channel has lost what hides it from those who do not belong there."""
    return _readable(channel) and channel.overwrites_for(channel.guild.default_role).view_channel is not False


def shut_to(role: discord.Role, channel: discord.abc.GuildChannel) -> bool:
    """Tell whether a role no longer opens a channel."""
    return _readable(channel) and not channel.overwrites_for(role).view_channel


def _readable(channel: discord.abc.GuildChannel) -> bool:
    # Of a channel that is hidden from the bot, Discord neither says what is set there nor lets it be changed.
    return channel.permissions_for(channel.guild.me).view_channel


async def hide(channel: discord.TextChannel) -> None:
    """Hide a channel from everybody who is not let in; what else is set there stays."""
    everybody = channel.guild.default_role
    allowed = channel.overwrites_for(everybody)
    allowed.view_channel = False
    await channel.set_permissions(everybody, overwrite=allowed, reason=messages.REASON)


async def category_for_circles(
    client: Respite, guild: discord.Guild, person: Person
) -> discord.CategoryChannel:
    """Return the server's category for circles; make it, hidden from everybody, where there is none.

    Whoever calls this holds the server's turn: else two presses would make two categories.
    """
    server = await servers.find(client.house.database, person)
    found = None if server.category_id is None else guild.get_channel(server.category_id)
    if isinstance(found, discord.CategoryChannel):
        return found
    made = await guild.create_category(
        messages.CATEGORY,
        overwrites={
            guild.default_role: HIDDEN,
            guild.me: discord.PermissionOverwrite.from_pair(IN_CATEGORY, discord.Permissions.none()),
        },
        reason=messages.REASON,
    )
    async with errors.taking_back(made.delete):
        await servers.remember_category(client.house.database, guild.id, made.id)
    return made
