"""PostgreSQL: a pool of connections, for installations that share a server or outgrow one file."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager, suppress
from hashlib import blake2b
from pathlib import Path
from typing import IO, Any, Literal

import asyncpg  # pyright: ignore[reportMissingTypeStubs] - it ships none, hence `Any` below

from db.connection import (
    CLOSING_SECONDS,
    AlreadyThere,
    DatabaseUnavailable,
    Row,
    StatementFailed,
    UnitOfWork,
    Value,
    mark_stored,
    to_the_end,
)
from db.dumps import dumped

UNIQUE_VIOLATION = "23505"


async def open_postgres(url: str) -> PostgresDatabase:
    """Connect to the server. Raises: DatabaseUnavailable, whose sentence never quotes the URL."""
    driver: Any = asyncpg
    try:
        pool = await driver.create_pool(url, min_size=1, max_size=10, command_timeout=30)
    except Exception as error:
        reason = _name(error)
    else:
        return PostgresDatabase(pool, url)
    raise DatabaseUnavailable(f"The PostgreSQL server cannot be reached, or refuses us ({reason}).")


def _name(error: Exception) -> str:
    return getattr(error, "sqlstate", None) or type(error).__name__


class PostgresTransaction(UnitOfWork):
    """One transaction on one connection of the pool."""

    def __init__(self, connection: Any) -> None:
        super().__init__()
        self.stored = False
        self._connection = connection
        self._frame = connection.transaction()
        self._changed = False

    async def hold(self, noun: str, number: int) -> None:
        digest = blake2b(f"{noun}:{number}".encode(), digest_size=8).digest()
        key = int.from_bytes(digest, signed=True)  # the same in every process, unlike hash()
        await self.fetch("SELECT pg_advisory_xact_lock($1)", key)

    async def begin(self) -> None:
        await self.alone(self._frame.start)

    async def commit(self) -> None:
        await self.alone(self._frame.commit)
        self.stored = self._changed

    async def undo(self) -> None:
        self.ended = True
        with suppress(Exception):  # a connection that cannot even roll back is thrown away by the pool
            await self._frame.rollback()

    def _reduced(self, error: Exception) -> StatementFailed:
        name = _name(error)
        return AlreadyThere(name) if name == UNIQUE_VIOLATION else StatementFailed(name)

    async def _fetch(self, sql: str, *values: Value) -> Sequence[Row]:
        rows = [dict(record) for record in await self._connection.fetch(sql, *values)]
        self._changed |= bool(rows) and "RETURNING" in sql.upper()  # only so does a fetch change rows
        return rows

    async def _execute(self, sql: str, *values: Value) -> int:
        verb, *_, last = (await self._connection.execute(sql, *values)).split()
        count = int(last) if verb in {"INSERT", "UPDATE", "DELETE", "MERGE"} else 0
        self._changed |= count > 0
        return count


class PostgresDatabase:
    """The pool. Each transaction has a connection to itself; `hold` makes those wait that must."""

    engine: Literal["postgres"] = "postgres"

    def __init__(self, pool: Any, url: str) -> None:
        self._pool = pool
        self._url = url

    @asynccontextmanager
    async def transaction(self) -> AsyncGenerator[PostgresTransaction]:
        connection = await self._acquire()
        unit = PostgresTransaction(connection)
        try:
            await to_the_end(unit.begin())
            yield unit
            await to_the_end(unit.commit())  # interrupted, it would leave open what has been stored
        except BaseException:
            await to_the_end(unit.undo())
            raise
        finally:
            unit.ended = True
            if unit.stored:
                mark_stored()
            with suppress(Exception):  # it changes nothing about what has been stored
                await self._pool.release(connection)

    async def forget(self) -> None:
        """Do nothing: what PostgreSQL keeps (WAL, dead rows) is the server's, and holds sealed rows only."""

    @asynccontextmanager
    async def copy(self, room: Path) -> AsyncGenerator[IO[bytes]]:
        async with dumped(self._url) as reader:
            yield reader

    async def close(self) -> None:
        with suppress(TimeoutError):  # the pool has then dropped the connections still in use
            async with asyncio.timeout(CLOSING_SECONDS):
                await self._pool.close()

    async def _acquire(self) -> Any:
        try:
            return await self._pool.acquire()
        except asyncpg.InterfaceError:
            reason = "is closed"
        except Exception as error:
            reason = f"cannot be reached ({_name(error)})"
        raise DatabaseUnavailable(f"The database {reason}.")
