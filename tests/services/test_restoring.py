"""Restoring: everything is there again, or nothing was touched and one line says why."""

from __future__ import annotations

import asyncio
import io
import os
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.services import backup_files, installation, releases
from bot.services.backups import KEYS_COPY
from bot.services.restoring import Restored, restore
from bot.services.restoring_keys import CannotRestore
from db import Database, connect
from db.migrations import FOLDER, upgrade
from db.restored import LEFT_OUT
from tests.conftest import PROGRAMS
from tests.installation import NOON, Installation, no_room_beyond
from tests.members import destroy_key
from tests.services.conftest import DAY, WEEK, Clinic
from tests.services.killing import killed

TABLES = ("server", "circle", "agreement", "circle_member", "checkin_window", "release", "prompt_schedule")


@pytest.fixture(autouse=True)
def _programs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let PostgreSQL's programs be found."""
    monkeypatch.setenv("PATH", f"{PROGRAMS}:{os.environ['PATH']}")


@pytest.fixture
async def other_url(database_url: str, tmp_path: Path) -> AsyncIterator[str]:
    """Yield the address of a place for a database where there is none yet."""
    if database_url.startswith("sqlite"):
        yield f"sqlite:///{tmp_path}/new/respite.db"
        return
    import asyncpg  # noqa: PLC0415 - so that the suite runs without it

    server = await asyncpg.connect(database_url)
    try:
        await server.execute("DROP DATABASE IF EXISTS elsewhere WITH (FORCE)")
        await server.execute("CREATE DATABASE elsewhere")
        yield database_url.replace("/postgres?", "/elsewhere?")
        await server.execute("DROP DATABASE elsewhere WITH (FORCE)")
    finally:
        await server.close()


@pytest.fixture
def home(tmp_path: Path, database_url: str) -> Installation:
    made = Installation(tmp_path / "old", database_url)
    made.begin()
    return made


@pytest.fixture
def new(tmp_path: Path, other_url: str, home: Installation) -> Installation:
    """Return another machine, on which there is nothing but the copy of the master key."""
    made = Installation(tmp_path / "new", other_url)
    made.copy_master_key(home)
    return made


@pytest.fixture
async def clinic(home: Installation, database: Database, tmp_path: Path) -> Clinic:
    """Return a clinic with one circle, one result, and one window that is open."""
    opened = Clinic(database, tmp_path / "unused")
    opened.member_keys, opened.window_keys = home.member_keys, home.window_keys
    await installation.adopt(database, opened.member_keys.check)
    await opened.set_up()
    circle = await opened.circle(seated=opened.people(6))
    await opened.all_answer(opened.people(5), await opened.open(circle))
    await opened.close()
    await opened.all_answer(opened.people(5), await opened.open(circle, at=NOON + WEEK))
    return opened


@pytest.fixture
async def backup(home: Installation, clinic: Clinic) -> Path:
    """Return the file of a backup, with the copy of the keys beside it."""
    return (await home.backups(clinic.database).make(at=NOON + WEEK)).file


async def restored_at(new: Installation, file: Path, keys: Path | None = None) -> Restored:
    return await restore(file, keys, new.master_key, new.place, at=NOON + WEEK + DAY)


async def refused(new: Installation, file: Path, keys: Path | None = None) -> str:
    """Return the one line with which a restore is refused, having made sure that nothing was touched."""
    before, rows = new.everything(), await tables_of(new)
    with pytest.raises(CannotRestore) as refusal:
        await restored_at(new, file, keys)
    assert new.everything() == before
    assert await tables_of(new) == rows
    assert "\n" not in str(refusal.value)
    return str(refusal.value)


def cut(file: Path, left: float) -> None:
    """Leave so many bytes of a file, or such a part of it."""
    content = file.read_bytes()
    file.write_bytes(content[: place_in(content, left)])


def damage(file: Path, where: float) -> None:
    """Turn over one bit of a file."""
    content = bytearray(file.read_bytes())
    content[place_in(content, where)] ^= 1
    file.write_bytes(content)


def place_in(content: bytes, where: float) -> int:
    return int(where * len(content)) if isinstance(where, float) else where


