"""An answer lies in one window and never counts in two (R6)."""

from __future__ import annotations

from datetime import timedelta
from random import Random

import pytest

from bot.services.refusals import Because
from db.checkins import WindowState
from tests.services.conftest import (
    DAY,
    MINUTE,
    NOW,
    WEEK,
    Clinic,
    at_once,
    counted,
    refused,
    rows,
    told,
)


async def test_an_answer_lies_in_one_window_and_a_blank_of_the_same_look_in_every_other(
    clinic: Clinic,
) -> None:
    [member] = clinic.people(1)
    windows = [
        await clinic.open(await clinic.circle(seated=[member])),
        await clinic.open(await clinic.circle()),
        await clinic.open(),
    ]
    await clinic.answer(member, windows[0])
    assert await counted(clinic, *windows) == [1, 0, 0]
    assert await rows(clinic, *windows) == [1, 1, 1]
    async with clinic.database.transaction() as tx:
        stored = await tx.fetch("SELECT token, sealed FROM ballot")
    assert {(len(bytes(row["token"])), len(bytes(row["sealed"]))) for row in stored} == {(16, 56)}
    assert len({bytes(row["token"]) for row in stored}) == 3


async def test_every_row_of_a_person_changes_with_every_answer(clinic: Clinic) -> None:
    people = clinic.people(2)
    circle = await clinic.circle(seated=people)
    windows = [await clinic.open(circle), await clinic.open()]
    await clinic.all_answer(people, windows[0])
    seen: set[bytes] = set()
    for window in (*windows, windows[0], windows[0]):
        await clinic.answer(people[0], window)
        async with clinic.database.transaction() as tx:
            sealed = {bytes(row["sealed"]) for row in await tx.fetch("SELECT sealed FROM ballot")}
        assert len(sealed - seen) == 2 + 2 * (not seen)
        seen |= sealed


async def test_whoever_chooses_another_window_later_moves_their_answer_there(clinic: Clinic) -> None:
    people = clinic.people(6)
    one, other = await clinic.circle(seated=people), await clinic.circle(seated=people)
    windows = [await clinic.open(one), await clinic.open(other), await clinic.open()]
    await clinic.all_answer(people, windows[0])
    receipt = await clinic.answer(people[0], windows[2])
    assert not receipt.replaced
    assert receipt.taken_from is not None
    assert receipt.taken_from.circle_name == one.name
    assert await counted(clinic, *windows) == [5, 0, 1]
    receipt = await clinic.answer(people[0], windows[1])
    assert receipt.taken_from is not None
    assert receipt.taken_from.circle_name is None
    assert await counted(clinic, *windows) == [5, 1, 0]
    await clinic.all_answer(people, windows[2])
    assert await counted(clinic, *windows) == [0, 0, 6]
    await clinic.close()
    assert [await clinic.released(window) is None for window in windows] == [True, True, False]


async def test_the_first_receipt_withdraws_nothing_once_the_answer_counts_elsewhere(clinic: Clinic) -> None:
    [member] = clinic.people(1)
    windows = [await clinic.open(await clinic.circle(seated=[member])), await clinic.open()]
    await clinic.answer(member, windows[0])
    await clinic.answer(member, windows[1])
    assert await refused(clinic.withdraw(member, windows[0])) is Because.NOTHING_TO_WITHDRAW
    await clinic.withdraw(member, windows[1])
    assert await rows(clinic, *windows) == [0, 0]


async def test_once_a_result_with_the_answer_is_out_no_other_check_in_of_that_time_counts_it(
    clinic: Clinic,
) -> None:
    people = clinic.people(6)
    circle = await clinic.circle(seated=people)
    window, longer = await clinic.open(circle), await clinic.open(days=14)
    await clinic.all_answer(people, window)
    await clinic.close()
    assert (await clinic.window(window)).state is WindowState.RELEASED
    after = NOW + WEEK + DAY
    for person in people:
        assert await refused(clinic.answer(person, longer, at=after)) is Because.ALREADY_COUNTED
        assert await refused(clinic.withdraw(person, longer, at=after)) is Because.NOTHING_TO_WITHDRAW
    assert not (await clinic.answer(clinic.owner, longer, at=after)).replaced
    again = await clinic.open(circle, at=after)
    await clinic.all_answer(people, again, at=after)
    for person in people:
        assert await refused(clinic.answer(person, longer, at=after)) is Because.ALREADY_COUNTED
    assert await counted(clinic, again, longer) == [6, 1]


