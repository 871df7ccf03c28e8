"""Queries about posts: what is to be said in a channel, and whether it has been said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from db.connection import Row, Transaction
from db.instants import from_seconds, to_seconds

DIRECT = 0
"""In place of a channel: the post is a direct message to somebody whom its writer knows how to find."""


class PostKind(StrEnum):
    """What a post says. Its `subject` is the number of what it is about, or a practice's id.

    `request`, `takeover`, `unheld`, `hours-refused`, `channel-lost` and what begins with `share` go to the
    facilitators' channel, a `letter` to a candidate directly.
    """

    WINDOW = "window"
    RELEASE = "release"
    PRACTICE = "practice"
    REQUEST = "request"
    LETTER = "letter"
    TAKEOVER = "takeover"
    UNHELD = "unheld"
    FAREWELL = "farewell"
    OPENING = "opening"
    CLOSING = "closing"
    HOURS_REFUSED = "hours-refused"
    CHANNEL_LOST = "channel-lost"
    MEETING_PLANNED = "meeting-planned"
    MEETING_TOMORROW = "meeting-tomorrow"
    MEETING_SOON = "meeting-soon"
    MEETING_MOVED = "meeting-moved"
    MEETING_CANCELLED = "meeting-cancelled"
    SHARE_PROPOSED = "share-proposed"
    SHARE_AGREED = "share-agreed"
    SHARE_ENDED = "share-ended"


class PostState(StrEnum):
    """Where a post stands.

    `undeliverable`: Discord refused it. `lapsed`: its time was over. `unconfirmed`: it was being sent
    when the program stopped, and whether it arrived cannot be known; it is not said twice.
    """

    WAITING = "waiting"
    SENT = "sent"
    UNDELIVERABLE = "undeliverable"
    LAPSED = "lapsed"
    UNCONFIRMED = "unconfirmed"


@dataclass(frozen=True, slots=True)
class Post:
    """Something to be said in a channel."""

    post_id: int
    kind: PostKind
    server_id: int
    channel_id: int
    subject: str
    due_at: datetime
    lapses_at: datetime
    tried_at: datetime | None


_COLUMNS = "post_id, kind, server_id, channel_id, subject, due_at, lapses_at, tried_at"


def _post(row: Row) -> Post:
    tried_at = row["tried_at"]
    return Post(
        post_id=row["post_id"],
        kind=PostKind(row["kind"]),
        server_id=row["server_id"],
        channel_id=row["channel_id"],
        subject=row["subject"],
        due_at=from_seconds(row["due_at"]),
        lapses_at=from_seconds(row["lapses_at"]),
        tried_at=None if tried_at is None else from_seconds(tried_at),
    )


async def insert_post(
    tx: Transaction,
    *,
    kind: PostKind,
    server_id: int,
    channel_id: int,
    subject: str,
    due_at: datetime,
    lapses_at: datetime,
) -> None:
    """Note something to be said, in the transaction in which it became true."""
    await tx.execute(
        "INSERT INTO post (kind, server_id, channel_id, subject, due_at, lapses_at, state)"
        " VALUES ($1, $2, $3, $4, $5, $6, 'waiting')",
        kind.value,
        server_id,
        channel_id,
        subject,
        to_seconds(due_at),
        to_seconds(lapses_at),
    )


async def list_waiting(tx: Transaction, limit: int) -> Sequence[Post]:
    """Return what is still to be said, in the order in which it fell due."""
    rows = await tx.fetch(
        f"SELECT {_COLUMNS} FROM post WHERE state = 'waiting' ORDER BY due_at, post_id LIMIT $1",
        limit,
    )
    return [_post(row) for row in rows]


async def claim(tx: Transaction, post_id: int, at: datetime, *, last_tried: datetime | None) -> bool:
    """Note that the post is about to be sent. Return False when somebody else has it."""
    before = -1 if last_tried is None else to_seconds(last_tried)
    if before == to_seconds(at):
        return False  # tried within this very second: a second claim would look like the first
    changed = await tx.execute(
        "UPDATE post SET tried_at = $2 WHERE post_id = $1 AND state = 'waiting'"
        " AND coalesce(tried_at, -1) = $3",
        post_id,
        to_seconds(at),
        before,
    )
    return changed == 1


async def update_state(tx: Transaction, post_id: int, state: PostState) -> None:
    """Note how it went."""
    await tx.execute("UPDATE post SET state = $2 WHERE post_id = $1", post_id, state.value)


async def put_aside_waiting(tx: Transaction) -> None:
    """Note of everything that is to be said that it may have been said already."""
    await tx.execute("UPDATE post SET state = 'unconfirmed' WHERE state = 'waiting'")


async def count_unsaid(tx: Transaction, server_id: int, since: datetime) -> int:
    """Return how many posts of this server did not reach their channel since then.

    Whether somebody takes direct messages is their own affair.
    """
    rows = await tx.fetch(
        "SELECT count(*) AS unsaid FROM post WHERE server_id = $1 AND due_at >= $2"
        f" AND channel_id <> {DIRECT} AND state IN ('undeliverable', 'unconfirmed')",
        server_id,
        to_seconds(since),
    )
    return int(rows[0]["unsaid"])
