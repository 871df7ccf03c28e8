"""What the bot needs on a server: its permissions, and the category that circles lie under."""

from __future__ import annotations

import discord

from bot.client import NEEDED, Respite
from bot.services import servers
from bot.services.refusals import Because, Refusal
from cogs.setup import messages

SPEAKING = discord.Permissions(view_channel=True, send_messages=True, embed_links=True, attach_files=True)
"""What the bot needs in a channel in which it posts."""


def missing(held: discord.Permissions, needed: discord.Permissions = NEEDED) -> list[str]:
    """Return the names, as Discord's settings show them, of what is needed and not held."""
    return [messages.permission(name) for name, wanted in needed if wanted and not getattr(held, name)]


def require_permissions(guild: discord.Guild) -> None:
    """Refuse, naming what is missing, before anything is created."""
    lacking = missing(guild.me.guild_permissions)
    if lacking:
        raise Refusal(Because.MISSING_PERMISSIONS, permissions=", ".join(lacking))


async def category_for_circles(
    client: Respite, guild: discord.Guild, category_id: int | None
) -> discord.CategoryChannel:
    """Return the server's category for circles; make it, hidden from everybody, where there is none."""
    found = None if category_id is None else guild.get_channel(category_id)
    if isinstance(found, discord.CategoryChannel):
        return found
    made = await guild.create_category(
        messages.CATEGORY,
        overwrites={
            guild.default_role: discord.PermissionOverwrite(view_channel=False),
            guild.me: discord.PermissionOverwrite.from_pair(NEEDED, discord.Permissions.none()),
        },
        reason=messages.REASON,
    )
    await servers.remember_category(client.house.database, guild.id, made.id)
    return made
