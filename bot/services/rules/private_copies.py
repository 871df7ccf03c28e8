"""One member's private copies of their own check-ins, on a sheet that always has the same size.

Without a passphrase the copies lie on the sheet as they are; it is sealed under the member's data key.
With one, the sheet holds a public key, by which a copy can be added, and the private key, which alone opens
copies, locked under the passphrase. So a check-in never asks for it, and what was added before is closed
even to whoever has every key of this program.
"""

from __future__ import annotations

import secrets
import struct
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from bot.services.rules.anonymity import CONTINUUM, Answers

SHEET_BYTES = 16_384
MOST_COPIES = 254
"""As many as a sheet holds; then the one that was added first gives way."""

_VERSION = 1
_HEAD = struct.Struct(">BBHQ")
_LOCK = struct.Struct(">32s16s12s48s")
_RECORD = struct.Struct(">H62s")
_COPY = struct.Struct(">HQBBBB")
_FIRST_DAY = date(2000, 1, 1)
_WITHDRAWN = 255

_SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
_BOX = b"respite private copy"
_KEY = b"respite private key"


class SpoiltSheet(ValueError):
    """A sheet, or a copy on it, that was damaged or written by a newer version."""


class WrongPassphrase(Exception):
    """The passphrase does not open the sheet."""


@dataclass(frozen=True, slots=True)
class Copy:
    """What somebody answered in a window; `answers` is None where they took it back."""

    day: date
    window_id: int
    answers: Answers | None


@dataclass(frozen=True, slots=True)
class _Lock:
    """The keys of a sheet with a passphrase: one in the open, one locked away."""

    public: bytes
    salt: bytes
    nonce: bytes
    locked: bytes


@dataclass(frozen=True, slots=True)
class _Record:
    """A copy, or a box that holds one, and its month: retention has to see that much."""

    month: int
    content: bytes


@dataclass(frozen=True, slots=True)
class Sheet:
    """All copies of one member, in the order in which they were added, and whose server they are from."""

    server_id: int
    records: tuple[_Record, ...] = ()
    lock: _Lock | None = None


@dataclass(frozen=True, slots=True)
class Unlocked:
    """What a passphrase opened: the sheet without it, and the sheet under it as before, both tidy."""

    plain: Sheet
    kept_locked: Sheet


def pack(sheet: Sheet) -> bytes:
    """Return the sheet as bytes: `SHEET_BYTES` of them, however much is on it."""
    lock = sheet.lock
    head = _HEAD.pack(_VERSION, lock is not None, len(sheet.records), sheet.server_id)
    keys = b"" if lock is None else _LOCK.pack(lock.public, lock.salt, lock.nonce, lock.locked)
    records = b"".join(_RECORD.pack(record.month, record.content) for record in sheet.records)
    return (head + keys.ljust(_LOCK.size, b"\0") + records).ljust(SHEET_BYTES, b"\0")


def unpack(packed: bytes) -> Sheet:
    """Return the sheet that was packed. Raises SpoiltSheet."""
    if len(packed) != SHEET_BYTES:
        raise SpoiltSheet("a sheet has one size")
    version, locked, many, server_id = _HEAD.unpack_from(packed)
    if version != _VERSION or many > MOST_COPIES:
        raise SpoiltSheet("this is no sheet of this version")
    start = _HEAD.size + _LOCK.size
    records = _RECORD.iter_unpack(packed[start : start + many * _RECORD.size])
    return Sheet(
        server_id=server_id,
        records=tuple(_Record(month, content) for month, content in records),
        lock=_Lock(*_LOCK.unpack_from(packed, _HEAD.size)) if locked else None,
    )


def add(sheet: Sheet, copy: Copy, *, oldest: date) -> Sheet:
    """Return the sheet with this copy on it, and nothing from months that began before `oldest`.

    A later copy for the same window replaces the earlier one, and one that was taken back removes it: at
    once where there is no passphrase, else when the sheet is next unlocked.
    """
    sheet = without_older(sheet, oldest)
    if sheet.lock is not None:
        content = _SUITE.encrypt(_written(copy), _public(sheet.lock), info=_BOX)
        records = (*sheet.records, _Record(_month(copy.day), content))
        return replace(sheet, records=records[-MOST_COPIES:])
    return _plain(sheet, [*copies(sheet), copy])


def without_older(sheet: Sheet, oldest: date) -> Sheet:
    """Return the sheet without those months of which the first day is before `oldest`."""
    first = _month(oldest) if oldest.day == 1 else _month(oldest) + 1
    return replace(sheet, records=tuple(record for record in sheet.records if record.month >= first))


