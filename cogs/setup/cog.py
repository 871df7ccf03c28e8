"""`/setup`: for whoever sets the server up."""

from __future__ import annotations

import discord
from discord import app_commands
from discord.ext import commands

from bot import ui
from bot.client import Respite
from bot.services import servers
from cogs.options import Interaction, TimeZoneOption
from cogs.setup import messages, places
from cogs.setup.buttons import CreateCategory, Mend
from cogs.setup.problems import find_problems


@app_commands.guild_only()
@app_commands.default_permissions(manage_guild=True)
class Setup(commands.GroupCog, group_name="setup", group_description=messages.GROUP):
    """Commands for whoever sets the server up."""

    def __init__(self, client: Respite) -> None:
        self.house = client.house
        self.lines = client.server_lines
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
        moderators: discord.Role,
        time_zone: app_commands.Transform[str, TimeZoneOption],
        country: str | None = None,
        language: str = "en",
    ) -> None:
        guild = ui.server_of(interaction)
        before = await servers.before_set_up(
            self.house.database,
            self.person(interaction),
            moderator_role_id=moderators.id,
            time_zone=time_zone,
            country=country,
        )
        if before is not None:
            # Noted only afterwards: if Discord refuses, the next call still knows who is to leave.
            await places.change_moderators(guild, before, moderators)
        server = await servers.set_up(
            self.house.database,
            self.person(interaction),
            moderator_role_id=moderators.id,
            time_zone=time_zone,
            country=country,
            language=language,
        )
        await self.lines.refresh(self.house.database)
        made = (server.category_id, server.facilitators_channel_id)
        has_category = all(each is not None and guild.get_channel(each) is not None for each in made)
        lacking = places.missing(guild.me.guild_permissions)
        plan = messages.plan(server.time_zone, moderators.mention, lacking, has_category=has_category)
        await ui.reply(interaction, embed=plan, view=None if has_category else ui.row(CreateCategory()))

    @app_commands.command(description=messages.STATUS)
    async def status(self, interaction: Interaction) -> None:
        found = await servers.status(self.house.database, self.person(interaction), at=interaction.created_at)
        problems = find_problems(ui.server_of(interaction), found)
        view = ui.row(Mend()) if problems else None
        await ui.reply(interaction, embed=messages.status(found, problems), view=view)
