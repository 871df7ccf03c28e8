"""Carrying through what a crash or trouble at Discord has cut short, and saying goodbye."""

from __future__ import annotations

from datetime import datetime

from bot import ui
from bot.client import Job, Message, Respite, Writer
from bot.services import archiving
from bot.services.posts import Post
from cogs.endings import messages, places
from cogs.endings.buttons import LetMeOut


def carry_through(client: Respite) -> Job:
    """Return the job that carries the end of circles through."""

    async def carry_ends_through(_at: datetime) -> None:
        for server_id in {circle.server_id for circle in await archiving.ending(client.house.database)}:
            guild = client.get_guild(server_id)
            if guild is not None and not guild.unavailable:
                await places.carry_through(client, guild)

    return carry_ends_through


def farewell_post(_client: Respite) -> Writer:
    """Return what writes the last post in a channel that stays."""

    async def write(post: Post) -> Message | None:
        return Message(messages.farewell(), ui.row(LetMeOut(int(post.subject))))

    return write
