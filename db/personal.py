"""Queries about everything that is stored of one member: made of the registry alone, for any table in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from db.connection import Row, Transaction, Value
from db.registry import Personal, columns_of


@dataclass(frozen=True, slots=True)
class Trail:
    """What leads to one member's rows in one table. `window_id` belongs to the token of a ballot."""

    personal: Personal
    key: bytes
    window_id: int | None = None


async def list_rows(tx: Transaction, trail: Trail) -> Sequence[Row]:
    """Return the rows at the end of this trail, with every column that the registry names."""
    columns = ", ".join(column.name for column in columns_of(trail.personal.table))
    where, values = _where(trail)
    return await tx.fetch(f"SELECT {columns} FROM {trail.personal.table} WHERE {where}", *values)


async def count_rows(tx: Transaction, trail: Trail) -> int:
    """Return how many rows there are."""
    where, values = _where(trail)
    rows = await tx.fetch(f"SELECT count(*) AS found FROM {trail.personal.table} WHERE {where}", *values)
    return int(rows[0]["found"])


async def delete_rows(tx: Transaction, trail: Trail) -> int:
    """Remove the rows, and return how many there were."""
    where, values = _where(trail)
    return await tx.execute(f"DELETE FROM {trail.personal.table} WHERE {where}", *values)


def _where(trail: Trail) -> tuple[str, tuple[Value, ...]]:
    if trail.window_id is None:
        return f"{trail.personal.column} = $1", (trail.key,)
    return f"{trail.personal.column} = $1 AND window_id = $2", (trail.key, trail.window_id)
