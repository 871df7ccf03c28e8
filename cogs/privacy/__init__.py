"""Who can see what, and what is stored: told from the list that the program is checked against."""

from __future__ import annotations

from bot.client import Respite
from cogs.privacy.cog import Privacy
from cogs.privacy.views import Turn


async def setup(client: Respite) -> None:
    """Add this feature to the client."""
    client.add_buttons(Turn)
    await client.add_cog(Privacy(client))
