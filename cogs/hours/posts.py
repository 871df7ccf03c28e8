"""What a circle reads when it opens and closes, and the facilitators when it cannot."""

from __future__ import annotations

from bot.client import Message, Respite, Writer
from bot.services import hours
from bot.services.hours import Follows
from bot.services.posts import Post
from cogs.hours import messages


def opening_post(client: Respite) -> Writer:
    """Return what says that a circle is open, unless it has closed meanwhile."""

    async def write(post: Post) -> Message | None:
        opening = await hours.of_circle(client.house.database, int(post.subject))
        if opening is None or not opening.open:
            return None
        return Message(messages.opened(opening), silent=True)

    return write


def closing_post(client: Respite) -> Writer:
    """Return what says that a circle rests, unless it has opened meanwhile."""

    async def write(post: Post) -> Message | None:
        opening = await hours.of_circle(client.house.database, int(post.subject))
        if opening is None or opening.open:
            return None
        return Message(messages.closed(opening), silent=True)

    return write


def refused_post(client: Respite) -> Writer:
    """Return what tells the facilitators that a channel does not follow its hours, unless it does by then."""

    async def write(post: Post) -> Message | None:
        opening = await hours.of_circle(client.house.database, int(post.subject))
        if opening is None or opening.stored is None or opening.stored.follows is Follows.DONE:
            return None
        return Message(messages.refused(opening.circle))

    return write
