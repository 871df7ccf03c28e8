"""What to do this minute, and what helps after a hard event. Neither needs the database."""

from __future__ import annotations

from bot.client import Respite
from cogs.help.cog import Help


async def setup(client: Respite) -> None:
    """Add this feature to the client."""
    await client.add_cog(Help(client))
