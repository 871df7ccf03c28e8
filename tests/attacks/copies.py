"""Copies of a running installation's files, as a backup program or a thief would take them."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto
from pathlib import Path

DATABASE = "respite.db"
WAL = "respite.db-wal"


class Moment(Enum):
    """When a copy was taken."""

    ANSWERED = auto()
    """After an answer had been acknowledged."""

    STOPPED = auto()
    """With the window open and everybody's answer in it, after the program was stopped and started."""

    CLOSED = auto()
    """After the close."""


@dataclass(frozen=True, slots=True)
class Copy:
    """What the files held at one moment. `keys` is empty for whoever has no access to the key folder."""

    window: int
    moment: Moment
    database: bytes
    wal: bytes
    keys: Mapping[str, bytes]


def take(folder: Path, keys: Path, into: Path, *, window: int, moment: Moment) -> Copy:
    """Copy the database and its log through another process, and the keys.

    SQLite holds the file by locks of its process, and POSIX drops all locks that a process has on a file
    as soon as that process closes any descriptor of it. To read the file right here would thus open it to
    everybody else, and change what is measured; `cp` has a process of its own.
    """
    for name in (DATABASE, WAL):
        (into / name).unlink(missing_ok=True)
    there = [str(folder / name) for name in (DATABASE, WAL) if (folder / name).exists()]
    subprocess.run(["cp", *there, str(into)], check=True)
    return Copy(
        window,
        moment,
        (into / DATABASE).read_bytes(),
        (into / WAL).read_bytes() if (into / WAL).exists() else b"",
        contents(keys),
    )


def contents(keys: Path) -> dict[str, bytes]:
    """Return every file of the key folder."""
    return {str(path.relative_to(keys)): path.read_bytes() for path in keys.rglob("*") if path.is_file()}
