"""Opening hours of circles."""

from __future__ import annotations

from bot.client import Respite
from bot.services.posts import PostKind
from cogs.hours.jobs import keep_hours
from cogs.hours.posts import closing_post, opening_post, refused_post
from cogs.hours.views import HoursForm


async def setup(client: Respite) -> None:
    """Add this feature to the client. The command itself is among the others about circles."""
    client.add_forms(HoursForm)
    client.add_jobs(keep_hours(client))
    client.add_writer(PostKind.OPENING, opening_post(client))
    client.add_writer(PostKind.CLOSING, closing_post(client))
    client.add_writer(PostKind.HOURS_REFUSED, refused_post(client))
