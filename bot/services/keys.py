"""The keys that live outside the database: the master key, and one key for each open window."""

from __future__ import annotations

import contextlib
import hmac
import os
import re
import secrets
from collections.abc import Collection
from hashlib import sha256
from pathlib import Path

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from bot.services.rules.ballots import KEY_BYTES

MEMBER_KEY_BYTES = 16
_NAME = re.compile(r"([1-9][0-9]*)\.window")


class MasterKey:
    """Turns a person into a key that means nothing without it."""

    __slots__ = ("_check", "_member")

    def __init__(self, key: bytes) -> None:
        if len(key) != KEY_BYTES:
            raise ValueError("the master key has 32 bytes")
        self._member = _derive(key, b"member")
        self._check = _derive(key, b"check")

    def member_key(self, server_id: int, user_id: int) -> bytes:
        """Return the person's key in this server. No file holds the id that it was made from."""
        person = server_id.to_bytes(8, "big") + user_id.to_bytes(8, "big")
        return hmac.digest(self._member, person, sha256)[:MEMBER_KEY_BYTES]

    @property
    def check(self) -> bytes:
        """A fingerprint by which a database knows that it was begun under this key."""
        return self._check


def make_master_key(path: Path) -> MasterKey:
    """Write a new master key, readable by its owner alone. Raises FileExistsError if there is one."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    key = secrets.token_bytes(KEY_BYTES)
    _write_new(path, key.hex().encode() + b"\n")
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
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def create(self, window_id: int) -> bytes:
        """Make the key of a window that is about to open, durably.

        A key that lies there already belongs to an opening that never came about; it is replaced.
        """
        path = self._path(window_id)
        with contextlib.suppress(FileNotFoundError):
            path.unlink()
        key = secrets.token_bytes(KEY_BYTES)
        _write_new(path, key)
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
        path = self._path(window_id)
        try:
            with path.open("r+b") as file:
                file.write(secrets.token_bytes(KEY_BYTES))
                file.flush()
                os.fsync(file.fileno())
        except FileNotFoundError:
            return
        path.unlink()
        _sync_folder(self._folder)

    def sweep(self, open_windows: Collection[int], *, newest: int) -> int:
        """Destroy every key whose window is not open, and return how many there were.

        Keys above the newest known window are left: another process may be opening theirs.
        """
        names = (_NAME.fullmatch(path.name) for path in self._folder.iterdir())
        kept = [int(name[1]) for name in names if name]
        left_over = [number for number in kept if number <= newest and number not in open_windows]
        for number in left_over:
            self.destroy(number)
        return len(left_over)

    def _path(self, window_id: int) -> Path:
        return self._folder / f"{window_id}.window"


def _derive(key: bytes, purpose: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose).derive(key)


def _write_new(path: Path, content: bytes) -> None:
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        os.write(file, content)
        os.fsync(file)
    finally:
        os.close(file)
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    """Make a file's name, or its absence, survive a power cut (where the system can open folders)."""
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
