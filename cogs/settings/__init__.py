"""What a member chooses for themselves: `/my settings`."""

from __future__ import annotations

from bot.client import Respite
from cogs import my
from cogs.settings.cog import OwnSettings


async def setup(client: Respite) -> None:
    """Add this feature to the client."""
    my.add(client, OwnSettings(client))
