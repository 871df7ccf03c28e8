"""Queries about the people of circles: who holds one, who is away, how they are found again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from db.circles import PLACE, Holds, Place, read_place
from db.connection import Transaction


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody of a circle, with the key that stands for them."""

    member_key: bytes
    place: Place


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """How somebody of a server can be found, sealed for one table under their own key."""

    member_key: bytes
    table: str
    sealed: bytes


async def update_holds(
    tx: Transaction, circle_id: int, member_key: bytes, holds: Holds, sealed: bytes | None
) -> None:
    """Change how somebody of the circle holds it."""
    await tx.execute(
        "UPDATE circle_member SET holds = $3, sealed = $4 WHERE circle_id = $1 AND member_key = $2",
        circle_id,
        member_key,
        holds.value,
        sealed,
    )


async def update_agreed_version(tx: Transaction, circle_id: int, member_key: bytes, version: int) -> None:
    """Note to which agreement somebody of the circle has agreed."""
    await tx.execute(
        "UPDATE circle_member SET agreed_version = $3 WHERE circle_id = $1 AND member_key = $2",
        circle_id,
        member_key,
        version,
    )


async def list_facilitators(tx: Transaction, circle_id: int) -> Sequence[Member]:
    """Return everybody who holds the circle, the facilitator first, those who are away last."""
    rows = await tx.fetch(
        f"SELECT member_key, {PLACE} FROM circle_member WHERE circle_id = $1 AND holds <> 'no'"
        " ORDER BY CASE holds WHEN 'facilitator' THEN 0 WHEN 'co-facilitator' THEN 1 ELSE 2 END, member_key",
        circle_id,
    )
    return [Member(bytes(row["member_key"]), read_place(row)) for row in rows]


async def list_members(tx: Transaction, circle_id: int) -> Sequence[Member]:
    """Return everybody who has a seat in the circle or holds it."""
    rows = await tx.fetch(
        f"SELECT member_key, {PLACE} FROM circle_member WHERE circle_id = $1 ORDER BY member_key", circle_id
    )
    return [Member(bytes(row["member_key"]), read_place(row)) for row in rows]


async def list_away(tx: Transaction) -> Sequence[tuple[int, Member]]:
    """Return everybody who holds an open circle and is away, with the circle."""
    rows = await tx.fetch(
        "SELECT m.circle_id, m.member_key, m.seated, m.holds, m.agreed_version, m.sealed"
        " FROM circle_member m JOIN circle c ON c.circle_id = m.circle_id"
        " WHERE m.holds = 'away' AND c.state = 'open' ORDER BY m.circle_id, m.member_key"
    )
    return [(row["circle_id"], Member(bytes(row["member_key"]), read_place(row))) for row in rows]


async def list_whereabouts(tx: Transaction, server_id: int) -> Sequence[Whereabouts]:
    """Return how everybody in the server's open circles, or waiting for one, is found; each person once."""
    rows = await tx.fetch(
        "SELECT m.member_key, 'circle_member' AS found_in, m.sealed FROM circle_member m"
        " JOIN circle c ON c.circle_id = m.circle_id"
        " WHERE c.server_id = $1 AND c.state = 'open' AND m.sealed IS NOT NULL"
        " UNION ALL SELECT w.member_key, 'candidate', w.sealed FROM candidate w"
        " JOIN circle c ON c.circle_id = w.circle_id WHERE c.server_id = $1 AND c.state = 'open'",
        server_id,
    )
    found = {bytes(row["member_key"]): row for row in rows}
    return [Whereabouts(key, row["found_in"], bytes(row["sealed"])) for key, row in sorted(found.items())]


async def list_circles_of_member(tx: Transaction, server_id: int, member_key: bytes) -> Sequence[int]:
    """Return the server's circles in which somebody has a place or for which they wait."""
    rows = await tx.fetch(
        "SELECT circle_id FROM circle WHERE server_id = $1 AND (circle_id IN"
        " (SELECT circle_id FROM circle_member WHERE member_key = $2) OR circle_id IN"
        " (SELECT circle_id FROM candidate WHERE member_key = $2)) ORDER BY circle_id",
        server_id,
        member_key,
    )
    return [int(row["circle_id"]) for row in rows]