async def tables_of(new: Installation) -> int:
    """Return how many tables there are in a PostgreSQL database."""
    if new.place.file is not None:
        return 0
    database = await connect(new.url)
    try:
        async with database.transaction() as tx:
            found = await tx.fetch("SELECT 1 FROM information_schema.tables WHERE table_schema = 'public'")
            return len(found)
    finally:
        await database.close()


async def rows_of(database: Database, table: str) -> list[dict[str, object]]:
    async with database.transaction() as tx:
        rows = await tx.fetch(f"SELECT * FROM {table}")
    return sorted((dict(row) for row in rows), key=repr)


# What is there again


async def test_on_an_empty_machine_everything_is_there_again_but_the_answers_of_open_windows(
    home: Installation, new: Installation, clinic: Clinic, backup: Path
) -> None:
    before = {table: await rows_of(clinic.database, table) for table in TABLES}
    done = await restored_at(new, backup)
    assert (done.made_at, done.versions, done.ended) == (NOON + WEEK, [], 1)
    assert done.keys_file == backup.with_name(KEYS_COPY)
    assert done.members == len(list((home.keys / "members").iterdir()))
    for row in before["checkin_window"]:
        row["state"] = "cancelled" if row["state"] == "open" else row["state"]
    again = await connect(new.url)
    try:
        assert {table: await rows_of(again, table) for table in TABLES} == before
        assert await rows_of(again, "ballot") == []
        await installation.adopt(again, new.member_keys.check)
    finally:
        await again.close()
    person = clinic.people(1)[0]
    found = new.member_keys.find(person.locator)
    assert found is not None
    assert found.key == person.key
    assert {path.name for path in new.folder.iterdir()} <= {"keys", "respite.db"}


async def test_the_circle_of_a_lost_window_is_told_and_nothing_is_said_twice(
    new: Installation, clinic: Clinic, backup: Path
) -> None:
    await restored_at(new, backup)
    again = await connect(new.url)
    try:
        posts = await rows_of(again, "post")
        waiting = [post for post in posts if post["state"] == "waiting"]
        assert len(posts) - len(waiting) == 3  # the two announcements and the result
        assert {post["state"] for post in posts} == {"waiting", "unconfirmed"}
        [told] = waiting
        assert told["kind"] == "release"
        assert told["channel_id"] == clinic.server_id + 2001
        found = await releases.of_window(again, int(str(told["subject"])))
        assert found.past[0].lost
        assert found.past[0].release is None
    finally:
        await again.close()


async def test_a_new_window_gets_no_number_that_was_given_since_the_backup(
    new: Installation, clinic: Clinic, backup: Path
) -> None:
    lost = await clinic.open(at=NOON + WEEK)  # after the backup: its button is still in the channel
    await restored_at(new, backup)
    again = await connect(new.url)
    try:
        clinic.database, clinic.window_keys, clinic.member_keys = again, new.window_keys, new.member_keys
        opened = await clinic.open(at=NOON + WEEK)
        assert opened > lost + LEFT_OUT / 2
        circle = await clinic.circle()
        assert circle.circle_id > LEFT_OUT
    finally:
        await again.close()


async def test_where_only_the_database_was_lost_the_keys_that_are_there_are_used(
    new: Installation, home: Installation, clinic: Clinic, backup: Path
) -> None:
    shutil.rmtree(new.keys)
    shutil.copytree(home.keys, new.keys)
    (backup.with_name(KEYS_COPY)).unlink()
    assert list((new.keys / "windows").iterdir()) != []
    before = new.everything()
    done = await restored_at(new, backup)
    assert done.keys_file is None
    after = new.everything()
    windows = {name for name in before if name.startswith("keys/windows/")}
    assert {name: after.get(name) for name in before.keys() - windows} == {
        name: before[name] for name in before.keys() - windows
    }
    assert not windows & after.keys()  # no answer will be sealed under them again


async def test_whoever_was_erased_since_is_not_recognised_in_an_old_backup(
    home: Installation, new: Installation, clinic: Clinic, backup: Path
) -> None:
    person = clinic.people(1)[0]
    await destroy_key(clinic.member_keys, person.locator)
    await home.backups(clinic.database).refresh_keys()
    await restored_at(new, backup)
    assert new.member_keys.find(person.locator) is None
    assert await new.member_keys.locator_of(person.key) is None


