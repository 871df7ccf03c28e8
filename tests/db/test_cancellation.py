"""Cancellation at every point of a transaction: nothing of it is half stored, and nobody else is harmed."""

from __future__ import annotations

import asyncio
import itertools
import tempfile
from collections.abc import Awaitable, Generator, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from db import Database, anything_stored, connect
from db.connection import to_the_end


class CancelledAt:
    """Await some work, and cancel the task that does so when it stops to wait for the n-th time.

    `late` cancels a moment later: what the task waits for has come, but the task has not run yet.
    """

    def __init__(self, work: Awaitable[None], points: tuple[int, ...], *, late: bool) -> None:
        self.stops = 0
        self._work = work
        self._points = points
        self._late = late

    def __await__(self) -> Generator[Any, Any, None]:
        task = asyncio.current_task()
        assert task is not None
        steps: Any = self._work.__await__()
        thrown: BaseException | None = None
        while True:
            try:
                awaited = steps.throw(thrown) if thrown else next(steps)
            except StopIteration:
                return
            if self.stops in self._points and self._late and awaited is not None:
                awaited.add_done_callback(lambda _: task.cancel())
            elif self.stops in self._points:
                task.cancel()
            self.stops += 1
            thrown = None
            try:
                yield awaited
            except BaseException as error:
                thrown = error


async def write_two(database: Database, number: int, *, fails: bool = False) -> None:
    """Store two notes that belong together."""
    insert = "INSERT INTO note (note_id, words) VALUES ($1, $2) RETURNING note_id"
    async with database.transaction() as tx:
        await tx.hold("note", number)
        await tx.execute(insert, number, f"note {number}")
        await tx.fetch(insert, -number, f"note -{number}")
        if fails:
            raise LookupError


async def both_stored(database: Database, number: int) -> bool:
    """Say whether both notes are there; fail if only one is."""
    async with database.transaction() as tx:
        rows = await tx.fetch("SELECT note_id FROM note WHERE note_id IN ($1, $2)", number, -number)
    assert len(rows) in {0, 2}
    return bool(rows)


@dataclass
class Queue:
    """One who is cancelled, and others before and behind, all asking for a transaction at once."""

    database: Database
    before: int = 0
    behind: int = 0
    late: bool = False
    fails: bool = False
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    async def cancel_at(self, *points: int) -> int:
        """Cancel at these points, check what is stored, and return how often the victim waited."""
        numbers = [next(self.numbers) for _ in range(self.before + 1 + self.behind)]
        victim = numbers[self.before]
        work = CancelledAt(write_two(self.database, victim, fails=self.fails), points, late=self.late)
        told: list[bool] = []

        async def caller(number: int) -> None:
            try:
                await (work if number == victim else write_two(self.database, number))
            finally:
                if number == victim:
                    told.append(anything_stored())

        async with asyncio.timeout(10):
            outcomes = await asyncio.gather(*map(caller, numbers), return_exceptions=True)
            for number, outcome in zip(numbers, outcomes, strict=True):
                stored = await both_stored(self.database, number)
                if number != victim:
                    assert (outcome, stored) == (None, True)
                elif outcome is None:
                    assert stored
                else:
                    assert isinstance(outcome, asyncio.CancelledError | LookupError)
                    assert not (stored and self.fails)
            assert told in ([], [await both_stored(self.database, victim)])
        return work.stops


PLACES = pytest.mark.parametrize(
    ("before", "behind"),
    [
        pytest.param(0, 0, id="alone"),
        pytest.param(0, 2, id="first"),
        pytest.param(2, 2, id="in the middle"),
        pytest.param(2, 0, id="last"),
    ],
)
MOMENTS = pytest.mark.parametrize("late", [False, True], ids=["early", "late"])
FATES = pytest.mark.parametrize("fails", [False, True], ids=["willing", "failing"])


