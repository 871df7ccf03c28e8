"""Setting a server up, and saying what is wrong with it."""

from __future__ import annotations

from bot.client import Respite
from bot.services.posts import PostKind
from cogs.setup.buttons import Mend
from cogs.setup.cog import Setup
from cogs.setup.jobs import lost_post, notice_lost_channels
from cogs.setup.starting import ChooseSettings, CreateCategory, SettingsForm


async def setup(client: Respite) -> None:
    """Add this feature to the client."""
    client.add_buttons(ChooseSettings, CreateCategory, Mend)
    client.add_forms(SettingsForm)
    client.add_jobs(notice_lost_channels(client))
    client.add_writer(PostKind.CHANNEL_LOST, lost_post(client))
    await client.add_cog(Setup(client))
