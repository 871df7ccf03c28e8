"""Circles: making one, finding one, entering and leaving."""

from __future__ import annotations

from bot.client import Respite
from cogs.circles.buttons import Agree
from cogs.circles.cog import Circles
from cogs.circles.jobs import tidy_up
from cogs.circles.views import CircleForm


async def setup(client: Respite) -> None:
    """Add this feature to the client."""
    client.add_buttons(Agree)
    client.add_forms(CircleForm)
    client.add_jobs(tidy_up(client))
    await client.add_cog(Circles(client))
