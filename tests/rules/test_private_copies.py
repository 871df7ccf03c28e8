"""The sheet of private copies: one size, the latest of each window, and closed without its passphrase."""

from __future__ import annotations

from base64 import b64decode
from datetime import date, timedelta
from zlib import decompress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.services.rules.anonymity import CONTINUUM, Answers
from bot.services.rules.private_copies import (
    MOST_COPIES,
    SHEET_BYTES,
    Copy,
    Sheet,
    SpoiltSheet,
    WrongPassphrase,
    add,
    copies,
    lock,
    pack,
    unlock,
    unpack,
    without_older,
)

SERVER = 1_100_000_000_000_000_001
LONG_AGO, TODAY = date(2000, 1, 1), date(2026, 3, 2)
WORDS, OTHER_WORDS = "a grey heron at noon", "a grey heron at dusk"

FIRST_VERSION = (
    b"eNrtwc8rQwEAB/C3WQzZQl40Jm1iItrBMk3TpkxGS3OgVqPN1pTW5LBdzA47LK00rYWDtclqqSVeKeWgbAcccFCvaJ"
    b"sf+R0H86zl33D4fj4sFsHmq/LtnDeC1c8M/cadGZ5uzuixLEYVh6UzGzlybemFqXPYRJzWDCM/SsVpDWW6lKQbpBal"
    b"K2y7l4xOtyxUyMmDzQmBtUOjila56BJi30sL2ni1hvSJMGT3Vw6GLFJz7KzAJKp/yp7H/conA/P1QLndDrH6ov5DRG"
    b"ez3M+7yZvj2WGP/lqpMBlYeplR913Dvd2l1OUOS+R9ROZLaPuooqCQ3JoPuAxMoTlilT5u0/rXfNfA+Z44kdpZXpUG"
    b"e3LF2ildjOayQ2NJM+VzJr0rvVeN9mg4cOrt7mxaj5FMgJ8lAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAP"
    b"6RPzEWdTE="
)

SCALE = st.integers(1, 5)
ANSWERS = st.builds(Answers, st.sampled_from(CONTINUUM), SCALE, SCALE, SCALE)
DAYS = st.dates(LONG_AGO, date(2170, 1, 1))
COPIES = st.lists(st.builds(Copy, DAYS, st.integers(1, 6), st.none() | ANSWERS), max_size=20)
SLOW = settings(max_examples=5)  # each stretches a passphrase several times, a quarter of a second each


def copy(number: int, *, day: date = TODAY, energy: int = 3) -> Copy:
    return Copy(day, number, Answers(CONTINUUM[1], energy, 2, 4))


def sheet_of(found: list[Copy], sheet: Sheet | None = None, *, oldest: date = LONG_AGO) -> Sheet:
    sheet = sheet or Sheet(SERVER)
    for each in found:
        sheet = add(sheet, each, oldest=oldest)
    return sheet


def still_holding(found: list[Copy]) -> dict[int, Copy]:
    """What a plain reading of the promise leaves: the last for each window, unless it was taken back."""
    last = {each.window_id: each for each in found}
    return {window: each for window, each in last.items() if each.answers is not None}


@given(COPIES)
def test_what_is_read_is_the_last_of_each_window_unless_it_was_taken_back(found: list[Copy]) -> None:
    sheet = unpack(pack(sheet_of(found)))
    assert sheet.server_id == SERVER
    assert {each.window_id: each for each in copies(sheet)} == still_holding(found)
    assert len(copies(sheet)) == len(still_holding(found))


@SLOW
@given(COPIES, COPIES)
def test_under_a_passphrase_the_same_is_read_whenever_it_was_added(
    before: list[Copy], behind: list[Copy]
) -> None:
    sheet = unpack(pack(sheet_of(behind, lock(sheet_of(before), WORDS))))
    unlocked = unlock(sheet, WORDS)
    assert {each.window_id: each for each in copies(unlocked.plain)} == still_holding([*before, *behind])
    assert unlocked.plain.lock is None
    assert len(unlocked.kept_locked.records) == len(unlocked.plain.records)
    assert unlock(unlocked.kept_locked, WORDS).plain == unlocked.plain


@given(COPIES)
def test_a_sheet_without_a_passphrase_holds_nothing_that_was_taken_back(found: list[Copy]) -> None:
    [taken_back, kept] = sheet_of([copy(7), Copy(TODAY, 7, None)]), sheet_of([])
    assert pack(taken_back) == pack(kept)
    assert all(each.answers for each in copies(sheet_of(found)))


@settings(max_examples=10)
@given(st.integers(0, MOST_COPIES + 30))
def test_a_sheet_has_one_size_and_when_it_is_full_what_was_added_first_gives_way(many: int) -> None:
    sheet = sheet_of([copy(number) for number in range(1, many + 1)])
    assert len(pack(sheet)) == SHEET_BYTES
    kept = [each.window_id for each in copies(unpack(pack(sheet)))]
    assert kept == list(range(1, many + 1))[-MOST_COPIES:]


