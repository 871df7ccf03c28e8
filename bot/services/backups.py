"""Backups: made when they are due or asked for, encrypted, without the answers of open windows."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from bot.services import backup_files, key_store
from bot.services.durable import destroy_file, make_folder, sync_folder, write_over
from bot.services.master_keys import MasterKeyFile, locked
from db import CopyFailed, Database, in_thread, installation, reason_for

log = logging.getLogger(__name__)

KEYS_COPY = "keys.backup"
TRY_AGAIN_AFTER = timedelta(hours=1)
STORE_LOCK = "store.lock"


class BackupFailed(Exception):
    """No backup could be made. Its text is the one line that says why."""


@dataclass(frozen=True, slots=True)
class Plan:
    """Where backups go, how many are kept, and how often one is made (None: only when asked for)."""

    folder: Path
    keep: int
    every: timedelta | None


@dataclass(frozen=True, slots=True)
class Made:
    """A backup that is on disk. `removed` counts the old ones that gave way."""

    file: Path
    keys_file: Path
    removed: int


class Backups:
    """Makes the backups of one installation, one at a time.

    `room` is where SQLite may put a plain copy for a moment: beside the database, and as safe as it.
    """

    def __init__(
        self, database: Database, keys: Path, master_key: MasterKeyFile, plan: Plan, *, room: Path
    ) -> None:
        self._database = database
        self._keys = keys
        self._master_key = master_key
        self._plan = plan
        self._room = room
        self._making = asyncio.Lock()
        self._behind = False

    async def make(self, *, at: datetime, folder: Path | None = None) -> Made:
        """Make a backup now, and a copy of the keys beside it. Raises BackupFailed, and leaves nothing."""
        folder = folder or self._plan.folder
        file = folder / backup_files.name_of(self._database.engine, at)
        async with self._making:
            try:
                await in_thread(make_folder, folder)
                await self._write(file)
                await in_thread(self._copy_keys, folder / KEYS_COPY)
                removed = await in_thread(backup_files.remove_old, folder, keep=self._plan.keep, at=at)
            except CopyFailed as error:
                raise BackupFailed(str(error)) from None
            except OSError as error:
                raise BackupFailed(f"No backup can be written to {folder}: {reason_for(error)}.") from None
        return Made(file, folder / KEYS_COPY, removed)

    async def claim(self, *, at: datetime) -> bool:
        """Say whether a backup is due now, and note that it is being made: nobody else makes it as well."""
        if self._plan.every is None:
            return False
        async with self._database.transaction() as tx:
            return await installation.claim_backup(tx, at, again_at=at + TRY_AGAIN_AFTER)

    async def note_made(self, *, at: datetime) -> None:
        """Note that all is well, and when the next backup is due."""
        every = self._plan.every
        async with self._database.transaction() as tx:
            await installation.update_backup_due(tx, None if every is None else at + every)
            await installation.update_backup_made(tx, at)

    async def note_trouble(self, reference: str) -> None:
        """Note under which reference the log says why there is no backup. `claim` will try again."""
        async with self._database.transaction() as tx:
            await installation.update_backup_trouble(tx, reference)

    async def refresh_keys(self) -> bool:
        """Renew the copy of the keys, so that nobody is left in it who was erased. Call it after that.

        Nothing happens while there is no copy. Where it fails, it is done at a later tick.
        """
        try:
            await in_thread(self._renew_keys_copy)
        except OSError as error:
            if not self._behind:
                log.warning("The copy of the keys could not be renewed: %s.", reason_for(error))
            self._behind = True
        else:
            self._behind = False
        return not self._behind

    async def catch_up(self) -> None:
        """Renew the copy of the keys if that is still to be done."""
        if self._behind:
            await self.refresh_keys()

    async def tidy(self) -> None:
        """Tidy up after a start: what a crash left behind, and a date for what is no longer scheduled."""
        await in_thread(destroy_room, self._room)
        await in_thread(key_store.sweep_unfinished, self._keys)
        if self._plan.every is None:
            async with self._database.transaction() as tx:
                await installation.update_backup_due(tx, None)
        self._behind = await in_thread(self._copy_holds_others)

    async def _write(self, file: Path) -> None:
        unfinished = file.with_name(f"{file.name}.new")
        identity = await in_thread(backup_files.identity_in, self._keys, self._master_key, make=True)
        await in_thread(destroy_room, self._room)
        try:
            async with self._database.copy(self._room) as reader:
                await in_thread(backup_files.encrypt, reader, unfinished, identity)
            await in_thread(unfinished.replace, file)
            await in_thread(sync_folder, file.parent)
        finally:
            await in_thread(unfinished.unlink, missing_ok=True)
            await in_thread(destroy_room, self._room)

    def _copy_keys(self, file: Path) -> None:
        with locked(self._keys, STORE_LOCK, alone=True):  # the last one to write has seen the newest keys
            write_over(file, key_store.copy(self._keys, self._master_key))

    def _renew_keys_copy(self) -> None:
        if (self._plan.folder / KEYS_COPY).exists():
            self._copy_keys(self._plan.folder / KEYS_COPY)

    def _copy_holds_others(self) -> bool:
        """Say whether the copy of the keys holds a destroyed one, or is under an old master key."""
        try:
            copied = key_store.read_copy((self._plan.folder / KEYS_COPY).read_bytes(), self._master_key)
        except FileNotFoundError:
            return False
        except (OSError, key_store.UnusableKeys):
            return True
        return not copied.keys() <= set(key_store.wrapped_files(self._keys))


def destroy_room(room: Path) -> None:
    """Destroy a plain copy of the database, and what SQLite put beside it."""
    for path in room.parent.iterdir():
        if path.name.startswith(room.name):
            destroy_file(path)
