"""Copies of an SQLite database: without the answers of open windows, and sound."""

from __future__ import annotations

import errno
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Literal

from db.connection import CopyFailed, StatementFailed

_HEADS = {"sqlite": b"SQLite format 3\0", "postgres": b"PGDMP"}
_FULL = "the disk is full"
_FAILING = "the disk fails, or lets no file grow that large"
_NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


def make_room(file: Path) -> None:
    """Make an empty file for a copy; one that SQLite itself makes can be read by others."""
    file.touch(mode=0o600, exist_ok=False)


def clean_copy(file: Path) -> None:
    """Write zeros over every sealed ballot in a copy, and check it.

    It is not made smaller afterwards: for that, SQLite would put all of it into memory, or into the
    system's folder for passing files.

    Raises: StatementFailed. CopyFailed when the copy is damaged.
    """
    try:
        # No journal: it would be one more file with ballots, and there is nothing to go back to.
        _run(file, "PRAGMA journal_mode = OFF", "PRAGMA secure_delete = ON", "DELETE FROM ballot")
        check_copy(file)
    except sqlite3.Error as error:
        raise StatementFailed(getattr(error, "sqlite_errorname", "unknown")) from None


def check_copy(file: Path) -> None:
    """Raise CopyFailed unless this SQLite database is sound."""
    try:
        sound = _run(file, "PRAGMA integrity_check") == [("ok",)]
    except sqlite3.DatabaseError:
        sound = False
    if not sound:
        raise CopyFailed("The copy of the database is damaged.")


def is_copy_of(engine: Literal["sqlite", "postgres"], head: bytes) -> bool:
    """Say whether what begins like this is a copy of a database of this engine."""
    return head.startswith(_HEADS[engine])


def reason_for(error: Exception) -> str:
    """Return in a few words why something could not be written, without any value of the database."""
    name = error.reason if isinstance(error, StatementFailed) else ""
    if name == "SQLITE_FULL" or (isinstance(error, OSError) and error.errno in _NO_ROOM):
        return _FULL
    if name.startswith("SQLITE_IOERR"):
        return _FAILING
    return name or getattr(error, "strerror", None) or type(error).__name__


def _run(file: Path, *statements: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        return [row for statement in statements for row in connection.execute(statement).fetchall()][-1:]
