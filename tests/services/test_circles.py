"""Circles: who gets in, who goes, and that a seat is never given twice."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.services import circles
from bot.services.circles import Draft, Entry
from bot.services.refusals import Because
from tests.services.conftest import Clinic, at_once, refused, told

DRAFT = Draft(name="Tuesday", purpose="Hard cases.", seats=8, agreement="What is said here stays here.")


# How a circle begins


async def test_a_circle_is_not_to_be_found_until_it_is_whole(clinic: Clinic) -> None:
    begun = await circles.begin(clinic.database, clinic.moderator, DRAFT)
    await circles.remember_places(clinic.database, begun, role_id=11, channel_id=12)
    [member] = clinic.people(1)
    assert await circles.browse(clinic.database, member) == []
    assert await circles.choices(clinic.database, clinic.moderator, held_only=False) == []
    assert await refused(circles.info(clinic.database, member, begun.circle_id)) is Because.NO_SUCH_CIRCLE
    assert await refused(circles.invite(clinic.database, member, begun.circle_id)) is Because.NO_SUCH_CIRCLE
    assert await refused(clinic.seat(member, begun)) is Because.NO_SUCH_CIRCLE
    async with clinic.database.transaction() as tx:
        here = circles.find_here(tx, clinic.moderator, circle_id=None, channel_id=12)
        assert await refused(here) is Because.WHICH_CIRCLE
    opened = await circles.open_circle(clinic.database, clinic.member_keys, begun, clinic.holder.locator)
    assert [found.circle for found in await circles.browse(clinic.database, member)] == [opened]
    assert (opened.role_id, opened.channel_id) == (11, 12)


async def test_a_circle_is_found_by_its_name_or_by_its_channel(clinic: Clinic) -> None:
    circle, other = await clinic.circle(), await clinic.circle()
    assert circle.channel_id is not None
    async with clinic.database.transaction() as tx:
        here = await circles.find_here(tx, clinic.holder, None, circle.channel_id)
        named = await circles.find_here(tx, clinic.holder, other.circle_id, circle.channel_id)
    assert (here, named) == (circle, other)


async def test_a_circle_whose_making_was_interrupted_is_known_and_can_be_taken_back(clinic: Clinic) -> None:
    whole = await clinic.circle()
    begun = await circles.begin(clinic.database, clinic.moderator, DRAFT)
    assert [circle.circle_id for circle in await circles.unfinished(clinic.database)] == [begun.circle_id]
    await circles.discard(clinic.database, begun)
    assert await circles.unfinished(clinic.database) == []
    assert await clinic.count("agreement", circle_id=begun.circle_id) == 0
    assert await circles.begin(clinic.database, clinic.moderator, DRAFT) != whole


async def test_of_several_who_open_circles_of_one_name_at_once_one_succeeds(clinic: Clinic) -> None:
    attempts = [circles.begin(clinic.database, clinic.moderator, DRAFT) for _ in range(8)]
    outcomes = await at_once(clinic.database, *attempts)
    assert told(outcomes) == [Because.NAME_TAKEN] * 7
    assert await clinic.count("circle") == await clinic.count("agreement") == 1


async def test_a_circle_that_cannot_be_is_refused(clinic: Clinic) -> None:
    for draft, because in (
        (replace(DRAFT, name=""), Because.NAME_MISSING),
        (replace(DRAFT, agreement=""), Because.NAME_MISSING),
        (replace(DRAFT, name="n" * 61), Because.TOO_LONG),
        (replace(DRAFT, purpose="p" * 301), Because.TOO_LONG),
        (replace(DRAFT, agreement="a" * 1501), Because.TOO_LONG),
        (replace(DRAFT, seats=2), Because.SEATS_OUT_OF_RANGE),
        (replace(DRAFT, seats=26), Because.SEATS_OUT_OF_RANGE),
    ):
        assert await refused(circles.begin(clinic.database, clinic.moderator, draft)) is because
    assert await clinic.count("circle") == 0


# Who enters


async def test_of_fifty_people_who_want_the_last_seat_exactly_one_gets_it(clinic: Clinic) -> None:
    people = clinic.people(53)
    circle = await clinic.circle(seats=4, seated=people[:3])
    attempts = [clinic.seat(person, circle) for person in people[3:]]
    outcomes = await at_once(clinic.database, *attempts)
    assert told(outcomes) == [Because.CIRCLE_FULL] * 49
    assert (await circles.info(clinic.database, people[0], circle.circle_id)).taken == 4


async def test_joining_twice_is_joining_once(clinic: Clinic) -> None:
    people = clinic.people(3)
    circle = await clinic.circle(seats=3, seated=people[:2])
    entries = await at_once(clinic.database, *[clinic.seat(people[2], circle) for _ in range(10)])
    assert not told(entries)
    assert [each.before for each in entries if isinstance(each, Entry)].count(None) == 1
    assert (await circles.info(clinic.database, people[0], circle.circle_id)).taken == 3


async def test_whoever_read_another_version_of_the_agreement_is_asked_again(clinic: Clinic) -> None:
    circle = await clinic.circle()
    [member] = clinic.people(1)
    stale = circles.join(
        clinic.database, clinic.member_keys, member, circle.circle_id, circle.agreement_version + 1
    )
    assert await refused(stale) is Because.AGREEMENT_CHANGED
    assert await clinic.count("circle_member", seated=1) == 0


async def test_an_invitation_shows_the_agreement_and_is_refused_when_all_seats_are_taken(
    clinic: Clinic,
) -> None:
    people = clinic.people(4)
    circle = await clinic.circle(seats=3, seated=people[:2])
    invitation = await circles.invite(clinic.database, people[2], circle.circle_id)
    assert (invitation.circle, invitation.agreement, invitation.seated) == (circle, "We listen.", False)
    await clinic.seat(people[2], circle)
    assert await refused(circles.invite(clinic.database, people[3], circle.circle_id)) is Because.CIRCLE_FULL
    assert (await circles.invite(clinic.database, people[2], circle.circle_id)).seated


async def test_whoever_holds_a_circle_needs_a_free_seat_to_sit_in_it(clinic: Clinic) -> None:
    circle = await clinic.circle(seats=3, seated=clinic.people(3))
    assert await refused(clinic.seat(clinic.holder, circle)) is Because.CIRCLE_FULL


# Who leaves


async def test_a_seat_that_was_given_up_can_be_taken_by_another(clinic: Clinic) -> None:
    people = clinic.people(4)
    circle = await clinic.circle(seats=3, seated=people[:3])
    await circles.leave(clinic.database, clinic.member_keys, people[0], circle.circle_id)
    await clinic.seat(people[3], circle)
    assert await refused(clinic.seat(people[0], circle)) is Because.CIRCLE_FULL


async def test_nothing_is_kept_of_a_member_who_left(clinic: Clinic) -> None:
    [member] = clinic.people(1)
    circle = await clinic.circle(seated=[member])
    await circles.leave(clinic.database, clinic.member_keys, member, circle.circle_id)
    assert await clinic.count("circle_member", member_key=member.key) == 0


async def test_a_facilitator_who_gives_up_the_seat_goes_on_holding_the_circle(clinic: Clinic) -> None:
    circle = await clinic.circle(seated=[clinic.holder])
    await circles.leave(clinic.database, clinic.member_keys, clinic.holder, circle.circle_id)
    assert (await circles.info(clinic.database, clinic.holder, circle.circle_id)).taken == 0
    assert await circles.choices(clinic.database, clinic.holder, held_only=True) == [circle]


async def test_whoever_has_no_seat_cannot_leave(clinic: Clinic) -> None:
    circle = await clinic.circle()
    [member] = clinic.people(1)
    for person in (member, clinic.holder):
        left = circles.leave(clinic.database, clinic.member_keys, person, circle.circle_id)
        assert await refused(left) is Because.NOT_IN_CIRCLE


@pytest.mark.parametrize("facilitates", [False, True])
async def test_an_entry_that_discord_would_not_follow_leaves_no_trace(
    clinic: Clinic, facilitates: bool
) -> None:
    circle = await clinic.circle()
    person = clinic.holder if facilitates else clinic.people(1)[0]
    entry = await clinic.seat(person, circle)
    await circles.undo(clinic.database, clinic.member_keys, entry)
    assert (await circles.info(clinic.database, person, circle.circle_id)).taken == 0
    held = await circles.choices(clinic.database, person, held_only=True)
    assert held == ([circle] if facilitates else [])


async def test_when_discord_fails_on_a_second_press_the_first_one_still_counts(clinic: Clinic) -> None:
    [member] = clinic.people(1)
    circle = await clinic.circle(seated=[member])
    await circles.undo(clinic.database, clinic.member_keys, await clinic.seat(member, circle))
    assert (await circles.info(clinic.database, member, circle.circle_id)).taken == 1


async def test_when_discord_fails_after_the_member_was_erased_they_are_not_brought_back(
    clinic: Clinic,
) -> None:
    [member] = clinic.people(1)
    circle = await clinic.circle(seated=[member])
    left = await circles.leave(clinic.database, clinic.member_keys, member, circle.circle_id)
    await clinic.member_keys.set_aside(member.locator)
    await circles.undo(clinic.database, clinic.member_keys, left)
    assert await clinic.count("circle_member", member_key=member.key) == 0


# What one may choose from


async def test_a_moderator_steers_every_circle_and_a_facilitator_those_they_hold(clinic: Clinic) -> None:
    one, other = await clinic.circle(), await clinic.circle()
    [member] = clinic.people(1)
    for person, held in (
        (clinic.moderator, [one, other]),
        (clinic.owner, [one, other]),
        (clinic.holder, [one, other]),
        (member, []),
    ):
        assert await circles.choices(clinic.database, person, held_only=True) == held
        assert await circles.choices(clinic.database, person, held_only=False) == [one, other]
