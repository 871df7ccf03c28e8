"""The one row about this installation: which keys it belongs to, which commands Discord knows."""

from __future__ import annotations

from datetime import datetime

from db.connection import Transaction
from db.instants import to_seconds


async def find_keys_check(tx: Transaction) -> bytes | None:
    """Return the fingerprint of the keys that this database was begun with."""
    rows = await tx.fetch("SELECT keys_check FROM installation")
    return bytes(rows[0]["keys_check"]) if rows else None


async def insert_installation(tx: Transaction, keys_check: bytes) -> None:
    """Begin this database under these keys."""
    await tx.execute("INSERT INTO installation (only_row, keys_check) VALUES (1, $1)", keys_check)


async def claim_retention(tx: Transaction, at: datetime, *, again_at: datetime) -> bool:
    """Put off the next round of removing until then. Return False when none is due yet."""
    changed = await tx.execute(
        "UPDATE installation SET retention_due_at = $2 WHERE coalesce(retention_due_at, 0) <= $1",
        to_seconds(at),
        to_seconds(again_at),
    )
    return changed == 1


async def find_command_tree(tx: Transaction) -> str | None:
    """Return the fingerprint of the commands that Discord was last told."""
    rows = await tx.fetch("SELECT command_tree FROM installation")
    return rows[0]["command_tree"] if rows else None


async def update_command_tree(tx: Transaction, fingerprint: str) -> None:
    """Remember which commands Discord knows."""
    await tx.execute("UPDATE installation SET command_tree = $1", fingerprint)
