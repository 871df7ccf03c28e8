"""`/privacy`: who can see what."""

from __future__ import annotations

from discord import app_commands
from discord.ext import commands

from bot import ui
from bot.client import Respite
from cogs.options import Interaction
from cogs.privacy import messages
from cogs.privacy.views import page_buttons


class Privacy(commands.Cog):
    """The command about privacy."""

    def __init__(self, client: Respite) -> None:
        self.client = client

    @app_commands.command(description=messages.PRIVACY)
    @app_commands.guild_only()
    async def privacy(self, interaction: Interaction) -> None:
        await ui.reply(interaction, embed=messages.first(), view=page_buttons())
