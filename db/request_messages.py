"""Queries about the messages under which requests are answered, for as long as a name stands in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from db.connection import Transaction


@dataclass(frozen=True, slots=True)
class RequestMessage:
    """A message in a facilitators' channel that names whoever asks."""

    message_id: int
    server_id: int
    channel_id: int


async def insert_message(tx: Transaction, message: RequestMessage, number: int) -> None:
    """Remember under which message the request with this number is answered."""
    await tx.execute(
        "INSERT INTO request_message (message_id, server_id, channel_id, number) VALUES ($1, $2, $3, $4)",
        message.message_id,
        message.server_id,
        message.channel_id,
        number,
    )


async def list_over(tx: Transaction, limit: int) -> Sequence[RequestMessage]:
    """Return messages whose request was answered or taken back, or whose person is gone."""
    rows = await tx.fetch(
        "SELECT m.message_id, m.server_id, m.channel_id FROM request_message m"
        " LEFT JOIN candidate c ON c.number = m.number AND c.stage = 'asking'"
        " WHERE c.number IS NULL ORDER BY m.message_id LIMIT $1",
        limit,
    )
    return [RequestMessage(row["message_id"], row["server_id"], row["channel_id"]) for row in rows]


async def delete_message(tx: Transaction, message_id: int) -> None:
    """Forget a message: no name stands in it any more."""
    await tx.execute("DELETE FROM request_message WHERE message_id = $1", message_id)
