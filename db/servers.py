"""Queries about servers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from db.connection import Transaction


@dataclass(frozen=True, slots=True)
class Server:
    """A Discord server that was set up. The category and the facilitators' channel are made later."""

    server_id: int
    moderator_role_id: int
    category_id: int | None
    time_zone: str
    country: str | None
    language: str
    facilitators_channel_id: int | None = None


_COLUMNS = "server_id, moderator_role_id, category_id, time_zone, country, language, facilitators_channel_id"


async def find_server(tx: Transaction, server_id: int) -> Server | None:
    """Return the server, if it was set up."""
    rows = await tx.fetch(f"SELECT {_COLUMNS} FROM server WHERE server_id = $1", server_id)
    return Server(**rows[0]) if rows else None


async def list_servers(tx: Transaction) -> Sequence[Server]:
    """Return every server that was set up."""
    return [Server(**row) for row in await tx.fetch(f"SELECT {_COLUMNS} FROM server")]


async def save_server(tx: Transaction, server: Server) -> None:
    """Insert the server or bring its settings up to date; its channels are left as they are."""
    await tx.execute(
        "INSERT INTO server (server_id, moderator_role_id, time_zone, country, language)"
        " VALUES ($1, $2, $3, $4, $5)"
        " ON CONFLICT (server_id) DO UPDATE SET moderator_role_id = excluded.moderator_role_id,"
        " time_zone = excluded.time_zone, country = excluded.country, language = excluded.language",
        server.server_id,
        server.moderator_role_id,
        server.time_zone,
        server.country,
        server.language,
    )


async def update_category(tx: Transaction, server_id: int, category_id: int) -> None:
    """Remember the category under which circles get their channels."""
    await tx.execute("UPDATE server SET category_id = $2 WHERE server_id = $1", server_id, category_id)


async def update_facilitators_channel(tx: Transaction, server_id: int, channel_id: int) -> None:
    """Remember the channel of those who hold circles."""
    await tx.execute(
        "UPDATE server SET facilitators_channel_id = $2 WHERE server_id = $1", server_id, channel_id
    )
