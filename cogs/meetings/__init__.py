"""Meetings of circles."""

from __future__ import annotations

from bot.client import Respite
from bot.services.posts import PostKind
from cogs.meetings import messages
from cogs.meetings.buttons import AddToCalendar, Cancel
from cogs.meetings.cog import Meetings
from cogs.meetings.jobs import keep_meetings
from cogs.meetings.posts import cancelled_post, coming_post
from cogs.meetings.views import PlanForm


async def setup(client: Respite) -> None:
    """Add this feature to the client."""
    client.add_buttons(AddToCalendar, Cancel)
    client.add_forms(PlanForm)
    client.add_jobs(keep_meetings(client))
    client.add_writer(PostKind.MEETING_PLANNED, coming_post(client, messages.announced))
    client.add_writer(PostKind.MEETING_TOMORROW, coming_post(client, messages.tomorrow))
    client.add_writer(PostKind.MEETING_SOON, coming_post(client, messages.soon))
    client.add_writer(PostKind.MEETING_MOVED, coming_post(client, messages.moved))
    client.add_writer(PostKind.MEETING_CANCELLED, cancelled_post(client))
    await client.add_cog(Meetings(client))
