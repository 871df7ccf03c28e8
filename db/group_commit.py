"""One COMMIT for all who came together: the disk is waited for once, and each is undone alone."""

from __future__ import annotations

import asyncio

import aiosqlite

from db.connection import StatementFailed, to_the_end
from db.turns import Turns

GROUP_LIMIT = 64  # units in one COMMIT; bounds how long the first of them waits for the disk


class Group:
    """The callers whose units reach the disk with the same COMMIT."""

    def __init__(self) -> None:
        self.size = 0
        self.on_disk = False
        self.lost_because: asyncio.Future[str | None] = asyncio.get_running_loop().create_future()


class GroupCommit:
    """Turns on one connection, each of them a savepoint in a transaction that several share.

    Whoever has the turn is answerable for the group that is not on disk yet. So every turn is given
    up through `_end_turn`, and `begin`, `keep`, `undo` and `outside` must be run `to_the_end`.
    """

    def __init__(self, connection: aiosqlite.Connection) -> None:
        self._connection = connection
        self._turns = Turns()
        self._group: Group | None = None

    async def take_turn(self) -> None:
        """Wait in the queue: first come, first served."""
        try:
            await self._turns.take()
        except asyncio.CancelledError:
            if self._turns.mine:  # it came at the same moment
                await to_the_end(self._end_turn())
            raise

    async def begin(self) -> Group:
        """Set the savepoint of a unit in the open group, or in a new one."""
        if self._group is None:
            await self._require("BEGIN IMMEDIATE")
            self._group = Group()
        await self._require("SAVEPOINT turn")
        return self._group

    async def keep(self, group: Group) -> None:
        """Add a unit to the group, end the turn, and wait until the group is on disk.

        Raises: StatementFailed, with the whole group, if it cannot be brought there.
        """
        try:
            group.size += 1
            if failed := await self._attempt("RELEASE turn"):
                await self.settle(failed)
        finally:
            await self._end_turn()
        if reason := await asyncio.shield(group.lost_because):
            raise StatementFailed(reason)

    async def undo(self, error: BaseException) -> None:
        """Take one unit back and end the turn.

        Where SQLite has rolled back everything by itself (a full disk), the group is lost with it.
        """
        try:
            if failed := await self._attempt("ROLLBACK TO turn") or await self._attempt("RELEASE turn"):
                await self.settle(error.reason if isinstance(error, StatementFailed) else failed)
        finally:
            await self._end_turn()

    async def outside(self, sql: str, *values: str) -> None:
        """Run a statement that must not be in a transaction, and end the turn."""
        try:
            await self.settle()
            await self._require(sql, *values)
        finally:
            await self._end_turn()

    async def settle(self, lost_because: str | None = None) -> None:
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

    async def _end_turn(self) -> None:
        """Put the group on disk unless somebody is there to join it; let the next one in."""
        try:
            if self._group and (not self._turns.wanted or self._group.size >= GROUP_LIMIT):
                await self.settle()
        finally:
            self._turns.pass_on()

    async def _attempt(self, sql: str, *values: str) -> str | None:
        """Run a statement of our own; return None, or the name of what was wrong with it."""
        try:
            await self._connection.execute_fetchall(sql, values)
        except Exception as error:
            return name_of(error)
        return None

    async def _require(self, sql: str, *values: str) -> None:
        if failed := await self._attempt(sql, *values):
            raise StatementFailed(failed)


def name_of(error: Exception) -> str:
    """Return SQLite's name for what went wrong, such as SQLITE_FULL: its words may quote values."""
    return getattr(error, "sqlite_errorname", None) or type(error).__name__
