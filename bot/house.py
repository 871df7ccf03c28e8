"""What the bot stands on while it runs, opened in order and closed whatever happens."""

from __future__ import annotations

import logging
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import NamedTuple

from bot.config import Settings, check_secret_file
from bot.pictures import Pictures
from bot.services import erasure, installation, windows
from bot.services.after import Aftermath, load_aftermath
from bot.services.backups import Backups, Plan
from bot.services.cards import Cards, load_cards
from bot.services.keys import WindowKeys, WrongMasterKey, make_master_key
from bot.services.master_keys import MasterKeyFile
from bot.services.member_keys import LOCATOR_FILE, MemberKeys, make_locator_secret
from bot.services.passphrases import Passphrases
from bot.services.practices import Library, load_library
from bot.services.resources import Directory, load_directory
from bot.services.rotation import rotate
from db import Database, connect, in_thread, reason_for
from db.migrations import upgrade

log = logging.getLogger(__name__)


class CannotStart(Exception):
    """Something that the operator has to put right first. Its text is the one line that says what."""


class Shipped(NamedTuple):
    """What clinicians have written and checked."""

    library: Library
    cards: Cards
    directory: Directory
    aftermath: Aftermath


@cache
def shipped() -> Shipped:
    """Read it once: what ships does not change while the program runs."""
    return Shipped(load_library(), load_cards(), load_directory(), load_aftermath())


@dataclass(frozen=True, slots=True)
class House:
    """Everything that services are handed: the database, the keys, the words, the draughtsman."""

    database: Database
    master_key: MasterKeyFile
    member_keys: MemberKeys
    window_keys: WindowKeys
    backups: Backups
    library: Library
    cards: Cards
    directory: Directory
    aftermath: Aftermath
    passphrases: Passphrases
    pictures: Pictures
    minimum_answers: int
    new_master_key: Path | None
    """Where the master key lies, if it was made just now."""


@asynccontextmanager
async def open_house(settings: Settings) -> AsyncGenerator[House]:
    """Open the database (brought up to date), the keys and what clinicians have written.

    A new installation is given a master key. An old one whose key is missing is refused: under a
    new key nobody in it could be recognised.

    Raises:
        CannotStart, DatabaseUnavailable, DatabaseFromTheFuture, BadConfiguration, NoRoomForKeys
    """
    words = shipped()
    database = await connect(settings.storage.database.get_secret_value())
    pictures = Pictures()
    try:
        await upgrade(database)
        member_keys, master_key, is_new = await _lasting_keys(database, settings)
        backups = backups_of(settings, database, master_key)
        member_keys.after_destroying = backups.refresh_keys
        yield House(
            database=database,
            master_key=master_key,
            member_keys=member_keys,
            window_keys=WindowKeys(settings.storage.keys / "windows"),
            backups=backups,
            library=words.library,
            cards=words.cards,
            directory=words.directory,
            aftermath=words.aftermath,
            passphrases=Passphrases(database, member_keys),
            pictures=pictures,
            minimum_answers=settings.checkins.minimum_answers,
            new_master_key=settings.storage.master_key_file if is_new else None,
        )
    finally:
        await pictures.close()
        await database.close()


async def sweep(house: House) -> None:
    """Tidy up after a crash: destroy the keys of closed windows, and finish erasures that had begun."""
    await windows.sweep(house.database, house.window_keys)
    await house.backups.tidy()
    await erasure.finish(house.database, house.member_keys)


def backups_of(settings: Settings, database: Database, master_key: MasterKeyFile) -> Backups:
    """Return what makes the backups of this database."""
    return Backups(
        database,
        settings.storage.keys,
        master_key,
        Plan(settings.backup.folder, settings.backup.keep, backup_every(settings)),
        room=room_of(settings),
    )


def room_of(settings: Settings) -> Path:
    """Return where a plain copy of the database may lie for a moment: beside the database."""
    file = database_file(settings)
    return settings.storage.keys / "database-copy" if file is None else file.with_name(f"{file.name}-copy")


def backup_every(settings: Settings) -> timedelta | None:
    """Return how often a backup is made; None: only when somebody asks."""
    return timedelta(hours=settings.backup.every_hours) if settings.backup.every_hours else None


def database_file(settings: Settings) -> Path | None:
    """Return the file of the database; PostgreSQL has none that is ours."""
    url = settings.storage.database.get_secret_value()
    return Path(url.removeprefix("sqlite:///")) if url.startswith("sqlite:///") else None


async def upgrade_database(settings: Settings) -> list[int]:
    """Bring the database up to date and return the versions that were applied."""
    database = await connect(settings.storage.database.get_secret_value())
    try:
        return await upgrade(database)
    finally:
        await database.close()


async def _lasting_keys(database: Database, settings: Settings) -> tuple[MemberKeys, MasterKeyFile, bool]:
    """Open the lasting keys, or make them for a new database. Says whether the master key is new."""
    begins = await installation.is_new(database)
    is_new = begins and not settings.storage.master_key_file.exists()
    if is_new:
        make_master_key(settings.storage.master_key_file)
    master_key = open_master_key(settings.storage.master_key_file)
    await _finish_rotation(settings.storage.keys, master_key)
    if begins and not (settings.storage.keys / LOCATOR_FILE).exists():
        make_locator_secret(settings.storage.keys, master_key)
    return await open_keys(database, settings, master_key), master_key, is_new


async def _finish_rotation(folder: Path, master_key: MasterKeyFile) -> None:
    """Go on where a crash interrupted the change to a new master key."""
    try:
        if master_key.successor.exists():
            await rotate(folder, master_key)
        await in_thread(master_key.hand_over)  # or the old one may still be there
    except OSError as error:
        log.warning("The new master key cannot take its place yet: %s.", reason_for(error))


async def open_keys(database: Database, settings: Settings, master_key: MasterKeyFile) -> MemberKeys:
    """Return the keys that this database belongs to. Raises CannotStart where they are others."""
    folder = settings.storage.keys
    try:
        member_keys = MemberKeys(folder, master_key)
        await installation.adopt(database, member_keys.check)
    except FileNotFoundError:
        raise CannotStart(
            f"The key {folder / LOCATOR_FILE} is missing. Put it back from a backup: without it nobody in"
            " this database can be recognised."
        ) from None
    except WrongMasterKey:
        raise CannotStart(
            f"The keys in {folder} belong to another master key than {settings.storage.master_key_file}."
        ) from None
    except installation.WrongKeys:
        raise CannotStart(f"This database belongs to other keys than those in {folder}.") from None
    return member_keys


def open_master_key(path: Path) -> MasterKeyFile:
    """Return the master key. Raises CannotStart, BadConfiguration."""
    if not path.exists():
        raise CannotStart(
            f"The master key {path} is missing. Put it back: without it nobody in this database"
            " can be recognised."
        )
    check_secret_file(path)
    try:
        return MasterKeyFile(path)
    except ValueError as error:
        raise CannotStart(str(error)) from None
