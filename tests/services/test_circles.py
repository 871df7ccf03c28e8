"""Circles: how one begins, is described anew, and is found."""

from __future__ import annotations

from dataclasses import replace

from bot.services import circles, seats
from bot.services.authority import Action
from bot.services.circles import Access, Description, Draft, Which
from bot.services.refusals import Because
from tests.services.conftest import Clinic, at_once, refused, told

DRAFT = Draft(name="Tuesday", purpose="Hard cases.", seats=8, agreement="What is said here stays here.")


# How a circle begins


async def test_a_circle_is_not_to_be_found_until_it_is_whole(clinic: Clinic) -> None:
    begun = await circles.begin(clinic.database, clinic.moderator, DRAFT)
    await circles.remember_places(clinic.database, begun, role_id=11, channel_id=12)
    [member] = clinic.people(1)
    assert await circles.browse(clinic.database, member) == []
    assert await circles.choices(clinic.database, clinic.moderator, Which.OPEN) == []
    assert await refused(seats.info(clinic.database, member, begun.circle_id)) is Because.NO_SUCH_CIRCLE
    assert await refused(seats.invite(clinic.database, member, begun.circle_id)) is Because.NO_SUCH_CIRCLE
    assert await refused(clinic.seat(member, begun)) is Because.NO_SUCH_CIRCLE
    async with clinic.database.transaction() as tx:
        here = circles.find_here(tx, clinic.moderator, circle_id=None, channel_id=12)
        assert await refused(here) is Because.WHICH_CIRCLE
    holder_id = clinic.discord_id(clinic.holder)
    opened = await circles.open_circle(clinic.database, clinic.member_keys, begun, holder_id)
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


# How it is described anew


async def test_a_circle_is_described_anew_by_those_who_hold_it(clinic: Clinic) -> None:
    circle = await clinic.circle()
    described = Description("Friday", "Supervision of supervisors.", 6, Access.REQUEST)
    for person in (clinic.holder, clinic.moderator):
        changed = await circles.describe(clinic.database, person, circle.circle_id, described)
        assert (changed.name, changed.purpose, changed.seats, changed.access) == (
            "Friday",
            "Supervision of supervisors.",
            6,
            Access.REQUEST,
        )
    [member] = clinic.people(1)
    attempt = circles.describe(clinic.database, member, circle.circle_id, described)
    assert await refused(attempt) is Because.NEEDS_FACILITATOR


async def test_a_circle_cannot_lose_seats_that_are_taken_nor_take_anothers_name(clinic: Clinic) -> None:
    other = await clinic.circle()
    circle = await clinic.circle(seated=clinic.people(5))
    for described, because in (
        (Description(circle.name, "", 4, Access.OPEN), Because.SEATS_TAKEN),
        (Description(other.name, "", 5, Access.OPEN), Because.NAME_TAKEN),
        (Description("", "", 5, Access.OPEN), Because.NAME_MISSING),
        (Description("n" * 61, "", 5, Access.OPEN), Because.TOO_LONG),
        (Description("n", "", 26, Access.OPEN), Because.SEATS_OUT_OF_RANGE),
    ):
        attempt = circles.describe(clinic.database, clinic.holder, circle.circle_id, described)
        assert await refused(attempt) is because
    assert (
        await circles.to_steer(clinic.database, Action.DESCRIBE_CIRCLE, clinic.holder, circle.circle_id)
        == circle
    )
    described = Description(circle.name, circle.purpose, 5, Access.OPEN)
    assert (await circles.describe(clinic.database, clinic.holder, circle.circle_id, described)).seats == 5


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
        assert await circles.choices(clinic.database, person, Which.HELD) == held
        assert await circles.choices(clinic.database, person, Which.OPEN) == [one, other]
