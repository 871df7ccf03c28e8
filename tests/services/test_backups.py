"""Backups: what is in them, what never is, and how they come and go."""

from __future__ import annotations

import asyncio
import io
import logging
import os
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest

from bot.config import Settings
from bot.house import open_house
from bot.services import backup_files, erasure, installation, key_store
from bot.services.backups import KEYS_COPY, BackupFailed, Backups
from db import CopyFailed, Database
from db import installation as stored
from db.dumps import dumped
from tests.conftest import PROGRAMS
from tests.installation import NOON, Installation, no_room_beyond
from tests.members import destroy_key
from tests.services.conftest import WEEK, Clinic, at_once

HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def _programs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let PostgreSQL's programs be found."""
    monkeypatch.setenv("PATH", f"{PROGRAMS}:{os.environ['PATH']}")


@pytest.fixture
def home(tmp_path: Path, database_url: str) -> Installation:
    made = Installation(tmp_path, database_url)
    made.begin()
    return made


@pytest.fixture
def backups(home: Installation, database: Database) -> Backups:
    return home.backups(database)


@pytest.fixture
async def clinic(home: Installation, database: Database, tmp_path: Path) -> Clinic:
    """Return a clinic with the keys of the installation: a circle of six, five of whom have answered."""
    opened = Clinic(database, tmp_path / "unused")
    opened.member_keys, opened.window_keys = home.member_keys, home.window_keys
    await installation.adopt(database, opened.member_keys.check)
    await opened.set_up()
    circle = await opened.circle(seated=opened.people(6))
    await opened.all_answer(opened.people(5), await opened.open(circle))
    return opened


async def plain(home: Installation, database: Database) -> bytes:
    """Return the copy of the database before it is encrypted."""
    try:
        async with database.copy(home.room) as reader:
            return await asyncio.to_thread(reader.read)
    finally:
        home.room.unlink(missing_ok=True)


async def sealed_bytes(database: Database) -> list[bytes]:
    """Return every token and every sealed answer."""
    async with database.transaction() as tx:
        rows = await tx.fetch("SELECT token, sealed FROM ballot")
    return [bytes(row[column]) for row in rows for column in ("token", "sealed")]


def copied_members(home: Installation) -> set[str]:
    """Return whose keys are in the copy of the keys."""
    files = key_store.read_copy((home.backups_folder / KEYS_COPY).read_bytes(), home.master_key)
    return {file.removeprefix("members/") for file in files}


# What is in a backup


async def test_a_copy_holds_no_byte_of_a_ballot(
    home: Installation, database: Database, clinic: Clinic
) -> None:
    sealed = await sealed_bytes(database)
    assert len(sealed) == 10
    content = await plain(home, database)
    if database.engine == "postgres":
        command = ["pg_restore", "--data-only", "--file=-"]
        told = await asyncio.to_thread(subprocess.check_output, command, input=content)
        assert b"COPY public.circle_member" in told
        assert not [piece for piece in sealed if piece.hex().encode() in told]
    else:
        assert content.startswith(b"SQLite format 3\0")
    assert not [piece for piece in sealed if piece in content]
    assert await clinic.count("ballot") == 5  # the live ones stay


async def test_a_backup_is_encrypted_for_its_owner_alone_and_leaves_nothing_plain(
    home: Installation, backups: Backups, clinic: Clinic
) -> None:
    made = await backups.make(at=NOON)
    ending = "db" if clinic.database.engine == "sqlite" else "dump"
    assert made.file == home.backups_folder / f"respite-20260302T120000Z.{ending}.age"
    assert made.file.read_bytes().startswith(b"age-encryption.org/v1")
    for path in home.backups_folder.iterdir():
        assert path.stat().st_mode & 0o777 == 0o600
        assert b"Circle 1" not in path.read_bytes()
    assert home.backups_folder.stat().st_mode & 0o777 == 0o700
    assert {path.name for path in home.folder.iterdir()} <= {"keys", "backups", "respite.db", "unused"} | {
        "respite.db-wal"
    }


