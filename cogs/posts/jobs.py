"""Sending posts: claimed first, paced, and each with a nonce by which Discord knows it again."""

from __future__ import annotations

import asyncio
from datetime import datetime

import discord

from bot import errors
from bot.client import Job, Respite
from bot.services import posts
from bot.services.posts import Post, PostState

SECONDS_APART = 0.025
"""At most forty posts a second: Discord allows a bot fifty requests, and answers need some of them."""

AT_THE_SAME_TIME = 8


def send_due(client: Respite) -> Job:
    """Return the job that sends what is waiting."""

    async def send_due_posts(at: datetime) -> None:
        room = asyncio.Semaphore(AT_THE_SAME_TIME)

        async def send(post: Post) -> None:
            async with room:
                await _send(client, post, at)

        async with asyncio.TaskGroup() as sending:
            for post in await posts.take_due(client.house.database, at=at):
                sending.create_task(send(post))
                await asyncio.sleep(SECONDS_APART)

    return send_due_posts


async def _send(client: Respite, post: Post, at: datetime) -> None:
    """Send one post and note how it went. A failure that may pass leaves it waiting for the next tick."""
    database = client.house.database
    try:
        if not await posts.claim(database, post, at=at):
            return
        message = await client.write(post)
        if message is None:
            await posts.finish(database, post, PostState.LAPSED)
            return
        channel = client.get_partial_messageable(post.channel_id, guild_id=post.server_id)
        await channel.send(
            embed=message.embed,
            view=message.view or discord.utils.MISSING,
            files=message.files,
            nonce=f"respite-{post.post_id}",
        )
        await posts.finish(database, post, PostState.SENT)
    except discord.DiscordServerError as error:
        errors.report(error, job=f"post {post.kind}")
    except discord.HTTPException as error:
        # Refused: the channel is gone or closed to the bot. `/setup status` says so.
        errors.report(error, job=f"post {post.kind}")
        await posts.finish(database, post, PostState.UNDELIVERABLE)
    except Exception as error:
        errors.report(error, job=f"post {post.kind}")
