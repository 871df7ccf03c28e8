"""Restoring: into an empty place only, and only what has been verified before."""

from __future__ import annotations

import asyncio
import hmac
import sys
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bot.services import backup_files
from bot.services.backup_files import UnusableBackup
from bot.services.backups import destroy_room
from bot.services.durable import make_folder, sync_folder
from bot.services.keys import WindowKeys
from bot.services.master_keys import MasterKeyFile
from bot.services.restoring_keys import (
    CannotRestore,
    OpenedKeys,
    open_keys,
    settle_restored,
    write_copy,
)
from bot.services.windows import RELEASE_WAITS, say
from db import (
    CopyFailed,
    DatabaseFromTheFuture,
    Transaction,
    checkins,
    connect,
    installation,
    posts,
    reason_for,
    restored,
)
from db.checkins import WindowState
from db.copies import check_copy, is_copy_of, make_room
from db.dumps import restore_dump
from db.migrations import upgrade
from db.posts import PostKind


@dataclass(frozen=True, slots=True)
class Place:
    """Where to: the database's address, its file (None: PostgreSQL), the keys, room for a plain copy."""

    url: str
    file: Path | None
    keys: Path
    room: Path


@dataclass(frozen=True, slots=True)
class Restored:
    """What was restored.

    `versions` are those to which the database was upgraded; `keys_file` is missing where the keys had
    been there already; `ended` counts the check-ins that were open when the backup was made.
    """

    made_at: datetime | None
    versions: list[int]
    keys_file: Path | None
    members: int
    ended: int


@dataclass(frozen=True, slots=True)
class _Backup:
    """What is restored, when, and with which keys."""

    file: Path
    keys: OpenedKeys
    at: datetime


async def restore(
    file: Path, keys_file: Path | None, master_key: MasterKeyFile, place: Place, *, at: datetime
) -> Restored:
    """Restore a backup and, where there are no keys, the keys; bring it up to date; end what was open.

    Raises: CannotRestore, DatabaseFromTheFuture, DatabaseUnavailable.
    """
    try:
        await asyncio.to_thread(settle_restored, place.keys)
        keys = await asyncio.to_thread(open_keys, place.keys, master_key, backup=file, named=keys_file)
        backup = _Backup(file, keys, at)
        if place.file is None:
            versions, ended = await _into_postgres(backup, place)
        else:
            versions, ended = await _into_sqlite(backup, place, place.file)
        # No answer will ever be sealed under these again.
        await asyncio.to_thread(WindowKeys(place.keys / "windows").sweep, (), newest=sys.maxsize)
    except (UnusableBackup, CopyFailed) as error:
        raise CannotRestore(str(error)) from None
    except OSError as error:
        raise CannotRestore(f"Nothing was restored: {error.filename or file}: {reason_for(error)}.") from None
    return Restored(backup_files.made_at(file), versions, keys.source, keys.members, ended)


async def _into_sqlite(backup: _Backup, place: Place, target: Path) -> tuple[list[int], int]:
    for path in (target, target.with_name(f"{target.name}-wal")):
        if path.exists():
            raise CannotRestore(f"There is a database already: {path}. Move it away first.")
    await asyncio.to_thread(make_folder, target.parent)
    await asyncio.to_thread(destroy_room, place.room)
    try:
        await asyncio.to_thread(_decrypt_into, place.room, backup)
        done = await _take_up(f"sqlite:///{place.room}", backup)
        await asyncio.to_thread(_put_in_place, backup.keys, place, target)
    finally:
        await asyncio.to_thread(destroy_room, place.room)
    return done


async def _into_postgres(backup: _Backup, place: Place) -> tuple[list[int], int]:
    database = await connect(place.url)
    try:
        async with database.transaction() as tx:
            if tables := await restored.list_tables(tx):
                raise CannotRestore(
                    f"The database is not empty: there is the table {tables[0]}. Name an empty one."
                )
        await asyncio.to_thread(_verify_dump, backup)
        await asyncio.to_thread(
            restore_dump,
            place.url,
            lambda writer: backup_files.decrypt(backup.file, writer, backup.keys.identity),
        )
        try:
            done = await _take_up(place.url, backup)
            await asyncio.to_thread(_write_keys, backup.keys, place.keys)
        except BaseException:
            async with database.transaction() as tx:
                await restored.drop_tables(tx)
            raise
    finally:
        await database.close()
    return done


async def _take_up(url: str, backup: _Backup) -> tuple[list[int], int]:
    """Bring what was restored up to date, if it belongs to these keys, and end what was open in it."""
    database = await connect(url)
    try:
        versions = await upgrade(database)
        async with database.transaction() as tx:
            check = await installation.find_keys_check(tx)
            if check is None or not hmac.compare_digest(check, backup.keys.check):
                raise CannotRestore(f"{backup.file} was made of a database that belongs to other keys.")
            await restored.leave_out_numbers(database, tx)
            await posts.put_aside_waiting(tx)
            ended = await _end_windows(tx, backup.at)
    except DatabaseFromTheFuture:
        raise CannotRestore(
            f"{backup.file} was made by a newer version of this program: restore it with that one."
        ) from None
    finally:
        await database.close()
    return versions, ended


async def _end_windows(tx: Transaction, at: datetime) -> int:
    """End every open window, with a post about each, and return how many there were.

    No backup holds answers. To count on as if nothing had been would be a lie to those who had answered.
    """
    open_windows = await checkins.list_open_windows(tx)
    for each in open_windows:
        await checkins.update_window_state(tx, each.window_id, WindowState.CANCELLED)
        await say(tx, PostKind.RELEASE, each.window_id, due_at=at, lapses_at=at + RELEASE_WAITS)
    return len(open_windows)


class _Head:
    """Keeps the beginning of what is written, and nothing else."""

    content = b""

    def write(self, piece: bytes, /) -> int:
        """Take a piece and return its length."""
        self.content = (self.content + piece[:16])[:16]
        return len(piece)

    def flush(self) -> None:
        """Do nothing: whoever writes asks for it."""


def _decrypt_into(room: Path, backup: _Backup) -> None:
    make_room(room)
    with room.open("r+b") as file:
        backup_files.decrypt(backup.file, file, backup.keys.identity)
        file.seek(0)
        if not is_copy_of("sqlite", file.read(16)):
            raise CannotRestore(f"{backup.file} is not a backup of an SQLite database: see storage.database.")
    check_copy(room)


def _verify_dump(backup: _Backup) -> None:
    """Read a dump to its end, so that PostgreSQL is given only one that is whole."""
    head = _Head()
    backup_files.decrypt(backup.file, head, backup.keys.identity)
    if not is_copy_of("postgres", head.content):
        raise CannotRestore(f"{backup.file} is not a backup of a PostgreSQL database: see storage.database.")


def _put_in_place(keys: OpenedKeys, place: Place, target: Path) -> None:
    _write_keys(keys, place.keys)
    try:
        place.room.rename(target)
    except OSError:
        for name in keys.files:
            (place.keys / name).unlink()
        raise
    sync_folder(target.parent)


def _write_keys(keys: OpenedKeys, folder: Path) -> None:
    if keys.files:
        write_copy(keys.files, folder)
