"""A disk that can be filled up, freed and made read-only while the program runs on it."""

from __future__ import annotations

import os
import resource
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

SIZE = "4m"


class SmallDisk(Protocol):
    """A folder with little room."""

    folder: Path

    def fill(self, process: int) -> None:
        """Leave no room for anything that this process would write."""

    def free(self, process: int) -> None:
        """Make room again."""

    def be_read_only(self) -> None:
        """Let nothing be written by a program that starts from now on."""

    def be_writable(self) -> None:
        """Let everything be written again."""


class OwnFileSystem:
    """A file system in memory, for those who may mount one."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._filling = folder / "filling"

    def fill(self, process: int) -> None:
        with self._filling.open("wb", buffering=0) as file:
            try:
                while file.write(bytes(4096)):
                    pass
            except OSError:
                return

    def free(self, process: int) -> None:
        self._filling.unlink()

    def be_read_only(self) -> None:
        subprocess.run(["mount", "-o", "remount,ro", self.folder], check=True)

    def be_writable(self) -> None:
        subprocess.run(["mount", "-o", "remount,rw", self.folder], check=True)


class OwnLimit:
    """An ordinary folder, for everybody else: the system lets no file of the process grow any more."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def fill(self, process: int) -> None:
        self._limit(process, (self.folder / "respite.db-wal").stat().st_size)

    def free(self, process: int) -> None:
        self._limit(process, resource.RLIM_INFINITY)

    def be_read_only(self) -> None:
        self._allow(0o500, 0o400)

    def be_writable(self) -> None:
        self._allow(0o700, 0o600)

    def _limit(self, process: int, size: int) -> None:
        _, hard = resource.prlimit(process, resource.RLIMIT_FSIZE)
        resource.prlimit(process, resource.RLIMIT_FSIZE, (size, hard))

    def _allow(self, folder: int, file: int) -> None:
        self.folder.chmod(0o700)
        for path in self.folder.rglob("*"):
            path.chmod(folder if path.is_dir() else file)
        self.folder.chmod(folder)


@contextmanager
def small_disk(folder: Path) -> Iterator[SmallDisk]:
    """Yield the smallest disk that can be had here."""
    mount = ["mount", "-t", "tmpfs", "-o", f"size={SIZE},mode=700", "tmpfs", str(folder)]
    if os.geteuid() == 0 and subprocess.run(mount, check=False, stderr=subprocess.DEVNULL).returncode == 0:
        try:
            yield OwnFileSystem(folder)
        finally:
            subprocess.run(["umount", "--lazy", folder], check=True)
    else:
        yield OwnLimit(folder)
