"""What the facilitators' channel reads about requests: who asks, until the request is answered."""

from __future__ import annotations

from collections.abc import Sequence

import discord

from bot import ui
from bot.client import Message, Respite, Writer
from bot.services import requests
from bot.services.posts import Post
from bot.services.requests import Request, RequestMessage
from cogs import members
from cogs.departures import let_go
from cogs.requests import messages
from cogs.requests.buttons import Approve, Decline


def request_post(client: Respite) -> Writer:
    """Return what writes the post about a request. The name comes from Discord and is kept nowhere."""

    async def write(post: Post) -> Message | None:
        house, guild = client.house, client.get_guild(post.server_id)
        found = await requests.asked(house.database, house.member_keys, int(post.subject))
        if found is None or guild is None:
            return None
        member = await members.find(guild, found.address.discord_id)
        if member is None:
            await let_go(client, guild, found.member_key, found.address.discord_id)
            return None

        async def remember(message_id: int) -> None:
            message = RequestMessage(message_id, post.server_id, post.channel_id)
            await requests.shown(house.database, message, found.number)

        view = ui.row(Approve(found.number), Decline(found.number))
        return Message(messages.asked(found, member.display_name), view, sent=remember)

    return write


async def names_of(guild: discord.Guild, found: Sequence[Request]) -> list[str]:
    """Return how Discord names those who ask, in order."""
    asked = [await members.find(guild, request.address.discord_id) for request in found]
    return [messages.SOMEBODY_GONE if member is None else member.display_name for member in asked]
