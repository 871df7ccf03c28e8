"""Queries about personal reminders: when each is due, and a sealed row that says the rest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from db.connection import Row, Transaction
from db.instants import from_seconds, to_seconds

TABLE = "personal_reminder"


@dataclass(frozen=True, slots=True)
class ReminderRow:
    """One reminder of a member. One that rests is not due at any time."""

    owner: bytes
    slot: int
    next_run_at: datetime | None
    sealed: bytes


def _reminder(row: Row) -> ReminderRow:
    due = row["next_run_at"]
    return ReminderRow(
        bytes(row["owner"]), row["slot"], None if due is None else from_seconds(due), bytes(row["sealed"])
    )


async def list_due_reminders(tx: Transaction, at: datetime, limit: int) -> Sequence[ReminderRow]:
    """Return reminders whose time has come, the longest waiting first."""
    rows = await tx.fetch(
        "SELECT owner, slot, next_run_at, sealed FROM personal_reminder WHERE next_run_at <= $1"
        " ORDER BY next_run_at LIMIT $2",
        to_seconds(at),
        limit,
    )
    return [_reminder(row) for row in rows]


async def list_reminders(tx: Transaction, owner: bytes) -> Sequence[ReminderRow]:
    """Return a member's reminders in their own order."""
    rows = await tx.fetch(
        "SELECT owner, slot, next_run_at, sealed FROM personal_reminder WHERE owner = $1 ORDER BY slot", owner
    )
    return [_reminder(row) for row in rows]


async def find_reminder(tx: Transaction, owner: bytes, slot: int) -> ReminderRow | None:
    """Return one of the member's reminders."""
    rows = await tx.fetch(
        "SELECT owner, slot, next_run_at, sealed FROM personal_reminder WHERE owner = $1 AND slot = $2",
        owner,
        slot,
    )
    return _reminder(rows[0]) if rows else None


async def save_reminder(tx: Transaction, row: ReminderRow) -> None:
    """Keep a reminder, in the place of what was in its slot."""
    await tx.execute(
        "INSERT INTO personal_reminder (owner, slot, next_run_at, sealed) VALUES ($1, $2, $3, $4)"
        " ON CONFLICT (owner, slot) DO UPDATE"
        " SET next_run_at = excluded.next_run_at, sealed = excluded.sealed",
        row.owner,
        row.slot,
        None if row.next_run_at is None else to_seconds(row.next_run_at),
        row.sealed,
    )


async def delete_reminder(tx: Transaction, owner: bytes, slot: int) -> bool:
    """Remove a reminder. Says whether there was one."""
    changed = await tx.execute("DELETE FROM personal_reminder WHERE owner = $1 AND slot = $2", owner, slot)
    return changed > 0


async def find_next_reminder(tx: Transaction, after: datetime) -> datetime | None:
    """Return the first moment after this one at which a reminder is due."""
    rows = await tx.fetch(
        "SELECT min(next_run_at) AS due FROM personal_reminder WHERE next_run_at > $1", to_seconds(after)
    )
    due = rows[0]["due"]
    return None if due is None else from_seconds(due)
