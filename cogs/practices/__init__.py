"""Practices when somebody wants one: chosen, or as a breathing guide."""

from __future__ import annotations

from bot.client import Respite
from cogs.practices.breathing import End, GoOn, Pause
from cogs.practices.buttons import Another, Opine, OpineForCircle
from cogs.practices.cog import Practices


async def setup(client: Respite) -> None:
    """Add this feature to the client."""
    client.add_buttons(Another, Opine, OpineForCircle, Pause, GoOn, End)
    await client.add_cog(Practices(client))
