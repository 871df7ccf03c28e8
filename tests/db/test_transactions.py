"""What a transaction promises, on both engines alike."""

from __future__ import annotations

import asyncio
import logging
import traceback
from contextlib import suppress

import pytest

from db import AlreadyThere, Database, StatementFailed, Transaction, anything_stored, to_the_end

CANARY = "canary-of-a-member"


async def write(tx: Transaction, number: int, words: str | None = None) -> None:
    await tx.execute("INSERT INTO note (note_id, words) VALUES ($1, $2)", number, words or f"note {number}")


async def stored(database: Database) -> list[int]:
    async with database.transaction() as tx:
        return [row["note_id"] for row in await tx.fetch("SELECT note_id FROM note ORDER BY note_id")]


async def test_a_block_that_was_left_without_an_error_is_stored(notes: Database) -> None:
    async with notes.transaction() as tx:
        await write(tx, 1)
        await write(tx, 2)
    assert await stored(notes) == [1, 2]


async def test_a_block_that_raised_leaves_nothing(notes: Database, caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(LookupError):
        async with notes.transaction() as tx:
            await write(tx, 1)
            raise LookupError
    assert await stored(notes) == []
    assert not caplog.records  # the pool had nothing to clear away


async def test_fifty_callers_at_once_are_all_stored(notes: Database) -> None:
    async def caller(number: int) -> None:
        async with notes.transaction() as tx:
            await write(tx, number)

    await asyncio.gather(*(caller(number) for number in range(50)))
    assert await stored(notes) == list(range(50))


async def test_a_failing_member_of_a_group_does_not_take_the_others_along(notes: Database) -> None:
    async def caller(number: int) -> None:
        async with notes.transaction() as tx:
            await write(tx, number)
            if number % 10 == 3:
                raise LookupError
            if number % 10 == 7:
                await write(tx, number)

    outcomes = await asyncio.gather(*(caller(number) for number in range(30)), return_exceptions=True)
    assert [number for number, outcome in enumerate(outcomes) if isinstance(outcome, LookupError)] == [
        3,
        13,
        23,
    ]
    assert [number for number, outcome in enumerate(outcomes) if isinstance(outcome, AlreadyThere)] == [
        7,
        17,
        27,
    ]
    assert await stored(notes) == [number for number in range(30) if number % 10 not in {3, 7}]


async def test_a_failed_statement_that_was_caught_inside_still_undoes_the_block(notes: Database) -> None:
    with pytest.raises(AlreadyThere):
        async with notes.transaction() as tx:
            await write(tx, 1)
            with suppress(AlreadyThere):
                await write(tx, 1)
    assert await stored(notes) == []


async def test_no_statement_runs_after_a_failed_one(notes: Database) -> None:
    with pytest.raises(LookupError):
        async with notes.transaction() as tx:
            with suppress(AlreadyThere):
                await write(tx, 1)
                await write(tx, 1)
            with pytest.raises(AlreadyThere):
                await tx.fetch("SELECT 1 AS one")
            with pytest.raises(AlreadyThere):
                await tx.hold("note", 1)
            raise LookupError


async def test_a_statement_that_was_interrupted_by_a_timeout_undoes_the_block(notes: Database) -> None:
    with pytest.raises(StatementFailed, match="interrupted"):
        async with notes.transaction() as tx:
            await write(tx, 1)
            with suppress(TimeoutError):
                async with asyncio.timeout(0):
                    await write(tx, 2)
    assert await stored(notes) == []


async def test_a_transaction_runs_one_statement_at_a_time(notes: Database) -> None:
    with pytest.raises(RuntimeError, match="one statement at a time"):
        async with notes.transaction() as tx:
            await asyncio.gather(write(tx, 1), write(tx, 2))
    assert await stored(notes) == []


async def test_a_transaction_is_of_no_use_outside_its_block(notes: Database) -> None:
    async with notes.transaction() as kept:
        await write(kept, 1)
    with suppress(LookupError):
        async with notes.transaction() as undone:
            raise LookupError
    for tx in (kept, undone):
        with pytest.raises(RuntimeError, match="has ended"):
            await write(tx, 2)
        with pytest.raises(RuntimeError, match="has ended"):
            await tx.fetch("SELECT 1 AS one")
        with pytest.raises(RuntimeError, match="has ended"):
            await tx.hold("note", 1)
    assert await stored(notes) == [1]


async def test_of_fifty_who_want_the_last_seat_one_gets_it(notes: Database) -> None:
    async def take_seat(number: int) -> bool:
        async with notes.transaction() as tx:
            await tx.hold("circle", 7)
            [row] = await tx.fetch("SELECT count(*) AS taken FROM note")
            if row["taken"] >= 1:
                return False
            await write(tx, number)
            return True

    seated = await asyncio.gather(*(take_seat(number) for number in range(50)))
    assert seated.count(True) == 1
    assert await stored(notes) == [seated.index(True)]


async def test_execute_counts_the_rows_it_changed_itself(notes: Database) -> None:
    async with notes.transaction() as tx:
        insert = "INSERT INTO note (note_id, words) VALUES (1, $1), (2, $2), (3, $3)"
        assert await tx.execute(insert, "a", "b", "c") == 3
        assert await tx.execute("INSERT INTO line (note_id, number) VALUES (1, 1), (1, 2)") == 2
        assert await tx.execute("SELECT * FROM note") == 0
        assert await tx.execute("UPDATE note SET words = words WHERE note_id = $1", 4) == 0
        assert await tx.execute("DELETE FROM note WHERE note_id = $1", 1) == 1  # two lines went with it
        assert await tx.execute("UPDATE note SET words = words RETURNING words") == 2
        below = "WITH below AS (SELECT 3 AS edge) DELETE FROM note WHERE note_id < (SELECT edge FROM below)"
        assert await tx.execute(below) == 1
        assert await tx.fetch("SELECT number FROM line") == []


async def test_a_row_can_be_read_by_name_and_spread(notes: Database) -> None:
    async with notes.transaction() as tx:
        rows = await tx.fetch("SELECT $1 AS words, 2 AS number, NULL AS absent", CANARY)
    assert {**rows[0]} == {"words": CANARY, "number": 2, "absent": None}


async def test_only_a_committed_change_counts_as_stored(notes: Database) -> None:
    async def told(sql: str, *, fails: bool = False) -> bool:
        with suppress(LookupError):
            async with notes.transaction() as tx:
                await tx.fetch(sql)
                assert not anything_stored()
                if fails:
                    raise LookupError
        return anything_stored()

    insert = "INSERT INTO note (note_id, words) VALUES (1, 'a') RETURNING note_id"
    assert not await asyncio.create_task(told("SELECT note_id FROM note"))
    assert not await asyncio.create_task(told(insert, fails=True))
    assert await asyncio.create_task(told(insert))
    assert not await asyncio.create_task(
        told("UPDATE note SET words = 'b' WHERE note_id = 2 RETURNING words")
    )


async def test_a_task_does_not_inherit_that_something_was_stored(notes: Database) -> None:
    async def later() -> bool:
        return anything_stored()

    async with notes.transaction() as tx:
        await write(tx, 1)
    assert anything_stored()
    assert not await asyncio.create_task(later())


async def test_what_was_stored_on_the_way_to_the_end_counts_as_stored_by_whoever_waited(
    notes: Database,
) -> None:
    async def store() -> None:
        async with notes.transaction() as tx:
            await write(tx, 1)

    async def read() -> None:
        async with notes.transaction() as tx:
            await tx.fetch("SELECT note_id FROM note")

    await to_the_end(read())
    assert not anything_stored()
    await to_the_end(store())
    assert anything_stored()


@pytest.mark.parametrize(
    ("number", "words", "parent"),
    [
        pytest.param(1, CANARY, 1, id="a key that is there"),
        pytest.param(2, CANARY * 20, 1, id="a rule of the table"),
        pytest.param(CANARY, "words", 1, id="not a number"),
        pytest.param(2, CANARY + "\ud800", 1, id="not a text"),
        pytest.param(2, "words", 424242, id="no parent"),
        pytest.param(2, "words", 42424242424242424242, id="too large a number"),
    ],
)
async def test_no_value_is_in_what_is_raised_or_logged(
    notes: Database, caplog: pytest.LogCaptureFixture, number: int, words: str, parent: int
) -> None:
    caplog.set_level(logging.DEBUG)
    async with notes.transaction() as tx:
        await write(tx, 1, CANARY)
    with pytest.raises(StatementFailed) as raised:
        async with notes.transaction() as tx:
            await write(tx, number, words)
            await tx.execute("INSERT INTO line (note_id, number) VALUES ($1, 1)", parent)
    error = raised.value
    told = "".join([caplog.text, *traceback.format_exception(error), repr(error), repr(vars(error))])
    assert CANARY not in told
    assert "4242" not in told
    assert error.__context__ is None
    assert error.__cause__ is None
