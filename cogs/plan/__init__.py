"""The self-care plan: `/my plan`."""

from __future__ import annotations

from bot.client import Respite
from cogs import my
from cogs.plan.cog import Plans
from cogs.plan.views import PlanForm, Write


async def setup(client: Respite) -> None:
    """Add this feature to the client."""
    client.add_buttons(Write)
    client.add_forms(PlanForm)
    my.add(client, Plans(client))
