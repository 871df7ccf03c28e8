"""Holding a circle: who does, who is away, and what happens when nobody is there."""

from __future__ import annotations

from bot.client import Respite
from bot.services.posts import PostKind
from cogs.holding.buttons import Away, Back, Holders, TakeOver
from cogs.holding.jobs import look_after_circles, look_for_those_who_left
from cogs.holding.posts import takeover_post, unheld_post
from cogs.holding.views import AwayForm, HoldersForm


async def setup(client: Respite) -> None:
    """Add this feature to the client."""
    client.add_buttons(Holders, Away, Back, TakeOver)
    client.add_forms(HoldersForm, AwayForm)
    client.add_jobs(look_for_those_who_left(client), look_after_circles(client))
    client.add_writer(PostKind.TAKEOVER, takeover_post(client))
    client.add_writer(PostKind.UNHELD, unheld_post(client))
