"""Circles: making one, finding one, changing one."""

from __future__ import annotations

from bot.client import Respite
from cogs.circles.buttons import Describe
from cogs.circles.cog import Circles
from cogs.circles.jobs import tidy_up
from cogs.circles.views import CircleForm, DescriptionForm


async def setup(client: Respite) -> None:
    """Add this feature to the client."""
    client.add_buttons(Describe)
    client.add_forms(CircleForm, DescriptionForm)
    client.add_jobs(tidy_up(client))
    await client.add_cog(Circles(client))
