"""Noticing circles whose channel is gone, so that nothing is said into the void."""

from __future__ import annotations

from datetime import datetime

from bot.client import Job, Message, Respite, Writer
from bot.services import departures, mending
from bot.services.posts import Post
from cogs.setup import messages


def notice_lost_channels(client: Respite) -> Job:
    """Return the job that lets circles without a channel rest, and those that have one again go on."""

    async def notice(at: datetime) -> None:
        database = client.house.database
        for server_id in await departures.server_ids(database):
            guild = client.get_guild(server_id)
            # A server that is not here is still arriving, or belongs to another process.
            if guild is None or guild.unavailable:
                continue
            lost = {
                circle.circle_id
                for circle in await mending.open_circles(database, server_id)
                if circle.channel_id is None or guild.get_channel(circle.channel_id) is None
            }
            await mending.note_lost(database, server_id, lost, at=at)

    return notice


def lost_post(client: Respite) -> Writer:
    """Return what tells the facilitators that a circle has lost its channel."""

    async def write(post: Post) -> Message | None:
        circle = await mending.find_lost(client.house.database, post.server_id, int(post.subject))
        return None if circle is None else Message(messages.channel_lost(circle))

    return write
