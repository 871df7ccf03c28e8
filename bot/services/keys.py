"""The keys that live outside the database: the master key, what it wraps, one key for each open window."""

from __future__ import annotations

import os
import re
import secrets
import tempfile
from collections.abc import Collection
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from bot.services.rules.ballots import KEY_BYTES

_NAME = re.compile(r"([1-9][0-9]*)\.window")
_NONCE_BYTES = 12


class WrongMasterKey(Exception):
    """What is wrapped in the key folder was not wrapped under this master key, or was damaged."""


class NoRoomForKeys(OSError):
    """A key cannot be written where keys belong. Its text is the one line that says where, and why."""


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


def make_master_key(path: Path) -> MasterKey:
    """Write a new master key, readable by its owner alone.

    It is on disk before its file has that name: whenever this is cut short, there is no half a key.

    Raises: FileExistsError if there is one, NoRoomForKeys.
    """
    if path.exists():
        raise FileExistsError(path)
    require_room(path.parent)
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
        require_room(folder)

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


def derive(key: bytes, purpose: bytes) -> bytes:
    """Return the key for one purpose that follows from another key."""
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=purpose).derive(key)


def require_room(folder: Path) -> None:
    """Make the folder if need be, and make sure that a key can be written there. Raises NoRoomForKeys."""
    try:
        make_folder(folder)
        with tempfile.TemporaryFile(dir=folder) as probe:  # it never has a name that could be left behind
            probe.write(bytes(KEY_BYTES))
            probe.flush()
            os.fsync(probe.fileno())
    except OSError as wrong:
        raise NoRoomForKeys(f"Keys cannot be kept in {folder}: {wrong.strerror}.") from None


def write_new(path: Path, content: bytes) -> None:
    """Write a file that only its owner may read, durably. Raises FileExistsError if there is one."""
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        os.write(file, content)
        os.fsync(file)
    finally:
        os.close(file)
    sync_folder(path.parent)


def write_whole(path: Path, content: bytes) -> None:
    """Write a file that holds, whenever this is cut short, all of the content or what it held before."""
    unnamed = path.with_name(f"{path.name}.new")
    unnamed.unlink(missing_ok=True)  # of a time that was cut short
    write_new(unnamed, content)
    unnamed.rename(path)
    sync_folder(path.parent)


def destroy_file(path: Path) -> None:
    """Overwrite and remove a file, durably. Nothing happens when it is gone."""
    try:
        with path.open("r+b") as file:
            file.write(secrets.token_bytes(path.stat().st_size))
            file.flush()
            os.fsync(file.fileno())
    except FileNotFoundError:
        return
    finally:  # also where nothing can be written over it, because the disk is full or failing
        path.unlink(missing_ok=True)  # somebody else, who destroys it too, may have been faster
        sync_folder(path.parent)


def make_folder(folder: Path) -> None:
    """Make a folder for our eyes only, and those above it, so that they survive a power cut."""
    if not folder.parent.exists():
        make_folder(folder.parent)
    folder.mkdir(mode=0o700, exist_ok=True)
    sync_folder(folder.parent)  # even if it was there: an earlier start may have died before this


def sync_folder(folder: Path) -> None:
    """Make a file's name, or its absence, survive a power cut (where the system can open folders)."""
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
