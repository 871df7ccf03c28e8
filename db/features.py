"""Queries about the optional features of a server."""

from __future__ import annotations

from db.connection import Transaction


async def list_features(tx: Transaction, server_id: int) -> frozenset[str]:
    """Return the names of what the server has switched on."""
    rows = await tx.fetch("SELECT name FROM server_feature WHERE server_id = $1", server_id)
    return frozenset(row["name"] for row in rows)


async def insert_feature(tx: Transaction, server_id: int, name: str) -> None:
    """Switch a feature on; twice is once."""
    await tx.execute(
        "INSERT INTO server_feature (server_id, name) VALUES ($1, $2)"
        " ON CONFLICT (server_id, name) DO NOTHING",
        server_id,
        name,
    )


async def delete_feature(tx: Transaction, server_id: int, name: str) -> None:
    """Switch a feature off."""
    await tx.execute("DELETE FROM server_feature WHERE server_id = $1 AND name = $2", server_id, name)
