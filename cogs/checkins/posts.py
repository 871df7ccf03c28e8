"""What is posted about check-ins: that a window is open, and what was released of it."""

from __future__ import annotations

from bot import ui
from bot.client import Message, Respite, Writer
from bot.services import releases, windows
from bot.services.posts import Post
from cogs.checkins import messages
from cogs.checkins.pictures import draw
from cogs.checkins.views import Answer


def window_post(client: Respite) -> Writer:
    """Return what writes the post that announces an open window."""

    async def write(post: Post) -> Message | None:
        opened = await windows.announced(client.house.database, int(post.subject))
        if opened is None:
            return None
        return Message(messages.announcement(opened), ui.row(Answer(post.subject)))

    return write


def release_post(client: Respite) -> Writer:
    """Return what writes the post about a closed window."""

    async def write(post: Post) -> Message | None:
        found = await releases.of_window(client.house.database, int(post.subject))
        files = await draw(client.house.pictures, found)
        return Message(messages.release(found, with_picture=bool(files)), files=files)

    return write
