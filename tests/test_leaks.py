"""`doctor --privacy`: each leak is found and has its remedy, and where there is none, nothing is found."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
import zipfile
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.services.rules import snowflakes
from db.registry import REGISTRY, Whose, is_place_on_discord
from tests.end_to_end.seeding import PEOPLE, seed
from tests.test_cli import respite

NOW = datetime(2026, 11, 27, tzinfo=UTC)
SOMEBODY = PEOPLE[0]


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an installation with eight members, an open window and a backup."""
    folder = tmp_path_factory.mktemp("clean")
    asyncio.run(seed(folder, PEOPLE))
    assert respite(folder, "backup").returncode == 0
    return folder


@pytest.fixture
def home(clean: Path, tmp_path: Path) -> Path:
    """Return a copy of it."""
    return Path(shutil.copytree(clean, tmp_path / "home"))


def found_in(folder: Path) -> list[str]:
    """Return what is found, having made sure that the exit code says whether there is something."""
    result = respite(folder, "doctor", "--privacy")
    assert result.stderr == ""
    found = [line.removeprefix("✗ ") for line in result.stdout.splitlines() if line.startswith("✗")]
    assert result.returncode == (1 if found else 0)
    assert str(SOMEBODY) not in result.stdout
    return found


def sql(statement: str, *values: object) -> Callable[[Path], None]:
    def plant(folder: Path) -> None:
        with closing(sqlite3.connect(folder / "respite.db")) as file:
            file.execute(statement, values)
            file.commit()

    return plant


def write(name: str, content: bytes, mode: int = 0o600) -> Callable[[Path], None]:
    def plant(folder: Path) -> None:
        (folder / name).parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        (folder / name).write_bytes(content)
        (folder / name).chmod(mode)

    return plant


def open_up(name: str, mode: int) -> Callable[[Path], None]:
    return lambda folder: (folder / name).chmod(mode)


def put_into_copy(folder: Path) -> None:
    with zipfile.ZipFile(folder / "backups" / "keys.backup", "a") as archive:
        archive.write(folder / "keys" / "windows" / "1.window", "1.window")


def age_backup(folder: Path) -> None:
    [backup] = (folder / "backups").glob("*.age")
    backup.rename(folder / "backups" / "respite-20260101T000000Z.db.age")


LEAKS: dict[str, tuple[Callable[[Path], None], tuple[str, ...]]] = {
    "a database that others can read": (open_up("respite.db", 0o644), ("respite.db", "chmod 600")),
    "a member's key that others can read": (
        lambda folder: next((folder / "keys" / "members").iterdir()).chmod(0o640),
        ("keys/members/", "chmod 600"),
    ),
    "a folder of backups that others can enter": (open_up("backups", 0o755), ("backups", "chmod 700")),
    "a token that others can read": (
        lambda folder: [
            write("config.toml", b'[discord]\ntoken_file = "token"\n')(folder),
            write("token", b"secret", 0o644)(folder),
        ][0],
        ("token", "chmod 600"),
    ),
    "settings with a password that others can read": (
        write("config.toml", b"# postgresql://me:secret@host/name\n", 0o644),
        ("config.toml", "chmod 600"),
    ),
    "an unfinished key": (write("keys/members/ab.new", b"half"), ("ab.new should be gone", "Start the bot")),
    "an erasure that was cut short": (
        write(f"keys/erasing/{'ab' * 16}", b"key"),
        ("should be gone", "Start the bot"),
    ),
    "a master key that waits": (
        write("keys/master.key.next", b"ab" * 32),
        ("master.key.next should be gone",),
    ),
    "a plain copy": (write("respite.db-copy", b"SQLite format 3\0"), ("respite.db-copy should be gone",)),
    "a plain backup": (
        write("backups/mine.db", b"SQLite format 3\0"),
        ("mine.db is not encrypted", "shred -u"),
    ),
    "a window's key among the backups": (
        write("backups/1.window", b"k" * 32),
        ("1.window is not", "shred -u"),
    ),
    "an old copy of the keys": (
        write("backups/keys.backup.1", b"old"),
        ("keys.backup.1 may hold the keys of erased members", "shred -u"),
    ),
    "a window's key in the copy of the keys": (put_into_copy, ("must be in no copy (1.window, 1.window)",)),
    "an old backup": (age_backup, ("The last backup is of 2026-01-01", "python -m bot backup")),
    "no backup": (lambda folder: shutil.rmtree(folder / "backups"), ("There is no backup.",)),
    "a log that tells too much": (
        write("config.toml", b'[log]\nlevel = "DEBUG"\n'),
        ('Set log.level = "INFO"',),
    ),
    "an id in a log": (write("bot.log", f"hello {SOMEBODY} there".encode()), ("bot.log holds 1 number",)),
    "an id in the words of a circle": (
        sql("UPDATE circle SET purpose = ?", f"Ask <@{SOMEBODY}> for a seat."),
        ("1 value(s) of circle.purpose look like ids on Discord",),
    ),
    "an id where a number belongs": (
        sql("UPDATE circle SET seats = ?", SOMEBODY),
        ("1 value(s) of circle.seats look like ids on Discord",),
    ),
    "the key of a closed window": (
        sql("UPDATE checkin_window SET state = 'cancelled'"),
        ("1 key(s) of closed windows are still there.",),
    ),
    "a backup that failed": (
        sql("UPDATE installation SET backup_trouble = 'ABC123'"),
        ("The last backup failed: search the log for ABC123",),
    ),
}


