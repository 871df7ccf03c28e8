"""What a circle reads of its meetings."""

from __future__ import annotations

from collections.abc import Callable

import discord

from bot import ui
from bot.client import Message, Respite, Writer
from bot.services import meeting_rounds
from bot.services.meeting_rounds import Said
from bot.services.posts import Post
from cogs.meetings import messages
from cogs.meetings.buttons import AddToCalendar


def coming_post(client: Respite, words: Callable[[Said], discord.Embed]) -> Writer:
    """Return what says something of a meeting, unless it was moved or cancelled meanwhile."""

    async def write(post: Post) -> Message | None:
        said = await meeting_rounds.told(client.house.database, post.server_id, post.subject)
        if said is None or not said.holds:
            return None
        return Message(words(said), ui.row(AddToCalendar(said.meeting.meeting_id)))

    return write


def cancelled_post(client: Respite) -> Writer:
    """Return what says that a meeting is cancelled."""

    async def write(post: Post) -> Message | None:
        said = await meeting_rounds.told(client.house.database, post.server_id, post.subject)
        if said is None:
            return None
        return Message(
            messages.called_off(said, begun=said.starts_at <= post.due_at),
            ui.row(AddToCalendar(said.meeting.meeting_id)),
        )

    return write