async def test_the_copy_of_the_keys_holds_every_wrapped_key_and_neither_master_nor_window_keys(
    home: Installation, backups: Backups, clinic: Clinic
) -> None:
    made = await backups.make(at=NOON)
    content = made.keys_file.read_bytes()
    files = key_store.read_copy(content, home.master_key)
    assert {*files} == {*key_store.wrapped_files(home.keys)}
    assert len(files) > 8
    secret = bytes.fromhex((home.keys / "master.key").read_text())
    windows = [path.read_bytes() for path in (home.keys / "windows").iterdir()]
    assert len(windows) == 1
    for key in (secret, secret.hex().encode(), *windows):
        assert key not in content
        assert key not in made.file.read_bytes()


async def test_a_key_that_is_damaged_is_left_out_and_told_of(
    home: Installation, backups: Backups, clinic: Clinic, caplog: pytest.LogCaptureFixture
) -> None:
    damaged = next((home.keys / "members").iterdir())
    damaged.write_bytes(damaged.read_bytes()[:-1])
    with caplog.at_level(logging.WARNING):
        await backups.make(at=NOON)
    assert damaged.name not in copied_members(home)
    assert "Damaged keys were left out" in caplog.text
    assert damaged.name not in caplog.text


# How they come and go


async def test_the_newest_are_kept_and_what_was_never_finished_goes(
    home: Installation, backups: Backups, clinic: Clinic
) -> None:
    for hours in range(4):
        await backups.make(at=NOON + hours * HOUR)
    abandoned = home.backups_folder / "respite-20260302T130000Z.db.age.new"
    abandoned.write_bytes(b"half")
    begun_just_now = home.backups_folder / "respite-20260302T153000Z.db.age.new"
    begun_just_now.write_bytes(b"half")
    (home.backups_folder / "letter.txt").write_text("not ours")
    made = await backups.make(at=NOON + 4 * HOUR)
    assert made.removed == 1
    kept = backup_files.list_backups(home.backups_folder)
    assert [backup_files.made_at(path) for path in kept] == [NOON + hours * HOUR for hours in (4, 3, 2)]
    assert {path.name for path in home.backups_folder.iterdir()} - {path.name for path in kept} == {
        KEYS_COPY,
        "letter.txt",
        begun_just_now.name,
    }


async def test_a_backup_can_go_elsewhere(
    home: Installation, backups: Backups, clinic: Clinic, tmp_path: Path
) -> None:
    made = await backups.make(at=NOON, folder=tmp_path / "stick" / "respite")
    assert {path.name for path in (tmp_path / "stick" / "respite").iterdir()} == {made.file.name, KEYS_COPY}
    assert not home.backups_folder.exists()


async def test_the_same_identity_opens_all_backups(
    home: Installation, backups: Backups, clinic: Clinic
) -> None:
    first, second = await backups.make(at=NOON), await backups.make(at=NOON + HOUR)
    identity = backup_files.identity_in(home.keys, home.master_key, make=False)
    for made in (first, second):
        content = io.BytesIO()
        backup_files.decrypt(made.file, content, identity)
        assert content.getvalue()[:6] in {b"SQLite", b"PGDMP\1"}


async def test_several_who_need_the_identity_first_make_one(home: Installation) -> None:
    def make() -> str:
        return str(backup_files.identity_in(home.keys, home.master_key, make=True).to_public())

    assert len(set(await asyncio.gather(*[asyncio.to_thread(make) for _ in range(8)]))) == 1


async def test_everybody_who_writes_meanwhile_is_answered_and_nothing_is_lost(
    home: Installation, backups: Backups, clinic: Clinic
) -> None:
    people = [clinic.person(number) for number in range(300, 330)]
    circle = await clinic.circle(seated=())

    async def back_up() -> None:
        for second in range(3):
            await backups.make(at=NOON + timedelta(seconds=second))

    await at_once(clinic.database, back_up(), *[clinic.seat(person, circle) for person in people[:25]])
    assert await clinic.count("circle_member", circle_id=circle.circle_id, seated=1) == 25
    assert len(backup_files.list_backups(home.backups_folder)) == 3


