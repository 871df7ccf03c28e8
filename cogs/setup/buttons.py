"""The buttons of setting up and of mending."""

from __future__ import annotations

import re
from typing import Any, Self

import discord

from bot import ui
from bot.client import Respite
from bot.services import servers
from cogs.setup import messages, places
from cogs.setup.mending import mend
from cogs.setup.problems import find_problems


class CreateCategory(ui.Button, template=r"setup:create"):
    """Makes the category for circles, and the facilitators' channel in it."""

    def __init__(self) -> None:
        super().__init__("setup:create", messages.CREATE, style=discord.ButtonStyle.primary)

    @classmethod
    def restore(cls, match: re.Match[str]) -> Self:
        return cls()

    async def pressed(self, interaction: discord.Interaction[Any]) -> None:
        client: Respite = interaction.client
        guild, person = ui.server_of(interaction), client.person(interaction)
        await servers.require_manager(client.house.database, person)
        places.require_permissions(guild)
        async with places.turn(guild.id):
            category = await places.category_for_circles(client, guild, person)
            await places.facilitators_channel(client, guild, person)
        await ui.reply(interaction, embed=messages.created(category.name))


class Mend(ui.Button, template=r"setup:mend"):
    """Mends what the bot can mend, and shows how the server stands then."""

    def __init__(self) -> None:
        super().__init__("setup:mend", messages.MEND, style=discord.ButtonStyle.primary)

    @classmethod
    def restore(cls, match: re.Match[str]) -> Self:
        return cls()

    async def pressed(self, interaction: discord.Interaction[Any]) -> None:
        client: Respite = interaction.client
        guild, person = ui.server_of(interaction), client.person(interaction)
        await ui.take_time(interaction)
        done = await mend(client, guild, person)
        found = await servers.status(client.house.database, person, at=interaction.created_at)
        await ui.reply(interaction, embed=messages.mended(found, find_problems(guild, found), done))
