"""Backups by themselves."""

from __future__ import annotations

from bot.client import Respite
from cogs.backups.jobs import ScheduledBackups


async def setup(client: Respite) -> None:
    """Add this feature to the client."""
    backups = ScheduledBackups(client)
    await client.add_cog(backups)
    client.add_jobs(backups.begin_due)
