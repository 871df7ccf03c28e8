"""Optional features, switched on and off by whoever manages the server."""

from __future__ import annotations

from bot.client import Respite
from cogs.features.buttons import Switch
from cogs.features.cog import Features


async def setup(client: Respite) -> None:
    """Add this feature to the client. Its command belongs to the group that setting up has brought along."""
    client.add_buttons(Switch)
    client.add_under("setup", *Features(client).get_app_commands())
