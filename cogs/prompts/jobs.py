"""What prompts do on a schedule."""

from __future__ import annotations

from datetime import datetime

from bot.client import Job, Message, Respite, Writer
from bot.services import prompts
from bot.services.posts import Post
from cogs.practices import messages
from cogs.practices.buttons import opinions


def claim_due(client: Respite) -> Job:
    """Return the job that turns prompts whose time has come into posts."""

    async def claim_due_prompts(at: datetime) -> None:
        await prompts.claim_due(client.house.database, client.house.library, at=at)

    return claim_due_prompts


def practice_post(client: Respite) -> Writer:
    """Return what writes the post that offers a practice."""

    async def write(post: Post) -> Message | None:
        practice = client.house.library.get(post.subject)
        return None if practice is None else Message(messages.practice(practice), opinions(practice.id))

    return write
