"""Requests for a seat, and invitations: what the facilitators answer."""

from __future__ import annotations

from bot.client import Respite
from bot.services.posts import PostKind
from cogs.requests.buttons import Approve, Decline, Invite
from cogs.requests.jobs import take_names_out
from cogs.requests.posts import request_post
from cogs.requests.views import InviteForm


async def setup(client: Respite) -> None:
    """Add this feature to the client."""
    client.add_buttons(Approve, Decline, Invite)
    client.add_forms(InviteForm)
    client.add_writer(PostKind.REQUEST, request_post(client))
    client.add_jobs(take_names_out(client))
