"""A disk that is full or read-only: a calm sentence, no damage, and work goes on when it is over."""

from __future__ import annotations

import asyncio
import os
import resource
import shutil
import sqlite3
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing
from pathlib import Path

import pytest

from bot.house import open_house
from bot.services.keys import WindowKeys
from db import DatabaseUnavailable, StatementFailed, connect
from db.checkins import WindowState
from db.migrations import upgrade
from tests.crash.life import settings
from tests.crash.recording import COMPILER, compile_recorder
from tests.crash.small_disk import OwnFileSystem, SmallDisk, small_disk
from tests.end_to_end.seeding import ANSWER, PEOPLE, seed
from tests.services.conftest import NOW, WEEK, Clinic
from tests.stand_in import Program, StandIn

SORRY = "Something went wrong on my side. Nothing was stored."


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[SmallDisk]:
    if sys.platform != "linux":
        pytest.skip("a disk is made small by means of Linux")
    folder = tmp_path / "disk"
    folder.mkdir(mode=0o700)
    with small_disk(folder) as disk:
        yield disk


@asynccontextmanager
async def clinic_on(folder: Path) -> AsyncIterator[Clinic]:
    """Open a clinic whose database and keys lie in this folder."""
    database = await connect(f"sqlite:///{folder}/respite.db")
    try:
        await upgrade(database)
        yield Clinic(database, folder)
    finally:
        await database.close()


def ballots_in(folder: Path) -> int:
    """Count the ballots in the files of a program that has ended, which have to be sound."""
    with closing(sqlite3.connect(folder / "respite.db")) as file:
        assert file.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        [[number]] = file.execute("SELECT count(*) FROM ballot").fetchall()
    return number


async def check_in(stand_in: StandIn, window: int, people: list[int]) -> list[str]:
    """Let these people check in at the same time, and return what each of them reads."""
    form = f"checkin-form:{window}/"
    replies = await asyncio.gather(*(stand_in.submit(person, form, ANSWER) for person in people))
    return [reply.title for reply in replies]


async def test_on_a_full_disk_members_read_that_nothing_was_stored_and_later_can_answer(
    disk: SmallDisk,
) -> None:
    window = await seed(disk.folder, PEOPLE)
    async with StandIn().serve() as stand_in, Program.start(disk.folder, stand_in.base) as program:
        await stand_in.until_connected()
        assert await check_in(stand_in, window, PEOPLE[:3]) == ["Noted"] * 3
        disk.fill(program.process.pid)
        said = await check_in(stand_in, window, PEOPLE[3:])
        assert [sentence[: len(SORRY)] for sentence in said] == [SORRY] * 5
        disk.free(program.process.pid)
        assert await check_in(stand_in, window, PEOPLE[4:]) == ["Noted"] * 4
        assert await program.stop() == 0
    assert ballots_in(disk.folder) == 7


@pytest.mark.skipif(COMPILER is None, reason="there is no C compiler here to make a disk look read-only")
async def test_on_a_read_only_disk_members_read_that_nothing_was_stored_and_later_can_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, mark = tmp_path / "program", tmp_path / "read-only"
    folder.mkdir()
    window = await seed(folder, PEOPLE)
    monkeypatch.setenv("LD_PRELOAD", str(compile_recorder(tmp_path)))
    monkeypatch.setenv("RECORD_FOLDER", str(folder))
    monkeypatch.setenv("READ_ONLY", str(mark))
    async with StandIn().serve() as stand_in, Program.start(folder, stand_in.base) as program:
        await stand_in.until_connected()
        assert await check_in(stand_in, window, PEOPLE[:3]) == ["Noted"] * 3
        mark.touch()
        said = await check_in(stand_in, window, PEOPLE[3:])
        assert [sentence[: len(SORRY)] for sentence in said] == [SORRY] * 5
        mark.unlink()
        assert await check_in(stand_in, window, PEOPLE[4:]) == ["Noted"] * 4
        assert await program.stop() == 0
    assert ballots_in(folder) == 7


async def test_a_window_that_a_full_disk_keeps_open_closes_when_there_is_room(disk: SmallDisk) -> None:
    async with clinic_on(disk.folder) as clinic:
        await clinic.set_up()
        people = clinic.people(6)
        circle = await clinic.circle(seated=people)
        window = await clinic.open(circle)
        await clinic.all_answer(people, window)
        disk.fill(os.getpid())
        try:
            for attempt in (
                clinic.close,
                lambda: clinic.withdraw(people[0], window),
                lambda: clinic.cancel(circle),
                clinic.open,  # its key comes first
            ):
                with pytest.raises((StatementFailed, ExceptionGroup, OSError)):
                    await attempt()
        finally:
            disk.free(os.getpid())
        assert (await clinic.window(window)).state is WindowState.OPEN
        assert await clinic.count("ballot") == 6
        assert clinic.window_keys.read(window) is not None
        await clinic.close()
        assert (await clinic.window(window)).state is WindowState.RELEASED
        assert clinic.window_keys.read(window) is None
        await clinic.open(circle, at=NOW + WEEK)


async def test_a_program_that_finds_its_disk_full_says_so_and_starts_when_there_is_room(
    disk: SmallDisk, tmp_path: Path
) -> None:
    if not isinstance(disk, OwnFileSystem):
        pytest.skip("only root can have a file system that is full already when the program starts")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    async with clinic_on(elsewhere) as clinic:
        await clinic.set_up()
        for name in ("respite.db", "respite.db-wal"):  # as they lie there while nothing is tidied up
            shutil.copy(elsewhere / name, disk.folder / name)
    disk.fill(os.getpid())
    with pytest.raises(DatabaseUnavailable, match=r"respite\.db cannot be opened while its disk is full\."):
        async with clinic_on(disk.folder):
            pass
    disk.free(os.getpid())
    async with clinic_on(disk.folder) as clinic:
        assert await clinic.count("server") == 1


async def test_on_a_read_only_disk_the_program_does_not_start_and_says_so(disk: SmallDisk) -> None:
    window = await seed(disk.folder, PEOPLE)
    disk.be_read_only()
    try:
        if os.access(disk.folder, os.W_OK):
            pytest.skip("root writes everywhere, and cannot mount anything here")
        with pytest.raises(DatabaseUnavailable, match=r"respite\.db cannot be opened\."):
            async with open_house(settings(disk.folder)):
                pass
    finally:
        disk.be_writable()
    async with open_house(settings(disk.folder)) as house:
        assert house.window_keys.read(window) is not None


def test_a_key_that_cannot_be_overwritten_is_removed_all_the_same(tmp_path: Path) -> None:
    keys = WindowKeys(tmp_path)
    keys.create(1)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, hard))
    try:
        with pytest.raises(OSError, match="File too large"):
            keys.destroy(1)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert list(tmp_path.iterdir()) == []
