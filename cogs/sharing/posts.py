"""What the facilitators' channel reads about circles that check in together."""

from __future__ import annotations

from bot.client import Message, Respite, Writer
from bot.services import sharing
from bot.services.posts import Post
from cogs.sharing import messages
from cogs.sharing.buttons import proposal_buttons


def proposed_post(client: Respite) -> Writer:
    """Return what asks the facilitators of the other circles, unless all have agreed meanwhile."""

    async def write(post: Post) -> Message | None:
        found = await sharing.proposed(client.house.database, int(post.subject))
        if found is None or not found.waiting:
            return None
        return Message(messages.proposal(found), proposal_buttons(found))

    return write


def agreed_post(client: Respite) -> Writer:
    """Return what says that circles check in together from now on."""

    async def write(post: Post) -> Message | None:
        found = await sharing.proposed(client.house.database, int(post.subject))
        return None if found is None else Message(messages.proposal(found))

    return write


def ended_post(client: Respite) -> Writer:
    """Return what says that a circle checks in by itself again."""

    async def write(post: Post) -> Message | None:
        circle = await sharing.by_itself(client.house.database, int(post.subject))
        return None if circle is None else Message(messages.apart(circle))

    return write
