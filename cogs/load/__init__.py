"""A private reflection on load: `/my load`."""

from __future__ import annotations

from bot.client import Respite
from cogs import my
from cogs.load.cog import Loads
from cogs.load.views import LoadForm, NoteWeek


async def setup(client: Respite) -> None:
    """Add this feature to the client."""
    client.add_buttons(NoteWeek)
    client.add_forms(LoadForm)
    my.add(client, Loads(client))
