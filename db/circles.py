"""Queries about circles and who belongs to them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from db.connection import Row, Transaction


class CircleState(StrEnum):
    """A circle is `preparing` while its role and channel are being made.

    Its end begins with `closing` (the channel is to become read-only) or `deleting` (it is to go, with
    the role); once that is done on Discord, it is `archived`.
    """

    PREPARING = "preparing"
    OPEN = "open"
    CLOSING = "closing"
    DELETING = "deleting"
    ARCHIVED = "archived"


class Access(StrEnum):
    """How one gets a seat: by taking it, by asking the facilitators, or by being invited by them."""

    OPEN = "open"
    REQUEST = "request"
    INVITE = "invite"


class Holds(StrEnum):
    """Whether somebody holds a circle. Who is `away` does so again when they are back."""

    NO = "no"
    FACILITATOR = "facilitator"
    CO_FACILITATOR = "co-facilitator"
    AWAY = "away"


@dataclass(frozen=True, slots=True)
class Circle:
    """A circle. Role and channel are missing while it is being prepared, and once they are deleted."""

    circle_id: int
    server_id: int
    name: str
    purpose: str
    seats: int
    access: Access
    state: CircleState
    role_id: int | None
    channel_id: int | None
    agreement_version: int


@dataclass(frozen=True, slots=True)
class Place:
    """Where one person stands in a circle. `sealed` says, to whoever has their key, who it is."""

    seated: bool
    holds: Holds
    agreed_version: int
    sealed: bytes | None = None

    @property
    def facilitates(self) -> bool:
        """Whether they hold the circle, be it that they are away."""
        return self.holds is not Holds.NO


_COLUMNS = "circle_id, server_id, name, purpose, seats, access, state, role_id, channel_id, agreement_version"
PLACE = "seated, holds, agreed_version, sealed"
"""The columns that `read_place` reads."""


def _circle(row: Row) -> Circle:
    columns: dict[str, Any] = {**row, "access": Access(row["access"]), "state": CircleState(row["state"])}
    return Circle(**columns)


def read_place(row: Row) -> Place:
    """Return the place that a row of `circle_member` tells of."""
    sealed = row["sealed"]
    return Place(
        seated=bool(row["seated"]),
        holds=Holds(row["holds"]),
        agreed_version=row["agreed_version"],
        sealed=None if sealed is None else bytes(sealed),
    )


async def insert_circle(
    tx: Transaction, *, server_id: int, name: str, purpose: str, seats: int, access: Access
) -> int:
    """Begin a circle, still without role and channel, and return its id.

    Raises AlreadyThere when the server has a circle of that name.
    """
    rows = await tx.fetch(
        "INSERT INTO circle (server_id, name, purpose, seats, access, state, agreement_version)"
        " VALUES ($1, $2, $3, $4, $5, 'preparing', 1) RETURNING circle_id",
        server_id,
        name,
        purpose,
        seats,
        access.value,
    )
    return int(rows[0]["circle_id"])


async def update_description(
    tx: Transaction, circle_id: int, *, name: str, purpose: str, seats: int, access: Access
) -> None:
    """Describe a circle anew. Raises AlreadyThere when the server has another circle of that name."""
    await tx.execute(
        "UPDATE circle SET name = $2, purpose = $3, seats = $4, access = $5 WHERE circle_id = $1",
        circle_id,
        name,
        purpose,
        seats,
        access.value,
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


async def find_circle_by_id(tx: Transaction, circle_id: int) -> Circle | None:
    """Return a circle, of whichever server. For what happens of itself: whoever acts is in a server."""
    rows = await tx.fetch(f"SELECT {_COLUMNS} FROM circle WHERE circle_id = $1", circle_id)
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
    return await _list_in_states(tx, CircleState.PREPARING)


async def list_ending(tx: Transaction) -> Sequence[Circle]:
    """Return every circle whose end is not yet done on Discord."""
    return await _list_in_states(tx, CircleState.CLOSING, CircleState.DELETING)


async def find_place(tx: Transaction, circle_id: int, member_key: bytes) -> Place | None:
    """Return where this person stands in the circle."""
    rows = await tx.fetch(
        f"SELECT {PLACE} FROM circle_member WHERE circle_id = $1 AND member_key = $2", circle_id, member_key
    )
    return read_place(rows[0]) if rows else None


async def save_place(tx: Transaction, circle_id: int, member_key: bytes, place: Place) -> None:
    """Give this person that place in the circle."""
    await tx.execute(
        f"INSERT INTO circle_member (circle_id, member_key, {PLACE}) VALUES ($1, $2, $3, $4, $5, $6)"
        " ON CONFLICT (circle_id, member_key) DO UPDATE SET seated = excluded.seated,"
        " holds = excluded.holds, agreed_version = excluded.agreed_version, sealed = excluded.sealed",
        circle_id,
        member_key,
        int(place.seated),
        place.holds.value,
        place.agreed_version,
        place.sealed,
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


async def a_facilitator_is_seated(tx: Transaction, circle_ids: Collection[int]) -> bool:
    """Say whether somebody who holds one of these circles also has a seat in one of them."""
    ids = sorted(circle_ids)
    these = ", ".join(f"${number}" for number in range(1, len(ids) + 1))
    rows = await tx.fetch(
        "SELECT 1 AS found FROM circle_member s JOIN circle_member h ON h.member_key = s.member_key"
        f" WHERE s.circle_id IN ({these}) AND s.seated = 1 AND h.circle_id IN ({these}) AND h.holds <> 'no'"
        " LIMIT 1",
        *ids,
    )
    return bool(rows)


async def is_held(tx: Transaction, circle_id: int) -> bool:
    """Say whether anybody holds the circle."""
    rows = await tx.fetch(
        "SELECT 1 AS found FROM circle_member WHERE circle_id = $1 AND holds <> 'no' LIMIT 1", circle_id
    )
    return bool(rows)


async def empty(tx: Transaction, circle_id: int) -> None:
    """Remove everything of a circle that nobody needs after its end: all but what was released."""
    for table in (
        "circle_member",
        "agreement",
        "checkin_schedule",
        "prompt_schedule",
        "practice_shown",
        "takeover",
        "opening_hours",
        "lost_channel",
        "meeting",
    ):
        await tx.execute(f"DELETE FROM {table} WHERE circle_id = $1", circle_id)


async def end(tx: Transaction, circle_id: int, *, name: str, state: CircleState) -> None:
    """Let a circle be over, under another name and without a purpose."""
    await tx.execute(
        "UPDATE circle SET name = $2, purpose = '', state = $3 WHERE circle_id = $1",
        circle_id,
        name,
        state.value,
    )


async def list_circles_held(tx: Transaction, server_id: int, member_key: bytes) -> Sequence[Circle]:
    """Return the open circles that this person holds, by name."""
    return await _list_circles_of(tx, server_id, member_key, "holds <> 'no'")


async def list_circles_entered(tx: Transaction, server_id: int, member_key: bytes) -> Sequence[Circle]:
    """Return the open circles in which this person has a seat, by name."""
    return await _list_circles_of(tx, server_id, member_key, "seated = 1")


async def list_circles_inside(tx: Transaction, server_id: int, member_key: bytes) -> Sequence[Circle]:
    """Return the open circles in which this person has a seat or which they hold, by name."""
    return await _list_circles_of(tx, server_id, member_key, "(seated = 1 OR holds <> 'no')")


async def list_circles_concerned(tx: Transaction, server_id: int, member_key: bytes) -> Sequence[Circle]:
    """Return the open circles in which this person has a seat, or wants one, by name."""
    rows = await tx.fetch(
        f"SELECT {_COLUMNS} FROM circle WHERE server_id = $1 AND state = 'open' AND (circle_id IN"
        " (SELECT circle_id FROM circle_member WHERE member_key = $2 AND seated = 1) OR circle_id IN"
        " (SELECT circle_id FROM candidate WHERE member_key = $2 AND stage IN ('asking', 'waiting')))"
        " ORDER BY name",
        server_id,
        member_key,
    )
    return [_circle(row) for row in rows]


async def _list_in_states(tx: Transaction, *states: CircleState) -> Sequence[Circle]:
    names = ", ".join(f"'{state.value}'" for state in states)
    rows = await tx.fetch(f"SELECT {_COLUMNS} FROM circle WHERE state IN ({names}) ORDER BY circle_id")
    return [_circle(row) for row in rows]


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
