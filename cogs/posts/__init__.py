"""Saying in channels what is to be said there, once."""

from __future__ import annotations

from bot.client import Respite
from cogs.posts.jobs import send_due


async def setup(client: Respite) -> None:
    """Add this feature to the client. It comes last: what the other jobs note is sent by this one."""
    client.add_jobs(send_due(client))
