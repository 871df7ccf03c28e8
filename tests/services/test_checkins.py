"""Answering: once for each window, changed and withdrawn until the close, never counted in two totals."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.services import checkins
from bot.services.checkins import Receipt
from bot.services.people import Person
from bot.services.refusals import Because, Refusal
from bot.services.rules.anonymity import Answers, Band, Continuum, release
from tests.services.conftest import DAY, MINUTE, NOW, UNWELL, WEEK, Clinic, at_once, refused, told


async def ballots(clinic: Clinic, *window_ids: int) -> list[int]:
    """How many sealed answers lie in each of these windows."""
    return [await clinic.count("ballot", window_id=window_id) for window_id in window_ids]


# One answer for each person and window


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
    assert await ballots(clinic, window) == [5]
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
    assert not receipt.replaced
    assert [(each.window_id, each.circle_name) for each in receipt.counted] == [(window, circle.name)]
    assert receipt.counted[0].closes_at == (await clinic.window(window)).closes_at


async def test_one_person_who_presses_twenty_times_at_once_is_counted_once(clinic: Clinic) -> None:
    [member] = clinic.people(1)
    window = await clinic.open(await clinic.circle(seated=[member]))
    receipts = await at_once(clinic.database, *[clinic.answer(member, window) for _ in range(20)])
    assert not told(receipts)
    assert [each.replaced for each in receipts if isinstance(each, Receipt)].count(False) == 1
    assert await ballots(clinic, window) == [1]


async def test_what_was_withdrawn_is_not_counted(clinic: Clinic) -> None:
    people = clinic.people(6)
    window = await clinic.open(await clinic.circle(seated=people))
    await clinic.all_answer(people, window)
    await clinic.withdraw(people[0], window)
    assert await ballots(clinic, window) == [5]
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


async def test_one_press_answers_in_several_circles_and_withdraws_from_them(clinic: Clinic) -> None:
    [member] = clinic.people(1)
    all_circles = [await clinic.circle(seated=[member]) for _ in range(3)]
    windows = [await clinic.open(circle) for circle in all_circles]
    receipt = await clinic.answer(member, *windows)
    assert [each.window_id for each in receipt.counted] == windows
    assert await ballots(clinic, *windows) == [1, 1, 1]
    await clinic.withdraw(member, *windows)
    assert await ballots(clinic, *windows) == [0, 0, 0]


# Who may answer (R5)


async def test_whoever_has_no_seat_is_not_counted(clinic: Clinic) -> None:
    [stranger] = clinic.people(1)
    window = await clinic.open(await clinic.circle())
    for person in (stranger, clinic.holder, clinic.moderator, clinic.owner):
        assert await refused(clinic.answer(person, window)) is Because.NOT_SEATED_HERE
    assert await ballots(clinic, window) == [0]


async def test_circles_in_which_one_has_no_seat_are_left_out_by_name(clinic: Clinic) -> None:
    [member] = clinic.people(1)
    mine, other = await clinic.circle(seated=[member]), await clinic.circle()
    windows = [await clinic.open(mine), await clinic.open(other)]
    receipt = await clinic.answer(member, *windows)
    assert [each.window_id for each in receipt.counted] == windows[:1]
    assert receipt.left_out == (other.name,)
    assert await ballots(clinic, *windows) == [1, 0]


async def test_whoever_left_may_withdraw_and_no_longer_answer(clinic: Clinic) -> None:
    people = clinic.people(2)
    circle = await clinic.circle(seated=people)
    window = await clinic.open(circle)
    await clinic.all_answer(people, window)
    for person in people:
        await clinic.leave(person, circle)
    assert await refused(clinic.answer(people[0], window)) is Because.NOT_SEATED_HERE
    await clinic.withdraw(people[0], window)
    assert await ballots(clinic, window) == [1]


async def test_somebody_of_another_server_cannot_answer_nor_withdraw(clinic: Clinic, tmp_path: Path) -> None:
    elsewhere = Clinic(clinic.database, tmp_path, server_id=1_400_000_000_000_000_001)
    await elsewhere.set_up()
    [member] = clinic.people(1)
    windows = [await clinic.open(await clinic.circle(seated=[member])), await clinic.open()]
    await clinic.answer(member, windows[0])
    for person in (*elsewhere.people(1), elsewhere.owner):
        assert await refused(clinic.answer(person, *windows)) is Because.WINDOW_CLOSED
        assert await refused(clinic.withdraw(person, *windows)) is Because.TOO_LATE_TO_CHANGE
        assert await checkins.windows_open_to(clinic.database, person, at=NOW) == ()
    assert await ballots(clinic, *windows) == [1, 0]


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
    assert await ballots(clinic, window) == [5]


@pytest.mark.parametrize("how", ["closed", "cancelled"])
async def test_a_press_that_comes_late_through_the_wire_is_refused(clinic: Clinic, how: str) -> None:
    people = clinic.people(2)
    circle = await clinic.circle(seated=people)
    window = await clinic.open(circle)
    await clinic.answer(people[0], window)
    await (clinic.cancel(circle) if how == "cancelled" else clinic.close())
    assert await refused(clinic.answer(people[1], window)) is Because.WINDOW_CLOSED
    assert await refused(clinic.withdraw(people[0], window)) is Because.TOO_LATE_TO_CHANGE
    assert await ballots(clinic, window) == [0]


async def test_an_invented_window_is_a_closed_one(clinic: Clinic) -> None:
    [member] = clinic.people(1)
    for windows in ((), (0,), (10**9, -1)):
        assert await refused(clinic.answer(member, *windows)) is Because.WINDOW_CLOSED
        assert await refused(clinic.withdraw(member, *windows)) is Because.TOO_LATE_TO_CHANGE


async def test_without_its_key_a_window_takes_no_answer_and_says_so(clinic: Clinic) -> None:
    [member] = clinic.people(1)
    window = await clinic.open(await clinic.circle(seated=[member]))
    (clinic.keys_folder / f"{window}.window").unlink()
    other = await clinic.open(await clinic.circle(seated=[member]))
    receipt = await clinic.answer(member, window, other)
    assert [each.window_id for each in receipt.counted] == [other]
    assert await ballots(clinic, window, other) == [0, 1]
    assert await refused(clinic.answer(member, window)) is Because.WINDOW_CLOSED
    assert await refused(clinic.withdraw(member, window)) is Because.NOTHING_TO_WITHDRAW


# In circles or in the whole server, never in both (R6)


async def test_who_goes_on_to_answer_for_the_whole_server_no_longer_counts_in_circles(clinic: Clinic) -> None:
    people = clinic.people(6)
    one, other = await clinic.circle(seated=people), await clinic.circle(seated=people)
    windows = [await clinic.open(one), await clinic.open(other)]
    whole_server = await clinic.open()
    await clinic.all_answer(people, *windows)
    receipt = await clinic.answer(people[0], whole_server)
    assert (receipt.taken_back, receipt.replaced) == (True, False)
    assert await ballots(clinic, *windows, whole_server) == [5, 5, 1]
    await clinic.all_answer(people, whole_server)
    await clinic.close()
    assert [await clinic.released(window) for window in windows] == [None, None]
    assert (await clinic.released(whole_server)) is not None


async def test_who_goes_on_to_answer_in_a_circle_no_longer_counts_in_the_whole_server(clinic: Clinic) -> None:
    people = clinic.people(6)
    window, whole_server = await clinic.open(await clinic.circle(seated=people)), await clinic.open()
    await clinic.all_answer(people, whole_server)
    receipt = await clinic.answer(people[0], window)
    assert (receipt.taken_back, receipt.replaced) == (True, False)
    assert await ballots(clinic, window, whole_server) == [1, 5]
    await clinic.all_answer(people, window)
    await clinic.close()
    assert await clinic.released(window) is not None
    assert await clinic.released(whole_server) is None


async def test_a_forged_form_that_names_both_is_refused_and_nothing_is_recorded(clinic: Clinic) -> None:
    [member] = clinic.people(1)
    window, whole_server = await clinic.open(await clinic.circle(seated=[member])), await clinic.open()
    await clinic.answer(member, window)
    assert await refused(clinic.answer(member, window, whole_server)) is Because.INCOMPLETE_ANSWER
    assert await ballots(clinic, window, whole_server) == [1, 0]


async def test_people_who_answer_for_both_at_the_same_time_count_in_one(clinic: Clinic) -> None:
    people = clinic.people(12)
    windows = [await clinic.open(await clinic.circle(seated=people)) for _ in range(2)]
    whole_server = await clinic.open()
    presses = [(person, scope) for person in people for scope in ((whole_server,), tuple(windows))]
    Random(1).shuffle(presses)  # noqa: S311
    attempts = [clinic.answer(person, *scope) for person, scope in presses * 2]
    assert not told(await at_once(clinic.database, *attempts))
    in_one, in_other, in_server = await ballots(clinic, *windows, whole_server)
    assert in_one == in_other
    assert in_one + in_server == len(people)


# Whatever people do

PEOPLE, CIRCLES = 9, 2
ANSWERS = st.builds(
    Answers, st.sampled_from(Continuum), st.integers(1, 5), st.integers(1, 5), st.integers(1, 5)
)
SCOPES = st.sampled_from([(0,), (1,), (0, 1), (2,)])
PRESSES = st.lists(
    st.tuples(st.integers(0, PEOPLE - 1), SCOPES, st.none() | ANSWERS), min_size=20, max_size=40
)


# The examples share a database on purpose: each of them begins with circles of its own.
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(presses=PRESSES)
async def test_what_is_published_is_what_was_last_acknowledged_and_nothing_else(
    clinic: Clinic, presses: list[tuple[int, tuple[int, ...], Answers | None]]
) -> None:
    """Answer, change, withdraw in any order: two circles, and the whole server as scope 2."""
    people = clinic.people(PEOPLE)
    windows = [await clinic.open(await clinic.circle(seated=people)) for _ in range(CIRCLES)]
    windows.append(await clinic.open())
    expected: list[dict[Person, Answers]] = [{}, {}, {}]
    for number, scopes, answers in presses:
        person, chosen = people[number], [windows[scope] for scope in scopes]
        try:
            if answers is None:
                await clinic.withdraw(person, *chosen)
            else:
                await clinic.answer(person, *chosen, answers=answers)
        except Refusal as refusal:
            assert refusal.because is Because.NOTHING_TO_WITHDRAW
            assert all(person not in expected[scope] for scope in scopes)
            continue
        for scope in range(3) if answers else scopes:
            if answers and scope in scopes:
                expected[scope][person] = answers
            elif not answers or (scope == 2) != (scopes == (2,)):
                expected[scope].pop(person, None)
    await clinic.close()
    for window, votes, minimum in zip(windows, expected, (5, 5, 6), strict=True):
        assert await clinic.released(window) == release(list(votes.values()), minimum=minimum)
