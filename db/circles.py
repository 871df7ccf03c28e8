"""Queries about circles, who belongs to them and what they agreed to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from db.connection import Row, Transaction


class CircleState(StrEnum):
    """A circle is `preparing` while its role and channel are being made."""

    PREPARING = "preparing"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Circle:
    """A circle. Role and channel are missing only while it is being prepared."""

    circle_id: int
    server_id: int
    name: str
    purpose: str
    seats: int
    state: CircleState
    role_id: int | None
    channel_id: int | None
    agreement_version: int


@dataclass(frozen=True, slots=True)
class Place:
    """Where one person stands in a circle."""

    seated: bool
    facilitates: bool
    agreed_version: int


_COLUMNS = "circle_id, server_id, name, purpose, seats, state, role_id, channel_id, agreement_version"


def _circle(row: Row) -> Circle:
    columns: dict[str, Any] = {**row, "state": CircleState(row["state"])}
    return Circle(**columns)


async def insert_circle(tx: Transaction, *, server_id: int, name: str, purpose: str, seats: int) -> int:
    """Begin a circle, still without role and channel, and return its id.

    Raises AlreadyThere when the server has a circle of that name.
    """
    rows = await tx.fetch(
        "INSERT INTO circle (server_id, name, purpose, seats, state, agreement_version)"
        " VALUES ($1, $2, $3, $4, 'preparing', 1) RETURNING circle_id",
        server_id,
        name,
        purpose,
        seats,
    )
    return int(rows[0]["circle_id"])


async def insert_agreement(tx: Transaction, circle_id: int, version: int, words: str) -> None:
    """Keep one version of a circle's agreement."""
    await tx.execute(
        "INSERT INTO agreement (circle_id, version, words) VALUES ($1, $2, $3)", circle_id, version, words
    )


async def update_places_on_discord(
    tx: Transaction, circle_id: int, *, role_id: int | None, channel_id: int | None
) -> None:
    """Remember the role and the channel that were made so far."""
    await tx.execute(
        "UPDATE circle SET role_id = $2, channel_id = $3 WHERE circle_id = $1", circle_id, role_id, channel_id
    )


async def update_state(tx: Transaction, circle_id: int, state: CircleState) -> None:
    """Move a circle to another state."""
    await tx.execute("UPDATE circle SET state = $2 WHERE circle_id = $1", circle_id, state.value)


async def delete_circle(tx: Transaction, circle_id: int) -> None:
    """Remove a circle and all that hangs on it."""
    await tx.execute("DELETE FROM circle WHERE circle_id = $1", circle_id)


async def find_circle(tx: Transaction, server_id: int, circle_id: int) -> Circle | None:
    """Return a circle of this server."""
    rows = await tx.fetch(
        f"SELECT {_COLUMNS} FROM circle WHERE server_id = $1 AND circle_id = $2",
        server_id,
        circle_id,
    )
    return _circle(rows[0]) if rows else None


async def find_circle_of_channel(tx: Transaction, server_id: int, channel_id: int) -> Circle | None:
    """Return the circle that meets in this channel."""
    rows = await tx.fetch(
        f"SELECT {_COLUMNS} FROM circle WHERE server_id = $1 AND channel_id = $2",
        server_id,
        channel_id,
    )
    return _circle(rows[0]) if rows else None


async def list_circles(tx: Transaction, server_id: int, state: CircleState) -> Sequence[Circle]:
    """Return the server's circles in that state, by name."""
    rows = await tx.fetch(
        f"SELECT {_COLUMNS} FROM circle WHERE server_id = $1 AND state = $2 ORDER BY name",
        server_id,
        state.value,
    )
    return [_circle(row) for row in rows]


async def list_unfinished(tx: Transaction) -> Sequence[Circle]:
    """Return every circle whose making was interrupted."""
    rows = await tx.fetch(f"SELECT {_COLUMNS} FROM circle WHERE state = 'preparing'")
    return [_circle(row) for row in rows]


async def find_agreement(tx: Transaction, circle_id: int, version: int) -> str:
    """Return the words of one version."""
    rows = await tx.fetch(
        "SELECT words FROM agreement WHERE circle_id = $1 AND version = $2", circle_id, version
    )
    return str(rows[0]["words"])


async def find_place(tx: Transaction, circle_id: int, member_key: bytes) -> Place | None:
    """Return where this person stands in the circle."""
    rows = await tx.fetch(
        "SELECT seated, facilitates, agreed_version FROM circle_member"
        " WHERE circle_id = $1 AND member_key = $2",
        circle_id,
        member_key,
    )
    if not rows:
        return None
    row = rows[0]
    return Place(bool(row["seated"]), bool(row["facilitates"]), int(row["agreed_version"]))


async def save_place(tx: Transaction, circle_id: int, member_key: bytes, place: Place) -> None:
    """Give this person that place in the circle."""
    await tx.execute(
        "INSERT INTO circle_member (circle_id, member_key, seated, facilitates, agreed_version)"
        " VALUES ($1, $2, $3, $4, $5)"
        " ON CONFLICT (circle_id, member_key) DO UPDATE SET seated = excluded.seated,"
        " facilitates = excluded.facilitates, agreed_version = excluded.agreed_version",
        circle_id,
        member_key,
        int(place.seated),
        int(place.facilitates),
        place.agreed_version,
    )


async def delete_place(tx: Transaction, circle_id: int, member_key: bytes) -> None:
    """Let this person go."""
    await tx.execute(
        "DELETE FROM circle_member WHERE circle_id = $1 AND member_key = $2", circle_id, member_key
    )


async def count_seated(tx: Transaction, circle_id: int) -> int:
    """Return how many seats are taken."""
    rows = await tx.fetch(
        "SELECT count(*) AS taken FROM circle_member WHERE circle_id = $1 AND seated = 1", circle_id
    )
    return int(rows[0]["taken"])


async def a_facilitator_is_seated(tx: Transaction, circle_id: int) -> bool:
    """Say whether somebody who holds the circle also has a seat in it."""
    rows = await tx.fetch(
        "SELECT 1 AS found FROM circle_member"
        " WHERE circle_id = $1 AND seated = 1 AND facilitates = 1 LIMIT 1",
        circle_id,
    )
    return bool(rows)


async def is_held(tx: Transaction, circle_id: int) -> bool:
    """Say whether anybody holds the circle."""
    rows = await tx.fetch(
        "SELECT 1 AS found FROM circle_member WHERE circle_id = $1 AND facilitates = 1 LIMIT 1", circle_id
    )
    return bool(rows)


async def list_circles_held(tx: Transaction, server_id: int, member_key: bytes) -> Sequence[Circle]:
    """Return the open circles that this person holds, by name."""
    return await _list_circles_of(tx, server_id, member_key, "facilitates = 1")


async def list_circles_entered(tx: Transaction, server_id: int, member_key: bytes) -> Sequence[Circle]:
    """Return the open circles in which this person has a seat, by name."""
    return await _list_circles_of(tx, server_id, member_key, "seated = 1")


async def _list_circles_of(
    tx: Transaction, server_id: int, member_key: bytes, place: str
) -> Sequence[Circle]:
    rows = await tx.fetch(
        f"SELECT {_COLUMNS} FROM circle WHERE server_id = $1 AND state = 'open' AND circle_id IN"
        f" (SELECT circle_id FROM circle_member WHERE member_key = $2 AND {place}) ORDER BY name",
        server_id,
        member_key,
    )
    return [_circle(row) for row in rows]
