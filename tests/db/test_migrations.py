"""The runner of the migrations: each of them whole or not at all, once, and never backwards."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from db import Database, DatabaseFromTheFuture, StatementFailed, connect
from db.migrations import upgrade

NOTES = "CREATE TABLE note (words TEXT NOT NULL);"


@pytest.fixture
async def empty(database_url: str) -> AsyncIterator[Database]:
    """Yield an open database without any table."""
    opened = await connect(database_url)
    try:
        yield opened
    finally:
        await opened.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "migrations"
    made.mkdir()
    return made


def put(folder: Path, **files: str) -> Path:
    """Write files named `n0001_words` (or `n0001_words__sqlite`), without the n, into the folder."""
    for name, sql in files.items():
        (folder / (name.removeprefix("n").replace("__", ".") + ".sql")).write_text(sql, encoding="utf-8")
    return folder


async def words(database: Database) -> list[str]:
    async with database.transaction() as tx:
        return [row["words"] for row in await tx.fetch("SELECT words FROM note ORDER BY words")]


async def test_the_files_run_in_order_and_only_once(empty: Database, folder: Path) -> None:
    put(folder, n0001_notes=NOTES, n0002_first="INSERT INTO note VALUES ('a');")
    assert await upgrade(empty, folder=folder) == [1, 2]
    put(folder, n0003_second="INSERT INTO note VALUES ('b');")
    assert await upgrade(empty, folder=folder) == [3]
    assert await upgrade(empty, folder=folder) == []
    assert await words(empty) == ["a", "b"]


async def test_each_engine_runs_its_own_file_of_a_pair(empty: Database, folder: Path) -> None:
    mine = {
        f"n0002_which__{engine}": f"INSERT INTO note VALUES ('{engine}');"
        for engine in ("sqlite", "postgres")
    }
    assert await upgrade(empty, folder=put(folder, n0001_notes=NOTES, **mine)) == [1, 2]
    assert await words(empty) == [empty.engine]


async def test_a_broken_file_leaves_no_trace_and_the_mended_one_runs(empty: Database, folder: Path) -> None:
    put(folder, n0001_notes=NOTES)
    put(
        folder,
        n0002_more="CREATE TABLE line (number INTEGER); INSERT INTO note VALUES ('a'); SELECT nonsense;",
    )
    with pytest.raises(StatementFailed) as raised:
        await upgrade(empty, folder=folder)
    assert raised.value.__notes__ == ["while running 0002_more.sql"]
    assert await words(empty) == []
    with pytest.raises(StatementFailed):
        async with empty.transaction() as tx:
            await tx.fetch("SELECT number FROM line")
    put(folder, n0002_more="CREATE TABLE line (number INTEGER); INSERT INTO note VALUES ('b');")
    assert await upgrade(empty, folder=folder) == [2]
    assert await words(empty) == ["b"]


async def test_a_database_from_the_future_is_refused_and_left_alone(empty: Database, folder: Path) -> None:
    put(folder, n0001_notes=NOTES, n0002_first="INSERT INTO note VALUES ('a');")
    await upgrade(empty, folder=folder)
    (folder / "0002_first.sql").unlink()
    with pytest.raises(
        DatabaseFromTheFuture, match=r"at version 2, .* only versions up to 1: start the newer"
    ):
        await upgrade(empty, folder=folder)
    assert await words(empty) == ["a"]


async def test_two_who_start_together_do_not_both_run_a_file(
    empty: Database, database_url: str, folder: Path
) -> None:
    put(folder, n0001_notes=NOTES)
    put(folder, **{f"n{number:04}_more": f"INSERT INTO note VALUES ('{number}');" for number in range(2, 9)})
    other = empty if empty.engine == "sqlite" else await connect(database_url)  # one process owns a file
    try:
        applied = await asyncio.gather(*(upgrade(who, folder=folder) for who in (empty, other) * 3))
    finally:
        await other.close() if other is not empty else None
    assert sorted(number for numbers in applied for number in numbers) == list(range(1, 9))
    assert await words(empty) == [str(number) for number in range(2, 9)]


async def test_a_semicolon_in_a_string_or_a_comment_ends_no_statement(empty: Database, folder: Path) -> None:
    tricky = """
    -- a comment; with a semicolon
    INSERT INTO note VALUES ('a;b'); INSERT INTO note VALUES ('it''s; --'); /* and; here */
    INSERT INTO note VALUES ('/* c; */')
    ;;
    -- the end; no statement"""
    await upgrade(empty, folder=put(folder, n0001_notes=NOTES, n0002_tricky=tricky))
    assert await words(empty) == ["/* c; */", "a;b", "it's; --"]


async def test_a_trigger_is_one_statement(folder: Path, tmp_path: Path) -> None:
    trigger = """
    CREATE TRIGGER doubled AFTER INSERT ON note WHEN new.words = 'a' BEGIN
        INSERT INTO note VALUES ('b');
        INSERT INTO note VALUES ('c');
    END;
    INSERT INTO note VALUES ('a');"""
    put(folder, n0001_notes=NOTES, n0002_trigger__sqlite=trigger, n0002_trigger__postgres=";")
    database = await connect(f"sqlite:///{tmp_path}/trigger.db")
    try:
        assert await upgrade(database, folder=folder) == [1, 2]
        assert await words(database) == ["a", "b", "c"]
    finally:
        await database.close()


@pytest.mark.parametrize(
    ("files", "sentence"),
    [
        pytest.param({}, "not numbered", id="none"),
        pytest.param({"n0002_b": ";"}, "not numbered 0001, 0002", id="a gap"),
        pytest.param({"n0000_a": ";", "n0001_b": ";"}, "not numbered", id="nought"),
        pytest.param({"n0001_a": ";", "n0001_b": ";"}, "the number of another", id="a number twice"),
        pytest.param({"n0001_a": ";", "n0001_a__sqlite": ";"}, "the number of another", id="a pair of three"),
        pytest.param({"n0001_a__sqlite": ";"}, "for sqlite only", id="half a pair"),
        pytest.param({"n0001_a__mysql": ";"}, "not named like", id="an unknown engine"),
        pytest.param({"n1_a": ";"}, "not named like", id="a short number"),
        pytest.param({"n0001_a": "SELECT 'a;"}, "in the middle of a statement", id="an open string"),
        pytest.param({"n0001_a": "/* SELECT 1;"}, "in the middle of a statement", id="an open comment"),
    ],
)
async def test_files_that_are_not_in_order_are_refused(
    folder: Path, tmp_path: Path, files: dict[str, str], sentence: str
) -> None:
    database = await connect(f"sqlite:///{tmp_path}/order.db")
    try:
        with pytest.raises(ValueError, match=sentence):
            await upgrade(database, folder=put(folder, **files))
    finally:
        await database.close()


async def test_our_own_files_run_on_both_engines(empty: Database) -> None:
    assert await upgrade(empty) != []
    assert await upgrade(empty) == []
