"""Seats: entering and leaving a circle, waiting for a seat, and losing one."""

from __future__ import annotations

from bot.client import Respite
from bot.services.posts import PostKind
from cogs.seats.buttons import Agree, Release, StepBack, WriteToMe
from cogs.seats.jobs import letter, tend_waitlists
from cogs.seats.views import ReleaseForm


async def setup(client: Respite) -> None:
    """Add this feature to the client."""
    client.add_buttons(Agree, StepBack, WriteToMe, Release)
    client.add_forms(ReleaseForm)
    client.add_writer(PostKind.LETTER, letter(client))
    client.add_jobs(tend_waitlists(client))
