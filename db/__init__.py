"""Everything SQL. `connect` is the only door."""

from __future__ import annotations

from db.connection import (
    AlreadyThere,
    CopyFailed,
    Database,
    DatabaseInUse,
    DatabaseUnavailable,
    Row,
    StatementFailed,
    Transaction,
    anything_stored,
    in_thread,
    to_the_end,
)
from db.copies import reason_for
from db.migrations import DatabaseFromTheFuture
from db.sqlite import SQLITE_VERSION, open_sqlite

__all__ = [
    "SQLITE_VERSION",
    "AlreadyThere",
    "CopyFailed",
    "Database",
    "DatabaseFromTheFuture",
    "DatabaseInUse",
    "DatabaseUnavailable",
    "Row",
    "StatementFailed",
    "Transaction",
    "anything_stored",
    "connect",
    "in_thread",
    "reason_for",
    "to_the_end",
]


async def connect(url: str) -> Database:
    """Open `sqlite:///file.db`, `sqlite:////var/lib/file.db` or `postgresql://...`, as it is: see `upgrade`.

    Raises: DatabaseUnavailable.
    """
    scheme, _, rest = url.partition("://")
    if scheme == "sqlite" and len(rest) > 1 and rest.startswith("/"):
        return await open_sqlite(rest[1:])
    if scheme == "postgresql":
        from db.postgres import open_postgres  # noqa: PLC0415 - asyncpg is loaded only if used

        return await open_postgres(url)
    raise DatabaseUnavailable(
        "The address of the database must look like sqlite:///respite.db or postgresql://user@host/name."
    )
