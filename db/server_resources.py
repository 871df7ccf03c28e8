"""Queries about what servers changed in the lines that the program ships."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple, dataclass
from datetime import date

from db.connection import Row, Transaction


@dataclass(frozen=True, slots=True)
class Details:
    """What a server says of an entry of its own."""

    kind: str
    name: str
    number: str | None
    url: str | None
    hours: str
    for_whom: str
    checked_on: date


@dataclass(frozen=True, slots=True)
class ServerResource:
    """One change. `replaces` is missing where something was added, `details` where something is hidden."""

    resource_id: int
    server_id: int
    replaces: str | None
    details: Details | None


async def save_server_resource(
    tx: Transaction, server_id: int, *, replaces: str | None, details: Details | None
) -> None:
    """Keep a change; what was changed before about the same shipped entry gives way."""
    await tx.execute(
        "INSERT INTO server_resource"
        " (server_id, replaces, kind, name, number, url, hours, for_whom, checked_on)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
        " ON CONFLICT (server_id, replaces) DO UPDATE SET kind = excluded.kind, name = excluded.name,"
        " number = excluded.number, url = excluded.url, hours = excluded.hours,"
        " for_whom = excluded.for_whom, checked_on = excluded.checked_on",
        server_id,
        replaces,
        *_values(details),
    )


async def list_server_resources(tx: Transaction, server_id: int | None = None) -> Sequence[ServerResource]:
    """Return the changes of one server, or of all, the oldest first."""
    rows = await tx.fetch(
        "SELECT resource_id, server_id, replaces, kind, name, number, url, hours, for_whom, checked_on"
        " FROM server_resource WHERE server_id = coalesce($1, server_id) ORDER BY resource_id",
        server_id,
    )
    return [_server_resource(row) for row in rows]


async def delete_server_resource(tx: Transaction, server_id: int, resource_id: int) -> int:
    """Take back one change of this server, and return how many there were."""
    return await tx.execute(
        "DELETE FROM server_resource WHERE server_id = $1 AND resource_id = $2", server_id, resource_id
    )


async def delete_change(tx: Transaction, server_id: int, replaces: str) -> int:
    """Take back what was changed about a shipped entry, and return how many changes there were."""
    return await tx.execute(
        "DELETE FROM server_resource WHERE server_id = $1 AND replaces = $2", server_id, replaces
    )


async def hold(tx: Transaction, server_id: int) -> None:
    """Let nobody else change this server's entries until the transaction ends."""
    await tx.hold("server_resource", server_id)


def _values(details: Details | None) -> Sequence[str | None]:
    if details is None:
        return (None,) * 7
    *words, checked_on = astuple(details)
    return (*words, checked_on.isoformat())


def _server_resource(row: Row) -> ServerResource:
    details = None
    if row["name"] is not None:
        details = Details(
            kind=row["kind"],
            name=row["name"],
            number=row["number"],
            url=row["url"],
            hours=row["hours"],
            for_whom=row["for_whom"],
            checked_on=date.fromisoformat(row["checked_on"]),
        )
    return ServerResource(row["resource_id"], row["server_id"], row["replaces"], details)
