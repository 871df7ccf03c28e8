"""`/help-now` and `/after`: they answer everywhere, from memory."""

from __future__ import annotations

from discord import app_commands
from discord.ext import commands

from bot import ui
from bot.client import Respite
from bot.services import after
from bot.services.listings import listing
from bot.services.resources import Kind
from cogs.help import messages
from cogs.options import CountryOption, Interaction


class Help(commands.Cog):
    """Help in a bad hour, or on a bad day."""

    def __init__(self, client: Respite) -> None:
        self.directory = client.house.directory
        self.aftermath = client.house.aftermath
        self.lines = client.server_lines

    @app_commands.command(name="help-now", description=messages.HELP_NOW)
    @app_commands.describe(country=messages.COUNTRY_OPTION)
    @app_commands.allowed_contexts(guilds=True, dms=True)
    async def help_now(
        self,
        interaction: Interaction,
        country: app_commands.Transform[str, CountryOption] | None = None,
    ) -> None:
        known = self.lines.of(interaction.guild_id)
        today = interaction.created_at.date()
        found = listing(self.directory, known, country, {Kind.EMERGENCY, Kind.CRISIS}, today)
        await ui.reply(interaction, embed=messages.help_now(found, known.moderator_role_id))

    @app_commands.command(description=messages.AFTER)
    @app_commands.describe(event=messages.EVENT_OPTION)
    @app_commands.choices(
        event=[app_commands.Choice(name=name, value=value) for value, name in messages.EVENTS.items()]
    )
    @app_commands.allowed_contexts(guilds=True, dms=True)
    async def after(self, interaction: Interaction, event: str = after.DEFAULT) -> None:
        known = self.lines.of(interaction.guild_id)
        today = interaction.created_at.date()
        advice = after.advise(self.aftermath, self.directory, known, event, today)
        await ui.reply(interaction, embed=messages.after(advice))
