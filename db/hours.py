"""Queries about the opening hours of circles, and how far their channels follow them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from db.connection import Row, Transaction
from db.instants import from_seconds, to_seconds


class Follows(StrEnum):
    """Whether the channel has been made what the hours want: not yet, done, or Discord will not have it.

    `again`: it would not last time, which the facilitators have been told, and is tried once more.
    """

    NOT_YET = "not-yet"
    AGAIN = "again"
    DONE = "done"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class OpeningHours:
    """The hours of one circle. `spans` is what `rules.hours` reads; empty: always open, by choice.

    `open`: what the channel is to be until `next_run_at` (None: for good). `threads_before`: whether the
    role might write in threads before the channel was closed (None: nothing was said about it).
    """

    circle_id: int
    spans: str
    time_zone: str
    open: bool
    follows: Follows
    threads_before: bool | None
    next_run_at: datetime | None


_COLUMNS = "circle_id, spans, time_zone, open, follows, threads_before, next_run_at"


def _hours(row: Row) -> OpeningHours:
    threads, next_run_at = row["threads_before"], row["next_run_at"]
    return OpeningHours(
        circle_id=row["circle_id"],
        spans=row["spans"],
        time_zone=row["time_zone"],
        open=bool(row["open"]),
        follows=Follows(row["follows"]),
        threads_before=None if threads is None else bool(threads),
        next_run_at=None if next_run_at is None else from_seconds(next_run_at),
    )


async def save_hours(tx: Transaction, hours: OpeningHours) -> None:
    """Give a circle these hours."""
    await tx.execute(
        f"INSERT INTO opening_hours ({_COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7)"
        " ON CONFLICT (circle_id) DO UPDATE SET spans = excluded.spans, time_zone = excluded.time_zone,"
        " open = excluded.open, follows = excluded.follows, threads_before = excluded.threads_before,"
        " next_run_at = excluded.next_run_at",
        hours.circle_id,
        hours.spans,
        hours.time_zone,
        int(hours.open),
        hours.follows.value,
        None if hours.threads_before is None else int(hours.threads_before),
        None if hours.next_run_at is None else to_seconds(hours.next_run_at),
    )


async def find_hours(tx: Transaction, circle_id: int) -> OpeningHours | None:
    """Return the hours of a circle, or None where nobody has chosen any."""
    rows = await tx.fetch(f"SELECT {_COLUMNS} FROM opening_hours WHERE circle_id = $1", circle_id)
    return _hours(rows[0]) if rows else None


async def list_hours(tx: Transaction, server_id: int) -> Sequence[OpeningHours]:
    """Return the hours of all open circles of a server that have some."""
    rows = await tx.fetch(
        f"SELECT {_COLUMNS} FROM opening_hours WHERE circle_id IN"
        " (SELECT circle_id FROM circle WHERE server_id = $1 AND state = 'open') ORDER BY circle_id",
        server_id,
    )
    return [_hours(row) for row in rows]


async def list_due(tx: Transaction, at: datetime) -> Sequence[OpeningHours]:
    """Return the hours of all circles that open or close now."""
    rows = await tx.fetch(
        f"SELECT {_COLUMNS} FROM opening_hours WHERE next_run_at <= $1 ORDER BY next_run_at, circle_id",
        to_seconds(at),
    )
    return [_hours(row) for row in rows]


async def doubt_all(tx: Transaction) -> None:
    """Take it that no channel is what it is to be, except where a circle is always open."""
    await tx.execute(
        "UPDATE opening_hours SET follows = CASE follows WHEN 'done' THEN 'not-yet' ELSE 'again' END"
        " WHERE follows IN ('done', 'refused') AND spans <> ''"
    )


async def list_to_follow(tx: Transaction) -> Sequence[OpeningHours]:
    """Return the hours whose channels are not what they are to be."""
    rows = await tx.fetch(
        f"SELECT {_COLUMNS} FROM opening_hours WHERE follows IN ('not-yet', 'again') ORDER BY circle_id"
    )
    return [_hours(row) for row in rows]


async def find_next_change(tx: Transaction, after: datetime) -> datetime | None:
    """Return the next moment after this one at which a circle opens or closes."""
    rows = await tx.fetch(
        "SELECT min(next_run_at) AS soonest FROM opening_hours WHERE next_run_at > $1", to_seconds(after)
    )
    soonest = rows[0]["soonest"]
    return None if soonest is None else from_seconds(soonest)
