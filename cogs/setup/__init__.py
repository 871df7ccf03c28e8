"""Setting a server up, and saying what is wrong with it."""

from __future__ import annotations

from bot.client import Respite
from cogs.setup.buttons import CreateCategory
from cogs.setup.cog import Setup


async def setup(client: Respite) -> None:
    """Add this feature to the client."""
    client.add_buttons(CreateCategory)
    await client.add_cog(Setup(client))
