"""A new master key: nothing is lost, whenever it is interrupted, and whoever comes meanwhile."""

from __future__ import annotations

import asyncio
import random
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import pytest

from bot.services import backup_files, key_store
from bot.services.keys import WrongMasterKey, read_master_key, read_wrapped
from bot.services.master_keys import MasterKeyFile
from bot.services.member_keys import MemberKeys
from bot.services.rotation import rotate
from tests.installation import Installation
from tests.members import destroy_key
from tests.services.killing import PROJECT, killed

MEMBERS = 4


@pytest.fixture
def home(tmp_path: Path) -> Installation:
    """Return an installation with some members and the identity of backups."""
    made = Installation(tmp_path / "home", "sqlite:////nowhere")
    made.begin()
    for number in range(MEMBERS):
        made.member_keys.make(made.member_keys.locate(1, number))
    backup_files.identity_in(made.keys, made.master_key, make=True)
    return made


def secrets_in(keys: Path) -> dict[str, bytes]:
    """Return every secret that lies wrapped in a key folder; it opens now, or this raises."""
    master_key = MasterKeyFile(keys / "master.key")
    return {
        file: read_wrapped(keys / file, master_key, name=key_store.wrapping_name(file) or b"")
        for file in (*key_store.wrapped_files(keys), *key_store.being_erased(keys))
    }


def files_in(keys: Path) -> set[str]:
    return {str(path.relative_to(keys)) for path in keys.rglob("*") if path.is_file()} - {"keys.lock"}


def old_bytes_left(keys: Path, old: Mapping[str, bytes]) -> list[str]:
    """Return which files still hold anything of what the folder held before."""
    return [
        str(path)
        for path in keys.rglob("*")
        if path.is_file() and any(content and content in path.read_bytes() for content in old.values())
    ]


def contents(keys: Path) -> dict[str, bytes]:
    return {file: (keys / file).read_bytes() for file in files_in(keys)}


async def test_everything_opens_under_the_new_key_and_nothing_under_the_old_one(home: Installation) -> None:
    before, old, held = secrets_in(home.keys), read_master_key(home.keys / "master.key"), contents(home.keys)
    running = home.master_key
    assert await rotate(home.keys, running) == MEMBERS + 2
    assert secrets_in(home.keys) == before
    for file in before:
        with pytest.raises(WrongMasterKey):
            read_wrapped(home.keys / file, old, name=key_store.wrapping_name(file) or b"")
    assert files_in(home.keys) == {*before, "master.key"}
    assert old_bytes_left(home.keys, held) == []
    assert (home.keys / "master.key").stat().st_mode & 0o777 == 0o600
    assert all((home.keys / file).stat().st_mtime == 0 for file in before if file.startswith("members/"))
    member = MemberKeys(home.keys, running)
    assert member.find(member.locate(1, 0)) is not None


async def test_what_is_replaced_is_overwritten(home: Installation) -> None:
    open_files = [(home.keys / file).open("rb") for file in files_in(home.keys)]
    held = [file.read() for file in open_files]
    await rotate(home.keys, home.master_key)
    for file, before in zip(open_files, held, strict=True):
        file.seek(0)
        assert file.read() != before
        file.close()


async def test_a_process_that_knows_only_the_old_key_goes_on_reading_and_making_keys(
    home: Installation,
) -> None:
    elsewhere = home.member_keys  # another bot, on the same folder
    person, newcomer = elsewhere.locate(1, 0), elsewhere.locate(1, 99)
    before = elsewhere.find(person)
    await rotate(home.keys, home.master_key)
    after, made = elsewhere.find(person), elsewhere.make(newcomer)
    assert before is not None
    assert after is not None
    assert after.key == before.key
    found = home.member_keys.find(newcomer)
    assert found is not None
    assert found.key == made.key


async def test_whoever_comes_meanwhile_is_known_afterwards_and_whoever_is_erased_does_not_come_back(
    home: Installation,
) -> None:
    keys, other_process = home.member_keys, home.member_keys
    old = [keys.locate(2, number) for number in range(60)]
    known = {locator: keys.make(locator).key for locator in old}
    erased: set[bytes] = set()

    async def come_and_go() -> None:
        for number in range(60):
            locator = other_process.locate(3, number)
            known[locator] = (await asyncio.to_thread(other_process.make, locator)).key
            await destroy_key(keys, old[number])
            erased.add(old[number])

    await asyncio.gather(come_and_go(), rotate(home.keys, home.master_key))
    assert len(erased) == 60
    for locator, key in known.items():
        found = home.member_keys.find(locator)
        assert (found is None) == (locator in erased)
        assert found is None or found.key == key


async def test_somebody_who_is_being_erased_can_still_be_found_for_that(home: Installation) -> None:
    keys = home.member_keys
    locator = keys.locate(1, 0)
    before = keys.find(locator)
    await keys.set_aside(locator)  # and the machine goes down
    assert f"erasing/{locator.hex()}" not in key_store.read_copy(
        key_store.copy(home.keys, home.master_key), home.master_key
    )
    assert await rotate(home.keys, home.master_key) == MEMBERS + 2
    after = home.member_keys.find_set_aside(locator)
    assert before is not None
    assert after is not None
    assert after.key == before.key


