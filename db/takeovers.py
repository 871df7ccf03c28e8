"""Queries about circles that nobody holds at the moment, and whether somebody has been told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from db.connection import Transaction
from db.instants import from_seconds, to_seconds


@dataclass(frozen=True, slots=True)
class Takeover:
    """Somebody was asked to take a circle over, until `next_run_at`; then the moderators are `told`."""

    told: bool
    next_run_at: datetime


@dataclass(frozen=True, slots=True)
class Held:
    """How an open circle is held: whether its facilitator is there, and how many co-facilitators are."""

    circle_id: int
    server_id: int
    facilitator: bool
    co_facilitators: int
    takeover: Takeover | None


async def list_to_look_after(tx: Transaction, circle_id: int | None = None) -> Sequence[Held]:
    """Return the open circles (or this one) without a facilitator, or about which somebody was asked."""
    only = "" if circle_id is None else " AND r.circle_id = $1"
    rows = await tx.fetch(
        "SELECT r.circle_id, r.server_id, t.told, t.next_run_at,"
        " coalesce(sum(CASE WHEN m.holds = 'facilitator' THEN 1 ELSE 0 END), 0) AS facilitators,"
        " coalesce(sum(CASE WHEN m.holds = 'co-facilitator' THEN 1 ELSE 0 END), 0) AS co_facilitators"
        " FROM circle r LEFT JOIN circle_member m ON m.circle_id = r.circle_id AND m.holds <> 'no'"
        f" LEFT JOIN takeover t ON t.circle_id = r.circle_id WHERE r.state = 'open'{only}"
        " GROUP BY r.circle_id, r.server_id, t.told, t.next_run_at"
        " HAVING coalesce(sum(CASE WHEN m.holds = 'facilitator' THEN 1 ELSE 0 END), 0) = 0"
        " OR t.told IS NOT NULL ORDER BY r.circle_id",
        *(() if circle_id is None else (circle_id,)),
    )
    return [
        Held(
            circle_id=row["circle_id"],
            server_id=row["server_id"],
            facilitator=bool(row["facilitators"]),
            co_facilitators=int(row["co_facilitators"]),
            takeover=None
            if row["told"] is None
            else Takeover(bool(row["told"]), from_seconds(row["next_run_at"])),
        )
        for row in rows
    ]


async def save_takeover(tx: Transaction, circle_id: int, takeover: Takeover) -> None:
    """Note whom the question has reached."""
    await tx.execute(
        "INSERT INTO takeover (circle_id, told, next_run_at) VALUES ($1, $2, $3)"
        " ON CONFLICT (circle_id) DO UPDATE SET told = excluded.told, next_run_at = excluded.next_run_at",
        circle_id,
        int(takeover.told),
        to_seconds(takeover.next_run_at),
    )


async def delete_takeover(tx: Transaction, circle_id: int) -> None:
    """Note that somebody holds the circle."""
    await tx.execute("DELETE FROM takeover WHERE circle_id = $1", circle_id)


async def find_next_takeover(tx: Transaction, after: datetime) -> datetime | None:
    """Return the next moment after this one until which somebody may take a circle over."""
    rows = await tx.fetch(
        "SELECT min(next_run_at) AS soonest FROM takeover WHERE told = 0 AND next_run_at > $1",
        to_seconds(after),
    )
    soonest = rows[0]["soonest"]
    return None if soonest is None else from_seconds(soonest)
