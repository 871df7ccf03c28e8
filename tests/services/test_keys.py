"""The keys outside the database: who can read them, how they come to be on disk, how they go."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.services.keys import MasterKey, WindowKeys, WrongMasterKey, make_master_key, read_master_key

MASTER_KEYS = st.binary(min_size=32, max_size=32)


def mode(path: Path) -> int:
    """The permission bits of a file or folder."""
    return path.stat().st_mode & 0o777


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "keys" / "windows"


@pytest.fixture
def keys(folder: Path) -> WindowKeys:
    return WindowKeys(folder)


# The master key


def test_a_new_master_key_is_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "master.key"
    make_master_key(path)
    assert mode(path) == 0o600
    assert mode(path.parent) == 0o700


def test_a_master_key_is_read_as_it_was_made(tmp_path: Path) -> None:
    made = make_master_key(tmp_path / "master.key")
    read = read_master_key(tmp_path / "master.key")
    assert read.unwrap(made.wrap(b"secret", name=b"name"), name=b"name") == b"secret"


def test_a_master_key_is_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "master.key"
    make_master_key(path)
    before = path.read_bytes()
    with pytest.raises(FileExistsError):
        make_master_key(path)
    assert path.read_bytes() == before


def test_no_two_installations_have_the_same_master_key(tmp_path: Path) -> None:
    for number in range(20):
        make_master_key(tmp_path / f"{number}.key")
    assert len({path.read_bytes() for path in tmp_path.iterdir()}) == 20


@pytest.mark.parametrize(
    "content", [b"", b"\n", b"not a key", b"ab" * 31, b"ab" * 33, b"\xff" * 32, "schlüssel".encode()]
)
def test_a_file_that_is_not_a_master_key_is_refused_by_its_name_and_not_by_its_content(
    tmp_path: Path, content: bytes
) -> None:
    path = tmp_path / "master.key"
    path.write_bytes(content)
    with pytest.raises(ValueError, match="does not hold a master key") as refused:
        read_master_key(path)
    assert str(refused.value) == f"{path} does not hold a master key"
    assert refused.value.__cause__ is None


def test_a_master_key_that_is_not_there_is_told_apart_from_a_damaged_one(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        read_master_key(tmp_path / "master.key")


@given(MASTER_KEYS, st.binary(max_size=80), st.binary(max_size=40))
def test_what_a_master_key_wraps_it_opens_again(key: bytes, secret: bytes, name: bytes) -> None:
    wrapped = MasterKey(key).wrap(secret, name=name)
    assert MasterKey(key).unwrap(wrapped, name=name) == secret
    assert MasterKey(key).wrap(secret, name=name) != wrapped


@given(MASTER_KEYS, st.data())
def test_what_is_wrapped_opens_neither_under_another_name_nor_when_damaged(
    key: bytes, data: st.DataObject
) -> None:
    wrapped = MasterKey(key).wrap(b"s" * 32, name=b"one")
    place = data.draw(st.integers(0, len(wrapped) - 1))
    damaged = bytes([*wrapped[:place], wrapped[place] ^ 1, *wrapped[place + 1 :]])
    for content, name in ((wrapped, b"other"), (damaged, b"one"), (wrapped[:place], b"one"), (b"", b"one")):
        with pytest.raises(WrongMasterKey) as refused:
            MasterKey(key).unwrap(content, name=name)
        assert refused.value.__cause__ is None


@given(st.lists(MASTER_KEYS, min_size=2, max_size=2, unique=True))
def test_another_master_key_opens_nothing(both: list[bytes]) -> None:
    one, other = map(MasterKey, both)
    with pytest.raises(WrongMasterKey):
        other.unwrap(one.wrap(b"secret", name=b"name"), name=b"name")


@given(st.binary(max_size=64).filter(lambda key: len(key) != 32))
def test_half_a_master_key_is_none(key: bytes) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        MasterKey(key)


# Window keys


def test_window_keys_are_for_their_owner_alone(folder: Path, keys: WindowKeys) -> None:
    keys.create(7)
    assert mode(folder) == 0o700
    assert [mode(path) for path in folder.iterdir()] == [0o600]


def test_a_strange_umask_does_not_open_them(folder: Path) -> None:
    before = os.umask(0)
    try:
        WindowKeys(folder).create(7)
    finally:
        os.umask(before)
    assert mode(folder) == 0o700
    assert [mode(path) for path in folder.iterdir()] == [0o600]


def test_a_window_key_is_read_as_it_was_made_also_after_a_restart(folder: Path, keys: WindowKeys) -> None:
    made = {number: keys.create(number) for number in range(1, 20)}
    again = WindowKeys(folder)
    assert {number: again.read(number) for number in made} == made
    assert {len(key) for key in made.values()} == {32}
    assert len(set(made.values())) == len(made)


def test_a_key_left_by_an_opening_that_never_came_about_is_replaced(keys: WindowKeys) -> None:
    left = keys.create(7)
    made = keys.create(7)
    assert made != left
    assert keys.read(7) == made


def test_a_window_without_a_key_has_none(keys: WindowKeys) -> None:
    assert keys.read(7) is None


@pytest.mark.parametrize("length", [0, 31, 33])
def test_a_damaged_key_counts_as_gone(folder: Path, keys: WindowKeys, length: int) -> None:
    keys.create(7)
    (folder / "7.window").write_bytes(bytes(length))
    assert keys.read(7) is None


def test_destroying_overwrites_the_key_before_its_name_goes(
    folder: Path, keys: WindowKeys, tmp_path: Path
) -> None:
    key = keys.create(7)
    held_open = tmp_path / "what is on the disk"
    held_open.hardlink_to(folder / "7.window")
    keys.destroy(7)
    assert keys.read(7) is None
    assert list(folder.iterdir()) == []
    assert len(held_open.read_bytes()) == len(key)
    assert not any(key[start : start + 4] in held_open.read_bytes() for start in range(29))


def test_destroying_twice_is_destroying_once(keys: WindowKeys) -> None:
    keys.create(7)
    keys.destroy(7)
    keys.destroy(7)


def test_a_key_that_several_destroy_at_once_is_gone_and_nobody_fails(keys: WindowKeys) -> None:
    """A window closes while a second process starts, and sweeps."""
    with ThreadPoolExecutor(4) as threads:
        for number in range(1, 60):
            keys.create(number)
            list(threads.map(keys.destroy, [number] * 4))
            assert keys.read(number) is None


@settings(max_examples=30)  # every key of every example waits for the disk
@given(kept=st.sets(st.integers(1, 12)), open_windows=st.sets(st.integers(1, 12)), newest=st.integers(0, 12))
def test_a_sweep_keeps_open_and_newer_windows_and_nothing_else(
    tmp_path_factory: pytest.TempPathFactory, kept: set[int], open_windows: set[int], newest: int
) -> None:
    keys = WindowKeys(tmp_path_factory.mktemp("windows"))
    for number in kept:
        keys.create(number)
    swept = keys.sweep(open_windows, newest=newest)
    left = {number for number in kept if keys.read(number) is not None}
    assert left == {number for number in kept if number in open_windows or number > newest}
    assert swept == len(kept) - len(left)


def test_a_sweep_does_not_touch_what_is_not_a_window_key(folder: Path, keys: WindowKeys) -> None:
    foreign = {"master.key", "3.window.bak", "three.window", "-3.window", ".window", "3", "٣.window", "notes"}
    for name in foreign:
        (folder / name).write_text("mine")
    assert keys.sweep(set(), newest=100) == 0
    assert {path.name for path in folder.iterdir()} == foreign
