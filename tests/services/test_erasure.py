"""Erasing a member: what goes, what stays, what a crash leaves, and what happens at the same time."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from contextlib import suppress
from dataclasses import replace

import pytest

from bot.services import erasure, personal_data, seats
from bot.services.erasure import Erased
from bot.services.people import NOBODY, Person
from bot.services.personal_data import Kind
from tests.services.conftest import Clinic, at_once
from tests.services.holdings import Holdings, counted, fill

EVERYTHING = tuple(Kind)
NOTHING = dict.fromkeys(Kind, 0)


async def erase(clinic: Clinic, person: Person, kinds: Collection[Kind] = EVERYTHING) -> Erased:
    """Erase these kinds of what is stored about a person."""
    return await erasure.erase(clinic.database, clinic.member_keys, clinic.window_keys, person, kinds)


async def look(clinic: Clinic, person: Person) -> personal_data.Overview:
    return await personal_data.look(clinic.database, clinic.member_keys, clinic.window_keys, person)


@pytest.fixture
async def two(clinic: Clinic) -> tuple[Holdings, Holdings]:
    """Two members of one circle about whom everything is stored."""
    circle = await clinic.circle()
    window_id = await clinic.open(circle)
    one, other = clinic.people(2)
    return await fill(clinic, one, circle, window_id), await fill(clinic, other, circle, window_id)


# What goes


async def test_erasing_everything_leaves_nothing_of_one_member_and_all_of_the_other(
    clinic: Clinic, two: tuple[Holdings, Holdings]
) -> None:
    one, other = two
    before = await counted(clinic, other.person)
    assert all(before.values())
    erased = await erase(clinic, one.person)
    assert erased.entries == before
    assert erased.key_destroyed
    assert await counted(clinic, one.person) == NOTHING
    assert clinic.member_keys.find(one.person.locator) is None
    assert await counted(clinic, other.person) == before
    assert other.member(clinic).key == other.person.key


@pytest.mark.parametrize("kind", Kind)
async def test_erasing_one_kind_leaves_all_others_and_the_key(
    clinic: Clinic, two: tuple[Holdings, Holdings], kind: Kind
) -> None:
    one, other = two
    before = await counted(clinic, one.person)
    erased = await erase(clinic, one.person, [kind])
    assert erased.entries == {kind: before[kind]}
    assert not erased.key_destroyed
    assert await counted(clinic, one.person) == before | {kind: 0}
    assert one.member(clinic).key == one.person.key
    assert await counted(clinic, other.person) == before


async def test_the_key_goes_with_the_last_entry_that_needs_it(
    clinic: Clinic, two: tuple[Holdings, Holdings]
) -> None:
    """A ballot does not: in an open window it is found by way of the locator."""
    person = two[0].person
    *others, last = [kind for kind in Kind if kind is not Kind.CHECKINS]
    for kind in others:
        assert not (await erase(clinic, person, [kind])).key_destroyed
    assert (await erase(clinic, person, [last])).key_destroyed
    assert clinic.member_keys.find(person.locator) is None
    assert await counted(clinic, person) == NOTHING | {Kind.CHECKINS: 1}


async def test_an_answer_in_an_open_window_is_withdrawn_and_not_counted(clinic: Clinic) -> None:
    people = clinic.people(5)
    circle = await clinic.circle(seated=people)
    window_id = await clinic.open(circle)
    await clinic.all_answer(people, window_id)
    erased = await erase(clinic, people[0], [Kind.CHECKINS])
    assert erased.entries == {Kind.CHECKINS: 1}
    await clinic.close()
    assert await clinic.released(window_id) is None  # four are too few


async def test_somebody_about_whom_nothing_is_stored_is_erased_without_a_trace(clinic: Clinic) -> None:
    nobody = Person(
        clinic.server_id, clinic.member_keys.locate(clinic.server_id, 7), NOBODY, frozenset(), False
    )
    assert (await look(clinic, nobody)).empty
    assert await erase(clinic, nobody) == Erased(NOTHING, key_destroyed=False, circles=(), unheld=())
    assert clinic.member_keys.find(nobody.locator) is None


async def test_erasing_in_one_server_leaves_the_same_person_elsewhere_alone(
    clinic: Clinic, two: tuple[Holdings, Holdings]
) -> None:
    elsewhere = replace(two[0].person, server_id=clinic.server_id + 1, locator=bytes(16), key=NOBODY)
    assert (await erase(clinic, elsewhere)).entries == NOTHING
    assert all((await counted(clinic, two[0].person)).values())


# Circles


async def test_circles_are_left_and_one_that_nobody_holds_now_is_named(clinic: Clinic) -> None:
    held, entered = await clinic.circle(), await clinic.circle(seated=[clinic.holder])
    erased = await erase(clinic, clinic.holder)
    assert {circle.circle_id for circle in erased.circles} == {held.circle_id, entered.circle_id}
    assert set(erased.unheld) == {held.name, entered.name}


async def test_a_member_who_holds_nothing_leaves_no_circle_without_a_holder(
    clinic: Clinic, two: tuple[Holdings, Holdings]
) -> None:
    erased = await erase(clinic, two[0].person)
    assert erased.circles == (two[0].circle,)
    assert erased.unheld == ()


async def test_other_kinds_let_nobody_out_of_a_circle(clinic: Clinic, two: tuple[Holdings, Holdings]) -> None:
    assert (await erase(clinic, two[0].person, [Kind.CHECKINS])).circles == ()


async def test_a_role_that_was_left_behind_can_still_be_given_up(clinic: Clinic) -> None:
    circle = await clinic.circle()
    assert circle.role_id is not None
    nobody = clinic.person(50, roles={circle.role_id})
    await erase(clinic, nobody)
    assert (await look(clinic, nobody)).stray
    assert (await erase(clinic, nobody)).circles == (circle,)


# A crash, a failing disk


async def test_an_erasure_that_was_cut_short_is_finished_at_the_next_start(
    clinic: Clinic, two: tuple[Holdings, Holdings]
) -> None:
    one, other = two
    before = await counted(clinic, other.person)
    await clinic.member_keys.set_aside(one.person.locator)  # and here the power went
    assert (await look(clinic, one.person)).has_key
    assert await erasure.finish(clinic.database, clinic.member_keys) == 1
    assert clinic.member_keys.being_erased() == []
    assert await clinic.count("circle_member", member_key=one.person.key) == 0
    assert await erasure.finish(clinic.database, clinic.member_keys) == 0
    assert await counted(clinic, other.person) == before


async def test_asking_again_finishes_an_erasure_that_was_cut_short(
    clinic: Clinic, two: tuple[Holdings, Holdings]
) -> None:
    one = two[0].person
    await clinic.member_keys.set_aside(one.locator)
    await erase(clinic, one)
    assert clinic.member_keys.being_erased() == []
    assert await clinic.count("circle_member", member_key=one.key) == 0
    assert await counted(clinic, one) == NOTHING


async def test_whoever_comes_back_after_half_an_erasure_is_a_newcomer_and_stays(
    clinic: Clinic, two: tuple[Holdings, Holdings]
) -> None:
    one = two[0]
    await clinic.member_keys.set_aside(one.person.locator)
    entry = (await clinic.seat(one.person, one.circle)).entry
    assert entry is not None
    assert entry.person.key != one.person.key
    await erasure.finish(clinic.database, clinic.member_keys)
    assert await clinic.count("circle_member", member_key=one.person.key) == 0
    assert await clinic.count("circle_member", member_key=entry.person.key) == 1


@pytest.mark.parametrize("turns", range(1, 41, 4))
async def test_an_erasure_that_was_begun_is_not_stopped_by_a_cancellation(
    clinic: Clinic, two: tuple[Holdings, Holdings], turns: int
) -> None:
    person = two[0].person
    erasing = asyncio.create_task(erase(clinic, person))
    for _ in range(turns):
        await asyncio.sleep(0)
    erasing.cancel()
    with suppress(asyncio.CancelledError):
        await erasing
    assert clinic.member_keys.being_erased() == []
    assert clinic.member_keys.find(person.locator) is None
    assert await counted(clinic, person) == NOTHING


# At the same time


async def test_whoever_joins_and_is_erased_at_once_is_in_or_gone_and_never_half(clinic: Clinic) -> None:
    circle = await clinic.circle(seats=3)
    [person] = clinic.people(1)
    for _ in range(10):
        await at_once(
            clinic.database, clinic.seat(person, circle), erase(clinic, person), clinic.seat(person, circle)
        )
        await nobody_is_left_without_a_key(clinic)
        await erase(clinic, person)
    assert await clinic.count("circle_member", seated=1) == 0


async def test_whoever_checks_in_and_is_erased_at_once_has_one_answer_or_none(clinic: Clinic) -> None:
    [person] = clinic.people(1)
    window_id = await clinic.open(await clinic.circle(seated=[person]))
    for _ in range(5):
        await at_once(
            clinic.database,
            clinic.answer(person, window_id),
            erase(clinic, person, [Kind.CHECKINS]),
            clinic.answer(person, window_id),
            erase(clinic, person, [Kind.CHECKINS]),
        )
        assert await clinic.count("ballot") == (await counted(clinic, person))[Kind.CHECKINS] <= 1


async def test_leaving_and_being_erased_at_once_brings_nobody_back(clinic: Clinic) -> None:
    for _ in range(5):
        circle = await clinic.circle(seated=[clinic.holder])
        left = clinic.leave(clinic.holder, circle)
        outcomes = await at_once(clinic.database, left, erase(clinic, clinic.holder))
        await nobody_is_left_without_a_key(clinic)
        outcome = outcomes[0]
        if isinstance(outcome, seats.Left) and outcome.entry is not None:
            await seats.undo(clinic.database, clinic.member_keys, outcome.entry)
        await nobody_is_left_without_a_key(clinic)
        clinic.holder = clinic.person(3)


async def test_erasing_twice_at_once_is_erasing_once(clinic: Clinic, two: tuple[Holdings, Holdings]) -> None:
    person = two[0].person
    outcomes = await at_once(clinic.database, *[erase(clinic, person) for _ in range(4)])
    destroyed = [outcome.key_destroyed for outcome in outcomes if isinstance(outcome, Erased)]
    assert sorted(destroyed) == [False, False, False, True]
    assert clinic.member_keys.being_erased() == []


async def nobody_is_left_without_a_key(clinic: Clinic) -> None:
    """Every row by which somebody is counted belongs to a key that is there."""
    async with clinic.database.transaction() as tx:
        rows = await tx.fetch("SELECT member_key FROM circle_member")
    known = {member.key for _, member in clinic.member_keys.all()}
    assert {bytes(row["member_key"]) for row in rows} <= known
