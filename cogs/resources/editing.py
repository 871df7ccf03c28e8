"""`/setup resources`: what moderators change of this server's lists."""

from __future__ import annotations

from typing import Any

import discord
from discord import app_commands
from discord.ext import commands

from bot import ui
from bot.client import Respite
from bot.services import listings, server_resources
from bot.services.resources import Resource
from cogs.options import Interaction, Suggested
from cogs.resources import messages
from cogs.resources.cog import KINDS
from cogs.resources.views import EntryForm


class EntryOption(Suggested):
    """An entry that members of this server see, by its id; the list shows names."""

    async def transform(self, interaction: discord.Interaction[Any], value: Any, /) -> str:
        """Return what was chosen; the service knows whether there is such an entry."""
        return str(value)

    async def suggest(
        self, client: Respite, interaction: discord.Interaction[Any]
    ) -> list[app_commands.Choice[Any]]:
        """Offer the entries, as they are kept in memory."""
        found = self.entries(client, interaction.guild_id)
        return [app_commands.Choice(name=name, value=value) for name, value in messages.options(found)]

    def entries(self, client: Respite, server_id: int | None) -> list[Resource]:
        """Return the entries to choose from."""
        return [*listings.editable(client.house.directory, client.server_lines.of(server_id))]


class ChangedEntryOption(EntryOption):
    """A shipped entry that this server has replaced or hidden."""

    def entries(self, client: Respite, server_id: int | None) -> list[Resource]:
        """Return the entries to choose from, as they came with the program."""
        return [*listings.restorable(client.house.directory, client.server_lines.of(server_id))]


class Editing(commands.GroupCog, group_name="resources", group_description=messages.EDITING):
    """Commands for moderators."""

    def __init__(self, client: Respite) -> None:
        self.client = client
        self.database = client.house.database
        self.directory = client.house.directory
        self.lines = client.server_lines

    @app_commands.command(description=messages.LIST)
    async def list(self, interaction: Interaction) -> None:
        person = self.client.person(interaction)
        made = await server_resources.changes(self.database, self.lines, person)
        await ui.reply(interaction, embed=messages.changes(made, self.directory))

    @app_commands.command(description=messages.ADD)
    @app_commands.describe(kind=messages.ADD_KIND_OPTION)
    @app_commands.choices(kind=KINDS)
    async def add(self, interaction: Interaction, kind: str) -> None:
        await server_resources.require_may_edit(self.database, self.client.person(interaction))
        await ui.show(interaction, EntryForm.to_add(kind))

    @app_commands.command(description=messages.REPLACE)
    @app_commands.describe(entry=messages.ENTRY_OPTION)
    async def replace(
        self, interaction: Interaction, entry: app_commands.Transform[str, EntryOption]
    ) -> None:
        await server_resources.require_may_edit(self.database, self.client.person(interaction))
        shown = listings.find(self.directory, self.lines.of(interaction.guild_id), entry)
        await ui.show(interaction, EntryForm.to_replace(shown))

    @app_commands.command(description=messages.HIDE)
    @app_commands.describe(entry=messages.ENTRY_OPTION)
    async def hide(self, interaction: Interaction, entry: app_commands.Transform[str, EntryOption]) -> None:
        person = self.client.person(interaction)
        hidden = await server_resources.hide(self.database, self.lines, self.directory, person, entry)
        await ui.reply(interaction, embed=messages.hidden(hidden))

    @app_commands.command(description=messages.RESTORE)
    @app_commands.describe(entry=messages.ENTRY_OPTION)
    async def restore(
        self, interaction: Interaction, entry: app_commands.Transform[str, ChangedEntryOption]
    ) -> None:
        person = self.client.person(interaction)
        shown = await server_resources.restore(self.database, self.lines, self.directory, person, entry)
        await ui.reply(interaction, embed=messages.restored(shown))
