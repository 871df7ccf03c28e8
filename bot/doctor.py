"""What is wrong on this machine, found without connecting to anything."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

from bot import control
from bot.config import BadConfiguration, Settings, check_secret_file, read_token
from bot.control import CannotAsk, Content, Declined, Verb
from bot.house import database_file
from bot.services import backup_files
from bot.services.keys import NoRoomForKeys, read_master_key, require_space
from bot.services.resources import load_directory
from bot.services.server_resources import old_changes
from db import (
    SQLITE_VERSION,
    Database,
    DatabaseInUse,
    DatabaseUnavailable,
    StatementFailed,
    connect,
    installation,
)


async def find_problems(settings: Settings, say: Callable[[str], None], today: date) -> list[str]:
    """Return what is wrong, one line each with its remedy.

    Says, as it goes, what runs here, and which entries of `/resources` are to be checked again.
    """
    say(f"Python {sys.version.split()[0]}, SQLite {SQLITE_VERSION}")
    backups = backup_files.list_backups(settings.backup.folder)
    say(f"Last backup: {backups[0].name if backups else 'none'}")
    for resource in load_directory().old(today):
        say(f"To be checked again: {resource.id}, last checked on {resource.checked_on}, {resource.source}")
    return [
        *_token(settings),
        *_master_key(settings),
        *_key_folder(settings),
        *await _database(settings, say, today),
    ]


def _token(settings: Settings) -> Iterator[str]:
    try:
        read_token(settings)
    except BadConfiguration as wrong:
        yield str(wrong)


def _master_key(settings: Settings) -> Iterator[str]:
    path = settings.storage.master_key_file
    if not path.exists():
        return
    try:
        check_secret_file(path)
        read_master_key(path)
    except (BadConfiguration, ValueError) as wrong:
        yield str(wrong)


def _key_folder(settings: Settings) -> Iterator[str]:
    folder: Path = settings.storage.keys
    if not folder.exists():
        return
    if sys.platform != "win32" and folder.stat().st_mode & 0o077:
        yield f"{folder} can be entered by others. Type: chmod 700 {folder}"
    try:
        require_space(folder)
    except NoRoomForKeys as wrong:
        yield str(wrong)


async def _database(settings: Settings, say: Callable[[str], None], today: date) -> list[str]:
    file = database_file(settings)
    if file is not None and not file.exists():
        return []
    try:
        database = await connect(settings.storage.database.get_secret_value())
    except DatabaseInUse as wrong:
        return await _as_the_bot_says(settings, say, wrong)
    except DatabaseUnavailable as wrong:
        return [str(wrong)]
    try:
        await _look_at_changes(database, say, today)
        return [*await _last_backup(database)]
    finally:
        await database.close()


async def _last_backup(database: Database) -> Iterator[str]:
    try:
        async with database.transaction() as tx:
            trouble = (await installation.find_backup_state(tx)).trouble
    except StatementFailed:
        trouble = None  # no version of the program that makes backups has run on it yet
    return backup_trouble({"trouble": trouble})


async def _as_the_bot_says(settings: Settings, say: Callable[[str], None], wrong: DatabaseInUse) -> list[str]:
    """Ask the bot that runs; whatever else holds the database is a problem."""
    path = control.socket_in(settings.storage.keys)
    try:
        found = await control.ask(path, Verb.EXAMINE)
    except (CannotAsk, Declined) as error:
        return [str(error)]
    if found is None:
        return [f"{wrong} If that is the bot: {control.why_silent(path)}."]
    say("The bot is running.")
    return list(backup_trouble(found))


def backup_trouble(found: Content) -> Iterator[str]:
    """Return what is wrong with the last backup, as the database has it."""
    if found["trouble"]:
        yield (
            f"The last backup failed: search the log for {found['trouble']}, or type: python -m bot backup"
        )


async def _look_at_changes(database: Database, say: Callable[[str], None], today: date) -> None:
    try:
        old = await old_changes(database, today)
    except StatementFailed:
        return  # no version of the program that knows such entries has run on it yet
    if old:
        say(f"To be checked again by moderators (/setup resources list): {len(old)} of their own entries")
