"""SQLite: one connection, one writer at a time, one COMMIT for all who came together."""

from __future__ import annotations

import asyncio
import logging
import os
import sqlite3
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import IO, Literal

import aiosqlite

from db.connection import (
    CLOSING_SECONDS,
    AlreadyThere,
    CopyFailed,
    DatabaseInUse,
    DatabaseUnavailable,
    Row,
    StatementFailed,
    UnitOfWork,
    Value,
    mark_stored,
    to_the_end,
)
from db.copies import clean_copy, make_room, reason_for
from db.group_commit import GroupCommit, name_of

BUSY_SECONDS = 3  # for the process that we replace to let go of the file

SQLITE_VERSION = sqlite3.sqlite_version

PRAGMAS = (
    "locking_mode = EXCLUSIVE",  # first: WAL then needs no shared memory, and no second opener
    "journal_mode = WAL",
    "synchronous = FULL",
    "foreign_keys = ON",
    "secure_delete = ON",
    "trusted_schema = OFF",
    "wal_checkpoint(TRUNCATE)",  # what a killed process has written is on disk before we act on it
)

BUSY = "SQLITE_BUSY"
PLAIN_REASONS = {
    BUSY: "is in use by another process",
    "SQLITE_NOTADB": "is not a database",
    "SQLITE_CORRUPT": "is damaged",
    "SQLITE_READONLY": "cannot be written",
    "SQLITE_FULL": "cannot be opened while its disk is full",
}

TAKEN = {"SQLITE_CONSTRAINT_UNIQUE", "SQLITE_CONSTRAINT_PRIMARYKEY", "SQLITE_CONSTRAINT_ROWID"}


async def open_sqlite(path: str | Path) -> SqliteDatabase:
    """Open the file, or create one that only its owner may read. Nobody else can open it meanwhile.

    Raises: DatabaseUnavailable.
    """
    logging.getLogger("aiosqlite").setLevel(logging.WARNING)  # at DEBUG it writes every value down
    try:
        file = _made(path)
        connection = await aiosqlite.connect(file, isolation_level=None, timeout=BUSY_SECONDS)
    except (OSError, sqlite3.Error):
        raise DatabaseUnavailable(f"The database file {path} cannot be opened.") from None
    try:
        for pragma in PRAGMAS:
            await connection.execute_fetchall(f"PRAGMA {pragma}")
        await connection.execute_fetchall("BEGIN IMMEDIATE")  # says now, not later, if we cannot write
        await connection.execute_fetchall("ROLLBACK")
    except BaseException as error:
        await to_the_end(connection.close())
        if not isinstance(error, sqlite3.Error):
            raise
        reason = PLAIN_REASONS.get(name_of(error), "cannot be opened")
        kind = DatabaseInUse if name_of(error) == BUSY else DatabaseUnavailable
        raise kind(f"The database file {path} {reason}.") from None
    connection.row_factory = sqlite3.Row
    return SqliteDatabase(connection)


def _made(path: str | Path) -> Path:
    file = Path(path).absolute()  # a plain file name, never ":memory:" or "file:..."
    with suppress(FileExistsError):
        file.touch(mode=0o600, exist_ok=False)  # SQLite gives the WAL the same mode
    if not file.is_file() or not os.access(file, os.R_OK | os.W_OK):
        raise PermissionError  # look first: where it fails itself, the driver leaves a thread behind
    return file


class SqliteTransaction(UnitOfWork):
    """One caller's turn, between its savepoint and the next caller's."""

    def __init__(self, connection: aiosqlite.Connection) -> None:
        super().__init__()
        self.changed = False
        self._connection = connection

    async def hold(self, noun: str, number: int) -> None:
        self.check()  # the turn is the hold

    def _reduced(self, error: Exception) -> StatementFailed:
        name = name_of(error)
        return AlreadyThere(name) if name in TAKEN else StatementFailed(name)

    async def _fetch(self, sql: str, *values: Value) -> Sequence[Row]:
        before = self._connection.total_changes
        rows = await self._connection.execute_fetchall(sql, _bound(values))  # never half read
        self.changed |= self._connection.total_changes > before
        return [dict(row) for row in rows]

    async def _execute(self, sql: str, *values: Value) -> int:
        before = self._connection.total_changes
        await self._fetch(sql, *values)
        if self._connection.total_changes == before:
            return 0
        [counted] = await self._connection.execute_fetchall("SELECT changes()")  # without cascades
        return counted[0]


def _bound(values: Sequence[Value]) -> dict[str, Value]:
    """Return what `$1`, `$2`, ... stand for: to SQLite these are parameters named "1", "2", ..."""
    return {str(number): value for number, value in enumerate(values, start=1)}


class SqliteDatabase:
    """One connection that all transactions share, one after the other."""

    engine: Literal["sqlite"] = "sqlite"

    def __init__(self, connection: aiosqlite.Connection) -> None:
        self._connection = connection
        self._commits = GroupCommit(connection)
        self._closing: asyncio.Task[None] | None = None

    @asynccontextmanager
    async def transaction(self) -> AsyncGenerator[SqliteTransaction]:
        await self._take_turn()
        unit = SqliteTransaction(self._connection)
        try:
            group = await to_the_end(self._commits.begin())
            yield unit
            unit.check()
        except BaseException as error:
            unit.ended = True
            await to_the_end(self._commits.undo(error))
            raise
        unit.ended = True
        try:
            await to_the_end(self._commits.keep(group))
        finally:
            if unit.changed and group.on_disk:
                mark_stored()

    async def forget(self) -> None:
        await self._take_turn()
        await to_the_end(self._commits.outside("PRAGMA wal_checkpoint(TRUNCATE)"))

    @asynccontextmanager
    async def copy(self, room: Path) -> AsyncGenerator[IO[bytes]]:
        try:
            make_room(room)
            await self._take_turn()
            await to_the_end(self._commits.outside("VACUUM INTO ?1", str(room)))
            await to_the_end(asyncio.to_thread(clean_copy, room))
            reader = room.open("rb")
        except (StatementFailed, OSError) as error:
            raise CopyFailed(f"The database cannot be copied to {room}: {reason_for(error)}.") from None
        with reader:
            yield reader

    async def close(self) -> None:
        if self._closing is None:
            self._closing = asyncio.create_task(self._close())
        with suppress(TimeoutError):
            await asyncio.shield(self._closing)

    async def _take_turn(self) -> None:
        if self._closing:
            raise DatabaseUnavailable("The database is closed.")
        await self._commits.take_turn()

    async def _close(self) -> None:
        try:
            async with asyncio.timeout(CLOSING_SECONDS):
                await self._commits.take_turn()  # after those who came before, and for good
            await self._commits.settle()
        finally:
            await self._connection.close()  # the last one to leave: SQLite empties the WAL and removes it
