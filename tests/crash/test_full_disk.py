"""A disk that is full or read-only: a calm sentence, no damage, and work goes on when it is over."""

from __future__ import annotations

import asyncio
import os
import resource
import shutil
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import pytest

from bot.house import open_house
from bot.services import windows
from bot.services.keys import NoRoomForKeys, WindowKeys
from db import DatabaseUnavailable, StatementFailed, connect
from db.checkins import WindowState
from db.migrations import upgrade
from tests.crash.ailing import Ailment, Patient
from tests.crash.life import settings
from tests.crash.recording import COMPILER
from tests.crash.small_disk import OwnFileSystem, SmallDisk, small_disk
from tests.end_to_end.seeding import PEOPLE, seed
from tests.services.conftest import NOW, WEEK, Clinic
from tests.stand_in import Program


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[SmallDisk]:
    if sys.platform != "linux":
        pytest.skip("a disk is made small by means of Linux")
    folder = tmp_path / "disk"
    folder.mkdir(mode=0o700)
    with small_disk(folder) as disk:
        yield disk


@asynccontextmanager
async def clinic_on(folder: Path, *, keys: Path | None = None) -> AsyncIterator[Clinic]:
    """Open a clinic whose database and keys lie in this folder, or its keys in another one."""
    database = await connect(f"sqlite:///{folder}/respite.db")
    try:
        await upgrade(database)
        yield Clinic(database, keys or folder)
    finally:
        await database.close()


@contextmanager
def no_file_grows() -> Iterator[None]:
    """Let this process write nothing into any file."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


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


async def test_a_sweep_that_saw_a_close_which_never_reached_the_disk_leaves_its_key(disk: SmallDisk) -> None:
    """They share a COMMIT, and it fails: what the sweep has read in between was never true."""
    sweeps: list[asyncio.Task[int]] = []

    class SweptWhileItCloses(WindowKeys):
        def read(self, window_id: int) -> bytes | None:
            sweeps.append(asyncio.create_task(windows.sweep(clinic.database, clinic.window_keys)))
            return super().read(window_id)

    async with clinic_on(disk.folder) as clinic:
        await clinic.set_up()
        window = await clinic.open()
        await clinic.all_answer(clinic.people(6), window)
        clinic.window_keys = SweptWhileItCloses(clinic.keys_folder)
        disk.fill(os.getpid())
        try:
            with pytest.raises(ExceptionGroup) as not_closed:
                await clinic.close()
            [not_swept] = await asyncio.gather(*sweeps, return_exceptions=True)
        finally:
            disk.free(os.getpid())
        [reason] = {str(failure) for failure in (*not_closed.value.exceptions, not_swept)}
        assert reason.startswith("The database refused a statement")
        clinic.window_keys = WindowKeys(clinic.keys_folder)
        assert (await clinic.window(window)).state is WindowState.OPEN
        assert clinic.window_keys.read(window) is not None
        await clinic.close()
        assert (await clinic.window(window)).state is WindowState.RELEASED


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


@pytest.mark.skipif(COMPILER is None, reason="there is no C compiler here to make a disk ail")
async def test_a_program_that_cannot_keep_keys_says_so_in_one_line(tmp_path: Path) -> None:
    patient = Patient.in_(tmp_path)
    with patient.ails(Ailment.READ_ONLY, keys=True):
        async with Program.start(patient.folder, "", environment=patient.environment) as program:
            said = await program.output()
    assert program.process.returncode == 1
    assert said == f"Keys cannot be kept in {patient.folder}/keys: Read-only file system.\n"


def test_where_no_key_can_be_written_that_is_said_at_once_and_nothing_is_left(tmp_path: Path) -> None:
    with no_file_grows(), pytest.raises(NoRoomForKeys) as refused:
        WindowKeys(tmp_path)
    assert str(refused.value) == f"Keys cannot be kept in {tmp_path}: File too large."
    assert list(tmp_path.iterdir()) == []
    WindowKeys(tmp_path).create(1)


async def test_a_window_that_ends_while_its_key_cannot_be_destroyed_loses_it_as_soon_as_it_can(
    disk: SmallDisk, tmp_path: Path
) -> None:
    async with clinic_on(tmp_path, keys=disk.folder) as clinic:
        await clinic.set_up()
        people = clinic.people(6)
        window = await clinic.open()
        await clinic.all_answer(people, window)
        disk.be_read_only()
        try:
            if os.access(disk.folder, os.W_OK):
                pytest.skip("root writes everywhere, and cannot mount anything here")
            with pytest.raises(ExceptionGroup):
                await clinic.close()
            with pytest.raises(OSError, match=r"Read-only|denied"):
                await windows.sweep(clinic.database, clinic.window_keys)
        finally:
            disk.be_writable()
        assert (await clinic.window(window)).state is WindowState.RELEASED
        assert await clinic.count("ballot") == 0
        assert await windows.sweep(clinic.database, clinic.window_keys) == 1
        assert clinic.window_keys.read(window) is None


def test_a_key_that_cannot_be_overwritten_is_removed_all_the_same(tmp_path: Path) -> None:
    keys = WindowKeys(tmp_path)
    keys.create(1)
    with no_file_grows(), pytest.raises(OSError, match="File too large"):
        keys.destroy(1)
    assert list(tmp_path.iterdir()) == []
