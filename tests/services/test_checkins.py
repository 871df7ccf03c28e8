"""Answering: once, in one window, changed, moved and withdrawn until the close."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.services import checkins
from bot.services.checkins import Receipt
from bot.services.people import Person
from bot.services.refusals import Because, Refusal
from bot.services.rules.anonymity import Answers, Band, Continuum, release
from tests.services.conftest import (
    DAY,
    MINUTE,
    NOW,
    UNWELL,
    WEEK,
    Clinic,
    at_once,
    counted,
    refused,
    rows,
    told,
)

# One answer for each person


async def test_a_second_answer_takes_the_place_of_the_first(clinic: Clinic) -> None:
    people = clinic.people(5)
    window = await clinic.open(await clinic.circle(seated=people))
    await clinic.all_answer(people, window, answers=UNWELL)
    first, again = (
        await clinic.answer(people[0], window),
        await clinic.answer(people[0], window, answers=UNWELL),
    )
    assert (first.replaced, again.replaced) == (True, True)
    for person in people[:3]:
        assert (await clinic.answer(person, window, at=NOW + 6 * DAY)).replaced
    assert await rows(clinic, window) == [5]
    await clinic.close()
    released = await clinic.released(window)
    assert released is not None
    assert [finding.band for finding in released.findings] == [Band.NOT_LOW, Band.GOOD, Band.GOOD, Band.GOOD]


async def test_a_first_answer_replaces_nothing(clinic: Clinic) -> None:
    people = clinic.people(2)
    circle = await clinic.circle(seated=people)
    window = await clinic.open(circle)
    await clinic.answer(people[0], window)
    receipt = await clinic.answer(people[1], window)
    assert (receipt.replaced, receipt.taken_from) == (False, None)
    assert (receipt.counted.window_id, receipt.counted.circle_name) == (window, circle.name)
    assert receipt.counted.closes_at == (await clinic.window(window)).closes_at


async def test_one_person_who_presses_twenty_times_at_once_is_counted_once(clinic: Clinic) -> None:
    [member] = clinic.people(1)
    window = await clinic.open(await clinic.circle(seated=[member]))
    receipts = await at_once(clinic.database, *[clinic.answer(member, window) for _ in range(20)])
    assert not told(receipts)
    assert [each.replaced for each in receipts if isinstance(each, Receipt)].count(False) == 1
    assert await rows(clinic, window) == [1]


async def test_what_was_withdrawn_is_not_counted(clinic: Clinic) -> None:
    people = clinic.people(6)
    window = await clinic.open(await clinic.circle(seated=people))
    await clinic.all_answer(people, window)
    await clinic.withdraw(people[0], window)
    assert await rows(clinic, window) == [5]
    await clinic.withdraw(people[1], window, at=NOW + WEEK - MINUTE)
    await clinic.close()
    assert await clinic.released(window) is None


async def test_withdrawing_what_is_not_there_is_refused_and_takes_nothing_of_others(clinic: Clinic) -> None:
    people = clinic.people(2)
    window = await clinic.open(await clinic.circle(seated=people))
    await clinic.answer(people[0], window)
    assert await refused(clinic.withdraw(people[1], window)) is Because.NOTHING_TO_WITHDRAW
    await clinic.withdraw(people[0], window)
    assert await refused(clinic.withdraw(people[0], window)) is Because.NOTHING_TO_WITHDRAW


# Who may answer (R5)


async def test_whoever_has_no_seat_is_not_counted(clinic: Clinic) -> None:
    [stranger] = clinic.people(1)
    window = await clinic.open(await clinic.circle())
    for person in (stranger, clinic.holder, clinic.moderator, clinic.owner):
        assert await refused(clinic.answer(person, window)) is Because.NOT_SEATED_HERE
    assert await rows(clinic, window) == [0]


async def test_whoever_left_may_withdraw_and_no_longer_answer(clinic: Clinic) -> None:
    people = clinic.people(2)
    circle = await clinic.circle(seated=people)
    window = await clinic.open(circle)
    await clinic.all_answer(people, window)
    for person in people:
        await clinic.leave(person, circle)
    assert await refused(clinic.answer(people[0], window)) is Because.NOT_SEATED_HERE
    await clinic.withdraw(people[0], window)
    assert await rows(clinic, window) == [1]


async def test_somebody_of_another_server_cannot_answer_nor_withdraw(clinic: Clinic, tmp_path: Path) -> None:
    elsewhere = Clinic(clinic.database, tmp_path, server_id=1_400_000_000_000_000_001)
    await elsewhere.set_up()
    [member] = clinic.people(1)
    windows = [await clinic.open(await clinic.circle(seated=[member])), await clinic.open()]
    await clinic.answer(member, windows[0])
    for person in (*elsewhere.people(1), elsewhere.owner):
        for window in windows:
            assert await refused(clinic.answer(person, window)) is Because.WINDOW_CLOSED
            assert await refused(clinic.withdraw(person, window)) is Because.TOO_LATE_TO_CHANGE
        assert await checkins.windows_open_to(clinic.database, person, at=NOW) == ()
    assert await counted(clinic, *windows) == [1, 0]


async def test_windows_of_another_server_have_nothing_to_do_with_ours(clinic: Clinic, tmp_path: Path) -> None:
    elsewhere = Clinic(clinic.database, tmp_path, server_id=1_400_000_000_000_000_001)
    await elsewhere.set_up()
    ours, theirs = await clinic.open(), await elsewhere.open()
    await clinic.answer(clinic.owner, ours)
    await elsewhere.answer(elsewhere.owner, theirs)
    assert await rows(clinic, ours, theirs) == [1, 1]


async def test_one_is_shown_the_windows_that_would_count_the_answer(clinic: Clinic) -> None:
    [member] = clinic.people(1)
    mine = await clinic.open(await clinic.circle(seated=[member]))
    await clinic.open(await clinic.circle())
    whole_server = await clinic.open(days=14)
    shown = checkins.windows_open_to
    assert await shown(clinic.database, member, at=NOW) == (mine, whole_server)
    assert await shown(clinic.database, clinic.holder, at=NOW) == (whole_server,)
    assert await shown(clinic.database, member, at=NOW + WEEK) == (whole_server,)
    assert await shown(clinic.database, member, at=NOW + 2 * WEEK) == ()


# Until when


async def test_after_the_hour_of_closing_nothing_is_recorded_even_if_nobody_closed_yet(
    clinic: Clinic,
) -> None:
    people = clinic.people(6)
    window = await clinic.open(await clinic.circle(seated=people))
    await clinic.all_answer(people[:5], window)
    for at in (NOW + WEEK, NOW + 2 * WEEK):
        assert await refused(clinic.answer(people[5], window, at=at)) is Because.WINDOW_CLOSED
        assert await refused(clinic.withdraw(people[0], window, at=at)) is Because.TOO_LATE_TO_CHANGE
    assert await rows(clinic, window) == [5]


@pytest.mark.parametrize("how", ["closed", "cancelled"])
async def test_a_press_that_comes_late_through_the_wire_is_refused(clinic: Clinic, how: str) -> None:
    people = clinic.people(2)
    circle = await clinic.circle(seated=people)
    window = await clinic.open(circle)
    await clinic.answer(people[0], window)
    await (clinic.cancel(circle) if how == "cancelled" else clinic.close())
    assert await refused(clinic.answer(people[1], window)) is Because.WINDOW_CLOSED
    assert await refused(clinic.withdraw(people[0], window)) is Because.TOO_LATE_TO_CHANGE
    assert await rows(clinic, window) == [0]


async def test_an_invented_window_is_a_closed_one(clinic: Clinic) -> None:
    [member] = clinic.people(1)
    for window in (0, 10**9, -1):
        assert await refused(clinic.answer(member, window)) is Because.WINDOW_CLOSED
        assert await refused(clinic.withdraw(member, window)) is Because.TOO_LATE_TO_CHANGE


async def test_without_its_key_a_window_takes_no_answer_and_says_so(clinic: Clinic) -> None:
    [member] = clinic.people(1)
    circle, lost = await clinic.circle(seated=[member]), await clinic.open()
    await clinic.answer(member, lost)
    (clinic.keys_folder / f"{lost}.window").unlink()
    other = await clinic.open(circle)
    assert await refused(clinic.answer(member, lost)) is Because.WINDOW_CLOSED
    assert await refused(clinic.withdraw(member, lost)) is Because.NOTHING_TO_WITHDRAW
    assert (await clinic.answer(member, other)).taken_from is None
    assert await counted(clinic, lost, other) == [0, 1]


async def test_an_answer_whose_window_lost_its_key_can_be_given_anew_where_its_blank_lies(
    clinic: Clinic,
) -> None:
    [member] = clinic.people(1)
    lost, other = await clinic.open(), await clinic.open(await clinic.circle(seated=[member]))
    await clinic.answer(member, lost)
    (clinic.keys_folder / f"{lost}.window").unlink()
    assert not (await clinic.answer(member, other)).replaced
    assert await counted(clinic, other) == [1]


# Whatever people do

PEOPLE, CIRCLES = 9, 2
ANSWERS = st.builds(
    Answers, st.sampled_from(Continuum), st.integers(1, 5), st.integers(1, 5), st.integers(1, 5)
)
PRESSES = st.lists(
    st.tuples(st.integers(0, PEOPLE - 1), st.integers(0, CIRCLES), st.none() | ANSWERS),
    min_size=20,
    max_size=40,
)


# The examples share a database on purpose: each of them begins with circles of its own.
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(presses=PRESSES)
async def test_what_is_published_is_what_was_last_acknowledged_and_nothing_else(
    clinic: Clinic, presses: list[tuple[int, int, Answers | None]]
) -> None:
    """Answer, change, move, withdraw in any order: two circles, and the whole server as scope 2."""
    people = clinic.people(PEOPLE)
    windows = [await clinic.open(await clinic.circle(seated=people)) for _ in range(CIRCLES)]
    windows.append(await clinic.open())
    expected: list[dict[Person, Answers]] = [{}, {}, {}]
    for number, scope, answers in presses:
        person = people[number]
        try:
            if answers is None:
                await clinic.withdraw(person, windows[scope])
            else:
                await clinic.answer(person, windows[scope], answers=answers)
        except Refusal as refusal:
            assert refusal.because is Because.NOTHING_TO_WITHDRAW
            assert person not in expected[scope]
            continue
        for votes in expected if answers else [expected[scope]]:
            votes.pop(person, None)
        if answers:
            expected[scope][person] = answers
    await clinic.close()
    for window, votes, minimum in zip(windows, expected, (5, 5, 6), strict=True):
        assert await clinic.released(window) == release(list(votes.values()), minimum=minimum)