def test_where_there_is_no_leak_nothing_is_found(home: Path) -> None:
    assert found_in(home) == []
    said = respite(home, "doctor", "--privacy").stdout
    assert "something is stored about 8 members" in said
    assert "Nothing is wrong." in said


@pytest.mark.parametrize("leak", LEAKS)
def test_a_leak_is_found_and_told_in_one_line_with_its_remedy(home: Path, leak: str) -> None:
    plant, words = LEAKS[leak]
    plant(home)
    [line] = found_in(home)
    for word in words:
        assert word in line


def test_a_new_machine_has_nothing_to_look_through(tmp_path: Path) -> None:
    assert found_in(tmp_path) == ["There is no backup. See why in the log, or type: python -m bot backup"]
    assert list(tmp_path.iterdir()) == []


def test_a_database_that_cannot_be_looked_through_is_a_finding(home: Path) -> None:
    (home / "keys" / "master.key").unlink()
    [line] = found_in(home)
    assert line.startswith("The database was not looked through: The master key")


def test_the_doctor_names_a_backup_that_failed(home: Path) -> None:
    sql("UPDATE installation SET backup_trouble = 'ABC123'")(home)
    result = respite(home, "doctor", RESPITE_TOKEN="x" * 30)
    assert result.returncode == 1
    assert "The last backup failed: search the log for ABC123" in result.stdout
    assert "Last backup: respite-20" in result.stdout


@pytest.mark.parametrize(
    ("text", "count"),
    [
        (f"<@{SOMEBODY}>", 1),
        (f"{SOMEBODY}, {SOMEBODY + 1}.", 2),
        ("1767225600", 0),
        ("12345678901234567890", 0),  # of a year that has not come
        (f"a{SOMEBODY}", 0),
        (f"{SOMEBODY}f", 0),
        ("1" * 40, 0),
    ],
)
def test_what_looks_like_an_id(text: str, count: int) -> None:
    assert snowflakes.count_in(text, NOW) == count


def test_an_id_that_was_given_today_counts_and_one_of_next_week_does_not() -> None:
    today = snowflakes.last(NOW - timedelta(days=1))
    assert snowflakes.count_in(str(today), NOW) == 1
    assert snowflakes.count_in(str(snowflakes.last(NOW + timedelta(days=7))), NOW) == 0


def test_no_column_about_a_member_may_hold_an_id_of_discords() -> None:
    places = [column for column in REGISTRY if is_place_on_discord(column.name)]
    assert {"server_id", "channel_id", "role_id", "category_id"} <= {column.name for column in places}
    assert not [column for column in places if column.whose is Whose.MEMBER]
