"""Private copies: only for whoever asked, in the same step as the ballot, gone when they say so."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from bot.services import erasure, installation, retention, trends
from bot.services.member_keys import MemberKey
from bot.services.people import NOBODY, Person
from bot.services.personal_data import Kind
from bot.services.refusals import Because, Refusal
from bot.services.rules.private_copies import SHEET_BYTES, Copy
from bot.services.trends import KEPT_MONTHS, Keeping, Kept, Trends
from db.registry import REGISTRY
from tests.services.conftest import DAY, NOW, UNWELL, WEEK, WELL, Clinic, at_once, refused

SEALING = 28
"""Bytes that sealing adds: nonce and tag."""


async def keep(clinic: Clinic, person: Person) -> None:
    await trends.keep(clinic.database, clinic.member_keys, person)


async def erase(clinic: Clinic, person: Person) -> None:
    await trends.erase(clinic.database, clinic.member_keys, clinic.window_keys, person)


async def look(clinic: Clinic, person: Person, *, weeks: int = 12, at: datetime = NOW) -> Trends:
    return await trends.look(clinic.database, clinic.member_keys, person, weeks=weeks, at=at)


async def answers_kept(clinic: Clinic, person: Person) -> list[tuple[int, object]]:
    found = await look(clinic, person, weeks=104, at=NOW + 52 * WEEK)
    return [(copy.window_id, copy.answers) for copy in found.copies]


def key_of(clinic: Clinic, person: Person) -> MemberKey:
    found = clinic.member_keys.find(person.locator)
    assert found is not None
    return found


async def spoil(clinic: Clinic) -> None:
    async with clinic.database.transaction() as tx:
        [row] = await tx.fetch("SELECT sealed FROM private_trend")
        spoilt = bytes(row["sealed"])[:-1] + bytes([bytes(row["sealed"])[-1] ^ 1])
        await tx.execute("UPDATE private_trend SET sealed = $1", spoilt)


# Keeping


async def test_nothing_is_kept_of_whoever_has_not_asked(clinic: Clinic) -> None:
    people = clinic.people(2)
    window = await clinic.open(await clinic.circle(seated=people))
    await keep(clinic, people[1])
    receipt = await clinic.answer(people[0], window)
    assert not receipt.copied
    assert (await look(clinic, people[0])).keeping is Keeping.OFF
    assert await clinic.count("private_trend") == 1


async def test_whoever_is_unknown_and_answers_the_whole_server_stays_unknown(clinic: Clinic) -> None:
    window = await clinic.open()
    locator = clinic.member_keys.locate(clinic.server_id, 1)
    stranger = Person(clinic.server_id, locator, NOBODY, frozenset(), False)
    assert not (await clinic.answer(stranger, window)).copied
    assert (await look(clinic, stranger)).keeping is Keeping.OFF
    assert clinic.member_keys.find(locator) is None


async def test_from_the_moment_of_asking_each_check_in_leaves_a_copy_on_its_local_day(clinic: Clinic) -> None:
    [person] = clinic.people(1)
    circle = await clinic.circle(seated=[person])
    first = await clinic.open(circle)
    await clinic.answer(person, first, answers=UNWELL)
    await keep(clinic, person)
    assert (await look(clinic, person)).copies == ()
    late = datetime.fromisoformat("2026-03-05T23:30:00+00:00")  # already Friday in Berlin
    receipt = await clinic.answer(person, first, answers=WELL, at=late)
    assert receipt.copied
    assert receipt.replaced
    shown = await look(clinic, person, at=NOW + WEEK)
    assert shown.keeping is Keeping.PLAIN
    assert shown.copies == (Copy(date(2026, 3, 6), first, WELL),)


async def test_a_changed_answer_changes_the_copy_and_a_withdrawn_one_removes_it(clinic: Clinic) -> None:
    [person] = clinic.people(1)
    window = await clinic.open(await clinic.circle(seated=[person]))
    await keep(clinic, person)
    await clinic.answer(person, window, answers=UNWELL)
    await clinic.answer(person, window, answers=WELL)
    assert await answers_kept(clinic, person) == [(window, WELL)]
    await clinic.withdraw(person, window)
    assert await answers_kept(clinic, person) == []
    await clinic.answer(person, window, answers=UNWELL)
    assert await answers_kept(clinic, person) == [(window, UNWELL)]


async def test_an_answer_that_moves_to_another_window_takes_its_copy_along(clinic: Clinic) -> None:
    [person] = clinic.people(1)
    window, whole_server = await clinic.open(await clinic.circle(seated=[person])), await clinic.open()
    await keep(clinic, person)
    await clinic.answer(person, window, answers=UNWELL)
    await clinic.answer(person, whole_server, answers=WELL)
    assert await answers_kept(clinic, person) == [(whole_server, WELL)]


async def test_a_copy_stays_when_its_window_has_closed_and_the_ballot_is_gone(clinic: Clinic) -> None:
    people = clinic.people(5)
    window = await clinic.open(await clinic.circle(seated=people))
    await keep(clinic, people[0])
    await clinic.all_answer(people, window)
    await clinic.close()
    assert await clinic.count("ballot") == 0
    assert await answers_kept(clinic, people[0]) == [(window, WELL)]


async def test_when_the_answer_is_refused_no_copy_is_kept(clinic: Clinic) -> None:
    people = clinic.people(2)
    window = await clinic.open(await clinic.circle(seated=people[:1]))
    await keep(clinic, people[1])
    assert await refused(clinic.answer(people[1], window)) is Because.NOT_SEATED_HERE
    assert await refused(clinic.answer(people[0], window, at=NOW + WEEK)) is Because.WINDOW_CLOSED
    assert (await look(clinic, people[1])).copies == ()


async def test_answer_and_copy_are_stored_together_or_not_at_all(clinic: Clinic) -> None:
    [person] = clinic.people(1)
    window = await clinic.open(await clinic.circle(seated=[person]))
    await keep(clinic, person)
    with pytest.raises(ZeroDivisionError):
        async with clinic.database.transaction() as tx:
            await trends.keep_copy(tx, clinic.member_keys, person, window, WELL, at=NOW)
            raise ZeroDivisionError
    assert (await look(clinic, person)).copies == ()


async def test_asking_twice_or_at_the_same_time_keeps_what_was_there(clinic: Clinic) -> None:
    [person] = clinic.people(1)
    window = await clinic.open(await clinic.circle(seated=[person]))
    await at_once(clinic.database, *[keep(clinic, person) for _ in range(4)])
    await clinic.answer(person, window)
    await keep(clinic, person)
    assert await answers_kept(clinic, person) == [(window, WELL)]
    assert await clinic.count("private_trend") == 1


async def test_many_answers_at_once_leave_the_copy_of_one_of_them(clinic: Clinic) -> None:
    [person] = clinic.people(1)
    window = await clinic.open(await clinic.circle(seated=[person]))
    await keep(clinic, person)
    receipts = await at_once(
        clinic.database, *[clinic.answer(person, window, answers=each) for each in [WELL, UNWELL] * 4]
    )
    assert not [each for each in receipts if isinstance(each, Refusal)]
    assert len(await answers_kept(clinic, person)) == 1


async def test_a_damaged_sheet_keeps_nobody_from_checking_in_and_can_be_erased(clinic: Clinic) -> None:
    [person] = clinic.people(1)
    window = await clinic.open(await clinic.circle(seated=[person]))
    await keep(clinic, person)
    await spoil(clinic)
    assert not (await clinic.answer(person, window)).copied
    await clinic.withdraw(person, window)
    assert (await look(clinic, person)).keeping is Keeping.SPOILT
    assert await trends.forget_old(clinic.database, clinic.member_keys, lambda _: date(2100, 1, 1)) == 0
    opening = clinic.passphrases.unlock(person, "a passphrase", weeks=12, at=NOW)
    assert await refused(opening) is Because.TRENDS_SPOILT
    await erase(clinic, person)
    assert (await look(clinic, person)).keeping is Keeping.OFF


# What a row tells


async def test_a_row_tells_neither_whose_it_is_nor_how_much_is_on_it(clinic: Clinic) -> None:
    people = clinic.people(3)
    circle = await clinic.circle(seated=people)
    for person in people:
        await keep(clinic, person)
    window = await clinic.open(circle)
    await clinic.answer(people[0], window)
    await clinic.passphrases.protect(people[1], "a passphrase", "a passphrase", at=NOW)
    await clinic.answer(people[1], window)
    async with clinic.database.transaction() as tx:
        rows = await tx.fetch("SELECT owner, sealed FROM private_trend")
    assert {len(row["sealed"]) for row in rows} == {SHEET_BYTES + SEALING}
    assert len({bytes(row["sealed"])[:12] for row in rows}) == 3
    for person in people:
        for hint in (person.locator, person.key):
            assert all(hint not in bytes(row["owner"]) + bytes(row["sealed"]) for row in rows)


async def test_a_row_moved_to_somebody_else_opens_for_neither(clinic: Clinic) -> None:
    mine, yours = clinic.people(2)
    window = await clinic.open(await clinic.circle(seated=[mine, yours]))
    await keep(clinic, mine)
    await clinic.answer(mine, window)
    async with clinic.database.transaction() as tx:
        owner = key_of(clinic, yours).index("private_trend")
        await tx.execute("UPDATE private_trend SET owner = $1", owner)
    assert (await look(clinic, mine)).keeping is Keeping.OFF
    assert (await look(clinic, yours)).keeping is Keeping.SPOILT


# Looking


async def test_the_weeks_shown_begin_on_a_monday_and_end_today(clinic: Clinic) -> None:
    [person] = clinic.people(1)
    circle = await clinic.circle(seated=[person])
    await keep(clinic, person)
    windows = []
    for week in range(6):
        window = await clinic.open(circle, at=NOW + week * WEEK)
        windows.append(window)
        await clinic.answer(person, window, at=NOW + week * WEEK + 2 * DAY)
        await clinic.close(NOW + (week + 1) * WEEK)
    wednesday = NOW + 5 * WEEK + 2 * DAY
    shown = await look(clinic, person, weeks=4, at=wednesday)
    assert shown.first_day == wednesday.date() - timedelta(days=2, weeks=3)
    assert shown.last_day == wednesday.date()
    assert [copy.window_id for copy in shown.copies] == windows[2:]
    tuesday = await look(clinic, person, weeks=4, at=wednesday - DAY)
    assert [copy.window_id for copy in tuesday.copies] == windows[2:5]


async def test_nothing_can_be_seen_or_begun_where_the_server_was_not_set_up(clinic: Clinic) -> None:
    elsewhere = Person(5, clinic.member_keys.locate(5, 1), NOBODY, frozenset(), False)
    assert await refused(look(clinic, elsewhere)) is Because.NOT_SET_UP
    assert await refused(keep(clinic, elsewhere)) is Because.NOT_SET_UP


# Erasing and forgetting


async def test_stopping_erases_everything_at_once_and_twice_is_said(clinic: Clinic) -> None:
    people = clinic.people(2)
    window = await clinic.open(await clinic.circle(seated=people))
    for person in people:
        await keep(clinic, person)
        await clinic.answer(person, window)
    await erase(clinic, people[0])
    assert (await look(clinic, people[0])).keeping is Keeping.OFF
    assert await answers_kept(clinic, people[1]) == [(window, WELL)]
    again = erase(clinic, people[0])
    assert await refused(again) is Because.NOTHING_KEPT
    assert not (await clinic.answer(people[0], window)).copied


async def test_whoever_begins_anew_finds_nothing_of_before(clinic: Clinic) -> None:
    [person] = clinic.people(1)
    window = await clinic.open(await clinic.circle(seated=[person]))
    await keep(clinic, person)
    await clinic.passphrases.protect(person, "a passphrase", "a passphrase", at=NOW)
    await clinic.answer(person, window)
    await erase(clinic, person)
    await keep(clinic, person)
    shown = await look(clinic, person)
    assert (shown.keeping, shown.copies) == (Keeping.PLAIN, ())


async def test_what_is_too_old_is_forgotten_for_each_server_and_a_dry_run_only_counts(
    clinic: Clinic,
) -> None:
    people = clinic.people(2)
    circle = await clinic.circle(seated=people)
    for person in people:
        await keep(clinic, person)
    await clinic.passphrases.protect(people[1], "a passphrase", "a passphrase", at=NOW)
    for week in range(6):  # 2 March to 6 April
        window = await clinic.open(circle, at=NOW + week * WEEK)
        for person in people:
            await clinic.answer(person, window, at=NOW + week * WEEK)
        await clinic.close(NOW + (week + 1) * WEEK)

    async def forget(oldest: dict[int, date], *, dry_run: bool = False) -> int:
        return await trends.forget_old(
            clinic.database,
            clinic.member_keys,
            lambda server_id: oldest.get(server_id, date(2000, 1, 1)),
            dry_run=dry_run,
        )

    assert await forget({clinic.server_id + 1: date(2100, 1, 1)}) == 0
    assert await forget({clinic.server_id: date(2026, 3, 1)}) == 0
    assert await forget({clinic.server_id: date(2026, 3, 2)}, dry_run=True) == 10
    assert await forget({clinic.server_id: date(2026, 3, 2)}) == 10
    assert await forget({clinic.server_id: date(2026, 3, 2)}) == 0
    assert [window for window, _ in await answers_kept(clinic, people[0])] == [6]
    opened = await clinic.passphrases.read(people[1], "a passphrase", at=NOW + 6 * WEEK)
    assert [copy.window_id for copy in opened.copies] == [6]


async def test_copies_of_somebody_who_came_no_more_go_by_themselves_after_two_years(clinic: Clinic) -> None:
    await installation.adopt(clinic.database, clinic.member_keys.check)
    [person] = clinic.people(1)
    circle = await clinic.circle(seated=[person])
    await keep(clinic, person)
    await clinic.answer(person, await clinic.open(circle))
    for at, left in ((NOW + 720 * DAY, 1), (NOW + 800 * DAY, 0)):
        assert await retention.run_due(clinic.database, clinic.member_keys, at=at)
        assert len(await answers_kept(clinic, person)) == left


async def test_a_check_in_takes_what_is_older_than_two_years_with_it(clinic: Clinic) -> None:
    [person] = clinic.people(1)
    circle = await clinic.circle(seated=[person])
    await keep(clinic, person)
    for at in (NOW, NOW + 31 * DAY, datetime.fromisoformat("2028-03-20T09:00:00+00:00")):
        await clinic.close(at)
        await clinic.answer(person, await clinic.open(circle, at=at), at=at)
    async with clinic.database.transaction() as tx:
        kept = await trends.entries(tx, key_of(clinic, person))
    assert [copy.day.isoformat() for copy in kept.copies] == ["2026-04-02", "2028-03-20"]


def test_the_registry_promises_what_is_kept() -> None:
    kept = {column.kept for column in REGISTRY if column.table == "private_trend"}
    assert kept == {f"until you erase it; of each check-in, for at most {KEPT_MONTHS} months"}
    assert trends.oldest_kept(date(2026, 3, 31)) == date(2024, 3, 28)
    assert trends.oldest_kept(date(2026, 1, 1)) == date(2024, 1, 1)


async def test_an_export_finds_every_copy_or_that_they_are_locked(clinic: Clinic) -> None:
    people = clinic.people(2)
    window = await clinic.open(await clinic.circle(seated=people))
    await keep(clinic, people[0])
    await clinic.answer(people[0], window)
    async with clinic.database.transaction() as tx:
        day = NOW.date()
        found = await trends.entries(tx, key_of(clinic, people[0]))
        assert found == Kept(Keeping.PLAIN, (Copy(day, window, WELL),))
        assert await trends.entries(tx, key_of(clinic, people[1])) == Kept(Keeping.OFF)
        assert await trends.entries(tx, None) == Kept(Keeping.OFF)
    await clinic.passphrases.protect(people[0], "a passphrase", "a passphrase", at=NOW)
    async with clinic.database.transaction() as tx:
        assert await trends.entries(tx, key_of(clinic, people[0])) == Kept(Keeping.LOCKED)


async def test_whoever_is_erased_between_press_and_answer_gets_neither_a_copy_nor_a_key(
    clinic: Clinic,
) -> None:
    [person] = clinic.people(1)
    window = await clinic.open()
    await keep(clinic, person)
    await erasure.erase(clinic.database, clinic.member_keys, clinic.window_keys, person, tuple(Kind))
    assert not (await clinic.answer(person, window)).copied
    assert clinic.member_keys.find(person.locator) is None
