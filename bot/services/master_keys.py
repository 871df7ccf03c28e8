"""The master key as it lies on disk, together with the one that is about to take its place."""

from __future__ import annotations

import os
import sys
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path

from bot.services.durable import destroy_former, put_over
from bot.services.keys import MasterKey, WrongMasterKey, make_master_key, read_master_key

if sys.platform != "win32":
    import fcntl

KEYS_LOCK = "keys.lock"


class MasterKeyFile:
    """Wraps and unwraps under the master key, also while another process replaces it.

    What is wrapped opens under the key in the file or under its successor; which of the two, is looked up
    on disk again whenever it matters.
    """

    def __init__(self, path: Path) -> None:
        """Read the key. Raises FileNotFoundError, or ValueError when the file does not hold one."""
        self.path = path
        self._keys = _read(path)

    @property
    def successor(self) -> Path:
        """Where the key lies that is about to take this one's place, if there is one."""
        return self.path.with_name(f"{self.path.name}.next")

    def wrap(self, secret: bytes, *, name: bytes) -> bytes:
        """Return a secret as it may lie in a file: under the successor, where there is one.

        Whoever writes it down holds `KEYS_LOCK` meanwhile, so that it is not under yesterday's key.
        """
        with suppress(OSError, ValueError):  # the file may lie on a stick that was pulled after the start
            self.look_again()
        return self._keys[-1].wrap(secret, name=name)

    def unwrap(self, wrapped: bytes, *, name: bytes) -> bytes:
        """Return the secret. Raises WrongMasterKey."""
        with suppress(WrongMasterKey):
            return self._opened(wrapped, name)
        with suppress(OSError, ValueError):
            self.look_again()
        return self._opened(wrapped, name)

    def as_copied(self, wrapped: bytes, *, name: bytes) -> bytes:
        """Return what was wrapped so that the key opens it of which the operator has a copy.

        That is the one in the file, until its successor has taken its place. Raises WrongMasterKey.
        """
        secret = self.unwrap(wrapped, name=name)
        with suppress(WrongMasterKey):
            self._keys[0].unwrap(wrapped, name=name)
            return wrapped
        return self._keys[0].wrap(secret, name=name)

    def is_newest(self, wrapped: bytes, *, name: bytes) -> bool:
        """Say whether this was wrapped under the successor; where there is none, under the key itself."""
        try:
            self._keys[-1].unwrap(wrapped, name=name)
        except WrongMasterKey:
            return False
        return True

    def make_successor(self) -> None:
        """Make the key that is to take this one's place, durably, unless there is one already."""
        if not self.successor.exists():
            make_master_key(self.successor)
        self.look_again()

    def hand_over(self) -> None:
        """Let the successor take this key's place, durably, and destroy this one.

        Whenever this is cut short, it can be called again. Nothing happens where there is no successor.

        Raises: OSError where the file cannot be replaced; then both are still there.
        """
        if self.successor.exists():
            put_over(self.successor, self.path)
        destroy_former(self.path)
        self.look_again()

    def look_again(self) -> None:
        """Read the keys again. Raises FileNotFoundError, ValueError."""
        self._keys = _read(self.path)

    def _opened(self, wrapped: bytes, name: bytes) -> bytes:
        for key in self._keys:
            with suppress(WrongMasterKey):
                return key.unwrap(wrapped, name=name)
        raise WrongMasterKey("a wrapped key could not be opened")


def _read(path: Path) -> tuple[MasterKey, ...]:
    """Return the key and its successor: that one is looked for first, or it might slip by."""
    coming: list[MasterKey] = []
    with suppress(FileNotFoundError):
        coming.append(read_master_key(path.with_name(f"{path.name}.next")))
    return read_master_key(path), *coming


@contextmanager
def locked(folder: Path, name: str = KEYS_LOCK, *, alone: bool = False) -> Generator[None]:
    """Keep out whoever would be here alone, in any process; or everybody, to be here alone.

    Held for moments only. (Windows knows no such locks; there, one process has the folder.)
    """
    if sys.platform == "win32":
        yield
        return
    descriptor = os.open(folder / name, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX if alone else fcntl.LOCK_SH)
        yield
    finally:
        os.close(descriptor)
