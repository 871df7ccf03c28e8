"""One data key for each member: found by who they are, never by what lies in a file, and gone for good."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.services.keys import MasterKey, WrongMasterKey
from bot.services.member_keys import MemberKey, MemberKeys, SpoiltRow, make_locator_secret
from bot.services.people import NOBODY
from db import Database
from tests.members import member_keys_in

SERVER, OTHER_SERVER = 1_100_000_000_000_000_001, 1_100_000_000_000_000_002
PERSON, OTHER_PERSON = 1_200_000_000_000_000_001, 1_200_000_000_000_000_002
DATA_KEYS = st.binary(min_size=32, max_size=32)


@pytest.fixture
def keys(tmp_path: Path) -> MemberKeys:
    return member_keys_in(tmp_path)


def test_a_person_is_somebody_else_in_every_server_and_swapped_ids_are_too(keys: MemberKeys) -> None:
    pairs = [(SERVER, PERSON), (OTHER_SERVER, PERSON), (SERVER, OTHER_PERSON), (PERSON, SERVER)]
    locators = {keys.locate(*pair) for pair in pairs}
    assert len(locators) == len(pairs)
    assert {len(locator) for locator in locators} == {16}
    assert keys.locate(SERVER, PERSON) == keys.locate(SERVER, PERSON)


def test_whoever_merely_looks_leaves_nothing_behind(keys: MemberKeys, tmp_path: Path) -> None:
    assert keys.recognise(SERVER, PERSON) == (keys.locate(SERVER, PERSON), NOBODY)
    assert list((tmp_path / "members").iterdir()) == []


async def test_a_key_is_made_once_and_found_again_after_a_restart(
    database: Database, keys: MemberKeys, tmp_path: Path
) -> None:
    locator = keys.locate(SERVER, PERSON)

    async def come() -> bytes:
        async with database.transaction() as tx:
            return (await keys.of(tx, locator)).key

    made = await asyncio.gather(*[come() for _ in range(8)])
    assert len(set(made)) == 1
    again = MemberKeys(tmp_path, MasterKey(bytes(range(32))))
    assert again.recognise(SERVER, PERSON) == (locator, made[0])
    assert await again.locator_of(made[0]) == locator
    assert await again.locator_of(b"x" * 16) is None


def test_a_file_of_a_key_tells_neither_whose_it_is_nor_since_when(keys: MemberKeys, tmp_path: Path) -> None:
    keys.make(keys.locate(SERVER, PERSON))
    [file] = (tmp_path / "members").iterdir()
    assert file.stat().st_mtime == 0
    assert file.stat().st_mode & 0o777 == 0o600
    content = file.read_bytes()
    for number in (SERVER, PERSON):
        for spelling in (str(number).encode(), number.to_bytes(8, "big"), number.to_bytes(8, "little")):
            assert spelling not in content
        assert f"{number:x}" not in file.name


async def test_a_destroyed_key_is_gone_and_the_next_one_has_nothing_in_common_with_it(
    keys: MemberKeys, tmp_path: Path
) -> None:
    locator = keys.locate(SERVER, PERSON)
    before = keys.make(locator)
    sealed = before.seal("plan", b"words")
    [file] = (tmp_path / "members").iterdir()
    stored = file.read_bytes()
    with file.open("rb") as still_open:
        await keys.set_aside(locator)
        assert keys.find(locator) is None
        assert keys.being_erased() == [locator]
        await keys.destroy(locator)
        assert still_open.read() != stored  # written over, and not only unlinked
    assert [*(tmp_path / "members").iterdir(), *(tmp_path / "erasing").iterdir()] == []
    assert await keys.locator_of(before.key) is None
    after = keys.make(locator)
    assert after.key != before.key
    assert after.index("plan") != before.index("plan")
    with pytest.raises(SpoiltRow):
        after.open("plan", sealed)
    await keys.destroy(locator)
    await keys.set_aside(keys.locate(SERVER, OTHER_PERSON))
    assert keys.recognise(SERVER, PERSON) == (locator, after.key)


def test_a_file_moved_to_another_person_is_refused(keys: MemberKeys, tmp_path: Path) -> None:
    one, other = keys.locate(SERVER, PERSON), keys.locate(SERVER, OTHER_PERSON)
    keys.make(one)
    (tmp_path / "members" / one.hex()).rename(tmp_path / "members" / other.hex())
    with pytest.raises(WrongMasterKey):
        keys.find(other)


async def test_the_owner_of_a_private_row_is_found_and_after_erasure_is_not(keys: MemberKeys) -> None:
    locator = keys.locate(SERVER, PERSON)
    member, other = keys.make(locator), keys.make(keys.locate(SERVER, OTHER_PERSON))
    for who in (member, other):
        found = await keys.owner_of("plan", who.index("plan"))
        assert found is not None
        assert found.key == who.key
    assert await keys.owner_of("load", member.index("plan")) is None
    await keys.set_aside(locator)
    assert await keys.owner_of("plan", member.index("plan")) is None


def test_an_unfinished_file_is_passed_over(keys: MemberKeys, tmp_path: Path) -> None:
    locator = keys.locate(SERVER, PERSON)
    (tmp_path / "members" / f"{locator.hex()}.new").write_bytes(b"half")
    assert list(keys.all()) == []
    keys.make(locator)
    assert [found for found, _ in keys.all()] == [locator]


def test_keys_of_another_installation_open_nothing_here(tmp_path: Path) -> None:
    make_locator_secret(tmp_path, MasterKey(bytes(32)))
    with pytest.raises(WrongMasterKey):
        MemberKeys(tmp_path, MasterKey(bytes(range(32))))


def test_two_installations_under_one_master_key_know_people_differently(tmp_path: Path) -> None:
    one, other = member_keys_in(tmp_path / "one"), member_keys_in(tmp_path / "other")
    assert one.locate(SERVER, PERSON) != other.locate(SERVER, PERSON)
    assert one.check != other.check


@given(DATA_KEYS, st.binary(max_size=200))
def test_what_is_sealed_for_one_table_opens_for_no_other_and_for_nobody_else(
    data_key: bytes, content: bytes
) -> None:
    member, other = MemberKey(data_key), MemberKey(bytes(32) if data_key != bytes(32) else b"1" * 32)
    sealed = member.seal("plan", content)
    assert member.open("plan", sealed) == content
    for who, table in ((member, "load"), (other, "plan")):
        with pytest.raises(SpoiltRow):
            who.open(table, sealed)


@given(DATA_KEYS)
def test_rows_of_one_member_in_two_tables_have_nothing_in_common(data_key: bytes) -> None:
    member = MemberKey(data_key)
    assert len({member.key, member.index("plan"), member.index("load"), data_key[:16]}) == 4
    assert member.index("plan") == MemberKey(data_key).index("plan")


class SlowKeys(MemberKeys):
    """Keys that wait for their disk until they are told to go on."""

    def __init__(self, folder: Path, master_key: MasterKey) -> None:
        super().__init__(folder, master_key)
        self.begun, self.go_on = threading.Event(), threading.Event()

    def make(self, locator: bytes) -> MemberKey:
        self.begun.set()
        self.go_on.wait()
        return super().make(locator)


async def test_a_task_that_was_cancelled_does_not_replace_the_key_that_the_next_one_made(
    keys: MemberKeys, database: Database, tmp_path: Path
) -> None:
    slow = SlowKeys(tmp_path, MasterKey(bytes(range(32))))
    locator = keys.locate(SERVER, PERSON)

    async def write_about_them(under: MemberKeys) -> bytes:
        async with database.transaction() as tx:
            return (await under.of(tx, locator)).key

    cancelled = asyncio.create_task(write_about_them(slow))
    await asyncio.to_thread(slow.begun.wait)
    cancelled.cancel()
    asyncio.get_running_loop().call_later(0.05, slow.go_on.set)
    key = await write_about_them(keys)
    await asyncio.to_thread(slow.go_on.wait)
    with pytest.raises(asyncio.CancelledError):
        await cancelled
    await asyncio.get_running_loop().shutdown_default_executor()  # whatever was still to be done is done
    found = keys.find(locator)
    assert found is not None
    assert found.key == key
