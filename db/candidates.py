"""Queries about those who want a seat: who ask, who wait, for whom a seat is held."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from db.connection import Row, Transaction
from db.instants import from_seconds, to_seconds
from db.lost_channels import NOT_LOST


class Stage(StrEnum):
    """A candidate asks the facilitators, or waits for a seat.

    `declined` and `lapsed` (a seat was held, and the time ran out) are kept until the person has seen it.
    """

    ASKING = "asking"
    WAITING = "waiting"
    DECLINED = "declined"
    LAPSED = "lapsed"


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who wants a seat. Smaller turns are served first; `held_until`: a seat is held for them."""

    number: int
    circle_id: int
    member_key: bytes
    stage: Stage
    turn: int
    sealed: bytes
    held_until: datetime | None


@dataclass(frozen=True, slots=True)
class Queue:
    """How many stand where in one circle. `waiting` leaves out those for whom a seat is `held`."""

    asking: int
    waiting: int
    held: int


_CANDIDATES = (
    "SELECT c.number, c.circle_id, c.member_key, c.stage, c.turn, c.sealed, h.next_run_at"
    " FROM candidate c LEFT JOIN held_seat h ON h.number = c.number"
)


_LAST_TURN = "(SELECT coalesce(max(turn), 0) + 1 FROM candidate WHERE circle_id = $1)"


def _candidate(row: Row) -> Candidate:
    until = row["next_run_at"]
    return Candidate(
        number=row["number"],
        circle_id=row["circle_id"],
        member_key=bytes(row["member_key"]),
        stage=Stage(row["stage"]),
        turn=row["turn"],
        sealed=bytes(row["sealed"]),
        held_until=None if until is None else from_seconds(until),
    )


async def insert_candidate(
    tx: Transaction, circle_id: int, member_key: bytes, stage: Stage, sealed: bytes
) -> int:
    """Put somebody at the end and return their number. Raises AlreadyThere."""
    rows = await tx.fetch(
        f"INSERT INTO candidate (circle_id, member_key, stage, sealed, turn)"
        f" VALUES ($1, $2, $3, $4, {_LAST_TURN}) RETURNING number",
        circle_id,
        member_key,
        stage.value,
        sealed,
    )
    return int(rows[0]["number"])


async def restore_candidate(tx: Transaction, candidate: Candidate) -> None:
    """Put a candidate back who was taken out a moment ago, with their number and what was held."""
    await tx.execute(
        "INSERT INTO candidate (number, circle_id, member_key, stage, turn, sealed)"
        " VALUES ($1, $2, $3, $4, $5, $6)",
        candidate.number,
        candidate.circle_id,
        candidate.member_key,
        candidate.stage.value,
        candidate.turn,
        candidate.sealed,
    )
    if candidate.held_until is not None:
        await hold_seat(tx, candidate.number, candidate.held_until)


async def update_stage(tx: Transaction, number: int, stage: Stage) -> None:
    """Move a candidate to another stage."""
    await tx.execute("UPDATE candidate SET stage = $2 WHERE number = $1", number, stage.value)


async def admit(tx: Transaction, candidate: Candidate) -> None:
    """Let somebody wait whom the facilitators have let in: at the end, for others may wait already."""
    await tx.execute(
        f"UPDATE candidate SET stage = 'waiting', turn = {_LAST_TURN} WHERE circle_id = $1 AND number = $2",
        candidate.circle_id,
        candidate.number,
    )


async def update_sealed(tx: Transaction, number: int, sealed: bytes) -> None:
    """Keep how a candidate is found, sealed anew."""
    await tx.execute("UPDATE candidate SET sealed = $2 WHERE number = $1", number, sealed)


async def delete_candidate(tx: Transaction, number: int) -> None:
    """Let a candidate go, with the seat that was held."""
    await tx.execute("DELETE FROM candidate WHERE number = $1", number)


async def find_candidate(tx: Transaction, number: int) -> Candidate | None:
    """Return the candidate with this number."""
    rows = await tx.fetch(f"{_CANDIDATES} WHERE c.number = $1", number)
    return _candidate(rows[0]) if rows else None


async def find_candidate_of(tx: Transaction, circle_id: int, member_key: bytes) -> Candidate | None:
    """Return what this person is to the circle as a candidate."""
    rows = await tx.fetch(
        f"{_CANDIDATES} WHERE c.circle_id = $1 AND c.member_key = $2", circle_id, member_key
    )
    return _candidate(rows[0]) if rows else None


