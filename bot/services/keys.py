"""The keys that live outside the database: the master key, what it wraps, one key for each open window."""

from __future__ import annotations

import os
import re
import secrets
import tempfile
from collections.abc import Collection
from pathlib import Path
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from bot.services.durable import destroy_file, make_folder, write_new, write_whole
from bot.services.rules.ballots import KEY_BYTES

_NAME = re.compile(r"([1-9][0-9]*)\.window")
_NONCE_BYTES = 12


class WrongMasterKey(Exception):
    """What is wrapped in the key folder was not wrapped under this master key, or was damaged."""


class NoRoomForKeys(OSError):
    """A key cannot be written where keys belong. Its text is the one line that says where, and why."""


class Wrapping(Protocol):
    """What wraps the other lasting keys: a master key, or the file of one, which may be replaced."""

    def wrap(self, secret: bytes, *, name: bytes) -> bytes:
        """Return a secret as it may lie in a file. It only opens again under the same name."""
        ...

    def unwrap(self, wrapped: bytes, *, name: bytes) -> bytes:
        """Return the secret. Raises WrongMasterKey."""
        ...


class MasterKey:
    """Wraps the other lasting keys; nobody who has only their files can use them."""

    __slots__ = ("_wrap",)

    def __init__(self, key: bytes) -> None:
        if len(key) != KEY_BYTES:
            raise ValueError("the master key has 32 bytes")
        self._wrap = AESGCM(derive(key, b"wrap"))

    def wrap(self, secret: bytes, *, name: bytes) -> bytes:
        """Return a secret as it may lie in a file. It only opens again under the same name."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return nonce + self._wrap.encrypt(nonce, secret, name)

    def unwrap(self, wrapped: bytes, *, name: bytes) -> bytes:
        """Return the secret. Raises WrongMasterKey."""
        try:
            return self._wrap.decrypt(wrapped[:_NONCE_BYTES], wrapped[_NONCE_BYTES:], name)
        except (InvalidTag, ValueError):
            raise WrongMasterKey("a wrapped key could not be opened") from None


def read_wrapped(path: Path, wrapping: Wrapping, *, name: bytes) -> bytes:
    """Return the secret that lies wrapped in a file. Raises FileNotFoundError, WrongMasterKey."""
    try:
        return wrapping.unwrap(path.read_bytes(), name=name)
    except WrongMasterKey:
        return wrapping.unwrap(path.read_bytes(), name=name)  # it may have been wrapped anew just now


def make_master_key(path: Path) -> MasterKey:
    """Write a new master key, readable by its owner alone.

    It is on disk before its file has that name: whenever this is cut short, there is no half a key.

    Raises: FileExistsError if there is one, NoRoomForKeys.
    """
    if path.exists():
        raise FileExistsError(path)
    require_space(path.parent)
    key = secrets.token_bytes(KEY_BYTES)
    write_whole(path, key.hex().encode() + b"\n")
    return MasterKey(key)


def read_master_key(path: Path) -> MasterKey:
    """Return the key in this file. Raises FileNotFoundError, or ValueError when it is not a key."""
    try:
        return MasterKey(bytes.fromhex(path.read_text("ascii")))
    except ValueError:
        raise ValueError(f"{path} does not hold a master key") from None


class WindowKeys:
    """The folder of window keys: outside the database, outside every backup.

    A key file is on disk before its window is, and is overwritten and unlinked after the window's
    close is on disk. (Solid-state disks may keep an overwritten block for a while; the operating
    manual says so.) Calls take well under a millisecond except `create` and `destroy`, which wait
    for the disk: run those off the event loop.

    Raises: NoRoomForKeys, at once, where no window could be opened for want of a key.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        require_space(folder)

    def create(self, window_id: int) -> bytes:
        """Make the key of a window that is about to open, durably.

        A key that lies there already belongs to an opening that never came about, or to a window that a
        restored database does not know: it is destroyed first.
        """
        self.destroy(window_id)
        path = self._path(window_id)
        key = secrets.token_bytes(KEY_BYTES)
        write_new(path, key)
        return key

    def read(self, window_id: int) -> bytes | None:
        """Return the window's key, or None when it is gone or damaged: then nobody opens its ballots."""
        try:
            key = self._path(window_id).read_bytes()
        except FileNotFoundError:
            return None
        return key if len(key) == KEY_BYTES else None

    def destroy(self, window_id: int) -> None:
        """Overwrite and remove the window's key, durably. Nothing happens when it is gone."""
        destroy_file(self._path(window_id))

    def sweep(self, open_windows: Collection[int], *, newest: int) -> int:
        """Destroy every key whose window is not open, and return how many there were."""
        left_over = self.left_over(open_windows, newest=newest)
        for number in left_over:
            self.destroy(number)
        return len(left_over)

    def left_over(self, open_windows: Collection[int], *, newest: int) -> list[int]:
        """Return the windows that are not open and still have a key.

        Keys above the newest known window do not count: another process may be opening theirs.
        """
        names = (_NAME.fullmatch(path.name) for path in self._folder.iterdir())
        kept = [int(name[1]) for name in names if name]
        return [number for number in kept if number <= newest and number not in open_windows]

    def _path(self, window_id: int) -> Path:
        return self._folder / f"{window_id}.window"


def derive(key: bytes, purpose: bytes) -> bytes:
    """Return the key for one purpose that follows from another key."""
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=purpose).derive(key)


def require_space(folder: Path) -> None:
    """Make the folder if need be, and make sure that a key can be written there. Raises NoRoomForKeys."""
    try:
        make_folder(folder)
        with tempfile.TemporaryFile(dir=folder) as probe:  # it never has a name that could be left behind
            probe.write(bytes(KEY_BYTES))
            probe.flush()
            os.fsync(probe.fileno())
    except OSError as wrong:
        raise NoRoomForKeys(f"Keys cannot be kept in {folder}: {wrong.strerror}.") from None
