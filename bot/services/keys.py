"""The keys that live outside the database: the master key, and one key for each open window."""

from __future__ import annotations

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
    """Write a new master key, readable by its owner alone. Raises FileExistsError if there is one.

    It is on disk before its file has that name: whenever this is cut short, there is no half a key.
    """
    if path.exists():
        raise FileExistsError(path)
    _make_folder(path.parent)
    key = secrets.token_bytes(KEY_BYTES)
    unnamed = path.with_name(f"{path.name}.new")
    unnamed.unlink(missing_ok=True)  # of a start that was cut short
    _write_new(unnamed, key.hex().encode() + b"\n")
    unnamed.rename(path)
    _sync_folder(path.parent)
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
        _make_folder(folder)

    def create(self, window_id: int) -> bytes:
        """Make the key of a window that is about to open, durably.

        A key that lies there already belongs to an opening that never came about, or to a window that a
        restored database does not know: it is destroyed first.
        """
        self.destroy(window_id)
        path = self._path(window_id)
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
        finally:  # also where nothing can be written over it, because the disk is full or failing
            path.unlink(missing_ok=True)  # somebody else, who destroys it too, may have been faster
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


def _make_folder(folder: Path) -> None:
    """Make a folder for our eyes only, and those above it, so that they survive a power cut."""
    if not folder.parent.exists():
        _make_folder(folder.parent)
    folder.mkdir(mode=0o700, exist_ok=True)
    _sync_folder(folder.parent)  # even if it was there: an earlier start may have died before this


def _sync_folder(folder: Path) -> None:
    """Make a file's name, or its absence, survive a power cut (where the system can open folders)."""
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
