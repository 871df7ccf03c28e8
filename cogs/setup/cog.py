"""`/setup`: for whoever sets the server up."""

from __future__ import annotations

import discord
from discord import app_commands
from discord.ext import commands

from bot import ui
from bot.client import Respite
from bot.services import servers
from cogs.options import Interaction, TimeZoneOption
from cogs.setup import messages, starting
from cogs.setup.buttons import Mend
from cogs.setup.problems import find_problems


@app_commands.guild_only()
@app_commands.default_permissions(manage_guild=True)
class Setup(commands.GroupCog, group_name="setup", group_description=messages.GROUP):
    """Commands for whoever sets the server up."""

    def __init__(self, client: Respite) -> None:
        self.house = client.house
        self.person = client.person

    @app_commands.command(description=messages.START)
    @app_commands.describe(
        moderators=messages.START_MODERATORS,
        time_zone=messages.START_TIME_ZONE,
        country=messages.START_COUNTRY,
        language=messages.START_LANGUAGE,
    )
    @app_commands.choices(language=[app_commands.Choice(name="English", value="en")])
    async def start(
        self,
        interaction: Interaction,
        moderators: discord.Role | None = None,
        time_zone: app_commands.Transform[str, TimeZoneOption] | None = None,
        country: str | None = None,
        language: str = "en",
    ) -> None:
        await starting.keep_typed(interaction, moderators, time_zone, country, language)
        embed, view = await starting.page(interaction)
        await ui.reply(interaction, embed=embed, view=view)

    @app_commands.command(description=messages.STATUS)
    async def status(self, interaction: Interaction) -> None:
        found = await servers.status(self.house.database, self.person(interaction), at=interaction.created_at)
        problems = find_problems(ui.server_of(interaction), found)
        view = ui.row(Mend()) if problems else None
        await ui.reply(interaction, embed=messages.status(found, problems), view=view)
