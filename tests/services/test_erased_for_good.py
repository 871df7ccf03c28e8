"""After an erasure no live file holds a byte of the member, and an old copy of the database is worth nothing.

The copy is opened by somebody who has all of today: the keys, and the ids of everybody on the server.
"""

from __future__ import annotations

import subprocess
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from bot.services import erasure, personal_data
from bot.services.member_keys import MemberKey, SpoiltRow
from bot.services.personal_data import Kind
from bot.services.rules.ballots import BallotBox
from db import Database, Row, connect
from db.migrations import upgrade
from db.registry import PERSONAL, FoundBy
from tests.services.conftest import Clinic
from tests.services.holdings import Holdings, counted, fill
from tests.services.test_no_identity import every_file, found

MANY = 8


@asynccontextmanager
async def opened(folder: Path) -> AsyncIterator[Database]:
    database = await connect(f"sqlite:///{folder}/respite.db")
    try:
        await upgrade(database)
        yield database
    finally:
        await database.close()


def copy_of_database(live: Path, old: Path) -> None:
    """Copy the file and its log by a process of its own: to read it in this one would drop SQLite's locks."""
    subprocess.run(["cp", live / "respite.db", live / "respite.db-wal", old], check=True)


async def rows_of(database: Database, table: str) -> list[Row]:
    async with database.transaction() as tx:
        return list(await tx.fetch(f"SELECT * FROM {table}"))


async def pieces_of(clinic: Clinic, held: Holdings) -> set[bytes]:
    """Everything about one member that lies in a file: names of rows, what is sealed, key and its name."""
    member, locator = held.member(clinic), held.person.locator
    window_key = clinic.window_keys.read(held.window_id)
    assert window_key is not None
    token = BallotBox(held.window_id, window_key).token(locator)
    pieces = {locator.hex().encode(), (clinic.folder / "keys" / "members" / locator.hex()).read_bytes()}
    for table in PERSONAL:
        names = {
            FoundBy.MEMBER_KEY: member.key,
            FoundBy.BALLOT: token,
            FoundBy.INDEX: member.index(table.table),
        }
        pieces.add(names[table.found_by])
        for row in await rows_of(clinic.database, table.table):
            if row[table.column] == names[table.found_by]:
                # A long value continues on another page of the file: this much of it lies in one piece.
                pieces |= {row[name][:300] for name in table.sealed if row[name] is not None}
    return pieces


def opens(member: MemberKey, table: str, sealed: bytes) -> bool:
    try:
        member.open(table, sealed)
    except SpoiltRow:
        return False
    return True


async def test_after_an_erasure_nothing_of_the_member_is_left_in_live_files_or_readable_in_old_ones(
    tmp_path: Path,
) -> None:
    live, old = tmp_path / "live", tmp_path / "old"
    live.mkdir()
    old.mkdir()
    async with opened(live) as database:
        clinic = Clinic(database, live)
        await clinic.set_up()
        circle = await clinic.circle()
        window_id = await clinic.open(circle)
        gone, *others = [await fill(clinic, person, circle, window_id) for person in clinic.people(MANY)]
        pieces = await pieces_of(clinic, gone)
        pieces_of_others = set[bytes]().union(*[await pieces_of(clinic, other) for other in others])
        copy_of_database(live, old)
        before = every_file(live)

        await erasure.erase(database, clinic.member_keys, clinic.window_keys, gone.person, tuple(Kind))

        after = every_file(live)
        assert found(pieces, before) == pieces
        assert found(pieces, after) == set()
        assert found(pieces_of_others, after) == pieces_of_others
        await clinic.close()  # and with it goes the key to all ballots of that window

    async with opened(old) as copy:
        clinic.database = copy
        members = [member for _, member in clinic.member_keys.all()]
        for table in PERSONAL:
            if table.found_by is FoundBy.BALLOT:
                continue
            rows = await rows_of(copy, table.table)
            names = {member.key for member in members} | {member.index(table.table) for member in members}
            unknown = [row for row in rows if row[table.column] not in names]
            assert len(unknown) == 1, table.table
            for row in rows:
                for name in table.sealed:
                    by = [
                        opens(member, table.table, row[name]) for member in members if row[name] is not None
                    ]
                    assert sum(by) == (0 if row in unknown else 1)
        kept = Counter(table.kind for table in PERSONAL if table.found_by is not FoundBy.BALLOT)
        for other in others:
            assert +Counter(await counted(clinic, other.person)) == kept
        assert await counted(clinic, gone.person) == dict.fromkeys(Kind, 0)
        assert await clinic.member_keys.locator_of(gone.person.key) is None


async def test_whoever_is_erased_and_comes_back_does_not_find_what_an_old_copy_holds(tmp_path: Path) -> None:
    async with opened(tmp_path) as database:
        clinic = Clinic(database, tmp_path)
        await clinic.set_up()
        circle = await clinic.circle()
        window_id = await clinic.open(circle)
        held = await fill(clinic, clinic.people(1)[0], circle, window_id)
        rows = {table: await rows_of(database, table.table) for table in PERSONAL}
        await erasure.erase(database, clinic.member_keys, clinic.window_keys, held.person, tuple(Kind))
        back = clinic.member_keys.make(held.person.locator)
        for table, stored in rows.items():
            for row in stored:
                assert row[table.column] not in {back.key, back.index(table.table)}
                assert not any(opens(back, table.table, row[name]) for name in table.sealed if row[name])
        found = await personal_data.look(database, clinic.member_keys, clinic.window_keys, held.person)
        assert [each.entries for each in found.stored] == [0] * len(Kind)
