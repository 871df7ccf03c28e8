"""What the facilitators' channel reads when a circle has lost its facilitator."""

from __future__ import annotations

from bot import ui
from bot.client import Message, Respite, Writer
from bot.services import holding
from bot.services.posts import Post
from cogs.holding import messages
from cogs.holding.buttons import TakeOver


def takeover_post(client: Respite) -> Writer:
    """Return what asks the co-facilitators whether one of them takes over."""

    async def write(post: Post) -> Message | None:
        circle = await holding.unheld(client.house.database, int(post.subject))
        if circle is None:
            return None
        return Message(messages.please_take_over(circle), ui.row(TakeOver(circle.circle_id)))

    return write


def unheld_post(client: Respite) -> Writer:
    """Return what tells the moderators that nobody holds a circle."""

    async def write(post: Post) -> Message | None:
        circle = await holding.unheld(client.house.database, int(post.subject))
        return None if circle is None else Message(messages.nobody_holds(circle))

    return write
