"""A passphrase on private copies: it opens them, nothing else does, and it is not to be guessed."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from bot.services import trends
from bot.services.passphrases import MOST_TRIES, SPAN
from bot.services.people import Person
from bot.services.refusals import Because
from bot.services.rules.private_copies import Sheet, unpack
from bot.services.trends import Keeping, Trends
from tests.secrecy.traces import every_file, found
from tests.services.conftest import MINUTE, NOW, UNWELL, WEEK, WELL, Clinic, at_once, refused, told

WORDS, OTHER_WORDS = "a grey heron at noon", "a grey heron at dusk"


@pytest.fixture
async def person(clinic: Clinic) -> Person:
    """Return somebody who keeps copies, with one answer in window 1 and window 2 open."""
    [person] = clinic.people(1)
    circle = await clinic.circle(seated=[person])
    await trends.keep(clinic.database, clinic.member_keys, person)
    await clinic.answer(person, await clinic.open(circle))
    await clinic.close()
    await clinic.open(circle, at=NOW + WEEK)
    return person


async def erase(clinic: Clinic, person: Person) -> None:
    await trends.erase(clinic.database, clinic.member_keys, clinic.window_keys, person)


async def protect(clinic: Clinic, person: Person, words: str = WORDS, again: str | None = None) -> None:
    await clinic.passphrases.protect(person, words, words if again is None else again, at=NOW + WEEK)


async def unlock(clinic: Clinic, person: Person, words: str = WORDS) -> Trends:
    return await clinic.passphrases.unlock(person, words, weeks=12, at=NOW + WEEK)


async def keeping(clinic: Clinic, person: Person) -> Keeping:
    found = await trends.look(clinic.database, clinic.member_keys, person, weeks=12, at=NOW + WEEK)
    assert found.copies == () or found.keeping is Keeping.PLAIN
    return found.keeping


async def sheet_of(clinic: Clinic, person: Person) -> Sheet:
    """Return what somebody with the database and all keys sees."""
    member = clinic.member_keys.find(person.locator)
    async with clinic.database.transaction() as tx:
        [row] = await tx.fetch("SELECT sealed FROM private_trend")
    assert member is not None
    return unpack(member.open("private_trend", bytes(row["sealed"])))


async def test_copies_of_before_and_after_are_read_with_the_passphrase_only(
    clinic: Clinic, person: Person
) -> None:
    await protect(clinic, person)
    assert (await clinic.answer(person, 2, answers=UNWELL, at=NOW + WEEK)).copied
    assert await keeping(clinic, person) is Keeping.LOCKED
    shown = await unlock(clinic, person)
    assert shown.keeping is Keeping.UNLOCKED
    assert [(copy.window_id, copy.answers) for copy in shown.copies] == [(1, WELL), (2, UNWELL)]
    assert await refused(unlock(clinic, person, OTHER_WORDS)) is Because.WRONG_PASSPHRASE
    assert await keeping(clinic, person) is Keeping.LOCKED


async def test_what_was_changed_or_withdrawn_is_not_read_and_goes_when_next_unlocked(
    clinic: Clinic, person: Person
) -> None:
    await protect(clinic, person)
    for answers in (UNWELL, WELL):
        await clinic.answer(person, 2, answers=answers, at=NOW + WEEK)
    await clinic.withdraw(person, 2, at=NOW + WEEK)
    assert len((await sheet_of(clinic, person)).records) == 4
    assert [copy.window_id for copy in (await unlock(clinic, person)).copies] == [1]
    assert len((await sheet_of(clinic, person)).records) == 1


async def test_looking_at_what_is_tidy_writes_nothing(clinic: Clinic, person: Person) -> None:
    await protect(clinic, person)
    before = await sheet_of(clinic, person)
    async with clinic.database.transaction() as tx:
        rows = await tx.fetch("SELECT sealed FROM private_trend")
    await unlock(clinic, person)
    async with clinic.database.transaction() as tx:
        assert await tx.fetch("SELECT sealed FROM private_trend") == rows
    assert await sheet_of(clinic, person) == before


async def test_a_passphrase_can_be_changed_and_removed_with_the_old_one_only(
    clinic: Clinic, person: Person
) -> None:
    await protect(clinic, person)
    at = NOW + WEEK
    changing = clinic.passphrases.change(
        person, OTHER_WORDS, "another ten letters", "another ten letters", at=at
    )
    assert await refused(changing) is Because.WRONG_PASSPHRASE
    assert await refused(clinic.passphrases.remove(person, OTHER_WORDS, at=at)) is Because.WRONG_PASSPHRASE
    await clinic.passphrases.change(person, WORDS, OTHER_WORDS, OTHER_WORDS, at=at)
    assert await refused(unlock(clinic, person)) is Because.WRONG_PASSPHRASE
    assert [copy.window_id for copy in (await unlock(clinic, person, OTHER_WORDS)).copies] == [1]
    await clinic.passphrases.remove(person, OTHER_WORDS, at=at)
    assert await keeping(clinic, person) is Keeping.PLAIN
    assert [copy.window_id for copy in (await unlock(clinic, person, "any words at all")).copies] == [1]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # PostgreSQL cleans up when it likes
async def test_no_file_holds_an_earlier_sheet_once_a_passphrase_is_set_or_all_is_erased(
    clinic: Clinic, person: Person, tmp_path: Path
) -> None:
    async def sealed() -> bytes:
        async with clinic.database.transaction() as tx:
            [row] = await tx.fetch("SELECT sealed FROM private_trend")
        return bytes(row["sealed"])[100:300]  # of what a page of the file has without a break

    plain = await sealed()
    assert found([plain], every_file(tmp_path)) == {plain}
    await protect(clinic, person)
    locked = await sealed()
    assert found([plain, locked], every_file(tmp_path)) == {locked}
    await erase(clinic, person)
    assert found([plain, locked], every_file(tmp_path)) == set()


async def test_each_passphrase_comes_with_new_keys_even_the_same_one(clinic: Clinic, person: Person) -> None:
    keys: set[bytes] = set()
    for _ in range(2):
        await protect(clinic, person)
        sheet = await sheet_of(clinic, person)
        assert sheet.lock is not None
        keys |= {sheet.lock.public, sheet.lock.salt, sheet.lock.locked}
        await clinic.passphrases.remove(person, WORDS, at=NOW + WEEK)
    assert len(keys) == 6


@pytest.mark.parametrize(
    ("words", "again", "because"),
    [
        ("too short", "too short", Because.PASSPHRASE_LENGTH),
        ("  spaces   ", "  spaces   ", Because.PASSPHRASE_LENGTH),
        ("", "", Because.PASSPHRASE_LENGTH),
        ("x" * 201, "x" * 201, Because.PASSPHRASE_LENGTH),
        (WORDS, OTHER_WORDS, Because.PASSPHRASES_DIFFER),
        (WORDS, "", Because.PASSPHRASES_DIFFER),
    ],
)
async def test_a_passphrase_that_does_not_do_changes_nothing(
    clinic: Clinic, person: Person, words: str, again: str, because: Because
) -> None:
    assert await refused(protect(clinic, person, words, again)) is because
    assert await keeping(clinic, person) is Keeping.PLAIN


async def test_one_passphrase_is_the_same_from_every_keyboard(clinic: Clinic, person: Person) -> None:
    await protect(clinic, person, "Grüße  vom\u00a0ﬁnken", "Gru\u0308ße vom finken ")
    assert (await unlock(clinic, person, " Grüße vom finken")).copies


async def test_setting_one_where_there_is_one_and_removing_one_where_there_is_none_is_refused(
    clinic: Clinic, person: Person
) -> None:
    at = NOW + WEEK
    assert await refused(clinic.passphrases.remove(person, WORDS, at=at)) is Because.NO_PASSPHRASE
    changing = clinic.passphrases.change(person, WORDS, OTHER_WORDS, OTHER_WORDS, at=at)
    assert await refused(changing) is Because.NO_PASSPHRASE
    await protect(clinic, person)
    assert await refused(protect(clinic, person, OTHER_WORDS)) is Because.PASSPHRASE_IS_SET
    assert (await unlock(clinic, person)).copies


async def test_without_copies_there_is_nothing_to_protect_or_to_open(clinic: Clinic) -> None:
    [person] = clinic.people(1)
    assert await refused(protect(clinic, person)) is Because.NOTHING_KEPT
    assert await refused(unlock(clinic, person)) is Because.NOTHING_KEPT


async def test_after_five_tries_even_the_right_one_has_to_wait_until_one_of_them_is_old(
    clinic: Clinic, person: Person
) -> None:
    await protect(clinic, person)
    at = NOW + WEEK
    for number in range(MOST_TRIES):
        tried = clinic.passphrases.read(person, OTHER_WORDS, at=at + number * MINUTE)
        assert await refused(tried) is Because.WRONG_PASSPHRASE
    for moment in (at + 5 * MINUTE, at + SPAN - timedelta(seconds=1)):
        assert await refused(clinic.passphrases.read(person, WORDS, at=moment)) is Because.TOO_MANY_TRIES
    assert (await clinic.passphrases.read(person, WORDS, at=at + SPAN)).copies


async def test_whoever_gets_it_right_may_try_again_as_often(clinic: Clinic, person: Person) -> None:
    for number in range(MOST_TRIES - 1):
        tried = clinic.passphrases.remove(person, WORDS, at=NOW + WEEK + number * MINUTE)
        assert await refused(tried) is Because.NO_PASSPHRASE
    await protect(clinic, person)
    for _ in range(MOST_TRIES):
        assert await refused(protect(clinic, person, OTHER_WORDS)) is Because.PASSPHRASE_IS_SET
    assert await refused(protect(clinic, person, OTHER_WORDS)) is Because.TOO_MANY_TRIES


async def test_tries_at_the_same_time_count_each_and_those_of_others_do_not(
    clinic: Clinic, person: Person
) -> None:
    at = NOW + WEEK
    tries = [clinic.passphrases.remove(person, WORDS, at=at) for _ in range(MOST_TRIES + 3)]
    reasons = told(await at_once(clinic.database, *tries))
    assert reasons.count(Because.NO_PASSPHRASE) == MOST_TRIES
    assert reasons.count(Because.TOO_MANY_TRIES) == 3
    other = clinic.person(150)
    await trends.keep(clinic.database, clinic.member_keys, other)
    await protect(clinic, other)
    assert (await unlock(clinic, other)).keeping is Keeping.UNLOCKED


async def test_a_check_in_while_a_passphrase_is_being_set_is_not_lost(clinic: Clinic, person: Person) -> None:
    setting = asyncio.create_task(protect(clinic, person))
    answers = [UNWELL, WELL] * 4
    while not setting.done() and answers:
        await clinic.answer(person, 2, answers=answers.pop(), at=NOW + WEEK)
        await asyncio.sleep(0.08)
    await setting
    assert [copy.window_id for copy in (await unlock(clinic, person)).copies] == [1, 2]
    assert all(len(record.content) == 62 for record in (await sheet_of(clinic, person)).records)


async def test_two_passphrases_set_at_the_same_time_leave_one_that_opens(
    clinic: Clinic, person: Person
) -> None:
    setting = [protect(clinic, person, words) for words in (WORDS, OTHER_WORDS)]
    assert told(await at_once(clinic.database, *setting)) == [Because.PASSPHRASE_IS_SET]
    opened = [unlock(clinic, person, words) for words in (WORDS, OTHER_WORDS)]
    assert told(await at_once(clinic.database, *opened)) == [Because.WRONG_PASSPHRASE]


async def test_erasing_while_a_passphrase_is_being_set_leaves_nothing(clinic: Clinic, person: Person) -> None:
    setting = asyncio.create_task(protect(clinic, person))
    await asyncio.sleep(0.1)
    await erase(clinic, person)
    assert await refused(setting) is Because.NOTHING_KEPT
    assert await keeping(clinic, person) is Keeping.OFF
