"""What happens to waitlists on a schedule, and the letters to those who wait."""

from __future__ import annotations

from datetime import datetime

from bot.client import Job, Message, Respite, Writer
from bot.services import waitlist
from bot.services.posts import Post
from cogs import members
from cogs.departures import let_go
from cogs.seats import messages


def tend_waitlists(client: Respite) -> Job:
    """Return the job that passes on held seats and holds those that became free."""

    async def tend(at: datetime) -> None:
        await waitlist.tend(client.house.database, at=at)

    return tend


def letter(client: Respite) -> Writer:
    """Return what writes to a candidate, if they asked for it. Who has left the server is let go."""

    async def write(post: Post) -> Message | None:
        house, guild = client.house, client.get_guild(post.server_id)
        found = await waitlist.letter(house.database, house.member_keys, int(post.subject))
        if found is None or guild is None:
            return None
        if await members.find(guild, found.address.discord_id) is None:
            await let_go(client, guild, found.member_key, found.address.discord_id)
            return None
        if not found.address.write:
            return None
        return Message(messages.letter(found, guild.name), to=found.address.discord_id)

    return write
