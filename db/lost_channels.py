"""Queries about circles whose channel is gone."""

from __future__ import annotations

from collections.abc import Collection

from db.connection import Transaction

NOT_LOST = "NOT IN (SELECT circle_id FROM lost_channel)"
"""What a circle is that has its channel. A circle that has not, rests: nothing begins in it."""


async def list_lost(tx: Transaction, server_id: int) -> Collection[int]:
    """Return the circles of a server that are known to have lost their channel."""
    rows = await tx.fetch(
        "SELECT circle_id FROM lost_channel WHERE circle_id IN"
        " (SELECT circle_id FROM circle WHERE server_id = $1)",
        server_id,
    )
    return {int(row["circle_id"]) for row in rows}


async def insert_lost(tx: Transaction, circle_id: int) -> bool:
    """Note that a circle has lost its channel. False: that was known."""
    changed = await tx.execute(
        "INSERT INTO lost_channel (circle_id) VALUES ($1) ON CONFLICT (circle_id) DO NOTHING", circle_id
    )
    return changed == 1


async def delete_lost(tx: Transaction, circle_id: int) -> None:
    """Note that a circle has a channel again."""
    await tx.execute("DELETE FROM lost_channel WHERE circle_id = $1", circle_id)


async def move_to(tx: Transaction, circle_id: int, channel_id: int) -> None:
    """Let everything that a circle says from now on be said in another channel."""
    await tx.execute(
        "UPDATE checkin_schedule SET channel_id = $2 WHERE circle_id = $1", circle_id, channel_id
    )
    await tx.execute(
        "UPDATE checkin_window SET channel_id = $2 WHERE circle_id = $1 AND state = 'open'",
        circle_id,
        channel_id,
    )
