"""The door to the database: what opens, what is refused, and with which sentence."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from db import Database, DatabaseUnavailable, StatementFailed, connect

PROJECT = Path(__file__).parents[2]
OPEN = """
import asyncio, sys, db
try:
    asyncio.run(db.connect(sys.argv[1]))
except db.DatabaseUnavailable as sentence:
    print(sentence)
"""


async def use(database: Database) -> None:
    """Store something and close."""
    try:
        async with database.transaction() as tx:
            await tx.execute("CREATE TABLE note (words TEXT)")
    finally:
        await database.close()


def modes(folder: Path) -> dict[str, str]:
    return {file.name: oct(file.stat().st_mode & 0o777) for file in folder.iterdir()}


async def test_an_address_opens_its_engine(database_url: str) -> None:
    database = await connect(database_url)
    await use(database)
    assert database_url.startswith(database.engine)


async def test_a_relative_file_is_found_from_the_working_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("here.db", ":memory:", "file:odd?mode=memory"):
        await use(await connect(f"sqlite:///{name}"))
        assert name in modes(tmp_path)


async def test_a_new_file_and_its_log_are_for_their_owner_only(tmp_path: Path) -> None:
    umask = os.umask(0)
    try:
        database = await connect(f"sqlite:///{tmp_path}/private.db")
    finally:
        os.umask(umask)
    made = modes(tmp_path)
    await use(database)
    assert made == {"private.db": "0o600", "private.db-wal": "0o600"}


async def test_a_file_in_use_is_refused_with_its_name_and_the_first_user_goes_on(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/busy.db"
    first = await connect(url)
    try:
        other_process = await asyncio.create_subprocess_exec(
            sys.executable, "-c", OPEN, url, cwd=PROJECT, stdout=asyncio.subprocess.PIPE
        )
        with pytest.raises(DatabaseUnavailable, match=r"busy\.db is in use by another process\."):
            await connect(url)
        told, _ = await other_process.communicate()
        assert told.decode() == f"The database file {tmp_path}/busy.db is in use by another process.\n"
    finally:
        await use(first)


async def test_a_file_that_is_no_database_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "letter.db"
    file.write_text("Dear colleague, " * 100)
    with pytest.raises(DatabaseUnavailable, match=r"letter\.db is not a database\.") as raised:
        await connect(f"sqlite:///{file}")
    assert file.read_text() == "Dear colleague, " * 100
    assert not isinstance(raised.value, sqlite3.Error)


@pytest.mark.parametrize("name", ["", "missing/respite.db"], ids=["a folder", "in no folder"])
async def test_a_place_where_no_file_can_be_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(DatabaseUnavailable, match=r"cannot be opened\."):
        await connect(f"sqlite:///{tmp_path}/{name}")


@pytest.mark.parametrize(
    "url",
    ["", "respite.db", "sqlite://", "sqlite:///", "sqlite://respite.db", "mysql://bot:pass-canary@host/db"],
)
async def test_any_other_address_is_refused_without_being_repeated(url: str) -> None:
    with pytest.raises(DatabaseUnavailable, match="must look like sqlite:///") as raised:
        await connect(url)
    assert "canary" not in str(raised.value)


@pytest.mark.parametrize(
    "address",
    ["bot:pass-canary@127.0.0.1:1/db", "bot:pass-canary@host:port-canary/db", "bot@/db?host=/no-canary"],
)
async def test_a_server_that_does_not_answer_is_refused_without_its_address(address: str) -> None:
    with pytest.raises(DatabaseUnavailable, match="cannot be reached") as raised:
        await connect(f"postgresql://{address}")
    assert "canary" not in str(raised.value)
    assert raised.value.__context__ is None


def test_sqlite_alone_does_not_load_the_other_driver() -> None:
    command = [sys.executable, "-c", "import db, sys; print('asyncpg' in sys.modules)"]
    told = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=True)
    assert told.stdout == "False\n"


async def test_a_closed_database_says_so(notes: Database) -> None:
    await asyncio.gather(notes.close(), notes.close())
    await notes.close()
    with pytest.raises(DatabaseUnavailable, match="closed"):
        async with notes.transaction():
            pass


async def test_closing_waits_for_a_transaction_that_has_begun(notes: Database, database_url: str) -> None:
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def caller() -> None:
        async with notes.transaction() as tx:
            begun.set()
            await go_on.wait()
            await tx.execute("INSERT INTO note (note_id, words) VALUES (1, 'late')")

    calling = asyncio.create_task(caller())
    await begun.wait()
    closing = asyncio.create_task(notes.close())
    await asyncio.sleep(0)
    go_on.set()
    await asyncio.gather(calling, closing)
    reopened = await connect(database_url)
    try:
        async with reopened.transaction() as tx:
            assert await tx.fetch("SELECT note_id, words FROM note") == [{"note_id": 1, "words": "late"}]
    finally:
        await reopened.close()


async def test_closing_undoes_a_transaction_that_does_not_end(
    notes: Database, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(f"db.{notes.engine}.CLOSING_SECONDS", 0.05)
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def caller() -> None:
        async with notes.transaction() as tx:
            await tx.execute("INSERT INTO note (note_id, words) VALUES (1, 'lost')")
            begun.set()
            await go_on.wait()

    calling = asyncio.create_task(caller())
    await begun.wait()
    await notes.close()
    go_on.set()
    with pytest.raises(StatementFailed):
        await calling
    reopened = await connect(database_url)
    try:
        async with reopened.transaction() as tx:
            assert await tx.fetch("SELECT note_id FROM note") == []
    finally:
        await reopened.close()