def test_a_full_sheet_under_a_passphrase_has_the_same_size_and_gives_way_alike() -> None:
    sheet = lock(sheet_of([copy(number) for number in range(1, MOST_COPIES + 1)]), WORDS)
    assert len(pack(sheet)) == SHEET_BYTES
    sheet = sheet_of([copy(1000), copy(1001)], sheet)
    assert len(pack(sheet)) == SHEET_BYTES
    kept = [each.window_id for each in copies(unlock(sheet, WORDS).plain)]
    assert kept == [*range(3, MOST_COPIES + 1), 1000, 1001]


@given(COPIES, DAYS)
def test_no_copy_is_older_than_what_is_kept_and_whole_months_of_newer_ones_stay(
    found: list[Copy], oldest: date
) -> None:
    sheet = without_older(sheet_of(found), oldest)
    for each in copies(sheet):
        assert each.day >= oldest
    months_later = (oldest.replace(day=1) + timedelta(days=32)).replace(day=1)
    newer = [each for each in copies(sheet_of(found)) if each.day >= months_later]
    assert [each for each in copies(sheet) if each.day >= months_later] == newer


def test_what_is_too_old_goes_whenever_something_is_added_with_a_passphrase_or_without() -> None:
    old = sheet_of([copy(1, day=date(2024, 2, 29)), copy(2, day=date(2024, 3, 1))])
    for sheet in (old, lock(old, WORDS)):
        added = add(sheet, copy(3), oldest=date(2024, 3, 1))
        assert [each.window_id for each in copies(unlock(added, WORDS).plain)] == [2, 3]


@SLOW
@given(st.text(min_size=1, max_size=40), st.text(min_size=1, max_size=40))
def test_a_passphrase_opens_and_no_other_does(words: str, other: str) -> None:
    sheet = lock(sheet_of([copy(1)]), words)
    assert copies(unlock(sheet, words).plain) == (copy(1),)
    if other != words:
        with pytest.raises(WrongPassphrase):
            unlock(sheet, other)


def test_half_of_a_letter_that_needs_two_codes_is_a_passphrase_like_any_other() -> None:
    sheet = lock(sheet_of([copy(1)]), "broken \ud83d on the way")
    assert copies(unlock(sheet, "broken \ud83d on the way").plain) == (copy(1),)


def test_under_a_passphrase_nothing_of_a_copy_lies_on_the_sheet_as_it_was() -> None:
    plain = sheet_of([copy(1), copy(2)])
    written = [record.content[:14] for record in plain.records]
    assert all(each in pack(plain) for each in written)
    sheet = add(lock(plain, WORDS), copy(3), oldest=LONG_AGO)
    assert not any(each[:10] in pack(sheet) for each in written)
    assert len({record.content for record in sheet.records}) == 3


def test_an_older_sheet_and_its_passphrase_open_nothing_that_was_added_after_the_next_was_set() -> None:
    older = lock(sheet_of([copy(1)]), WORDS)
    changed = add(lock(unlock(older, WORDS).plain, OTHER_WORDS), copy(2), oldest=LONG_AGO)
    removed_and_set_again = add(lock(unlock(older, WORDS).plain, WORDS), copy(2), oldest=LONG_AGO)
    for newer in (changed, removed_and_set_again):
        stitched = Sheet(SERVER, newer.records, older.lock)
        with pytest.raises(SpoiltSheet):
            unlock(stitched, WORDS)
    with pytest.raises(WrongPassphrase):
        unlock(changed, WORDS)
    assert copies(unlock(removed_and_set_again, WORDS).plain) == (copy(1), copy(2))


@given(st.binary(max_size=40))
def test_what_is_not_a_sheet_is_refused(content: bytes) -> None:
    with pytest.raises(SpoiltSheet):
        unpack(content)
    with pytest.raises(SpoiltSheet):
        unpack(content.ljust(SHEET_BYTES, b"\xff"))


def test_a_damaged_copy_is_refused_with_a_passphrase_and_without() -> None:
    plain = bytearray(pack(sheet_of([copy(1)])))
    start = plain.index(pack(sheet_of([copy(1)]))[122:])
    plain[start + 10] = 77
    with pytest.raises(SpoiltSheet):
        copies(unpack(bytes(plain)))
    locked = lock(sheet_of([copy(1)]), WORDS)
    packed = bytearray(pack(locked))
    packed[packed.index(locked.records[0].content) + 40] ^= 1
    with pytest.raises(SpoiltSheet):
        unlock(unpack(bytes(packed)), WORDS)


def test_a_sheet_that_was_locked_by_the_first_version_still_opens() -> None:
    """Whoever changes how passphrases are stretched, or a sheet is laid out, locks people out."""
    sheet = unpack(decompress(b64decode(FIRST_VERSION)))
    assert copies(unlock(sheet, WORDS).plain) == (copy(1), copy(2, energy=5))
