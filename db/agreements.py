"""Queries about the agreements of circles, version by version."""

from __future__ import annotations

from collections.abc import Sequence

from db.connection import Transaction


async def insert_agreement(tx: Transaction, circle_id: int, version: int, words: str) -> None:
    """Keep one version of a circle's agreement."""
    await tx.execute(
        "INSERT INTO agreement (circle_id, version, words) VALUES ($1, $2, $3)", circle_id, version, words
    )


async def update_version(tx: Transaction, circle_id: int, version: int) -> None:
    """Let this version be the one that holds."""
    await tx.execute("UPDATE circle SET agreement_version = $2 WHERE circle_id = $1", circle_id, version)


async def find_agreement(tx: Transaction, circle_id: int, version: int) -> str | None:
    """Return the words of one version, unless it has been forgotten."""
    rows = await tx.fetch(
        "SELECT words FROM agreement WHERE circle_id = $1 AND version = $2", circle_id, version
    )
    return str(rows[0]["words"]) if rows else None


async def delete_unused(tx: Transaction, circle_id: int) -> None:
    """Forget earlier versions that nobody of the circle is under any more."""
    await tx.execute(
        "DELETE FROM agreement WHERE circle_id = $1"
        " AND version <> (SELECT agreement_version FROM circle WHERE circle_id = $1)"
        " AND version NOT IN (SELECT agreed_version FROM circle_member WHERE circle_id = $1)",
        circle_id,
    )


async def list_changed(tx: Transaction, server_id: int, member_key: bytes) -> Sequence[str]:
    """Name the open circles in which this person has a seat under an agreement that has changed since."""
    rows = await tx.fetch(
        "SELECT c.name FROM circle c JOIN circle_member m ON m.circle_id = c.circle_id"
        " WHERE c.server_id = $1 AND c.state = 'open' AND m.member_key = $2 AND m.seated = 1"
        " AND m.agreed_version < c.agreement_version ORDER BY c.name",
        server_id,
        member_key,
    )
    return [str(row["name"]) for row in rows]
