"""`/my trends`: what somebody keeps of their own check-ins, for their eyes only."""

from __future__ import annotations

from discord import app_commands
from discord.ext import commands

from bot.client import Respite
from bot.services import trends
from bot.services.trends import FEWEST_WEEKS, MOST_WEEKS, USUAL_WEEKS
from cogs.options import Interaction
from cogs.trends import messages
from cogs.trends.views import show

_Weeks = app_commands.Range[int, FEWEST_WEEKS, MOST_WEEKS]


class Trends(commands.Cog):
    """The command under `/my`; everything else is buttons and forms."""

    def __init__(self, client: Respite) -> None:
        self.client = client
        self.house = client.house

    @app_commands.command(description=messages.TRENDS)
    @app_commands.describe(weeks=messages.WEEKS_OPTION)
    async def trends(self, interaction: Interaction, weeks: _Weeks = USUAL_WEEKS) -> None:
        person = self.client.person(interaction)
        found = await trends.look(
            self.house.database, self.house.member_keys, person, weeks=weeks, at=interaction.created_at
        )
        await show(interaction, found)
