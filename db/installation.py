"""The one row about this installation: which master key it belongs to, which commands Discord knows."""

from __future__ import annotations

from db.connection import Transaction


async def find_master_key_check(tx: Transaction) -> bytes | None:
    """Return the fingerprint of the master key this database was begun with."""
    rows = await tx.fetch("SELECT master_key_check FROM installation")
    return bytes(rows[0]["master_key_check"]) if rows else None


async def insert_installation(tx: Transaction, master_key_check: bytes) -> None:
    """Begin this database under a master key."""
    await tx.execute("INSERT INTO installation (only_row, master_key_check) VALUES (1, $1)", master_key_check)


async def find_command_tree(tx: Transaction) -> str | None:
    """Return the fingerprint of the commands that Discord was last told."""
    rows = await tx.fetch("SELECT command_tree FROM installation")
    return rows[0]["command_tree"] if rows else None


async def update_command_tree(tx: Transaction, fingerprint: str) -> None:
    """Remember which commands Discord knows."""
    await tx.execute("UPDATE installation SET command_tree = $1", fingerprint)
