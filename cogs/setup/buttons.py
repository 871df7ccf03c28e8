"""The one button of setting up."""

from __future__ import annotations

import re
from typing import Any, Self

import discord

from bot import ui
from bot.client import Respite
from bot.services import servers
from cogs.setup import messages, places


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
