"""SQLite: one connection, one writer at a time, one COMMIT for all who came together."""

from __future__ import annotations

import asyncio
import logging
import os
import sqlite3
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Literal

import aiosqlite

from db.connection import (
    AlreadyThere,
    DatabaseUnavailable,
    Row,
    StatementFailed,
    UnitOfWork,
    Value,
    mark_stored,
    to_the_end,
)
from db.turns import Turns

GROUP_LIMIT = 64  # units in one COMMIT; bounds how long the first of them waits for the disk
BUSY_SECONDS = 3  # for the process that we replace to let go of the file

PRAGMAS = (
    "locking_mode = EXCLUSIVE",  # first: WAL then needs no shared memory, and no second opener
    "journal_mode = WAL",
    "synchronous = FULL",
    "foreign_keys = ON",
    "secure_delete = ON",
    "trusted_schema = OFF",
)

PLAIN_REASONS = {
    "SQLITE_BUSY": "is in use by another process",
    "SQLITE_NOTADB": "is not a database",
    "SQLITE_CORRUPT": "is damaged",
    "SQLITE_READONLY": "cannot be written",
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
        reason = PLAIN_REASONS.get(_name(error), "cannot be opened")
        raise DatabaseUnavailable(f"The database file {path} {reason}.") from None
    connection.row_factory = sqlite3.Row
    return SqliteDatabase(connection)


def _made(path: str | Path) -> Path:
    file = Path(path).absolute()  # a plain file name, never ":memory:" or "file:..."
    with suppress(FileExistsError):
        file.touch(mode=0o600, exist_ok=False)  # SQLite gives the WAL the same mode
    if not file.is_file() or not os.access(file, os.R_OK | os.W_OK):
        raise PermissionError  # look first: where it fails itself, the driver leaves a thread behind
    return file


def _name(error: Exception) -> str:
    return getattr(error, "sqlite_errorname", None) or type(error).__name__


class SqliteTransaction(UnitOfWork):
    """One caller's turn, between its savepoint and the next caller's."""

    def __init__(self, connection: aiosqlite.Connection) -> None:
        super().__init__()
        self._connection = connection

    async def hold(self, noun: str, number: int) -> None:
        self.check()  # the turn is the hold

    def _reduced(self, error: Exception) -> StatementFailed:
        name = _name(error)
        return AlreadyThere(name) if name in TAKEN else StatementFailed(name)

    async def _fetch(self, sql: str, *values: Value) -> Sequence[Row]:
        return [dict(row) for row in await self._connection.execute_fetchall(sql, _bound(values))]

    async def _execute(self, sql: str, *values: Value) -> int:
        before = self._connection.total_changes
        await self._connection.execute_fetchall(sql, _bound(values))  # never a half-read statement
        if self._connection.total_changes == before:
            return 0
        [counted] = await self._connection.execute_fetchall("SELECT changes()")  # without cascades
        return counted[0]


def _bound(values: Sequence[Value]) -> dict[str, Value]:
    """Return what `$1`, `$2`, ... stand for: to SQLite these are parameters named "1", "2", ..."""
    return {str(number): value for number, value in enumerate(values, start=1)}


class _Group:
    """The callers whose units reach the disk with the same COMMIT."""

    def __init__(self) -> None:
        self.size = 0
        self.on_disk = False
        self.lost_because: asyncio.Future[str | None] = asyncio.get_running_loop().create_future()


class SqliteDatabase:
    """One connection. Whoever has the turn on it is answerable for the group that is not on disk yet.

    So a turn ends through `_end_turn` in every case, and what ends it runs to the end even if its
    task is cancelled, twice or while it still waits for its turn.
    """

    engine: Literal["sqlite"] = "sqlite"

    def __init__(self, connection: aiosqlite.Connection) -> None:
        self._connection = connection
        self._group: _Group | None = None
        self._turns = Turns()
        self._closing: asyncio.Task[None] | None = None

    @asynccontextmanager
    async def transaction(self) -> AsyncGenerator[SqliteTransaction]:
        await self._take_turn()
        unit = SqliteTransaction(self._connection)
        try:
            group = await to_the_end(self._begin())
            before = self._connection.total_changes
            yield unit
            unit.check()
        except BaseException as error:
            unit.ended = True
            await to_the_end(self._undo(error))
            raise
        unit.ended = True
        changed = self._connection.total_changes > before
        try:
            await to_the_end(self._keep(group))
        finally:
            if changed and group.on_disk:
                mark_stored()

    async def forget(self) -> None:
        await self._take_turn()
        await to_the_end(self._truncate_log())

    async def close(self) -> None:
        if self._closing is None:
            self._closing = asyncio.create_task(self._close())
        await asyncio.shield(self._closing)

    async def _close(self) -> None:
        try:
            await self._take_turn()
            await self._settle()
        finally:
            await self._connection.close()  # the last one to leave: SQLite empties the WAL and removes it

    async def _take_turn(self) -> None:
        if self._closing not in {None, asyncio.current_task()}:
            raise DatabaseUnavailable("The database is closed.")
        try:
            await self._turns.take()
        except asyncio.CancelledError:
            if self._turns.mine:
                await to_the_end(self._end_turn())
            raise

    async def _begin(self) -> _Group:
        if self._group is None:
            await self._require("BEGIN IMMEDIATE")
            self._group = _Group()
        await self._require("SAVEPOINT turn")
        return self._group

    async def _keep(self, group: _Group) -> None:
        """Add a unit to the group, end the turn, and wait until the group is on disk."""
        try:
            group.size += 1
            if failed := await self._attempt("RELEASE turn"):
                await self._settle(failed)
        finally:
            await self._end_turn()
        if reason := await asyncio.shield(group.lost_because):
            raise StatementFailed(reason)

    async def _undo(self, error: BaseException) -> None:
        """Take one unit back. Where SQLite has rolled back everything by itself, the group is lost."""
        try:
            if failed := await self._attempt("ROLLBACK TO turn") or await self._attempt("RELEASE turn"):
                await self._settle(error.reason if isinstance(error, StatementFailed) else failed)
        finally:
            await self._end_turn()

    async def _end_turn(self) -> None:
        """Put the group on disk unless somebody is there to join it; let the next one in."""
        try:
            if self._group and (not self._turns.wanted or self._group.size >= GROUP_LIMIT):
                await self._settle()
        finally:
            self._turns.pass_on()

    async def _settle(self, lost_because: str | None = None) -> None:
        """End the group, whole or not at all, and tell its members which."""
        group, self._group = self._group, None
        outcome: str | None = "interrupted"
        try:
            outcome = lost_because or (await self._attempt("COMMIT") if group else None)
            if outcome:
                await self._attempt("ROLLBACK")
        finally:
            if group:
                group.on_disk = outcome is None
                group.lost_because.set_result(outcome)

    async def _truncate_log(self) -> None:
        try:
            await self._settle()
            await self._require("PRAGMA wal_checkpoint(TRUNCATE)")
        finally:
            await self._end_turn()

    async def _attempt(self, sql: str) -> str | None:
        """Run a statement of our own; return None, or the name of what was wrong with it."""
        try:
            await self._connection.execute_fetchall(sql)
        except Exception as error:
            return _name(error)
        return None

    async def _require(self, sql: str) -> None:
        if failed := await self._attempt(sql):
            raise StatementFailed(failed)