async def delete_candidates(tx: Transaction, circle_id: int) -> None:
    """Let every candidate of a circle go."""
    await tx.execute("DELETE FROM candidate WHERE circle_id = $1", circle_id)


async def list_asking(tx: Transaction, circle_id: int, limit: int) -> Sequence[Candidate]:
    """Return those who wait for an answer of the facilitators, in order."""
    rows = await tx.fetch(
        f"{_CANDIDATES} WHERE c.circle_id = $1 AND c.stage = 'asking' ORDER BY c.turn LIMIT $2",
        circle_id,
        limit,
    )
    return [_candidate(row) for row in rows]


async def list_waiting(tx: Transaction, circle_id: int, limit: int) -> Sequence[Candidate]:
    """Return those who wait and for whom no seat is held, in the order in which they are served."""
    rows = await tx.fetch(
        f"{_CANDIDATES} WHERE c.circle_id = $1 AND c.stage = 'waiting' AND h.number IS NULL"
        " ORDER BY c.turn LIMIT $2",
        circle_id,
        limit,
    )
    return [_candidate(row) for row in rows]


async def count_queue(tx: Transaction, circle_id: int) -> Queue:
    """Return how many ask, wait, and have a seat held for them."""
    rows = await tx.fetch(
        "SELECT coalesce(sum(CASE WHEN c.stage = 'asking' THEN 1 ELSE 0 END), 0) AS asking,"
        " coalesce(sum(CASE WHEN c.stage = 'waiting' AND h.number IS NULL THEN 1 ELSE 0 END), 0)"
        " AS waiting, count(h.number) AS held"
        " FROM candidate c LEFT JOIN held_seat h ON h.number = c.number WHERE c.circle_id = $1",
        circle_id,
    )
    row = rows[0]
    return Queue(int(row["asking"]), int(row["waiting"]), int(row["held"]))


async def count_ahead(tx: Transaction, candidate: Candidate) -> int:
    """Return how many of those who wait are served before this candidate."""
    rows = await tx.fetch(
        "SELECT count(*) AS ahead FROM candidate c LEFT JOIN held_seat h ON h.number = c.number"
        " WHERE c.circle_id = $1 AND c.stage = 'waiting' AND h.number IS NULL AND c.turn < $2",
        candidate.circle_id,
        candidate.turn,
    )
    return int(rows[0]["ahead"])


async def list_circles_with_room(tx: Transaction) -> Sequence[int]:
    """Return the open circles in which somebody waits and a seat is neither taken nor held."""
    rows = await tx.fetch(
        f"SELECT r.circle_id FROM circle r WHERE r.state = 'open' AND r.circle_id {NOT_LOST} AND EXISTS ("
        " SELECT 1 FROM candidate c LEFT JOIN held_seat h ON h.number = c.number"
        " WHERE c.circle_id = r.circle_id AND c.stage = 'waiting' AND h.number IS NULL)"
        " AND r.seats > (SELECT count(*) FROM circle_member m"
        " WHERE m.circle_id = r.circle_id AND m.seated = 1)"
        " + (SELECT count(*) FROM candidate c JOIN held_seat h ON h.number = c.number"
        " WHERE c.circle_id = r.circle_id) ORDER BY r.circle_id"
    )
    return [int(row["circle_id"]) for row in rows]


async def hold_seat(tx: Transaction, number: int, until: datetime) -> None:
    """Hold a seat for this candidate until then, from now on or for longer."""
    await tx.execute(
        "INSERT INTO held_seat (number, next_run_at) VALUES ($1, $2)"
        " ON CONFLICT (number) DO UPDATE SET next_run_at = excluded.next_run_at",
        number,
        to_seconds(until),
    )


async def delete_held_seat(tx: Transaction, number: int) -> None:
    """Hold no seat for this candidate any more."""
    await tx.execute("DELETE FROM held_seat WHERE number = $1", number)


async def list_overdue(tx: Transaction, at: datetime) -> Sequence[Candidate]:
    """Return those for whom a seat was held until now, the earliest first."""
    rows = await tx.fetch(
        f"{_CANDIDATES} WHERE h.next_run_at <= $1 ORDER BY h.next_run_at, c.turn", to_seconds(at)
    )
    return [_candidate(row) for row in rows]


async def find_next_lapse(tx: Transaction, after: datetime) -> datetime | None:
    """Return the next moment after this one until which a seat is held."""
    rows = await tx.fetch(
        "SELECT min(next_run_at) AS soonest FROM held_seat WHERE next_run_at > $1", to_seconds(after)
    )
    soonest = rows[0]["soonest"]
    return None if soonest is None else from_seconds(soonest)