async def test_the_copy_of_the_keys_may_lie_elsewhere(
    new: Installation, backup: Path, tmp_path: Path
) -> None:
    (tmp_path / "stick").mkdir()
    keys = backup.with_name(KEYS_COPY).rename(tmp_path / "stick" / "my keys")
    assert "Say with --keys where it lies" in await refused(new, backup)
    assert (await restored_at(new, backup, keys)).keys_file == keys


async def test_a_backup_of_an_older_version_is_brought_up_to_date(
    home: Installation, new: Installation, database_url: str, tmp_path: Path
) -> None:
    older = tmp_path / "migrations"
    older.mkdir()
    for file in FOLDER.glob("000[12]_*.sql"):
        shutil.copy(file, older)
    database = await connect(database_url)
    await upgrade(database, folder=older)
    await installation.adopt(database, home.member_keys.check)
    made = await home.backups(database).make(at=NOON)
    await database.close()
    done = await restored_at(new, made.file)
    assert done.versions[0] == 3


# What is refused


async def test_nothing_is_put_over_a_database(new: Installation, clinic: Clinic, backup: Path) -> None:
    if new.place.file is None:
        database = await connect(new.url)
        async with database.transaction() as tx:
            await tx.execute("CREATE TABLE recipes (name TEXT)")
        await database.close()
        assert "not empty: there is the table public.recipes" in await refused(new, backup)
    else:
        for name in ("respite.db", "respite.db-wal"):
            (new.folder / name).write_bytes(b"precious")
            assert f"There is a database already: {new.folder / name}" in await refused(new, backup)
            (new.folder / name).unlink()


async def test_nothing_is_put_over_keys(new: Installation, home: Installation, backup: Path) -> None:
    shutil.copytree(home.keys / "members", new.keys / "members")
    line = await refused(new, backup, backup.with_name(KEYS_COPY))
    assert line.startswith(f"There are keys already: {new.keys / 'members'}")
    line = await refused(new, backup)
    assert line == f"{new.keys / 'locator.key'} is missing, but other keys are there. Move them away first."


async def test_keys_that_lie_there_are_all_tried(new: Installation, home: Installation, backup: Path) -> None:
    shutil.rmtree(new.keys)
    shutil.copytree(home.keys, new.keys)
    member = next((new.keys / "members").iterdir())
    member.write_bytes(member.read_bytes()[:-1])
    assert await refused(new, backup) == (
        f"{member} belongs to another master key than {new.keys / 'master.key'}, or is damaged."
    )


async def test_another_master_key_opens_nothing(new: Installation, backup: Path) -> None:
    (new.keys / "master.key").write_text("ab" * 32)
    keys = backup.with_name(KEYS_COPY)
    assert await refused(new, backup) == f"{keys} belongs to another master key, or is damaged."


@pytest.mark.parametrize("left", [0, 20, 150, 0.5, -1], ids=str)
async def test_a_backup_that_was_cut_short_is_refused(new: Installation, backup: Path, left: float) -> None:
    cut(backup, left)
    assert "was cut short" in await refused(new, backup)


@pytest.mark.parametrize("where", [60, 0.4, -3], ids=str)
async def test_a_backup_that_was_damaged_is_refused(new: Installation, backup: Path, where: float) -> None:
    damage(backup, where)
    assert str(backup) in await refused(new, backup)


async def test_what_is_no_backup_is_refused(new: Installation, backup: Path, tmp_path: Path) -> None:
    letter = tmp_path / "letter.txt"
    letter.write_text("Dear colleague, " * 100)
    line = await refused(new, letter, backup.with_name(KEYS_COPY))
    assert line == f"{letter} is not a backup, or was cut short."
    line = await refused(new, tmp_path / "nothing", backup.with_name(KEYS_COPY))
    assert line == f"Nothing was restored: {tmp_path / 'nothing'}: No such file or directory."


@pytest.mark.parametrize("left", [0, 10, 0.5, -1], ids=str)
async def test_a_copy_of_the_keys_that_was_cut_short_is_refused(
    new: Installation, backup: Path, left: float
) -> None:
    keys = backup.with_name(KEYS_COPY)
    cut(keys, left)
    assert await refused(new, backup) == f"{keys} is not a copy of the keys, or was cut short."


