"""Queries about how long things stay: what servers chose, and what has been kept for long enough."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from db.connection import Transaction
from db.instants import to_seconds

DAY = 86_400


@dataclass(frozen=True, slots=True)
class Aged:
    """A table whose rows go by their age, counted from `moment`, once they are `done`.

    `what` is the name under which servers choose how long.
    """

    what: str
    table: str
    key: str
    moment: str
    done: str


AGED = (
    Aged("results", "checkin_window", "window_id", "closes_at", "state <> 'open'"),
    Aged("posts", "post", "post_id", "due_at", "state <> 'waiting'"),
)


async def list_chosen(tx: Transaction, server_id: int) -> Mapping[str, int]:
    """Return for how many days this server keeps things, as far as it has chosen."""
    rows = await tx.fetch("SELECT what, days FROM server_retention WHERE server_id = $1", server_id)
    return {row["what"]: row["days"] for row in rows}


async def save_chosen(tx: Transaction, server_id: int, what: str, days: int) -> None:
    """Let this server keep this for so many days."""
    await tx.execute(
        "INSERT INTO server_retention (server_id, what, days) VALUES ($1, $2, $3)"
        " ON CONFLICT (server_id, what) DO UPDATE SET days = excluded.days",
        server_id,
        what,
        days,
    )


async def count_older(tx: Transaction, aged: Aged, server_id: int, before: datetime) -> int:
    """Return how many rows of this server are done and from before then."""
    rows = await tx.fetch(
        f"SELECT count(*) AS found FROM {aged.table}"
        f" WHERE server_id = $1 AND {aged.done} AND {aged.moment} < $2",
        server_id,
        to_seconds(before),
    )
    return int(rows[0]["found"])


async def delete_older(tx: Transaction, aged: Aged, at: datetime, *, days: int, most: int) -> int:
    """Remove what has been kept for so many days, or as many as its server chose; return how many rows.

    What hangs on them goes with them. At most so many go at once.
    """
    return await tx.execute(
        f"DELETE FROM {aged.table} WHERE {aged.key} IN ("
        f"SELECT a.{aged.key} FROM {aged.table} a"
        " LEFT JOIN server_retention r ON r.server_id = a.server_id AND r.what = $1"
        f" WHERE a.{aged.done} AND a.{aged.moment} + {DAY} * coalesce(r.days, CAST($3 AS BIGINT)) < $2"
        " LIMIT $4)",
        aged.what,
        to_seconds(at),
        days,
        most,
    )
