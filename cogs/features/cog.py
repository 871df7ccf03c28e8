"""`/setup features`: what a server can switch on."""

from __future__ import annotations

from discord import app_commands
from discord.ext import commands

from bot import ui
from bot.client import Respite
from bot.services import features
from cogs.features import messages
from cogs.features.buttons import switches
from cogs.options import Interaction


class Features(commands.Cog):
    """The command about optional features."""

    def __init__(self, client: Respite) -> None:
        self.database = client.house.database
        self.person = client.person

    @app_commands.command(description=messages.FEATURES)
    async def features(self, interaction: Interaction) -> None:
        on = await features.look(self.database, self.person(interaction))
        await ui.reply(interaction, embed=messages.overview(on), view=switches(on))