# Erased members


async def test_after_an_erasure_the_copy_of_the_keys_is_renewed_and_the_old_one_destroyed(
    home: Installation, backups: Backups, clinic: Clinic
) -> None:
    made = await backups.make(at=NOON)
    before = made.keys_file.read_bytes()
    erased = clinic.people(1)[0].locator
    with made.keys_file.open("rb") as still_open:
        await destroy_key(clinic.member_keys, erased)
        assert await backups.refresh_keys()
        old = still_open.read()
    assert erased.hex().encode() not in old
    assert old[:100] != before[:100]
    assert erased.hex() not in copied_members(home)
    assert {path.name for path in home.backups_folder.iterdir()} == {made.file.name, KEYS_COPY}


async def test_where_there_is_no_copy_of_the_keys_nothing_is_to_be_renewed(
    home: Installation, backups: Backups
) -> None:
    assert await backups.refresh_keys()
    assert not home.backups_folder.exists()


async def test_what_could_not_be_renewed_is_renewed_later(
    home: Installation, backups: Backups, clinic: Clinic, caplog: pytest.LogCaptureFixture
) -> None:
    await backups.make(at=NOON)
    erased = clinic.people(1)[0].locator
    await destroy_key(clinic.member_keys, erased)
    with no_room_beyond(100):
        assert not await backups.refresh_keys()
        assert not await backups.refresh_keys()
    assert caplog.text.count("could not be renewed: the disk is full") == 1
    assert erased.hex() in copied_members(home)
    await backups.catch_up()
    assert erased.hex() not in copied_members(home)


async def test_a_start_notices_a_copy_of_the_keys_that_holds_somebody_who_was_erased(
    home: Installation, database: Database, clinic: Clinic
) -> None:
    await home.backups(database).make(at=NOON)
    erased = clinic.people(1)[0].locator
    await destroy_key(clinic.member_keys, erased)  # and the machine goes down
    started = home.backups(database)
    await started.tidy()
    await started.catch_up()
    assert erased.hex() not in copied_members(home)


async def test_a_start_destroys_what_a_crash_left_plain(
    home: Installation, backups: Backups, clinic: Clinic
) -> None:
    for name in (home.room, home.room.with_name(home.room.name + "-journal")):
        name.write_bytes(b"plain")
    with home.room.open("rb") as still_open:
        await backups.tidy()
        assert still_open.read() != b"plain"
    assert not list(home.folder.glob("respite.db-copy*"))


# When something is wrong


@pytest.mark.parametrize("size", [0, 1000, 60_000])
async def test_a_full_disk_is_told_in_one_line_and_leaves_nothing(
    home: Installation, database: Database, clinic: Clinic, size: int
) -> None:
    if size > 10_000:  # so that the file is larger on both engines
        await clinic.set_up()
        async with database.transaction() as tx:
            for version in range(2, 402):
                await tx.execute(
                    "INSERT INTO agreement (circle_id, version, words) VALUES (1, $1, $2)",
                    version,
                    os.urandom(99).hex(),
                )
    backups = home.backups(database)
    await backups.make(at=NOON)
    before = home.everything()
    with no_room_beyond(size), pytest.raises(BackupFailed) as failed:
        await backups.make(at=NOON + HOUR)
    assert "\n" not in str(failed.value)
    assert "the disk" in str(failed.value)
    assert home.everything().keys() - {"respite.db-wal"} == before.keys() - {"respite.db-wal"}
    for name in (f"backups/{path.name}" for path in home.backups_folder.iterdir()):
        assert home.everything()[name] == before[name]


