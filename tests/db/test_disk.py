"""What SQLite leaves on the disk: everything that was acknowledged, and nothing that was forgotten."""

from __future__ import annotations

import asyncio
import resource
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from db import Database, StatementFailed, anything_stored, connect

PROJECT = Path(__file__).parents[2]
SECRET = "what a member wrote and took back"  # noqa: S105 - not a password

WRITERS = """
import asyncio, itertools, sys
from db import connect

async def writer(database, first):
    for number in itertools.count(first, 8):
        async with database.transaction() as tx:
            await tx.execute("INSERT INTO note (note_id) VALUES ($1)", number)
        print(number, flush=True)

async def main():
    database = await connect(sys.argv[1])
    async with database.transaction() as tx:
        await tx.execute("CREATE TABLE note (note_id INTEGER PRIMARY KEY)")
    await asyncio.gather(*(writer(database, first) for first in range(8)))

asyncio.run(main())
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "respite.db"


@pytest.fixture
async def notes(file: Path) -> AsyncIterator[Database]:
    """Yield an open database with a table of notes."""
    opened = await connect(f"sqlite:///{file}")
    try:
        async with opened.transaction() as tx:
            await tx.execute("CREATE TABLE note (note_id INTEGER PRIMARY KEY, words TEXT)")
        yield opened
    finally:
        await opened.close()


async def write(database: Database, number: int, words: str | None = None) -> None:
    async with database.transaction() as tx:
        await tx.execute("INSERT INTO note (note_id, words) VALUES ($1, $2)", number, words)


async def stored(database: Database) -> list[int]:
    async with database.transaction() as tx:
        return [row["note_id"] for row in await tx.fetch("SELECT note_id FROM note ORDER BY note_id")]


def found_on_disk(file: Path) -> bool:
    """Search the files from another process: to open them here would take SQLite's locks away."""
    files = [str(path) for path in file.parent.glob(f"{file.name}*")]
    return SECRET.encode() in subprocess.run(["cat", *files], check=True, capture_output=True).stdout


async def test_what_has_been_stored_can_be_read_by_anybody_after_closing(notes: Database, file: Path) -> None:
    await asyncio.gather(*(write(notes, number) for number in range(50)))
    await notes.close()
    assert not file.with_name("respite.db-wal").exists()
    plain = sqlite3.connect(file)
    try:
        assert plain.execute("SELECT note_id FROM note").fetchall() == [(number,) for number in range(50)]
    finally:
        plain.close()


async def test_everything_acknowledged_before_a_kill_is_there(file: Path) -> None:
    url = f"sqlite:///{file}"
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", WRITERS, url, cwd=PROJECT, stdout=subprocess.PIPE
    )
    assert process.stdout
    printed = [await process.stdout.readline() for _ in range(300)]
    process.kill()
    printed += (await process.stdout.read()).splitlines(keepends=True)
    await process.wait()
    acknowledged = {int(line) for line in printed if line.endswith(b"\n")}
    assert len(acknowledged) >= 300
    database = await connect(url)
    try:
        assert acknowledged <= set(await stored(database))
    finally:
        await database.close()


async def test_those_who_come_together_share_a_commit(notes: Database, file: Path) -> None:
    log = file.with_name("respite.db-wal")
    before = log.stat().st_size
    await write(notes, 1000)
    alone = log.stat().st_size - before
    await asyncio.gather(*(write(notes, number) for number in range(64)))
    assert log.stat().st_size - before - alone <= 3 * alone


async def test_the_promises_about_the_disk_are_switched_on(notes: Database) -> None:
    expected = {
        "locking_mode": "exclusive",
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "secure_delete": 1,
        "trusted_schema": 0,
    }
    async with notes.transaction() as tx:
        rows = {name: await tx.fetch(f"PRAGMA {name}") for name in expected}
    assert {name: next(iter(row.values())) for name, [row] in rows.items()} == expected


async def test_what_was_deleted_and_forgotten_is_in_no_file(notes: Database, file: Path) -> None:
    await write(notes, 1, SECRET * 500)
    async with notes.transaction() as tx:
        await tx.execute("DELETE FROM note")
    assert found_on_disk(file)  # in the log, until it is truncated
    await asyncio.gather(write(notes, 2), notes.forget(), write(notes, 3))
    assert not found_on_disk(file)
    assert await stored(notes) == [2, 3]
    await notes.close()
    assert not found_on_disk(file)