async def test_between_the_hour_of_closing_and_the_close_an_answer_stays_where_it_is(clinic: Clinic) -> None:
    people = clinic.people(6)
    circle = await clinic.circle(seated=people)
    window, longer = await clinic.open(circle), await clinic.open(days=14)
    await clinic.all_answer(people, window)
    attempt = clinic.answer(people[0], longer, at=NOW + WEEK + MINUTE)
    assert await refused(attempt) is Because.ALREADY_COUNTED
    assert await counted(clinic, window, longer) == [6, 0]


@pytest.mark.parametrize("how", ["cancelled", "too few answers"])
async def test_an_answer_of_which_nothing_is_published_may_be_given_again(clinic: Clinic, how: str) -> None:
    people = clinic.people(4)
    circle = await clinic.circle(seated=people)
    window, longer = await clinic.open(circle), await clinic.open(days=14)
    await clinic.all_answer(people, window)
    await (clinic.cancel(circle) if how == "cancelled" else clinic.close())
    assert await counted(clinic, longer) == [0]
    await clinic.all_answer(people, longer, at=NOW + WEEK + DAY)
    assert await counted(clinic, longer) == [4]


async def test_a_window_that_opens_later_counts_nobody_who_has_answered_in_one_that_is_open(
    clinic: Clinic,
) -> None:
    people = clinic.people(6)
    one, other = await clinic.circle(seated=people), await clinic.circle()
    window = await clinic.open(one)
    await clinic.all_answer(people, window)
    later = [await clinic.open(scope, days=14, at=NOW + DAY) for scope in (other, None)]
    assert await rows(clinic, *later) == [6, 6]
    moved = await clinic.answer(people[0], later[1], at=NOW + DAY)
    assert moved.taken_from is not None
    await clinic.close()
    for person in people[1:]:
        await clinic.seat(person, other)  # only now
        for each in later:
            attempt = clinic.answer(person, each, at=NOW + WEEK + DAY)
            assert await refused(attempt) is Because.ALREADY_COUNTED
    assert await counted(clinic, *later) == [0, 1]


async def test_a_window_that_opens_after_the_close_is_answered_anew(clinic: Clinic) -> None:
    people = clinic.people(6)
    window = await clinic.open(await clinic.circle(seated=people))
    await clinic.all_answer(people, window)
    at = NOW + WEEK
    whole_server = await clinic.open(at=at)  # the first has reached its hour, and nobody has closed it yet
    assert await rows(clinic, whole_server) == [0]
    await clinic.all_answer(people, whole_server, at=at + timedelta(minutes=1))
    assert await counted(clinic, window, whole_server) == [6, 6]
    await clinic.close()
    assert await clinic.released(window) is not None


async def test_hundreds_who_have_answered_are_carried_into_a_window_that_opens(clinic: Clinic) -> None:
    people = clinic.people(220)
    window = await clinic.open()
    await at_once(clinic.database, *[clinic.answer(person, window) for person in people])
    later = await clinic.open(await clinic.circle(seated=people[:1]))
    assert await rows(clinic, window, later) == [220, 220]
    assert (await clinic.answer(people[0], later)).taken_from is not None


async def test_people_who_answer_everywhere_at_the_same_time_count_in_one_place(clinic: Clinic) -> None:
    people = clinic.people(12)
    windows = [await clinic.open(await clinic.circle(seated=people)) for _ in range(2)]
    windows.append(await clinic.open())
    presses = [(person, window) for person in people for window in windows]
    Random(1).shuffle(presses)  # noqa: S311
    attempts = [clinic.answer(person, window) for person, window in presses * 2]
    assert not told(await at_once(clinic.database, *attempts))
    assert sum(await counted(clinic, *windows)) == len(people)
    assert await rows(clinic, *windows) == [12, 12, 12]
