"""What an operator does now and then: a backup, a restore, a new master key.

The bot holds its database alone. So while it runs it is asked; otherwise the files are opened here.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from bot import control
from bot.config import Settings
from bot.control import CannotAsk, Content, Declined, Verb
from bot.house import (
    CannotStart,
    House,
    backups_of,
    database_file,
    open_keys,
    open_master_key,
    room_of,
)
from bot.services.backups import BackupFailed, Backups
from bot.services.inspection import examine
from bot.services.keys import NoRoomForKeys, WindowKeys
from bot.services.master_keys import MasterKeyFile
from bot.services.restoring import Place, restore
from bot.services.restoring_keys import CannotRestore
from bot.services.rotation import rotate
from db import Database, DatabaseInUse, StatementFailed, connect, reason_for

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class _Site:
    """What is looked after: the database, the keys and the backups of one installation."""

    database: Database
    keys: Path
    master_key: MasterKeyFile
    backups: Backups


# ---------------------------------------------------------------------- commands


async def back_up(settings: Settings, folder: Path | None, say: Say) -> None:
    """Make a backup and say where it lies. Raises CannotStart, DatabaseUnavailable."""
    to = None if folder is None else str(folder)
    made = await _ask_or_do(settings, Verb.BACKUP, lambda site: _back_up(site, to), to=to)
    say(f"The database is in {made['file']}, encrypted.")
    say(f"The keys are in {made['keys_file']}, each of them wrapped under the master key.")
    say(
        "To restore, you need these two files and the master key, which is in no backup:"
        f" {settings.storage.master_key_file}"
    )


async def rotate_keys(settings: Settings, say: Say) -> None:
    """Make a new master key and say where it lies. Raises CannotStart, DatabaseUnavailable."""
    done = await _ask_or_do(settings, Verb.ROTATE, _rotate)
    say(f"{done['keys']} keys are wrapped under a new master key: {done['master_key']}")
    say(
        "Copy it again, now, to where your copy of the old one is. The old one opens nothing any more but"
        " older copies of the keys; it has been destroyed here."
    )


async def examine_database(settings: Settings) -> Content:
    """Return what the database shows of leaks. Raises CannotStart, DatabaseUnavailable."""
    return await _ask_or_do(settings, Verb.EXAMINE, _examine)


async def restore_backup(settings: Settings, file: Path, keys_file: Path | None, say: Say) -> None:
    """Restore a backup and say what was done. Raises CannotStart, DatabaseUnavailable."""
    place = Place(
        url=settings.storage.database.get_secret_value(),
        file=database_file(settings),
        keys=settings.storage.keys,
        room=room_of(settings),
    )
    master_key = open_master_key(settings.storage.master_key_file)
    try:
        done = await restore(file, keys_file, master_key, place, at=datetime.now(UTC))
    except CannotRestore as wrong:
        raise CannotStart(str(wrong)) from None
    say(f"Restored {file}" + (f", made on {done.made_at:%Y-%m-%d at %H:%M} UTC." if done.made_at else "."))
    if done.versions:
        say(f"The database was brought up to version {done.versions[-1]}.")
    came_from = (
        f"written to {place.keys} from {done.keys_file}" if done.keys_file else "used as they lay there"
    )
    say(f"The keys ({done.members} of members) were {came_from}.")
    if done.ended:
        say(
            f"{done.ended} open check-in(s) have ended, because no backup holds answers. Their channels are"
            " told when the bot starts."
        )


# ---------------------------------------------------------------------- who does it


def handlers(settings: Settings, house: House) -> Mapping[Verb, Callable[[Content], Awaitable[Content]]]:
    """Return what a running bot does when it is asked."""
    site = _Site(house.database, settings.storage.keys, house.master_key, house.backups)
    return {
        Verb.BACKUP: lambda asked: _back_up(site, asked.get("to")),
        Verb.ROTATE: lambda _: _rotate(site),
        Verb.EXAMINE: lambda _: _examine(site),
    }


async def _ask_or_do(
    settings: Settings, verb: Verb, do: Callable[[_Site], Awaitable[Content]], **arguments: str | None
) -> Content:
    path = control.socket_in(settings.storage.keys)
    try:
        answer = await control.ask(path, verb, **arguments)
        if answer is not None:
            return answer
        async with _opened(settings) as site:
            return await do(site)
    except (CannotAsk, Declined) as error:
        raise CannotStart(str(error)) from None
    except DatabaseInUse as error:
        raise CannotStart(f"{error} If that is the bot: {control.why_silent(path)}.") from None


@asynccontextmanager
async def _opened(settings: Settings) -> AsyncGenerator[_Site]:
    """Open the database and its keys as they are, without bringing anything up to date."""
    file = database_file(settings)
    if file is not None and not file.exists():
        raise CannotStart(f"There is no database yet: {file}.")
    master_key = open_master_key(settings.storage.master_key_file)
    database = await connect(settings.storage.database.get_secret_value())
    try:
        await open_keys(database, settings, master_key)
        yield _Site(database, settings.storage.keys, master_key, backups_of(settings, database, master_key))
    finally:
        await database.close()


async def _back_up(site: _Site, to: str | None) -> Content:
    at = datetime.now(UTC)
    try:
        made = await site.backups.make(at=at, folder=None if to is None else Path(to))
    except BackupFailed as failed:
        raise Declined(str(failed)) from None
    if to is None:
        with suppress(StatementFailed):  # a database that is not up to date has no place for it
            await site.backups.note_made(at=at)
    return {"file": str(made.file), "keys_file": str(made.keys_file)}


async def _examine(site: _Site) -> Content:
    try:
        found = await examine(site.database, WindowKeys(site.keys / "windows"), at=datetime.now(UTC))
    except StatementFailed:
        raise Declined("The database is not up to date. Type: python -m bot db upgrade") from None
    made_at = found.backups.made_at
    return {
        "suspects": [asdict(suspects) for suspects in found.suspects],
        "keys_left_over": found.keys_left_over,
        "server_log": dict(found.server_log),
        "backup": None if made_at is None else made_at.isoformat(),
        "trouble": found.backups.trouble,
    }


async def _rotate(site: _Site) -> Content:
    try:
        wrapped = await rotate(site.keys, site.master_key)
    except NoRoomForKeys as error:
        raise Declined(str(error)) from None
    except OSError as error:
        raise Declined(
            f"The master key {site.master_key.path} cannot be replaced: {reason_for(error)}. Nothing is lost;"
            " what was begun goes on at the next start, or when you type this again."
        ) from None
    await site.backups.refresh_keys()
    return {"keys": wrapped, "master_key": str(site.master_key.path)}