async def test_two_rotations_at_once_end_as_one_or_two(home: Installation) -> None:
    before = secrets_in(home.keys)
    await asyncio.gather(*[rotate(home.keys, home.master_key) for _ in range(3)])
    assert secrets_in(home.keys) == before
    assert files_in(home.keys) == {*before, "master.key"}


async def test_a_damaged_key_keeps_no_other_from_being_wrapped_anew(
    home: Installation, caplog: pytest.LogCaptureFixture
) -> None:
    damaged = next((home.keys / "members").iterdir())
    damaged.write_bytes(b"damaged")
    assert await rotate(home.keys, home.master_key) == MEMBERS + 1
    assert damaged.read_bytes() == b"damaged"
    assert "A damaged key cannot be wrapped anew." in caplog.text


async def test_a_master_key_elsewhere_is_replaced_where_it_lies(home: Installation, tmp_path: Path) -> None:
    (tmp_path / "safe").mkdir()
    elsewhere = (home.keys / "master.key").rename(tmp_path / "safe" / "master.key")
    before = elsewhere.read_bytes()
    await rotate(home.keys, MasterKeyFile(elsewhere))
    assert elsewhere.read_bytes() != before
    assert [path.name for path in (tmp_path / "safe").iterdir()] == ["master.key"]
    assert not (home.keys / "master.key").exists()


async def test_while_it_is_interrupted_the_copy_of_the_keys_is_for_the_key_that_was_copied(
    home: Installation,
) -> None:
    before = secrets_in(home.keys)
    old = read_master_key(home.keys / "master.key")
    running = home.master_key
    running.make_successor()
    member = next((home.keys / "members").iterdir())
    wrapped = running.wrap(before[f"members/{member.name}"], name=bytes.fromhex(member.name))
    member.write_bytes(wrapped)  # as if it had got so far
    copied = key_store.copy(home.keys, running)
    files = key_store.read_copy(copied, old)
    assert files.keys() == before.keys()
    await rotate(home.keys, running)
    assert key_store.read_copy(key_store.copy(home.keys, running), read_master_key(home.keys / "master.key"))
    with pytest.raises(key_store.UnusableKeys):
        key_store.read_copy(key_store.copy(home.keys, running), old)


# Interrupted


def test_killed_at_every_single_step_no_key_is_lost_and_it_goes_on(home: Installation) -> None:
    before, held = secrets_in(home.keys), contents(home.keys)
    steps = killed(home.folder, "rotate")
    assert steps > 10 * (MEMBERS + 2)
    for step in range(steps):
        keys = home.folder.with_name(f"{home.folder.name}-{step}") / "keys"
        assert secrets_in(keys) == before, f"as it was left at step {step}"
        asyncio.run(rotate(keys, MasterKeyFile(keys / "master.key")))
        assert secrets_in(keys) == before, f"after it went on from step {step}"
        assert files_in(keys) == {*before, "master.key"}, f"after it went on from step {step}"
        assert old_bytes_left(keys, held) == []


def test_killed_at_random_moments_no_key_is_lost_and_it_goes_on(home: Installation) -> None:
    for number in range(100, 140):
        home.member_keys.make(home.member_keys.locate(1, number))
    before = secrets_in(home.keys)
    code = (
        "import sys; from pathlib import Path; from tests.services.killing import rotate_in;"
        "print('begins', flush=True); rotate_in(Path(sys.argv[1]))"
    )
    kills = 0
    for _ in range(12):
        command = [sys.executable, "-c", code, str(home.folder)]
        process = subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.PIPE)
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(random.uniform(0, 0.08))  # noqa: S311 - any moment will do
        process.kill()
        kills += process.wait() == -signal.SIGKILL
        process.stdout.close()
        assert secrets_in(home.keys) == before
    assert kills > 3
    asyncio.run(rotate(home.keys, home.master_key))
    assert secrets_in(home.keys) == before
    assert files_in(home.keys) == {*before, "master.key"}


def test_an_erasure_that_is_killed_leaves_a_key_or_none_and_never_half_of_one(home: Installation) -> None:
    before = secrets_in(home.keys)
    erased = f"members/{home.member_keys.locate(1, 0).hex()}"
    left = before.keys() - {erased}
    aside = f"erasing/{home.member_keys.locate(1, 0).hex()}"
    outcomes: set[frozenset[str]] = set()
    for step in range(killed(home.folder, "erase")):
        keys = home.folder.with_name(f"{home.folder.name}-{step}") / "keys"
        found = secrets_in(keys)
        outcomes.add(frozenset(found))
        key_store.sweep_unfinished(keys)
        assert files_in(keys) == {*found, "master.key"}
    assert outcomes == {frozenset(before), frozenset(left | {aside}), frozenset(left)}
