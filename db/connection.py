"""The two verbs every query uses, and the promise that both engines keep."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from contextvars import ContextVar
from typing import Any, Protocol

Value = int | str | bytes | None
Row = Mapping[str, Any]

_stored: ContextVar[bool] = ContextVar("respite_stored", default=False)


class Transaction(Protocol):
    """One unit of work: all of it is stored, or none of it."""

    async def fetch(self, sql: str, *values: Value) -> Sequence[Row]:
        """Run a statement with `$1` placeholders and return its rows."""
        ...

    async def execute(self, sql: str, *values: Value) -> int:
        """Run a statement with `$1` placeholders and return how many rows it changed."""
        ...

    async def hold(self, noun: str, number: int) -> None:
        """Keep every other transaction that holds the same thing waiting until this one ends.

        Whoever decides on what it has read (is there a seat left? is the window still open?) holds
        that thing first. SQLite runs one transaction at a time, so there it costs nothing.
        """
        ...


class Database(Protocol):
    """An open database. Close it in a `finally`: the SQLite driver keeps a thread."""

    def transaction(self) -> AbstractAsyncContextManager[Transaction]:
        """Begin a unit of work that is on disk when the block has been left without an error.

        An error or a cancellation inside the block undoes this unit and no other.
        """
        ...

    async def forget(self) -> None:
        """Remove deleted rows from the files that the engine keeps beside its tables (the WAL)."""
        ...

    async def close(self) -> None:
        """Release the files or connections. Safe to call twice."""
        ...


def mark_stored() -> None:
    """Note that the running task has committed something (the engines call this)."""
    _stored.set(True)


def anything_stored() -> bool:
    """Say whether the running task has committed a change since it began.

    An apology to a person must say whether what was sent is stored; this is how it knows.
    """
    return _stored.get()
