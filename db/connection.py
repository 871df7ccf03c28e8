"""The two verbs every query uses, and the promise that both engines keep."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import IO, Any, Literal, ParamSpec, Protocol, TypeVar
from weakref import WeakSet

Value = int | str | bytes | None
Row = Mapping[str, Any]
P = ParamSpec("P")
T = TypeVar("T")

CLOSING_SECONDS = 5  # for transactions that have begun; a stopping process has not got for ever

_tasks_that_stored: WeakSet[asyncio.Task[Any]] = WeakSet()


class DatabaseUnavailable(Exception):
    """The database cannot be opened, or is closed. The sentence never contains a password."""


class DatabaseInUse(DatabaseUnavailable):
    """Another process holds the database."""


class StatementFailed(Exception):
    """The engine refused a statement. Carries the engine's name for the reason, and no value.

    What a driver raises may quote the words of a member or a key, so it goes no further than `db`.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(f"The database refused a statement ({reason}).")
        self.reason = reason


class AlreadyThere(StatementFailed):
    """A row with the same key is stored already."""


class CopyFailed(Exception):
    """A database cannot be copied, or a copy not be used. The sentence never contains a password."""


class Transaction(Protocol):
    """One unit of work: all of it is stored, or none of it.

    After a statement has failed, the unit takes no other and cannot be kept: PostgreSQL knows no
    other way, and one rule for both engines means that a test on one of them is worth something.
    """

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

    @property
    def engine(self) -> Literal["sqlite", "postgres"]:
        """Which of the two engines this is."""
        ...

    def transaction(self) -> AbstractAsyncContextManager[Transaction]:
        """Begin a unit of work that is on disk when the block has been left without an error.

        An error or a cancellation inside the block undoes this unit and no other. Others may be
        waiting for the block to end: nothing that takes long belongs inside.
        """
        ...

    async def forget(self) -> None:
        """Remove deleted rows from the files that the engine keeps beside its tables (the WAL)."""
        ...

    def copy(self, room: Path) -> AbstractAsyncContextManager[IO[bytes]]:
        """Yield what reads a sound copy of everything but the answers of open windows.

        SQLite writes it into the file `room`, which must not be there and which whoever calls this
        destroys afterwards. Others wait while it is written; that takes about a second for 100 MB.

        Raises: CopyFailed, on PostgreSQL also when the block is left.
        """
        ...

    async def close(self) -> None:
        """Release the files or connections. Safe to call twice.

        A transaction that has begun may end first, but one that does not end in time is undone.
        """
        ...


class UnitOfWork(ABC):
    """What the transactions of both engines share: when a statement is taken, and what is told of it."""

    def __init__(self) -> None:
        self.ended = False
        self._barred: Exception | None = None

    @abstractmethod
    async def _fetch(self, sql: str, *values: Value) -> Sequence[Row]: ...

    @abstractmethod
    async def _execute(self, sql: str, *values: Value) -> int: ...

    @abstractmethod
    def _reduced(self, error: Exception) -> StatementFailed:
        """Return what may be told about an exception of the driver."""

    async def fetch(self, sql: str, *values: Value) -> Sequence[Row]:
        return await self.alone(self._fetch, sql, *values)

    async def execute(self, sql: str, *values: Value) -> int:
        return await self.alone(self._execute, sql, *values)

    def check(self) -> None:
        """Raise what went wrong inside, even where it has been caught, or that the block was left."""
        if self.ended:
            raise RuntimeError("This transaction has ended: use it inside its own block only.")
        if self._barred:
            raise self._barred

    async def alone(self, statement: Callable[..., Awaitable[T]], *arguments: Any) -> T:
        """Run one statement; once one has failed or was interrupted, run no other.

        Raises: StatementFailed. RuntimeError if another statement of this unit is still running.
        """
        self.check()
        self._barred = RuntimeError("A transaction runs one statement at a time.")
        try:
            result = await statement(*arguments)
        except Exception as error:  # whatever it is, it may quote values
            failure = self._reduced(error)
        except BaseException:
            self._barred = StatementFailed("interrupted")
            raise
        else:
            self._barred = None
            return result
        self._barred = failure
        raise failure  # out here, so that not even `__context__` leads to the driver's own words


async def to_the_end(work: Coroutine[Any, Any, T]) -> T:
    """Wait for something that must not stop half-way; raise a cancellation only afterwards.

    It begins even if every task is cancelled at once, as `asyncio.run` does when it ends. What it has
    stored counts as stored by the task that waits.
    """
    task: asyncio.Task[T] | None = None
    cancelled: asyncio.CancelledError | None = None
    begun = False

    async def all_of_it() -> T:
        nonlocal begun
        begun = True
        return await work

    while task is None or not begun:
        task = asyncio.create_task(all_of_it())
        while not task.done():
            try:
                await asyncio.wait([task])
            except asyncio.CancelledError as error:
                cancelled = error
    if task in _tasks_that_stored:
        mark_stored()
    if cancelled is None:
        return task.result()
    if not task.cancelled():
        task.exception()  # the cancellation outranks it; asking keeps asyncio from logging it
    raise cancelled


async def in_thread(work: Callable[P, T], *arguments: P.args, **named: P.kwargs) -> T:
    """Do something off the event loop, to its end: a cancellation is raised only after it."""
    return await to_the_end(asyncio.to_thread(work, *arguments, **named))


def mark_stored() -> None:
    """Note that the running task has committed something (the engines call this)."""
    task = asyncio.current_task()
    if task is not None:
        _tasks_that_stored.add(task)


def anything_stored() -> bool:
    """Say whether the running task has committed a change since it began.

    An apology to a person must say whether what was sent is stored; this is how it knows.
    """
    return asyncio.current_task() in _tasks_that_stored
