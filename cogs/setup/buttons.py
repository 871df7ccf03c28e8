"""The button that mends."""

from __future__ import annotations

import re
from typing import Any, Self

import discord

from bot import ui
from bot.client import Respite
from bot.services import servers
from cogs.setup import messages
from cogs.setup.mending import mend
from cogs.setup.problems import find_problems


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
