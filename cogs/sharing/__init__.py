"""Circles that check in together."""

from __future__ import annotations

from bot.client import Respite
from bot.services.posts import PostKind
from cogs.sharing.buttons import Agree, Decline, StepOut
from cogs.sharing.posts import agreed_post, ended_post, proposed_post


async def setup(client: Respite) -> None:
    """Add this feature to the client. The command itself is among the others about check-ins."""
    client.add_buttons(Agree, Decline, StepOut)
    client.add_writer(PostKind.SHARE_PROPOSED, proposed_post(client))
    client.add_writer(PostKind.SHARE_AGREED, agreed_post(client))
    client.add_writer(PostKind.SHARE_ENDED, ended_post(client))
