"""`/my load`: hours, caseload, breaks and boundaries, week by week."""

from __future__ import annotations

from discord import app_commands
from discord.ext import commands

from bot import ui
from bot.client import Respite
from bot.services import workloads
from cogs.load import messages
from cogs.load.views import NoteWeek
from cogs.options import Interaction


class Loads(commands.Cog):
    """The command about one's own load."""

    def __init__(self, client: Respite) -> None:
        self.house = client.house
        self.person = client.person

    @app_commands.command(description=messages.LOAD)
    async def load(self, interaction: Interaction) -> None:
        found = await workloads.find(self.house.database, self.house.member_keys, self.person(interaction))
        shown = messages.load(found, on=interaction.created_at.date())
        await ui.reply(interaction, embed=shown, view=ui.row(NoteWeek()))
