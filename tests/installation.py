"""An installation as an operator has one: a database, a folder of keys, a master key, a folder of backups."""

from __future__ import annotations

import resource
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.services.backups import Backups, Plan
from bot.services.keys import WindowKeys, make_master_key
from bot.services.master_keys import MasterKeyFile
from bot.services.member_keys import MemberKeys, make_locator_secret
from bot.services.restoring import Place
from db import Database

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@dataclass
class Installation:
    """Everything of one installation but its database, which a fixture opens."""

    folder: Path
    url: str

    @property
    def keys(self) -> Path:
        """The key folder."""
        return self.folder / "keys"

    @property
    def backups_folder(self) -> Path:
        """Where backups go."""
        return self.folder / "backups"

    @property
    def room(self) -> Path:
        """Where a plain copy may lie for a moment."""
        return self.folder / "respite.db-copy"

    @property
    def place(self) -> Place:
        """This installation as the place of a restore."""
        sqlite = self.url.startswith("sqlite")
        return Place(self.url, self.folder / "respite.db" if sqlite else None, self.keys, self.room)

    @property
    def master_key(self) -> MasterKeyFile:
        """The master key, read anew."""
        return MasterKeyFile(self.keys / "master.key")

    @property
    def member_keys(self) -> MemberKeys:
        """The member keys, opened anew."""
        return MemberKeys(self.keys, self.master_key)

    @property
    def window_keys(self) -> WindowKeys:
        """The window keys."""
        return WindowKeys(self.keys / "windows")

    def begin(self) -> None:
        """Make the keys of a new installation."""
        make_master_key(self.keys / "master.key")
        make_locator_secret(self.keys, self.master_key)

    def copy_master_key(self, other: Installation) -> None:
        """Do what an operator does before a restore: put the copy of the master key there."""
        self.keys.mkdir(parents=True, mode=0o700)
        (self.keys / "master.key").write_bytes((other.keys / "master.key").read_bytes())

    def backups(
        self, database: Database, *, keep: int = 3, every: timedelta | None = timedelta(hours=24)
    ) -> Backups:
        """Return what makes its backups."""
        return Backups(
            database, self.keys, self.master_key, Plan(self.backups_folder, keep, every), room=self.room
        )

    def everything(self) -> dict[str, bytes | None]:
        """Return the whole folder, to see that nothing was touched. A lock says nothing."""
        return {
            str(path.relative_to(self.folder)): path.read_bytes() if path.is_file() else None
            for path in self.folder.rglob("*")
            if not path.name.endswith(".lock")
        }


@contextmanager
def no_room_beyond(size: int) -> Iterator[None]:
    """Let no file of this process, or of one that it starts, grow beyond this many bytes."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
