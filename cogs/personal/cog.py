"""`/my data`: what is stored about whoever asks."""

from __future__ import annotations

from discord import app_commands
from discord.ext import commands

from bot import ui
from bot.client import Respite
from bot.services import personal_data
from cogs.options import Interaction
from cogs.personal import messages
from cogs.personal.views import overview_buttons


class PersonalData(commands.Cog):
    """The command about one's own data."""

    def __init__(self, client: Respite) -> None:
        self.house = client.house
        self.person = client.person

    @app_commands.command(description=messages.DATA)
    async def data(self, interaction: Interaction) -> None:
        house, person = self.house, self.person(interaction)
        found = await personal_data.look(house.database, house.member_keys, house.window_keys, person)
        await ui.reply(interaction, embed=messages.overview(found), view=overview_buttons(found))
