"""What is to be said in channels: each post is claimed on disk, then sent, and said once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from db import Database, DatabaseUnavailable, StatementFailed, posts
from db.posts import DIRECT, Post, PostKind, PostState

__all__ = [
    "DIRECT",
    "DatabaseUnavailable",
    "Post",
    "PostKind",
    "PostState",
    "StatementFailed",
    "claim",
    "finish",
    "take_due",
]

AT_ONCE = 200
"""How many posts one tick takes on; the rest come with the next."""

NONCE_HOLDS = timedelta(minutes=4)
"""Discord refuses a second message with the same nonce for "a few minutes"; this is on the safe side."""


async def take_due(database: Database, *, at: datetime) -> Sequence[Post]:
    """Return the posts that are to be sent now, and put aside those that must not be sent any more.

    A post whose sending was interrupted is sent again only while Discord would recognise the second
    message as the first; later, whether it arrived cannot be known, and it is not said twice. (While
    Discord is out of order for minutes on end, each try counts from itself: should the very first one
    have arrived after all, the post is said again.)
    """
    async with database.transaction() as tx:
        due: list[Post] = []
        for post in await posts.list_waiting(tx, AT_ONCE):
            if post.tried_at is not None and at - post.tried_at > NONCE_HOLDS:
                await posts.update_state(tx, post.post_id, PostState.UNCONFIRMED)
            elif post.lapses_at <= at:
                await posts.update_state(tx, post.post_id, PostState.LAPSED)
            else:
                due.append(post)
        return due


async def claim(database: Database, post: Post, *, at: datetime) -> bool:
    """Note on disk that this post is about to be sent. False: another process has claimed it."""
    async with database.transaction() as tx:
        return await posts.claim(tx, post.post_id, at, last_tried=post.tried_at)


async def finish(database: Database, post: Post, state: PostState) -> None:
    """Note how it went."""
    async with database.transaction() as tx:
        await posts.update_state(tx, post.post_id, state)
