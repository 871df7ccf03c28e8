"""The lasting keys as files, and their copy for backups, in which every key stays wrapped."""

from __future__ import annotations

import io
import logging
import re
import zipfile
from contextlib import suppress
from pathlib import Path

from bot.services.durable import destroy_file, destroy_former
from bot.services.keys import Wrapping, WrongMasterKey
from bot.services.master_keys import MasterKeyFile, locked
from bot.services.member_keys import ERASING_FOLDER, LOCATOR_FILE, MEMBERS_FOLDER

log = logging.getLogger(__name__)

BACKUP_FILE = "backup.key"
_NEEDED = (LOCATOR_FILE, BACKUP_FILE)
_OF_A_MEMBER = re.compile(rf"(?:{MEMBERS_FOLDER}|{ERASING_FOLDER})/([0-9a-f]{{32}})")
_LARGEST = 4096
"""Bytes; a wrapped key has about a hundred."""

_DAMAGED = (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError)


class UnusableKeys(Exception):
    """A copy of the key store cannot be used. Its text says why, and follows upon the copy's name."""


def wrapping_name(file: str) -> bytes | None:
    """Return under which name the key in this file of the key folder is wrapped; None: it is not wrapped."""
    member = _OF_A_MEMBER.fullmatch(file)
    if member:
        return bytes.fromhex(member[1])
    return file.encode() if file in _NEEDED else None


def wrapped_files(folder: Path) -> list[str]:
    """Return every wrapped key that is in use, the two that everything needs first."""
    return [*(file for file in _NEEDED if (folder / file).exists()), *_files_of(folder, MEMBERS_FOLDER)]


def being_erased(folder: Path) -> list[str]:
    """Return the wrapped keys of members who are being erased. They are in no copy."""
    return _files_of(folder, ERASING_FOLDER)


def _files_of(folder: Path, place: str) -> list[str]:
    files = sorted(f"{place}/{path.name}" for path in (folder / place).glob("*"))
    return [file for file in files if wrapping_name(file) is not None]


def copy(folder: Path, master_key: MasterKeyFile) -> bytes:
    """Return a copy of all wrapped keys, as the key opens them that the operator has a copy of.

    A damaged one is left out: whose it was, is lost already. It reads every file; off the event loop.
    """
    content, damaged = io.BytesIO(), 0
    with zipfile.ZipFile(content, "w") as archive:
        for file in wrapped_files(folder):
            try:
                with suppress(FileNotFoundError):  # somebody was erased meanwhile
                    archive.writestr(zipfile.ZipInfo(file), _copied(folder, file, master_key))
            except WrongMasterKey:
                damaged += 1
    if damaged:
        log.warning("Damaged keys were left out of the backup.", extra={"count": damaged})
    return content.getvalue()


def read_copy(content: bytes, wrapping: Wrapping) -> dict[str, bytes]:
    """Return every file of a copy. Raises UnusableKeys unless it is whole and this master key opens it."""
    files: dict[str, bytes] = {}
    with _opened(content) as archive:
        for entry in archive.infolist():
            name = wrapping_name(entry.filename)
            of_nobody = entry.filename.startswith(f"{ERASING_FOLDER}/")
            if name is None or of_nobody or entry.file_size > _LARGEST:
                raise UnusableKeys("holds something that does not belong into a copy of the keys")
            try:
                files[entry.filename] = archive.read(entry)
                wrapping.unwrap(files[entry.filename], name=name)
            except _DAMAGED:
                raise UnusableKeys("is damaged") from None
            except WrongMasterKey:
                raise UnusableKeys("belongs to another master key, or is damaged") from None
    if not files.keys() >= set(_NEEDED):
        raise UnusableKeys("is not whole: a key that everything needs is missing")
    return files


def sweep_unfinished(folder: Path) -> None:
    """Destroy what is left of files whose writing was cut short. Nobody else may be writing keys."""
    with locked(folder, alone=True):
        for place in (folder, folder / MEMBERS_FOLDER, folder / ERASING_FOLDER):
            for path in place.glob("*.old"):
                destroy_former(path.with_suffix(""))
            for ending in ("new", "gone"):
                for path in place.glob(f"*.{ending}"):
                    destroy_file(path)


def _copied(folder: Path, file: str, master_key: MasterKeyFile) -> bytes:
    name = wrapping_name(file) or b""
    return master_key.as_copied((folder / file).read_bytes(), name=name)


def _opened(content: bytes) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(io.BytesIO(content))
    except zipfile.BadZipFile:
        raise UnusableKeys("is not a copy of the keys, or was cut short") from None
