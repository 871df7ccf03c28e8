"""What the bot stands on while it runs, opened in order and closed whatever happens."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import NamedTuple

from bot.config import Settings, check_secret_file
from bot.pictures import Pictures
from bot.services import erasure, installation, windows
from bot.services.after import Aftermath, load_aftermath
from bot.services.cards import Cards, load_cards
from bot.services.keys import MasterKey, WindowKeys, WrongMasterKey, make_master_key, read_master_key
from bot.services.member_keys import LOCATOR_FILE, MemberKeys, make_locator_secret
from bot.services.passphrases import Passphrases
from bot.services.practices import Library, load_library
from bot.services.resources import Directory, load_directory
from db import Database, connect
from db.migrations import upgrade


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
    member_keys: MemberKeys
    window_keys: WindowKeys
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
        member_keys, is_new = await _member_keys(database, settings)
        yield House(
            database=database,
            member_keys=member_keys,
            window_keys=WindowKeys(settings.storage.keys / "windows"),
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
    await erasure.finish(house.database, house.member_keys)


async def upgrade_database(settings: Settings) -> list[int]:
    """Bring the database up to date and return the versions that were applied."""
    database = await connect(settings.storage.database.get_secret_value())
    try:
        return await upgrade(database)
    finally:
        await database.close()


async def _member_keys(database: Database, settings: Settings) -> tuple[MemberKeys, bool]:
    """Open the lasting keys, or make them for a new database. Says whether the master key is new."""
    folder = settings.storage.keys
    begins = await installation.is_new(database)
    is_new = not settings.storage.master_key_file.exists()
    master_key = _master_key(settings.storage.master_key_file, make=is_new and begins)
    if not (folder / LOCATOR_FILE).exists():
        if not begins:
            raise CannotStart(
                f"The key {folder / LOCATOR_FILE} is missing. Put it back from a backup: without it nobody in"
                " this database can be recognised."
            )
        make_locator_secret(folder, master_key)
    try:
        member_keys = MemberKeys(folder, master_key)
        await installation.adopt(database, member_keys.check)
    except WrongMasterKey:
        raise CannotStart(
            f"The keys in {folder} belong to another master key than {settings.storage.master_key_file}."
        ) from None
    except installation.WrongKeys:
        raise CannotStart(f"This database belongs to other keys than those in {folder}.") from None
    return member_keys, is_new


def _master_key(path: Path, *, make: bool) -> MasterKey:
    if make:
        return make_master_key(path)
    if not path.exists():
        raise CannotStart(
            f"The master key {path} is missing. Put it back: without it nobody in this database"
            " can be recognised."
        )
    check_secret_file(path)
    try:
        return read_master_key(path)
    except ValueError as error:
        raise CannotStart(str(error)) from None
