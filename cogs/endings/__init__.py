"""The end of a circle."""

from __future__ import annotations

from bot.client import Respite
from bot.services.posts import PostKind
from cogs.endings.buttons import End, LetMeOut
from cogs.endings.jobs import carry_through, farewell_post
from cogs.endings.views import EndForm


async def setup(client: Respite) -> None:
    """Add this feature to the client."""
    client.add_buttons(End, LetMeOut)
    client.add_forms(EndForm)
    client.add_jobs(carry_through(client))
    client.add_writer(PostKind.FAREWELL, farewell_post(client))
