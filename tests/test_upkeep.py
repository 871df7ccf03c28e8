"""Backups and restores as an operator types them: what is said, and the exit code."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from bot.config import Settings
from bot.house import CannotStart, open_house
from bot.services.master_keys import MasterKeyFile
from bot.upkeep import rotate_keys
from tests.end_to_end.seeding import PEOPLE, seed
from tests.installation import no_room_beyond
from tests.test_cli import PROJECT, respite


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Return the folder of a stopped installation with eight members and an open window."""
    folder = tmp_path / "home"
    folder.mkdir()
    asyncio.run(seed(folder, PEOPLE))
    return folder


@pytest.fixture
def new(tmp_path: Path, home: Path) -> Path:
    """Return an empty folder to which the operator has copied the master key."""
    folder = tmp_path / "new"
    (folder / "keys").mkdir(parents=True, mode=0o700)
    shutil.copy2(home / "keys" / "master.key", folder / "keys")
    return folder


def fails(folder: Path, *arguments: str) -> str:
    """Return the one line with which a command ends, having made sure that it ended with 1."""
    result = respite(folder, *arguments)
    assert result.returncode == 1, result.stdout
    assert result.stdout == ""
    [line] = result.stderr.splitlines()
    return line


def test_a_backup_is_made_and_restored(home: Path, new: Path) -> None:
    made = respite(home, "backup")
    assert made.returncode == 0, made.stderr
    [backup] = (home / "backups").glob("respite-*.db.age")
    database, keys, master = made.stdout.splitlines()
    assert database == f"The database is in {backup}, encrypted."
    assert str(home / "backups" / "keys.backup") in keys
    assert master.endswith(f"the master key, which is in no backup: {home / 'keys' / 'master.key'}")
    restored = respite(new, "restore", str(backup))
    assert restored.returncode == 0, restored.stderr
    said = restored.stdout
    assert f"Restored {backup}, made on 20" in said
    assert f"The keys (8 of members) were written to {new / 'keys'} from {home / 'backups'}" in said
    assert "1 open check-in(s) have ended, because no backup holds answers." in said
    assert respite(new, "doctor", RESPITE_TOKEN="x" * 30).returncode == 0
    again = respite(new, "restore", str(backup))
    assert again.returncode == 1
    assert again.stderr == f"There is a database already: {new / 'respite.db'}. Move it away first.\n"


def test_a_backup_may_go_to_a_folder_that_is_named_from_here(home: Path) -> None:
    assert respite(home, "backup", "--to", "stick/respite").returncode == 0
    assert len(list((home / "stick" / "respite").iterdir())) == 2
    assert not (home / "backups").exists()


def test_as_many_backups_are_kept_as_the_settings_say(home: Path) -> None:
    (home / "config.toml").write_text('[backup]\nkeep = 1\nfolder = "kept"\n')
    (home / "kept").mkdir(mode=0o700)
    old = home / "kept" / "respite-20200101T000000Z.db.age"
    old.write_bytes(b"old")
    assert respite(home, "backup").returncode == 0
    assert len(list((home / "kept").glob("*.age"))) == 1
    assert not old.exists()


def test_without_a_database_there_is_nothing_to_back_up(tmp_path: Path) -> None:
    assert fails(tmp_path, "backup") == f"There is no database yet: {tmp_path / 'respite.db'}."
    assert list(tmp_path.iterdir()) == []


def test_without_the_master_key_nothing_is_backed_up_or_restored(home: Path, new: Path) -> None:
    respite(home, "backup")
    [backup] = (home / "backups").glob("*.age")
    for folder, arguments in ((home, ["backup"]), (new, ["restore", str(backup)])):
        (folder / "keys" / "master.key").unlink()
        assert fails(folder, *arguments).startswith(
            f"The master key {folder / 'keys' / 'master.key'} is missing."
        )
    assert not (new / "respite.db").exists()


