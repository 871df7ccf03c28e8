"""Sending posts: claimed first, paced, and each with a nonce by which Discord knows it again."""

from __future__ import annotations

import asyncio
from datetime import datetime

import aiohttp
import discord

from bot import errors
from bot.client import Job, Message, Respite
from bot.services import posts
from bot.services.posts import DIRECT, DatabaseUnavailable, Post, PostState, StatementFailed

SECONDS_APART = 0.025
"""At most forty posts a second: Discord allows a bot fifty requests, and answers need some of them."""

AT_THE_SAME_TIME = 8

_PASSING = (discord.RateLimited, aiohttp.ClientError, OSError, StatementFailed, DatabaseUnavailable)
"""What may be over by the next tick: trouble on the way to Discord, or with the disk."""


def send_due(client: Respite) -> Job:
    """Return the job that sends what is waiting: in order within a channel, several channels at once."""

    async def send_due_posts(at: datetime) -> None:
        by_channel: dict[int, list[Post]] = {}
        for post in await posts.take_due(client.house.database, at=at):
            by_channel.setdefault(post.channel_id, []).append(post)
        # Bots that write to many people in a short time are shut out: one at each tick.
        del by_channel.get(DIRECT, [])[1:]
        room, pace = asyncio.Semaphore(AT_THE_SAME_TIME), _Pace()

        async def send_in_order(waiting: list[Post]) -> None:
            async with room:
                for post in waiting:
                    await pace.turn()
                    if not await _send(client, post, at):
                        return

        async with asyncio.TaskGroup() as sending:
            for waiting in by_channel.values():
                sending.create_task(send_in_order(waiting))

    return send_due_posts


class _Pace:
    """Gives everybody who asks the next turn, so many seconds after the last. Nobody waits for anybody."""

    def __init__(self) -> None:
        self._last = asyncio.get_running_loop().time()

    async def turn(self) -> None:
        """Return when it is one's turn."""
        now = asyncio.get_running_loop().time()
        self._last = max(now, self._last + SECONDS_APART)
        await asyncio.sleep(self._last - now)


async def _send(client: Respite, post: Post, at: datetime) -> bool:
    """Send one post and note how it went. False leaves it, and what comes after it, to the next tick."""
    database = client.house.database
    try:
        if client.stopping or not await posts.claim(database, post, at=at):
            return False
        message = await client.write(post)
        if message is None:
            await posts.finish(database, post, PostState.LAPSED)
            return True
        channel = await _place_of(client, post, message)
        said = await channel.send(
            embed=message.embed,
            view=message.view or discord.utils.MISSING,
            files=message.files,
            nonce=f"respite-{post.post_id}",
            silent=message.silent,
        )
        if message.sent is not None:
            await message.sent(said.id)
    except Exception as error:
        if not _is_closed_to_us(post, error):
            errors.report(error, job=f"post {post.kind}")
        if client.stopping or _will_pass(error):
            return False
        # The channel is gone or closed to the bot, or we have a mistake: `/setup status` says so.
        await posts.finish(database, post, PostState.UNDELIVERABLE)
    else:
        await posts.finish(database, post, PostState.SENT)
    return True


async def _place_of(client: Respite, post: Post, message: Message) -> discord.abc.Messageable:
    if message.to is not None:
        return await client.create_dm(discord.Object(message.to))
    return client.get_partial_messageable(post.channel_id, guild_id=post.server_id)


def _is_closed_to_us(post: Post, error: Exception) -> bool:
    """Say whether somebody takes no direct messages. What was to be said is on the server as well."""
    return post.channel_id == DIRECT and isinstance(error, discord.Forbidden)


def _will_pass(error: Exception) -> bool:
    too_many = isinstance(error, discord.HTTPException) and (error.status == 429 or error.status >= 500)
    return too_many or isinstance(error, _PASSING)
