"""Where help is: lines, programmes and directories, and what a server's moderators change of them."""

from __future__ import annotations

from discord import app_commands

from bot.client import Respite
from cogs.resources.cog import Resources
from cogs.resources.editing import Editing
from cogs.resources.views import EntryForm


async def setup(client: Respite) -> None:
    """Add this feature to the client; its editing goes under `/setup`, which is there already."""
    client.add_forms(EntryForm)
    await client.add_cog(Resources(client))
    group, editing = client.tree.get_command("setup"), Editing(client).app_command
    if isinstance(group, app_commands.Group) and editing is not None:
        group.add_command(editing)
