"""How long things stay: removed by itself once a day, shortened by whoever manages the server."""

from __future__ import annotations

from bot.client import Respite
from cogs.retention.cog import Retention
from cogs.retention.jobs import remove_old
from cogs.retention.views import Keep, Shorten, ShortenForm


async def setup(client: Respite) -> None:
    """Add this feature to the client. Its command belongs to the group that setting up has brought along."""
    client.add_buttons(Shorten, Keep)
    client.add_forms(ShortenForm)
    client.add_jobs(remove_old(client))
    client.add_under("setup", *Retention(client).get_app_commands())
