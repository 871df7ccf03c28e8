"""`/resources`: where help is, in one's own country or in another."""

from __future__ import annotations

from discord import app_commands
from discord.ext import commands

from bot import ui
from bot.client import Respite
from bot.services.listings import listing, parse_kind
from cogs.options import CountryOption, Interaction
from cogs.resources import messages

KINDS = [app_commands.Choice(name=name, value=kind) for kind, name in messages.KINDS.items()]


class Resources(commands.Cog):
    """Lines, programmes and directories."""

    def __init__(self, client: Respite) -> None:
        self.directory = client.house.directory
        self.lines = client.server_lines

    @app_commands.command(description=messages.RESOURCES)
    @app_commands.describe(country=messages.COUNTRY_OPTION, kind=messages.KIND_OPTION)
    @app_commands.choices(kind=KINDS)
    @app_commands.allowed_contexts(guilds=True, dms=True)
    async def resources(
        self,
        interaction: Interaction,
        country: app_commands.Transform[str, CountryOption] | None = None,
        kind: str | None = None,
    ) -> None:
        known = self.lines.of(interaction.guild_id)
        today = interaction.created_at.date()
        found = listing(self.directory, known, country, parse_kind(kind), today)
        await ui.reply(interaction, embed=messages.listed(found))
