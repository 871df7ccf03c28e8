"""Anonymous check-ins: asking, answering, and showing what may be shown."""

from __future__ import annotations

from bot.client import Respite
from bot.services.posts import PostKind
from cogs.checkins.cog import Checkin, Checkins
from cogs.checkins.jobs import jobs
from cogs.checkins.posts import release_post, window_post
from cogs.checkins.views import Answer, Change, CheckinForm, Withdraw


async def setup(client: Respite) -> None:
    """Add this feature to the client."""
    client.add_buttons(Answer, Change, Withdraw)
    client.add_forms(CheckinForm)
    client.add_jobs(*jobs(client))
    client.add_writer(PostKind.WINDOW, window_post(client))
    client.add_writer(PostKind.RELEASE, release_post(client))
    await client.add_cog(Checkin(client))
    await client.add_cog(Checkins(client))
