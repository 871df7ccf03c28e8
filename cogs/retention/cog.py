"""`/setup retention`: how long things stay on this server."""

from __future__ import annotations

from discord import app_commands
from discord.ext import commands

from bot import ui
from bot.client import Respite
from bot.services import retention
from cogs.options import Interaction
from cogs.retention import messages
from cogs.retention.views import Shorten


class Retention(commands.Cog):
    """The command about how long things stay."""

    def __init__(self, client: Respite) -> None:
        self.database = client.house.database
        self.person = client.person

    @app_commands.command(description=messages.RETENTION)
    async def retention(self, interaction: Interaction) -> None:
        kept = await retention.look(self.database, self.person(interaction))
        await ui.reply(interaction, embed=messages.overview(kept), view=ui.row(Shorten()))
