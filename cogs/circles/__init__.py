"""Circles: making one, finding one, entering and leaving."""

from __future__ import annotations

from bot.client import Respite
from bot.services import circles
from cogs.circles.buttons import Agree
from cogs.circles.cog import Circles
from cogs.circles.jobs import undo
from cogs.circles.views import CircleForm


async def setup(client: Respite) -> None:
    """Add this feature to the client."""
    client.add_buttons(Agree)
    client.add_forms(CircleForm)
    client.add_jobs(undo(client, await circles.unfinished(client.house.database)))
    await client.add_cog(Circles(client))