async def test_what_was_rolled_back_and_forgotten_is_in_no_file(notes: Database, file: Path) -> None:
    with pytest.raises(LookupError):
        async with notes.transaction() as tx:
            await tx.execute("INSERT INTO note (words) VALUES ($1)", SECRET * 200_000)  # more than the cache
            raise LookupError
    await notes.forget()
    assert not found_on_disk(file)


@contextmanager
def full_disk(size: int) -> Iterator[None]:
    """Let no file of this process grow beyond this size."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


async def test_a_commit_that_fails_is_told_to_every_member_and_the_next_one_works(
    notes: Database, file: Path
) -> None:
    await write(notes, 1)
    told: list[bool] = []

    async def member(number: int) -> None:
        try:
            await write(notes, number, "long" * 5000)
        finally:
            told.append(anything_stored())

    with full_disk(file.with_name("respite.db-wal").stat().st_size + 4096):
        outcomes = await asyncio.gather(*map(member, range(2, 6)), return_exceptions=True)
        assert {str(outcome) for outcome in outcomes} == {
            "The database refused a statement (SQLITE_IOERR_WRITE)."
        }
        assert told == [False] * 4
        assert await stored(notes) == [1]
    await write(notes, 7)
    assert await stored(notes) == [1, 7]


async def test_a_statement_that_fills_the_disk_costs_its_group_and_nobody_after_it(notes: Database) -> None:
    async with notes.transaction() as tx:
        [row] = await tx.fetch("PRAGMA page_count")
        await tx.fetch(f"PRAGMA max_page_count = {row['page_count'] + 2}")
    members = [write(notes, 1), write(notes, 2, "long" * 50_000), write(notes, 3), write(notes, 4)]
    first, filling, *others = await asyncio.gather(*members, return_exceptions=True)
    assert isinstance(first, StatementFailed)  # told the truth: SQLite has rolled it back
    assert isinstance(filling, StatementFailed)
    assert (first.reason, filling.reason, others) == ("SQLITE_FULL", "SQLITE_FULL", [None, None])
    assert await stored(notes) == [3, 4]


async def test_after_a_full_disk_nothing_runs_outside_a_transaction(notes: Database) -> None:
    async with notes.transaction() as tx:
        [row] = await tx.fetch("PRAGMA page_count")
        await tx.fetch(f"PRAGMA max_page_count = {row['page_count'] + 2}")
    with pytest.raises(StatementFailed, match="SQLITE_FULL"):
        async with notes.transaction() as tx:
            for number in range(10):
                try:
                    await tx.execute("INSERT INTO note VALUES ($1, $2)", number, "long" * 2_000)
                except StatementFailed:
                    continue
    assert await stored(notes) == []


async def test_a_constraint_that_waits_for_the_commit_never_stores_half_a_group(notes: Database) -> None:
    async with notes.transaction() as tx:
        await tx.execute(
            "CREATE TABLE line (note_id INTEGER REFERENCES note (note_id) DEFERRABLE INITIALLY DEFERRED)"
        )

    async def orphan() -> None:
        async with notes.transaction() as tx:
            await tx.execute("INSERT INTO line (note_id) VALUES (404)")

    outcomes = await asyncio.gather(write(notes, 1), orphan(), write(notes, 2), return_exceptions=True)
    assert {str(outcome) for outcome in outcomes} == {
        "The database refused a statement (SQLITE_CONSTRAINT_FOREIGNKEY)."
    }
    await write(notes, 3)
    assert await stored(notes) == [3]


async def test_no_constraint_of_ours_waits_for_the_commit(database: Database) -> None:
    """It would fail the COMMIT of everybody in the group, as the test above shows."""
    async with database.transaction() as tx:
        if database.engine == "sqlite":
            rows = await tx.fetch("SELECT name FROM sqlite_schema WHERE sql LIKE '%DEFERR%'")
        else:
            rows = await tx.fetch("SELECT conname FROM pg_constraint WHERE condeferrable")
    assert not rows


async def test_a_transaction_inside_a_transaction_is_refused_before_it_waits_for_ever(
    notes: Database,
) -> None:
    with pytest.raises(RuntimeError, match="for ever"):
        async with notes.transaction(), notes.transaction():
            pass
    await write(notes, 1)
    assert await stored(notes) == [1]