async def test_where_pg_dump_is_missing_one_line_says_so(
    home: Installation, database: Database, clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    if database.engine == "sqlite":
        await home.backups(database).make(at=NOON)
        return
    with pytest.raises(BackupFailed, match=r"^pg_dump is not on this machine: install the client programs"):
        await home.backups(database).make(at=NOON)
    assert list(home.backups_folder.iterdir()) == []


@pytest.mark.skipif(not PROGRAMS, reason="there is no PostgreSQL server here")
async def test_what_pg_dump_complains_about_is_one_line_without_the_password(postgres_server: str) -> None:
    url = postgres_server.replace("/postgres?", "/nowhere?") + "&password=hush"
    with pytest.raises(CopyFailed) as failed:
        async with dumped(url) as reader:
            reader.read()
    assert str(failed.value).startswith("pg_dump cannot copy the database: ")
    assert 'database "nowhere" does not exist' in str(failed.value)
    assert "hush" not in str(failed.value)
    assert "\n" not in str(failed.value)


async def test_a_backup_that_is_given_up_leaves_nothing(
    home: Installation, backups: Backups, clinic: Clinic
) -> None:
    for moment in range(6):
        making = asyncio.create_task(backups.make(at=NOON + moment * HOUR))
        await asyncio.sleep(0.004 * moment)
        making.cancel()
        with pytest.raises(asyncio.CancelledError):
            await making
        left = {path.name for path in home.folder.rglob("*") if path.is_file()}
        assert not [name for name in left if "copy" in name or name.endswith(".new")]
    assert await clinic.count("ballot") == 5


# On a schedule


async def test_the_first_backup_is_due_at_once_and_the_next_when_its_time_has_come(
    backups: Backups, clinic: Clinic
) -> None:
    assert await backups.claim(at=NOON)
    assert not await backups.claim(at=NOON)
    await backups.note_made(at=NOON)
    assert not await backups.claim(at=NOON + 23 * HOUR)
    assert await backups.claim(at=NOON + 24 * HOUR)


async def test_after_a_failure_it_is_tried_again_in_an_hour_and_the_trouble_is_known(
    backups: Backups, database: Database, clinic: Clinic
) -> None:
    async def state() -> stored.BackupState:
        async with database.transaction() as tx:
            return await stored.find_backup_state(tx)

    assert await backups.claim(at=NOON)
    await backups.note_trouble("ABC123")
    assert (await state()).trouble == "ABC123"
    assert not await backups.claim(at=NOON + HOUR / 2)
    assert await backups.claim(at=NOON + HOUR)
    await backups.note_made(at=NOON + HOUR)
    assert await state() == stored.BackupState(NOON + 25 * HOUR, NOON + HOUR, None)


async def test_of_several_processes_one_makes_the_backup(
    home: Installation, database: Database, clinic: Clinic
) -> None:
    claims = await at_once(database, *[home.backups(database).claim(at=NOON) for _ in range(5)])
    assert sorted(claims, key=bool) == [False] * 4 + [True]


async def test_without_a_schedule_none_is_ever_due(
    home: Installation, database: Database, clinic: Clinic
) -> None:
    await home.backups(database).note_made(at=NOON)
    by_hand = home.backups(database, every=None)
    await by_hand.tidy()
    assert not await by_hand.claim(at=NOON + WEEK)
    async with database.transaction() as tx:
        assert (await stored.find_backup_state(tx)).due_at is None


async def test_an_erasure_renews_the_copy_of_the_keys_by_itself(tmp_path: Path) -> None:
    settings = Settings.model_validate({}, context=tmp_path)
    async with open_house(settings) as house:
        keys = house.member_keys
        erased, other = (keys.locate(1, number) for number in range(2))
        for locator in (erased, other):
            keys.make(locator)
        made = await house.backups.make(at=NOON)
        await keys.set_aside(erased)
        await erasure.finish(house.database, keys)
        files = key_store.read_copy(made.keys_file.read_bytes(), house.master_key)
    assert f"members/{other.hex()}" in files
    assert f"members/{erased.hex()}" not in files
