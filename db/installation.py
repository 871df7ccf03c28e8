"""The one row about this installation: which keys it belongs to, which commands Discord knows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from db.connection import Transaction
from db.instants import from_seconds, to_seconds


@dataclass(frozen=True, slots=True)
class BackupState:
    """How backups stand. `trouble` is the reference under which the log says why there was none."""

    due_at: datetime | None
    made_at: datetime | None
    trouble: str | None


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


async def claim_backup(tx: Transaction, at: datetime, *, again_at: datetime) -> bool:
    """Put off a backup that is due. Return False when none is, or somebody else has done so."""
    changed = await tx.execute(
        "UPDATE installation SET backup_due_at = $2 WHERE coalesce(backup_due_at, 0) <= $1",
        to_seconds(at),
        to_seconds(again_at),
    )
    return changed == 1


async def update_backup_due(tx: Transaction, due_at: datetime | None) -> None:
    """Note when the next backup is due; None: only when somebody asks."""
    await tx.execute(
        "UPDATE installation SET backup_due_at = $1", None if due_at is None else to_seconds(due_at)
    )


async def update_backup_made(tx: Transaction, made_at: datetime) -> None:
    """Note that there is a good backup of this moment."""
    await tx.execute(
        "UPDATE installation SET backup_made_at = $1, backup_trouble = NULL", to_seconds(made_at)
    )


async def update_backup_trouble(tx: Transaction, reference: str) -> None:
    """Note where the log says why there was no backup."""
    await tx.execute("UPDATE installation SET backup_trouble = $1", reference)


async def find_backup_state(tx: Transaction) -> BackupState:
    """Return how backups stand."""
    rows = await tx.fetch("SELECT backup_due_at, backup_made_at, backup_trouble FROM installation")
    if not rows:
        return BackupState(None, None, None)
    due_at, made_at = rows[0]["backup_due_at"], rows[0]["backup_made_at"]
    return BackupState(
        due_at=None if due_at is None else from_seconds(due_at),
        made_at=None if made_at is None else from_seconds(made_at),
        trouble=rows[0]["backup_trouble"],
    )
