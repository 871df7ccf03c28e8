"""The member keys: one data key for each member of a server, wrapped, in a folder outside the database.

A member's *locator* follows from who they are; it is the name of their key file and stands nowhere else.
Everything in the database that is about one member is found and opened by way of their data key, so
that destroying that one file makes all of it meaningless, in every copy of the database there is.
"""

from __future__ import annotations

import asyncio
import hmac
import os
import secrets
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from bot.services.durable import destroy_file, make_folder, sync_folder, write_whole
from bot.services.keys import Wrapping, derive, read_wrapped
from bot.services.master_keys import locked
from bot.services.people import NOBODY, Person
from bot.services.rules.ballots import KEY_BYTES
from db import Transaction, in_thread

KEY_LENGTH = 16
"""Bytes of a locator, of a member's key and of an index key."""

LOCATOR_FILE = "locator.key"
MEMBERS_FOLDER = "members"
ERASING_FOLDER = "erasing"
_NONCE_BYTES = 12


class SpoiltRow(ValueError):
    """Something sealed for a member that their data key does not open: it was damaged, or is another's."""


class MemberKey:
    """What follows from one member's data key."""

    __slots__ = ("_data_key", "key")

    def __init__(self, data_key: bytes) -> None:
        self._data_key = data_key
        self.key = derive(data_key, b"member")[:KEY_LENGTH]
        """Stands for the member in rows by which circles count and seat people."""

    def index(self, table: str) -> bytes:
        """Return the name of this member's rows in a private table: nobody can tell it from another's."""
        return hmac.digest(derive(self._data_key, b"index"), table.encode(), sha256)[:KEY_LENGTH]

    def seal(self, table: str, content: bytes) -> bytes:
        """Seal something of this member's for one table."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return nonce + self._box(table).encrypt(nonce, content, table.encode())

    def open(self, table: str, sealed: bytes) -> bytes:
        """Return what was sealed for this table. Raises SpoiltRow."""
        try:
            return self._box(table).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], table.encode())
        except (InvalidTag, ValueError):
            raise SpoiltRow("a sealed row could not be opened") from None

    def _box(self, table: str) -> AESGCM:
        return AESGCM(derive(self._data_key, b"seal:" + table.encode()))


class MemberKeys:
    """The folder of member keys. Reading one takes some fifty microseconds; making one waits for the disk.

    Several processes may share the folder: nothing that matters is remembered here, except who is found
    under which key, and that is looked up again whenever it is missing or wrong.
    """

    def __init__(self, folder: Path, master_key: Wrapping) -> None:
        self._keys = folder
        self._folder = folder / MEMBERS_FOLDER
        self._erasing = folder / ERASING_FOLDER
        self._master_key = master_key
        secret = read_wrapped(folder / LOCATOR_FILE, master_key, name=LOCATOR_FILE.encode())
        self._locator_key = derive(secret, b"locator")
        self.check = check_of(secret)
        """A fingerprint by which a database knows that it was begun under these keys."""
        self.after_destroying: Callable[[], Awaitable[object]] = _nothing
        """What is done once a key has been destroyed: it must go from the copy of the keys as well."""
        self._locators: dict[str, dict[bytes, bytes]] = {}
        make_folder(self._folder)
        make_folder(self._erasing)

    def locate(self, server_id: int, user_id: int) -> bytes:
        """Return a person's locator in this server. No file holds the id that it was made from."""
        person = server_id.to_bytes(8, "big") + user_id.to_bytes(8, "big")
        return hmac.digest(self._locator_key, person, sha256)[:KEY_LENGTH]

    def find(self, locator: bytes) -> MemberKey | None:
        """Return the key of a person about whom something is stored, else None.

        Raises: WrongMasterKey when the file was damaged.
        """
        return self._read(self._folder, locator)

    def recognise(self, server_id: int, user_id: int) -> tuple[bytes, bytes]:
        """Return a person's locator and their key in rows, which is `NOBODY` while nothing is stored."""
        locator = self.locate(server_id, user_id)
        found = self.find(locator)
        return locator, NOBODY if found is None else found.key

    async def held(self, tx: Transaction, locator: bytes) -> MemberKey | None:
        """Return the key of a person about whom something is stored, which stays until the transaction ends.

        Whoever writes about a member holds them, so that nobody is erased meanwhile: what is written under
        a key that is gone could never be found again. Every other hold is taken before this one.
        """
        await tx.hold("member", int.from_bytes(locator))
        return self.find(locator)

    async def of(self, tx: Transaction, locator: bytes) -> MemberKey:
        """Return the person's key like `held`, and make one, durably, where there is none."""
        # Whoever comes next finds no key yet: whatever happens, no thread is left that still makes one.
        return await self.held(tx, locator) or await in_thread(self.make, locator)

    async def known(self, tx: Transaction, person: Person) -> Person:
        """Return the same person, held, with a key under which something may be stored about them."""
        return replace(person, key=(await self.of(tx, person.locator)).key)

    async def locator_of(self, key: bytes) -> bytes | None:
        """Return the locator of whoever has this key in rows, or None when that member was erased."""
        return await self._look_up("", key)

    async def owner_of(self, table: str, index: bytes) -> MemberKey | None:
        """Return the key of whoever's row this is in a private table, or None when that member was erased."""
        locator = await self._look_up(table, index)
        return None if locator is None else self.find(locator)

    async def _look_up(self, table: str, name: bytes) -> bytes | None:
        for _ in range(2):
            locator = self._locators.get(table, {}).get(name)
            found = None if locator is None else self.find(locator)
            if found is not None and _name_in(table, found) == name:
                return locator
            self._locators[table] = await asyncio.to_thread(self._names, table)
        return None

    def _names(self, table: str) -> dict[bytes, bytes]:
        return {_name_in(table, found): locator for locator, found in self.all()}

    def all(self) -> Iterator[tuple[bytes, MemberKey]]:
        """Yield every member's locator and key. It reads every file: run it off the event loop."""
        for locator in map(_locator, self._folder.iterdir()):
            found = None if locator is None else self.find(locator)
            if locator is not None and found is not None:
                yield locator, found

    async def set_aside(self, locator: bytes) -> None:
        """Take the key of somebody who is being erased out of use, durably.

        From now on they are a newcomer. What is left of them can still be found until `destroy`, after a
        crash as well. Nothing happens where there is no key.
        """
        self._locators.clear()

        def move() -> None:
            with locked(self._keys), suppress(FileNotFoundError):
                self._path(locator).replace(self._erasing / locator.hex())
                sync_folder(self._erasing)
                sync_folder(self._folder)

        await in_thread(move)

    def being_erased(self) -> list[bytes]:
        """Return the locators whose keys were set aside and not destroyed yet. Usually there is none."""
        return [locator for locator in map(_locator, self._erasing.iterdir()) if locator is not None]

    def find_set_aside(self, locator: bytes) -> MemberKey | None:
        """Return the key of somebody who is being erased, else None. Raises WrongMasterKey."""
        return self._read(self._erasing, locator)

    async def destroy(self, locator: bytes) -> None:
        """Destroy the key that was set aside, durably: what was stored under it can never be read again."""
        if await in_thread(self._destroy, self._erasing / locator.hex()):
            await self.after_destroying()

    def make(self, locator: bytes) -> MemberKey:
        """Make a key in the place of whatever there is, durably. It waits for the disk."""
        data_key = secrets.token_bytes(KEY_BYTES)
        path = self._path(locator)
        with locked(self._keys):
            write_whole(path, self._master_key.wrap(data_key, name=locator))
            conceal_age(path)
        return MemberKey(data_key)

    def _destroy(self, path: Path) -> bool:
        """Destroy a key and say whether there was one."""
        gone = path.with_name(f"{path.name}.gone")
        with locked(self._keys):  # or a key that is just being wrapped anew would come back
            try:
                path.replace(gone)  # a crash leaves the key or no key, and not half of it
            except FileNotFoundError:
                return False
            destroy_file(gone)
        return True

    def _path(self, locator: bytes) -> Path:
        return self._folder / locator.hex()

    def _read(self, folder: Path, locator: bytes) -> MemberKey | None:
        try:
            return MemberKey(read_wrapped(folder / locator.hex(), self._master_key, name=locator))
        except FileNotFoundError:
            return None


def _locator(path: Path) -> bytes | None:
    """Return whose key a file is, or None for the unfinished file of a time that was cut short."""
    try:
        return bytes.fromhex(path.name)
    except ValueError:
        return None


async def _nothing() -> None:
    """There is no copy of the keys."""


def _name_in(table: str, member: MemberKey) -> bytes:
    return member.index(table) if table else member.key


def check_of(secret: bytes) -> bytes:
    """Return the fingerprint of the keys that this secret belongs to."""
    return derive(secret, b"check")


def conceal_age(path: Path) -> None:
    """Let nobody see from a key file when somebody first came."""
    os.utime(path, (0, 0))


def make_locator_secret(folder: Path, master_key: Wrapping) -> None:
    """Begin a folder of member keys."""
    make_folder(folder)
    wrapped = master_key.wrap(secrets.token_bytes(KEY_BYTES), name=LOCATOR_FILE.encode())
    write_whole(folder / LOCATOR_FILE, wrapped)
