"""Cards on the twelve troubles of the field."""

from __future__ import annotations

from bot.client import Respite
from cogs.learn.buttons import ShowPractice
from cogs.learn.cog import Learn


async def setup(client: Respite) -> None:
    """Add this feature to the client."""
    client.add_buttons(ShowPractice)
    await client.add_cog(Learn(client))