@PLACES
@MOMENTS
@FATES
async def test_a_cancellation_anywhere_leaves_all_or_nothing(
    notes: Database, before: int, behind: int, late: bool, fails: bool
) -> None:
    queue = Queue(notes, before, behind, late, fails)
    for point in itertools.count():
        if await queue.cancel_at(point) <= point:
            break
    assert point >= 5


@PLACES
@MOMENTS
@FATES
async def test_a_second_cancellation_during_the_first_changes_nothing(
    notes: Database, before: int, behind: int, late: bool, fails: bool
) -> None:
    queue = Queue(notes, before, behind, late, fails)
    for first in itertools.count():
        for second in itertools.count(first + 1):
            stops = await queue.cancel_at(first, second)
            if stops <= second:
                break
        if stops <= first:
            break
    assert first >= 5


def cancel_everybody() -> None:
    for task in asyncio.all_tasks() - {asyncio.current_task()}:
        task.cancel()


async def test_when_every_task_is_cancelled_at_once_sqlite_goes_on(tmp_path: Path) -> None:
    """So ends `asyncio.run`, and with it the tasks that clean up are cancelled too."""
    database = await connect(f"sqlite:///{tmp_path}/respite.db")
    numbers = itertools.count(1)
    try:
        async with database.transaction() as tx:
            await tx.execute("CREATE TABLE note (note_id INTEGER PRIMARY KEY, words TEXT NOT NULL)")
        for moment in range(100):
            group = [next(numbers) for _ in range(4)]
            tasks = [asyncio.create_task(write_two(database, number)) for number in group]
            for _ in range(moment):
                await asyncio.sleep(0)
            cancel_everybody()
            async with asyncio.timeout(10):
                await asyncio.gather(*tasks, return_exceptions=True)
                for number in group:
                    await both_stored(database, number)
    finally:
        await database.close()


async def test_what_must_not_stop_half_way_begins_even_if_it_is_cancelled_before() -> None:
    done: list[str] = []

    async def clean_up() -> None:
        done.append("begun")
        await asyncio.sleep(0)
        done.append("ended")

    caller = asyncio.create_task(to_the_end(clean_up()))
    await asyncio.sleep(0)
    cancel_everybody()
    with pytest.raises(asyncio.CancelledError):
        await caller
    assert done == ["begun", "ended"]


@dataclass(frozen=True)
class Fate:
    """What one of a crowd does, and what is done to it."""

    fails: bool
    late: bool
    points: tuple[int, ...]


FATES_OF_ALL = st.lists(
    st.builds(
        Fate,
        fails=st.booleans(),
        late=st.booleans(),
        points=st.lists(st.integers(0, 9), max_size=3).map(tuple),
    ),
    min_size=1,
    max_size=9,
)


@given(fates=FATES_OF_ALL)
@settings(max_examples=60, deadline=None)
def test_whatever_happens_to_a_crowd_each_of_them_is_stored_whole_or_not_at_all(fates: list[Fate]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(crowd(f"sqlite:///{folder}/crowd.db", dict(enumerate(fates, start=1))))


async def crowd(url: str, fates: dict[int, Fate]) -> None:
    database = await connect(url)
    told = dict.fromkeys(fates, False)

    async def member(number: int, fate: Fate) -> None:
        work = write_two(database, number, fails=fate.fails)
        try:
            await CancelledAt(work, fate.points, late=fate.late)
        finally:
            told[number] = anything_stored()

    try:
        async with database.transaction() as tx:
            await tx.execute("CREATE TABLE note (note_id INTEGER PRIMARY KEY, words TEXT NOT NULL)")
        async with asyncio.timeout(10):
            members = [member(number, fate) for number, fate in fates.items()]
            outcomes = await asyncio.gather(*members, return_exceptions=True)
            assert told == {number: await both_stored(database, number) for number in fates}
        for number, outcome in zip(fates, outcomes, strict=True):
            assert not (told[number] and fates[number].fails)
            assert told[number] or outcome is not None
    finally:
        await database.close()
