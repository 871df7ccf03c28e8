"""`/my plan`: what one has written for oneself."""

from __future__ import annotations

from discord import app_commands
from discord.ext import commands

from bot import ui
from bot.client import Respite
from bot.services import plans
from cogs.options import Interaction
from cogs.plan import messages
from cogs.plan.views import buttons


class Plans(commands.Cog):
    """The command about one's own plan."""

    def __init__(self, client: Respite) -> None:
        self.house = client.house
        self.person = client.person

    @app_commands.command(description=messages.PLAN)
    async def plan(self, interaction: Interaction) -> None:
        found = await plans.find(self.house.database, self.house.member_keys, self.person(interaction))
        await ui.reply(interaction, embed=messages.plan(found), view=buttons(found))