def test_keys_of_another_database_are_not_backed_up_with_this_one(home: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    asyncio.run(seed(other, PEOPLE))
    shutil.rmtree(home / "keys")
    shutil.copytree(other / "keys", home / "keys")
    assert "belongs to other keys" in fails(home, "backup")
    assert not (home / "backups").exists()


def test_a_folder_that_cannot_be_written_is_told_in_one_line(home: Path) -> None:
    (home / "backups").write_text("a file")
    assert fails(home, "backup") == f"No backup can be written to {home / 'backups'}: File exists."


def test_a_file_that_is_no_backup_is_told_in_one_line(home: Path, new: Path) -> None:
    respite(home, "backup")
    keys = str(home / "backups" / "keys.backup")
    line = fails(new, "restore", str(home / "respite.db"), "--keys", keys)
    assert line == f"{home / 'respite.db'} is not a backup, or was cut short."
    assert {path.name for path in new.rglob("*") if path.is_file()} == {"master.key"}


# A new master key


def test_a_new_master_key_is_made_and_opens_what_the_old_one_opened(home: Path) -> None:
    respite(home, "backup")
    old = (home / "keys" / "master.key").read_text()
    made = respite(home, "keys", "rotate")
    assert made.returncode == 0, made.stderr
    first, second = made.stdout.splitlines()
    assert first == f"10 keys are wrapped under a new master key: {home / 'keys' / 'master.key'}"
    assert second.startswith("Copy it again, now")
    assert (home / "keys" / "master.key").read_text() != old
    [backup] = (home / "backups").glob("*.age")
    shutil.rmtree(home / "keys" / "members")
    for name in ("respite.db", "keys/locator.key", "keys/backup.key"):
        (home / name).unlink()
    restored = respite(home, "restore", str(backup))  # with the copy of the keys that was renewed by it
    assert restored.returncode == 0, restored.stderr
    (home / "keys" / "master.key").write_text(old)
    assert "belong to another master key" in fails(home, "backup")


def test_a_start_finishes_a_change_of_the_master_key_that_was_interrupted(home: Path) -> None:
    master_key = MasterKeyFile(home / "keys" / "master.key")
    master_key.make_successor()
    member = next((home / "keys" / "members").iterdir())
    name = bytes.fromhex(member.name)
    member.write_bytes(master_key.wrap(master_key.unwrap(member.read_bytes(), name=name), name=name))
    successor = master_key.successor.read_text()
    asyncio.run(open_and_close(home))
    assert (home / "keys" / "master.key").read_text() == successor
    assert not master_key.successor.exists()
    assert respite(home, "backup").returncode == 0


def test_an_old_master_key_that_a_crash_left_is_destroyed_at_the_next_start(home: Path) -> None:
    left = home / "keys" / "master.key.old"
    left.write_text("ab" * 32)
    asyncio.run(open_and_close(home))
    assert not left.exists()
    assert (home / "keys" / "master.key").exists()


def test_where_a_master_key_cannot_be_written_one_line_says_so_and_nothing_is_lost(home: Path) -> None:
    before = {path: path.read_bytes() for path in (home / "keys").rglob("*") if path.is_file()}
    said: list[str] = []
    with no_room_beyond(10), pytest.raises(CannotStart) as refused:
        asyncio.run(rotate_keys(settings_in(home), said.append))
    assert str(refused.value) == f"Keys cannot be kept in {home / 'keys'}: File too large."
    assert said == []
    after = {path: path.read_bytes() for path in (home / "keys").rglob("*") if path.is_file()}
    assert after == before


def settings_in(folder: Path) -> Settings:
    return Settings.model_validate({}, context=folder)


async def open_and_close(folder: Path) -> None:
    """Start as the bot does, and stop."""
    async with open_house(settings_in(folder)):
        pass


@pytest.mark.parametrize("command", [["backup"], ["keys", "rotate"]], ids=" ".join)
def test_looking_after_an_installation_does_not_load_discord(home: Path, command: list[str]) -> None:
    code = f"import sys; sys.argv = ['bot', *{command}]\nfrom bot.cli import app\n"
    code += "try: app()\nexcept SystemExit: pass\nassert 'discord' not in sys.modules"
    environment = {**os.environ, "PYTHONPATH": str(PROJECT)}
    result = subprocess.run(
        [sys.executable, "-c", code], cwd=home, env=environment, check=False, capture_output=True, text=True
    )
    assert result.returncode == 0, result.stderr
