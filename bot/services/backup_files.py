"""The files of backups: what they are called, who can open them, which are kept."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO, Any, Literal, Protocol

import pyrage  # pyright: ignore[reportMissingTypeStubs] - it ships none, hence `Any` below

from bot.services.durable import sync_folder, write_whole
from bot.services.key_store import BACKUP_FILE
from bot.services.keys import Wrapping, read_wrapped
from bot.services.master_keys import locked

_age: Any = pyrage
_ENDINGS = {"sqlite": "db", "postgres": "dump"}
_NAME = re.compile(r"respite-(\d{8}T\d{6}Z)\.(?:db|dump)\.age(\.new)?")
_MOMENT = "%Y%m%dT%H%M%SZ"
_UNFINISHED_FOR = timedelta(hours=1)


class Identity(Protocol):
    """What opens backups. Everybody may know the recipient that follows from it."""

    def to_public(self) -> object:
        """Return the recipient to whom backups are encrypted."""
        ...


class Writer(Protocol):
    """Where to an opened backup is written."""

    def write(self, piece: bytes, /) -> int:
        """Take a piece and return its length."""
        ...


class UnusableBackup(Exception):
    """A backup cannot be opened. Its text is the one line that says why."""


def name_of(engine: Literal["sqlite", "postgres"], at: datetime) -> str:
    """Return what a backup of this moment is called."""
    return f"respite-{at.astimezone(UTC):{_MOMENT}}.{_ENDINGS[engine]}.age"


def made_at(file: Path) -> datetime | None:
    """Return when a backup was made, by its name; None: it is not called like one."""
    name = _NAME.fullmatch(file.name)
    return None if name is None else datetime.strptime(name[1], _MOMENT).replace(tzinfo=UTC)


def list_backups(folder: Path) -> Sequence[Path]:
    """Return the finished backups in a folder, newest first."""
    found = [(moment, path) for path in folder.glob("respite-*.age") if (moment := made_at(path))]
    return [path for _, path in sorted(found, reverse=True)]


def remove_old(folder: Path, *, keep: int, at: datetime) -> int:
    """Remove all but the newest backups, and what was never finished; return how many backups that were."""
    old = list_backups(folder)[keep:]
    abandoned = [
        path
        for path in folder.glob("respite-*.age.new")
        if (began := made_at(path)) and at - began > _UNFINISHED_FOR
    ]
    for path in (*old, *abandoned):
        path.unlink(missing_ok=True)
    sync_folder(folder)
    return len(old)


def identity_in(folder: Path, wrapping: Wrapping, *, make: bool) -> Identity:
    """Return the identity to which backups are encrypted; make one, durably, at first need.

    Raises: FileNotFoundError where there is none and none is to be made, WrongMasterKey.
    """
    path, name = folder / BACKUP_FILE, BACKUP_FILE.encode()
    if make and not path.exists():
        with locked(folder, alone=True):
            if not path.exists():
                made = str(_age.x25519.Identity.generate()).encode()
                write_whole(path, wrapping.wrap(made, name=name))
    return identity_from(read_wrapped(path, wrapping, name=name))


def identity_from(secret: bytes) -> Identity:
    """Return the identity that was unwrapped."""
    return _age.x25519.Identity.from_str(secret.decode())


def encrypt(reader: IO[bytes], file: Path, identity: Identity) -> None:
    """Write what is read into a new file that only this identity opens, durably or not at all.

    Raises: OSError.
    """
    file.unlink(missing_ok=True)  # of a time that was cut short
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with open(descriptor, "wb") as writer:  # noqa: PTH123 - a Path cannot be opened with these flags
            sink = _Sink(writer)
            try:
                _age.encrypt_io(reader, sink, [identity.to_public()])
            except _age.EncryptError:
                raise sink.failure or OSError("it cannot be encrypted") from None
            writer.flush()
            os.fsync(descriptor)
    except BaseException:
        file.unlink(missing_ok=True)
        raise


class _Sink:
    """Writes to a file, and remembers what went wrong: the library would only tell it in words."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.failure: OSError | None = None

    def write(self, piece: bytes, /) -> int:
        try:
            return self._file.write(piece)
        except OSError as failure:
            self.failure = failure
            raise

    def flush(self) -> None:
        self._file.flush()


def decrypt(file: Path, writer: Writer, identity: Identity) -> None:
    """Write what the file holds. What was written counts only when this has returned.

    Raises: UnusableBackup; OSError where it cannot be read or written.
    """
    try:
        with file.open("rb") as reader:
            _age.decrypt_io(reader, writer, [identity])
    except _age.DecryptError as wrong:
        if "No matching keys" in str(wrong):
            raise UnusableBackup(f"{file} was encrypted under other keys than these.") from None
        raise UnusableBackup(f"{file} is not a backup, or was cut short.") from None
    except OSError as wrong:
        if wrong.errno is not None:
            raise
        raise UnusableBackup(f"{file} is damaged, or was cut short.") from None
