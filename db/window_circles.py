"""Queries about the circles that share a check-in window: as when it opened, but for those that ended."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from db.connection import Transaction


@dataclass(frozen=True, slots=True)
class AskedCircle:
    """A circle that a window asks: how it is called, and who and where it is on Discord."""

    circle_id: int
    name: str
    role_id: int | None
    channel_id: int | None


async def insert_window_circles(tx: Transaction, window_id: int, circle_ids: Collection[int]) -> None:
    """Let these circles share a window that has just been opened."""
    for circle_id in sorted(circle_ids):
        await tx.execute(
            "INSERT INTO window_circle (window_id, circle_id) VALUES ($1, $2)", window_id, circle_id
        )


async def list_window_circles(tx: Transaction, window_id: int) -> Sequence[AskedCircle]:
    """Return the circles that share a window, the oldest first; none where it is not shared."""
    return (await _list(tx, "w.window_id = $1", window_id)).get(window_id, ())


async def list_asked_together(
    tx: Transaction, server_id: int | None = None
) -> Mapping[int, Sequence[AskedCircle]]:
    """Return the circles that share each open window, in one server or in all."""
    if server_id is None:
        return await _list(tx, "w.state = 'open'")
    return await _list(tx, "w.state = 'open' AND w.server_id = $1", server_id)


async def delete_window_circle(tx: Transaction, window_id: int, circle_id: int) -> None:
    """Let a circle no longer share a window, which goes on for the others."""
    await tx.execute(
        "DELETE FROM window_circle WHERE window_id = $1 AND circle_id = $2", window_id, circle_id
    )


async def _list(tx: Transaction, condition: str, *values: int) -> Mapping[int, Sequence[AskedCircle]]:
    rows = await tx.fetch(
        "SELECT w.window_id, c.circle_id, c.name, c.role_id, c.channel_id FROM checkin_window w"
        " JOIN window_circle a ON a.window_id = w.window_id JOIN circle c ON c.circle_id = a.circle_id"
        f" WHERE {condition} ORDER BY c.circle_id",
        *values,
    )
    found: dict[int, list[AskedCircle]] = defaultdict(list)
    for row in rows:
        asked = AskedCircle(row["circle_id"], row["name"], row["role_id"], row["channel_id"])
        found[row["window_id"]].append(asked)
    return found
