"""Prompts: practices offered to a circle's channel at local times."""

from __future__ import annotations

from bot.client import Respite
from bot.services.posts import PostKind
from cogs.prompts.cog import Prompts
from cogs.prompts.jobs import claim_due, practice_post


async def setup(client: Respite) -> None:
    """Add this feature to the client."""
    client.add_jobs(claim_due(client))
    client.add_writer(PostKind.PRACTICE, practice_post(client))
    await client.add_cog(Prompts(client))
