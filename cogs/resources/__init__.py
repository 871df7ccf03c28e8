"""Where help is: lines, programmes and directories, and what a server's moderators change of them."""

from __future__ import annotations

from bot.client import Respite
from cogs.resources.cog import Resources
from cogs.resources.editing import Editing
from cogs.resources.views import EntryForm


async def setup(client: Respite) -> None:
    """Add this feature to the client; its editing goes under `/setup`, which is there already."""
    client.add_forms(EntryForm)
    await client.add_cog(Resources(client))
    editing = Editing(client).app_command
    if editing is not None:
        client.add_under("setup", editing)