def copies(sheet: Sheet) -> tuple[Copy, ...]:
    """Return what is on a sheet without a passphrase. Raises SpoiltSheet."""
    return tuple(_read(record.content[: _COPY.size]) for record in sheet.records)


def lock(sheet: Sheet, passphrase: str) -> Sheet:
    """Return a sheet without a passphrase under this one, with new keys.

    The keys are new each time, so that an older state of the sheet opens nothing that is added later. It
    takes a quarter of a second and 64 MiB: call it off the event loop.
    """
    private = X25519PrivateKey.generate()
    salt, nonce = secrets.token_bytes(16), secrets.token_bytes(12)
    key = AESGCM(_derived(passphrase, salt))
    locked = key.encrypt(nonce, private.private_bytes_raw(), _KEY)
    keys = _Lock(private.public_key().public_bytes_raw(), salt, nonce, locked)
    boxes = (
        replace(record, content=_SUITE.encrypt(record.content[: _COPY.size], private.public_key(), info=_BOX))
        for record in sheet.records
    )
    return replace(sheet, records=tuple(boxes), lock=keys)


def unlock(sheet: Sheet, passphrase: str) -> Unlocked:
    """Open a sheet with its passphrase. As slow as `lock`.

    Raises: WrongPassphrase. SpoiltSheet
    """
    if sheet.lock is None:
        return Unlocked(sheet, sheet)
    key = AESGCM(_derived(passphrase, sheet.lock.salt))
    try:
        private = X25519PrivateKey.from_private_bytes(key.decrypt(sheet.lock.nonce, sheet.lock.locked, _KEY))
    except InvalidTag:
        raise WrongPassphrase from None
    opened = [_opened(private, record) for record in sheet.records]
    kept = _latest(opened)
    boxes = tuple(sheet.records[place] for place in kept)
    return Unlocked(
        plain=_plain(replace(sheet, records=(), lock=None), [opened[place] for place in kept]),
        kept_locked=replace(sheet, records=boxes),
    )


def _plain(sheet: Sheet, found: Sequence[Copy]) -> Sheet:
    kept = [found[place] for place in _latest(found)][-MOST_COPIES:]
    records = (_Record(_month(copy.day), _written(copy).ljust(62, b"\0")) for copy in kept)
    return replace(sheet, records=tuple(records))


def _latest(found: Sequence[Copy]) -> list[int]:
    """Return the places of what still holds: the last for each window, unless that was taken back."""
    places = {copy.window_id: place for place, copy in enumerate(found)}
    return sorted(place for place in places.values() if found[place].answers is not None)


def _derived(passphrase: str, salt: bytes) -> bytes:
    """Stretch a passphrase with the second choice of RFC 9106, section 4, for where 2 GiB are too much.

    It is above the least that OWASP's cheat sheet on storing passwords asks for (19 MiB, two passes).
    """
    argon2 = Argon2id(salt=salt, length=32, iterations=3, lanes=4, memory_cost=64 * 1024)
    return argon2.derive(passphrase.encode("utf-8", "surrogatepass"))


def _opened(private: X25519PrivateKey, record: _Record) -> Copy:
    try:
        return _read(_SUITE.decrypt(record.content, private, info=_BOX))
    except InvalidTag:
        raise SpoiltSheet("a copy could not be opened") from None


def _public(keys: _Lock) -> X25519PublicKey:
    return X25519PublicKey.from_public_bytes(keys.public)


def _written(copy: Copy) -> bytes:
    days = (copy.day - _FIRST_DAY).days
    if copy.answers is None:
        return _COPY.pack(days, copy.window_id, _WITHDRAWN, 0, 0, 0)
    answers = copy.answers
    step = CONTINUUM.index(answers.continuum)
    return _COPY.pack(days, copy.window_id, step, answers.energy, answers.load, answers.connection)


def _read(written: bytes) -> Copy:
    fields: tuple[int, ...] = _COPY.unpack(written)
    days, window_id, step, energy, load, connection = fields
    day = _FIRST_DAY + timedelta(days=days)
    if step == _WITHDRAWN:
        return Copy(day, window_id, None)
    try:
        return Copy(day, window_id, Answers(CONTINUUM[step], energy, load, connection))
    except (IndexError, ValueError):
        raise SpoiltSheet("a copy could not be read") from None


def _month(day: date) -> int:
    return day.year * 12 + day.month - 1
