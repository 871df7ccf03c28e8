"""`doctor --privacy`: what could tell more than it should, in every file that the bot writes."""

from __future__ import annotations

import os
import shlex
import zipfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from bot.config import Settings
from bot.control import Content
from bot.doctor import backup_trouble
from bot.house import CannotStart, backup_every, database_file, room_of
from bot.services import backup_files, key_store
from bot.services.backups import KEYS_COPY
from bot.services.inspection import WANTED_OF_SERVER_LOG
from bot.services.rules import snowflakes
from bot.upkeep import examine_database
from db import DatabaseUnavailable
from db.copies import is_copy_of

_LARGEST = 10_000_000
"""Bytes of a file that is looked through as text."""

_LEFT_OVER = (".new", ".gone", ".old")


async def find_leaks(
    settings: Settings, say: Callable[[str], None], at: datetime, *, config: Path | None
) -> list[str]:
    """Return every finding in one line with its remedy; say as it goes what was counted."""
    files = [
        *_modes(settings, config),
        *_left_over(settings),
        *_log(settings),
        *_backups(settings, at),
        *_ids_in_files(settings, config, at),
    ]
    return [*files, *await _database(settings, say)]


def _modes(settings: Settings, config: Path | None) -> Iterator[str]:
    """Find what others on this machine can open."""
    if os.name != "posix":
        return
    for folder in (settings.storage.keys, settings.backup.folder):
        for path in (folder, *folder.rglob("*")):
            yield from _open_to_others(path)
    database, config = database_file(settings), config or Path("config.toml")
    if database is not None:
        for path in database.parent.glob(f"{database.name}*"):
            yield from _open_to_others(path)
    for path in (settings.storage.master_key_file, settings.discord.token_file):
        if path is not None:
            yield from _open_to_others(path)
    if config.exists() and "postgresql://" in config.read_text("utf-8", errors="replace"):
        yield from _open_to_others(config)  # the address holds a password


def _open_to_others(path: Path) -> Iterator[str]:
    with suppress(FileNotFoundError):
        if path.stat().st_mode & 0o077:
            mode = 700 if path.is_dir() else 600
            yield f"{path} can be opened by others. Type: chmod {mode} {shlex.quote(str(path))}"


def _left_over(settings: Settings) -> Iterator[str]:
    """Find what should only be there for a moment."""
    keys, room = settings.storage.keys, room_of(settings)
    master_key = settings.storage.master_key_file
    passing = [path for path in keys.rglob("*") if path.suffix in _LEFT_OVER]
    passing += [keys / file for file in key_store.being_erased(keys)]
    passing += [keys / "restoring", master_key.with_name(f"{master_key.name}.next")]
    passing += room.parent.glob(f"{room.name}*")
    for path in passing:
        if path.exists():
            yield f"{path} should be gone. Start the bot (again): it tidies up what was interrupted."


def _log(settings: Settings) -> Iterator[str]:
    if settings.log.level == "DEBUG":
        yield 'The log tells more than is needed. Set log.level = "INFO" in config.toml.'


def _backups(settings: Settings, at: datetime) -> Iterator[str]:
    folder, every = settings.backup.folder, backup_every(settings)
    made = backup_files.list_backups(folder)
    newest = backup_files.made_at(made[0]) if made else None
    if every is not None and (newest is None or at - newest > 2 * every):
        age = "There is no backup" if newest is None else f"The last backup is of {newest:%Y-%m-%d}"
        yield f"{age}. See why in the log, or type: python -m bot backup"
    for path in folder.rglob("*"):
        if path.is_file() and _is_plain(path):
            yield f"{path} is not encrypted. If it is not needed, {_shred(path)}"
        elif path.name.startswith(KEYS_COPY) and path.name != KEYS_COPY:
            yield f"{path} may hold the keys of erased members: {_shred(path)}"
    yield from _keys_in_backups(settings, folder / KEYS_COPY)


def _shred(path: Path) -> str:
    return f"type: shred -u {shlex.quote(str(path))}"


def _is_plain(path: Path) -> bool:
    with path.open("rb") as file:
        head = file.read(16)
    return path.suffix == ".window" or is_copy_of("sqlite", head) or is_copy_of("postgres", head)


def _keys_in_backups(settings: Settings, copy: Path) -> Iterator[str]:
    """Find keys in the copy of the keys that must be in no copy."""
    if not copy.exists():
        return
    content = copy.read_bytes()
    keys = [*(settings.storage.keys / "windows").glob("*.window")]
    inside = [path.name for path in keys if (key := path.read_bytes()) and key in content]
    with suppress(zipfile.BadZipFile), zipfile.ZipFile(copy) as archive:
        names = archive.namelist()
        inside += [name for name in names if name.startswith("erasing/") or not key_store.wrapping_name(name)]
    if inside:
        yield f"{copy} holds what must be in no copy ({', '.join(inside)}): {_shred(copy)}"


def _ids_in_files(settings: Settings, config: Path | None, at: datetime) -> Iterator[str]:
    """Find numbers that look like ids on Discord in what lies beside the database and the settings."""
    database = database_file(settings)
    folders = {settings.storage.keys.parent, (config or Path("config.toml")).absolute().parent}
    folders |= {database.parent} if database is not None else set()
    for path in sorted({path for folder in folders for path in folder.glob("*") if path.is_file()}):
        if (text := _text(path)) and (count := snowflakes.count_in(text, at)):
            yield (
                f"{path} holds {count} number(s) that look like ids on Discord. Look whether they are of"
                " people, and remove them."
            )


def _text(path: Path) -> str | None:
    try:
        return path.read_text("utf-8") if path.stat().st_size <= _LARGEST else None
    except (OSError, UnicodeDecodeError):
        return None


async def _database(settings: Settings, say: Callable[[str], None]) -> list[str]:
    file = database_file(settings)
    if file is not None and not file.exists():
        return []
    try:
        found = await examine_database(settings)
    except (CannotStart, DatabaseUnavailable) as wrong:
        return [f"The database was not looked through: {wrong}"]
    members = len(key_store.wrapped_files(settings.storage.keys))
    say(f"{members} wrapped keys; something is stored about {max(0, members - 2)} members.")
    return [*_in_database(found), *backup_trouble(found)]


def _in_database(found: Content) -> Iterator[str]:
    for suspects in found["suspects"]:
        yield (
            f"{suspects['count']} value(s) of {suspects['table']}.{suspects['column']} look like ids on"
            " Discord. Ask whoever wrote them to take them out; if the bot did it, report it to its makers."
        )
    if found["keys_left_over"]:
        yield (
            f"{found['keys_left_over']} key(s) of closed windows are still there. Start the bot (again): it"
            " destroys them; if it cannot, its log says why."
        )
    for name, setting in found["server_log"].items():
        wanted = WANTED_OF_SERVER_LOG[name]
        yield f"The PostgreSQL server may log what is stored: {name} is {setting}. Set it to {wanted}."
