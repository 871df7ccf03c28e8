"""Members who keep private copies, some under a passphrase, and what whoever has all files and keys reads.

The passphrase itself is not guessed here: each guess costs a quarter of a second and 64 MiB, and the shortest
has ten characters.
"""

from __future__ import annotations

import asyncio
import sqlite3
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from random import Random

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from bot.services import trends
from bot.services.keys import read_master_key
from bot.services.member_keys import MemberKey, SpoiltRow
from bot.services.rules import private_copies
from bot.services.rules.private_copies import Copy, Sheet, pack, unpack
from tests.attacks import opening, population
from tests.attacks.copies import DATABASE, WAL, Moment, take
from tests.attacks.copies import Copy as FileCopy
from tests.attacks.designs import Respite
from tests.attacks.season import BEGINNING, DAYS, MEMBERS

PLAIN, LATE, EARLY = MEMBERS[:3], MEMBERS[3:5], MEMBERS[5:7]
"""Who never sets a passphrase, who sets one half-way, who sets one before the first check-in."""

Lock = Callable[[Sheet, MemberKey], Sheet]
"""How a sheet is locked in a design that was weakened on purpose."""

_BOX, _KEY = b"respite private copy", b"respite private key"


@dataclass(slots=True)
class Diary:
    """What was kept (`truth`: by member and window), and every copy of the files that could be taken."""

    truth: dict[tuple[int, int], Copy] = field(default_factory=dict)
    before: set[tuple[int, int]] = field(default_factory=set)
    """What was kept before its member set a passphrase."""
    files: list[FileCopy] = field(default_factory=list)
    since: int = 0
    """How many of those copies were taken before the late passphrases were set."""
    keys: dict[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Operator:
    """Every key there is, as files hold them and as the program uses them."""

    members: Mapping[int, MemberKey]
    raw: tuple[bytes, ...]


def keep_a_diary(*, windows: int, weakened: Lock | None = None) -> tuple[Diary, Operator]:
    """Let seven of eight keep copies over so many weeks; return all files, and all keys."""
    with tempfile.TemporaryDirectory(prefix="respite-") as place:
        folder, aside = Path(place, "installed"), Path(place, "copied")
        folder.mkdir()
        aside.mkdir()
        return asyncio.run(_live(folder, aside, windows, weakened))


async def _live(folder: Path, aside: Path, windows: int, weakened: Lock | None) -> tuple[Diary, Operator]:
    design, diary, chance = Respite(folder), Diary(), Random(1)  # noqa: S311
    await design.start(MEMBERS)
    try:
        house = design.house
        for member in (*PLAIN, *LATE, *EARLY):
            await trends.keep(house.database, house.member_keys, design.person(member))
        await _protect(design, EARLY, weakened)
        for week in range(windows):
            if week == windows // 2:
                diary.before = {place for place in diary.truth if place[0] in LATE}
                diary.since = len(diary.files)
                await _protect(design, LATE, weakened)
            begins = BEGINNING + timedelta(days=DAYS * week)
            window = await design.open_window(begins, days=DAYS)
            for member in MEMBERS:
                answers = population.answer(chance, population.ORDINARY, None)
                await design.answer(window, member, answers, begins)
                if member in (*PLAIN, *LATE, *EARLY):
                    diary.truth[member, window] = Copy(begins.date(), window, answers)
                diary.files.append(take(folder, design.keys, aside, window=window, moment=Moment.ANSWERED))
            await design.close(begins + timedelta(days=DAYS))
        diary.files.append(take(folder, design.keys, aside, window=window, moment=Moment.CLOSED))
        return diary, _operator(design)
    finally:
        await design.stop()


async def _protect(design: Respite, members: Iterable[int], weakened: Lock | None) -> None:
    house = design.house
    for member in members:
        person, words = design.person(member), f"{member} has chosen this"
        if weakened is None:
            await house.passphrases.protect(person, words, words, at=BEGINNING)
            continue
        async with house.database.transaction() as tx:
            found = await trends.find(tx, await house.member_keys.held(tx, person.locator))
            assert found is not None
            await trends.save(tx, found.member, weakened(found.sheet(), found.member))


def _operator(design: Respite) -> Operator:
    house = design.house
    master = read_master_key(design.keys / "master.key")
    files = [path for path in design.keys.rglob("*") if path.is_file()]
    data_keys = [
        master.unwrap(path.read_bytes(), name=bytes.fromhex(path.name))
        for path in files
        if path.parent.name == "members"
    ]
    found = {member: house.member_keys.find(design.person(member).locator) for member in MEMBERS}
    raw = [
        *opening.and_derived(opening.key_files([path.read_bytes() for path in files] + data_keys)),
        *(opening.derived(key, b"seal:private_trend") for key in data_keys),
    ]
    return Operator({member: key for member, key in found.items() if key is not None}, tuple(raw))


def read_by_operator(diary: Diary, operator: Operator, *, from_the_beginning: bool) -> set[tuple[int, int]]:
    """Return what is read with all keys, from the copies since all passphrases were set or from all."""
    read: set[tuple[int, int]] = set()
    for copy in diary.files if from_the_beginning else diary.files[diary.since :]:
        for sealed in _rows(copy):
            for member, key in operator.members.items():
                try:
                    sheet = unpack(key.open("private_trend", sealed))
                except SpoiltRow:
                    continue
                read |= {
                    (member, each.window_id)
                    for each in _by_force(sheet, operator)
                    if diary.truth.get((member, each.window_id)) == each
                }
    return read


def read_by_thief(diary: Diary) -> set[tuple[int, int]]:
    """Return what lies readable in the files for whoever has no key."""
    everything = b"\0".join(part for copy in diary.files for part in (copy.database, copy.wal))
    return {place for place, copy in diary.truth.items() if _written(copy) in everything}


def under_the_data_key(sheet: Sheet, member: MemberKey) -> Sheet:
    """Lock a sheet as it would be without stretching a passphrase: under a key that the program has."""
    private = X25519PrivateKey.generate()
    known = replace(private_copies.lock(sheet, "never used"))
    assert known.lock is not None
    key = opening.derived(member._data_key, b"seal:private_trend")
    locked = AESGCM(key).encrypt(known.lock.nonce, private.private_bytes_raw(), _KEY)
    public = private.public_key()
    boxes = tuple(
        replace(record, content=private_copies._SUITE.encrypt(record.content[:14], public, info=_BOX))
        for record in sheet.records
    )
    lock = replace(known.lock, public=public.public_bytes_raw(), locked=locked)
    return replace(known, records=boxes, lock=lock)


def _rows(copy: FileCopy) -> Iterator[bytes]:
    with tempfile.TemporaryDirectory(prefix="respite-") as place:
        Path(place, DATABASE).write_bytes(copy.database)
        Path(place, WAL).write_bytes(copy.wal)
        with closing(sqlite3.connect(Path(place, DATABASE))) as opened:
            yield from (bytes(sealed) for (sealed,) in opened.execute("SELECT sealed FROM private_trend"))


def _by_force(sheet: Sheet, operator: Operator) -> tuple[Copy, ...]:
    """Read a sheet, or try everything that might be its key: all that is known, and all that lies on it."""
    if sheet.lock is None:
        return private_copies.copies(sheet)
    packed = pack(sheet)
    head = packed.rstrip(b"\0")[:600]
    on_it = [head[start : start + 32] for start in range(len(head) - 31)]
    for key in (*operator.raw, *on_it):
        private = _private(sheet, key)
        if private is not None:
            return tuple(private_copies._opened(private, record) for record in sheet.records)
    return ()


def _private(sheet: Sheet, key: bytes) -> X25519PrivateKey | None:
    """Return the private key of a sheet if this is it, or opens it."""
    assert sheet.lock is not None
    tried = [key]
    with suppress(InvalidTag):
        tried.append(AESGCM(key).decrypt(sheet.lock.nonce, sheet.lock.locked, _KEY))
    for each in tried:
        private = X25519PrivateKey.from_private_bytes(each)
        if private.public_key().public_bytes_raw() == sheet.lock.public:
            return private
    return None


def _written(copy: Copy) -> bytes:
    return private_copies._written(copy)