async def test_a_backup_under_other_keys_is_refused(
    home: Installation, new: Installation, clinic: Clinic, backup: Path, tmp_path: Path
) -> None:
    (home.keys / "backup.key").unlink()
    other = (await home.backups(clinic.database).make(at=NOON, folder=tmp_path / "other")).keys_file
    assert await refused(new, backup, other) == f"{backup} was encrypted under other keys than these."


async def test_a_database_that_belongs_to_other_keys_is_refused(
    home: Installation, new: Installation, clinic: Clinic
) -> None:
    async with clinic.database.transaction() as tx:
        await tx.execute("UPDATE installation SET keys_check = $1", bytes(32))
    backup = (await home.backups(clinic.database).make(at=NOON)).file
    line = await refused(new, backup)
    assert line == f"{backup} was made of a database that belongs to other keys."


async def test_a_backup_from_the_future_is_refused(
    home: Installation, new: Installation, clinic: Clinic
) -> None:
    async with clinic.database.transaction() as tx:
        await tx.execute("INSERT INTO schema_version (version) VALUES (9999)")
    backup = (await home.backups(clinic.database).make(at=NOON)).file
    assert "was made by a newer version of this program" in await refused(new, backup)


async def test_a_backup_of_the_other_engine_is_refused(
    home: Installation, new: Installation, backup: Path, tmp_path: Path
) -> None:
    identity = backup_files.identity_in(home.keys, home.master_key, make=False)
    other = b"PGDMP and so on" if new.place.file else b"SQLite format 3\0 and so on"
    file = backup.with_name("respite-20260302T120000Z.other.age")
    backup_files.encrypt(io.BytesIO(other), file, identity)
    assert "is not a backup of a" in await refused(new, file)


async def test_a_database_that_was_damaged_before_it_was_encrypted_is_refused(
    home: Installation, new: Installation, backup: Path
) -> None:
    identity = backup_files.identity_in(home.keys, home.master_key, make=False)
    content = io.BytesIO()
    backup_files.decrypt(backup, content, identity)
    plain = bytearray(content.getvalue())
    plain[len(plain) // 3 : len(plain) // 2] = bytes(len(plain) // 2 - len(plain) // 3)
    file = backup.with_name("respite-20260302T120000Z.broken.age")
    backup_files.encrypt(io.BytesIO(plain), file, identity)
    line = await refused(new, file)
    assert line.startswith(("The copy of the database is damaged", "pg_restore cannot restore this backup: "))


@pytest.mark.parametrize("size", [0, 50, 1000, 70_000])
async def test_a_full_disk_leaves_nothing_behind(new: Installation, backup: Path, size: int) -> None:
    if new.place.file is None:
        size = min(size, 50)  # there, only the keys are written here
    with no_room_beyond(size):
        line = await refused(new, backup)
    assert line.startswith("Nothing was restored: ") or "The database file" in line


async def test_what_a_restore_left_that_was_killed_does_not_stand_in_the_way_of_the_next(
    new: Installation, backup: Path
) -> None:
    (new.keys / "restoring" / "members").mkdir(parents=True)
    (new.keys / "restoring" / "members" / ("ab" * 16)).write_bytes(b"half")
    if new.place.file is not None:
        new.room.write_bytes(b"half")
    await restored_at(new, backup)
    assert not (new.keys / "restoring").exists()
    assert ("ab" * 16) not in {path.name for path in (new.keys / "members").iterdir()}
    assert not new.room.exists()


async def test_a_restore_that_is_killed_at_any_step_can_be_repeated_or_is_done(
    new: Installation, backup: Path
) -> None:
    if new.place.file is None:
        return  # PostgreSQL restores in one transaction; what happens to the files is the same
    shutil.copytree(backup.parent, new.backups_folder)
    done = 0
    for step in range(await asyncio.to_thread(killed, new.folder, "restore")):
        folder = new.folder.with_name(f"{new.folder.name}-{step}")
        left = Installation(folder, f"sqlite:///{folder}/respite.db")
        if (folder / "respite.db").exists():
            done += 1
        else:
            await restored_at(left, left.backups_folder / backup.name)
        assert not left.room.exists() or (folder / "respite.db").exists()
        again = await connect(left.url)
        try:
            await installation.adopt(again, left.member_keys.check)
            assert len(await rows_of(again, "circle_member")) == 7
        finally:
            await again.close()
    assert done > 0
