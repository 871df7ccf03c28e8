"""The keys with which a backup is opened: from their copy, or as they lie in the key folder."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from bot.services import backup_files, key_store
from bot.services.backup_files import Identity
from bot.services.backups import KEYS_COPY
from bot.services.durable import make_folder, sync_folder, write_new
from bot.services.key_store import BACKUP_FILE, UnusableKeys
from bot.services.keys import WrongMasterKey, read_wrapped
from bot.services.master_keys import MasterKeyFile
from bot.services.member_keys import LOCATOR_FILE, MEMBERS_FOLDER, check_of, conceal_age

_NEEDED = (LOCATOR_FILE, BACKUP_FILE)
_COMING = "restoring"


class CannotRestore(Exception):
    """Nothing was restored, and nothing was touched. Its text is the one line that says why."""


@dataclass(frozen=True, slots=True)
class OpenedKeys:
    """What a restore needs of the keys. `source` and `files` are what is to be written, if anything is.

    `check` is the fingerprint that the database must bear.
    """

    source: Path | None
    files: Mapping[str, bytes]
    members: int
    check: bytes
    identity: Identity


def open_keys(folder: Path, master_key: MasterKeyFile, *, backup: Path, named: Path | None) -> OpenedKeys:
    """Return the keys, every one of them tried: those in the folder, else those of a copy.

    `named` is the copy that the operator named; without it, it is looked for beside the backup.

    Raises: CannotRestore, OSError.
    """
    there = key_store.wrapped_files(folder)
    if not there:
        return _from_copy(named or backup.with_name(KEYS_COPY), master_key)
    if named is not None:
        raise CannotRestore(
            f"There are keys already: {folder / there[0]}. Move them away first, or leave --keys out."
        )
    return _from_folder(folder, there, master_key)


def write_copy(files: Mapping[str, bytes], folder: Path) -> None:
    """Write the files of a copy into a folder that holds no such keys: all of them, or none.

    `locator.key` comes last: whenever this is cut short, a folder that has it has everything.
    """
    coming = folder / _COMING
    make_folder(coming / MEMBERS_FOLDER)
    try:
        for file, content in files.items():
            write_new(coming / file, content)
            conceal_age(coming / file)
        with suppress(FileNotFoundError):
            (folder / MEMBERS_FOLDER).rmdir()  # where there is one, it is empty
        _move(coming, folder, MEMBERS_FOLDER, BACKUP_FILE, LOCATOR_FILE)
    finally:
        _take_back(folder)


def settle_restored(folder: Path) -> None:
    """Finish what a restore was doing when it was killed, or take it back."""
    coming = folder / _COMING
    if coming.exists() and not (coming / MEMBERS_FOLDER).exists():
        _move(coming, folder, BACKUP_FILE, LOCATOR_FILE)  # everything was there, and is on its way
    _take_back(folder)


def _from_copy(source: Path, master_key: MasterKeyFile) -> OpenedKeys:
    if not source.exists():
        raise CannotRestore(f"There is no copy of the keys: {source}. Say with --keys where it lies.")
    try:
        files = key_store.read_copy(source.read_bytes(), master_key)
    except UnusableKeys as error:
        raise CannotRestore(f"{source} {error}.") from None
    opened = {name: master_key.unwrap(files[name], name=name.encode()) for name in _NEEDED}
    return _opened(opened, source, files, len(files))


def _from_folder(folder: Path, there: Sequence[str], master_key: MasterKeyFile) -> OpenedKeys:
    opened: dict[str, bytes] = {}
    for name in (*_NEEDED, *there):
        path = folder / name
        try:
            opened[name] = read_wrapped(path, master_key, name=key_store.wrapping_name(name) or b"")
        except FileNotFoundError:
            raise CannotRestore(
                f"{path} is missing, but other keys are there. Move them away first."
            ) from None
        except WrongMasterKey:
            raise CannotRestore(
                f"{path} belongs to another master key than {master_key.path}, or is damaged."
            ) from None
    return _opened(opened, None, {}, len(there))


def _opened(
    opened: Mapping[str, bytes], source: Path | None, files: Mapping[str, bytes], many: int
) -> OpenedKeys:
    return OpenedKeys(
        source=source,
        files=files,
        members=many - len(_NEEDED),
        check=check_of(opened[LOCATOR_FILE]),
        identity=backup_files.identity_from(opened[BACKUP_FILE]),
    )


def _move(coming: Path, folder: Path, *files: str) -> None:
    for file in files:
        with suppress(FileNotFoundError):
            (coming / file).replace(folder / file)
    sync_folder(folder)


def _take_back(folder: Path) -> None:
    """Remove what was not moved: the folder of members last, by which `settle_restored` knows that."""
    coming = folder / _COMING
    for path in (*coming.glob("*.key*"), *(coming / MEMBERS_FOLDER).glob("*")):
        path.unlink()
    for path in (coming / MEMBERS_FOLDER, coming):
        with suppress(FileNotFoundError):
            path.rmdir()
