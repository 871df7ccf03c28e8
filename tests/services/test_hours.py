"""Opening hours: chosen, turned over once, made up for after a stop, and said."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from bot.services import archiving, hours, installation, posts, servers
from bot.services.circles import Circle
from bot.services.hours import Follows, Opening, Usual
from bot.services.posts import PostKind
from bot.services.refusals import Because
from bot.services.rules.hours import is_open
from tests.services.conftest import DAY, LOBBY, NOW, Clinic, at_once, refused

SIX_IN_THE_EVENING = datetime(2026, 3, 2, 17, tzinfo=UTC)
EIGHT_IN_THE_MORNING = datetime(2026, 3, 3, 7, tzinfo=UTC)
OFFICE = "weekdays 8:00-18:00"


@pytest.fixture
async def circle(clinic: Clinic) -> Circle:
    await servers.remember_facilitators_channel(clinic.database, clinic.server_id, LOBBY)
    return await clinic.circle()


async def choose(clinic: Clinic, circle: Circle, typed: str = OFFICE, at: datetime = NOW) -> Opening:
    return await hours.choose(clinic.database, clinic.holder, circle.circle_id, typed, at=at)


async def found(clinic: Clinic, circle: Circle) -> Opening:
    return await hours.to_change(clinic.database, clinic.holder, circle.circle_id, LOBBY)


async def said(clinic: Clinic, at: datetime) -> list[PostKind]:
    return [post.kind for post in await posts.take_due(clinic.database, at=at)]


async def follow(clinic: Clinic) -> list[bool]:
    """Do what the channels are to do, and return what that was."""
    waiting = await hours.to_follow(clinic.database)
    for each in waiting:
        assert each.stored is not None
        await hours.followed(clinic.database, each.stored)
    return [each.open for each in waiting]


async def test_until_somebody_chooses_a_circle_is_open_and_says_that_nobody_has(
    clinic: Clinic, circle: Circle
) -> None:
    opening = await found(clinic, circle)
    assert (opening.hours, opening.open) == (None, True)


async def test_always_open_is_something_one_chooses(clinic: Clinic, circle: Circle) -> None:
    await hours.begin(clinic.database, circle, Usual.ALWAYS, at=NOW)
    opening = await found(clinic, circle)
    assert opening.hours is not None
    assert opening.hours.always
    assert await installation.next_due(clinic.database, after=NOW) is None


async def test_a_circle_closes_and_opens_at_its_hours_and_says_so_once(
    clinic: Clinic, circle: Circle
) -> None:
    await choose(clinic, circle)
    assert await follow(clinic) == []
    assert await installation.next_due(clinic.database, after=NOW) == SIX_IN_THE_EVENING
    for _ in range(2):
        await hours.turn(clinic.database, at=SIX_IN_THE_EVENING)
    assert await said(clinic, SIX_IN_THE_EVENING) == [PostKind.CLOSING]
    assert await follow(clinic) == [False]
    assert await follow(clinic) == []
    await hours.turn(clinic.database, at=EIGHT_IN_THE_MORNING)
    assert await follow(clinic) == [True]
    assert await said(clinic, EIGHT_IN_THE_MORNING) == [PostKind.OPENING]


async def test_of_many_that_turn_at_once_one_does(clinic: Clinic, circle: Circle) -> None:
    await choose(clinic, circle)
    await at_once(clinic.database, *(hours.turn(clinic.database, at=SIX_IN_THE_EVENING) for _ in range(8)))
    assert await said(clinic, SIX_IN_THE_EVENING) == [PostKind.CLOSING]


async def test_a_night_that_was_slept_through_is_neither_applied_nor_said(
    clinic: Clinic, circle: Circle
) -> None:
    await choose(clinic, circle)
    await hours.turn(clinic.database, at=EIGHT_IN_THE_MORNING + timedelta(hours=1))
    assert await follow(clinic) == []
    assert await said(clinic, EIGHT_IN_THE_MORNING + timedelta(hours=1)) == []


async def test_what_was_not_carried_through_waits_for_the_next_start(clinic: Clinic, circle: Circle) -> None:
    await choose(clinic, circle)
    await hours.turn(clinic.database, at=SIX_IN_THE_EVENING)
    assert [each.open for each in await hours.to_follow(clinic.database)] == [False]
    assert await follow(clinic) == [False]


async def test_a_change_in_the_middle_of_following_is_followed_as_well(
    clinic: Clinic, circle: Circle
) -> None:
    await choose(clinic, circle)
    await hours.turn(clinic.database, at=SIX_IN_THE_EVENING)
    [late] = await hours.to_follow(clinic.database)
    assert late.stored is not None
    await choose(clinic, circle, "", at=SIX_IN_THE_EVENING)
    await hours.followed(clinic.database, late.stored)
    assert await follow(clinic) == [True]


async def test_hours_chosen_outside_of_them_close_the_circle(clinic: Clinic, circle: Circle) -> None:
    opening = await choose(clinic, circle, at=SIX_IN_THE_EVENING)
    assert not opening.open
    assert await follow(clinic) == [False]
    assert await said(clinic, SIX_IN_THE_EVENING) == [PostKind.CLOSING]


async def test_what_discord_refuses_is_told_once_and_tried_at_the_next_change(
    clinic: Clinic, circle: Circle
) -> None:
    await choose(clinic, circle)
    told = list[PostKind]()
    for number, moment in enumerate((SIX_IN_THE_EVENING, EIGHT_IN_THE_MORNING, SIX_IN_THE_EVENING + DAY)):
        await hours.turn(clinic.database, at=moment)
        [opening] = await hours.to_follow(clinic.database)
        assert opening.stored is not None
        assert opening.stored.follows is (Follows.AGAIN if number else Follows.NOT_YET)
        await hours.refused(clinic.database, opening.circle, opening.stored, at=moment)
        assert await hours.to_follow(clinic.database) == []
        told += [kind for kind in await said(clinic, moment) if kind is PostKind.HOURS_REFUSED]
        for post in await posts.take_due(clinic.database, at=moment):
            await posts.finish(clinic.database, post, posts.PostState.SENT)
    assert told == [PostKind.HOURS_REFUSED]


async def test_at_a_start_every_channel_is_compared_once_more_but_not_of_those_always_open(
    clinic: Clinic, circle: Circle
) -> None:
    await choose(clinic, circle)
    await hours.look_again(clinic.database)
    assert await follow(clinic) == [True]
    await choose(clinic, circle, "")
    await hours.look_again(clinic.database)
    assert await follow(clinic) == []


async def test_what_discord_refused_is_tried_at_the_next_start_and_not_told_again(
    clinic: Clinic, circle: Circle
) -> None:
    await choose(clinic, circle)
    await hours.look_again(clinic.database)
    for _ in range(2):
        [opening] = await hours.to_follow(clinic.database)
        assert opening.stored is not None
        await hours.refused(clinic.database, circle, opening.stored, at=NOW)
        await hours.look_again(clinic.database)
    assert await said(clinic, NOW) == [PostKind.HOURS_REFUSED]
    assert await follow(clinic) == [True]


async def test_long_trouble_of_discord_is_told_once_and_tried_on(clinic: Clinic, circle: Circle) -> None:
    await choose(clinic, circle, at=SIX_IN_THE_EVENING)
    for _ in range(3):
        [opening] = await hours.to_follow(clinic.database)
        assert opening.stored is not None
        await hours.delayed(clinic.database, circle, opening.stored, at=SIX_IN_THE_EVENING)
    assert sorted(await said(clinic, SIX_IN_THE_EVENING)) == [PostKind.CLOSING, PostKind.HOURS_REFUSED]
    assert await follow(clinic) == [False]


@pytest.mark.parametrize("seed", range(3))
async def test_whenever_it_is_stopped_nothing_is_lost_and_nothing_done_twice(
    clinic: Clinic, circle: Circle, seed: int
) -> None:
    chance = Random(seed)  # noqa: S311
    first = await choose(clinic, circle)
    assert first.hours is not None
    channel_is_open, told = True, list[PostKind]()
    for hour in range(24 * 7):
        if chance.random() < 0.3:
            continue  # it is not running
        at = NOW + timedelta(hours=hour)
        for _ in range(chance.choice([1, 2])):
            await hours.turn(clinic.database, at=at)
        due = await posts.take_due(clinic.database, at=at)
        told += [post.kind for post in due]
        for post in due:
            await posts.finish(clinic.database, post, posts.PostState.SENT)
        if chance.random() < 0.3:
            await hours.look_again(clinic.database)
            continue  # it was stopped between the database and Discord
        for opening in await hours.to_follow(clinic.database):
            assert opening.stored is not None
            channel_is_open = opening.open
            if chance.random() < 0.8:  # or it was stopped before it could note that
                await hours.followed(clinic.database, opening.stored)
        assert channel_is_open == is_open(first.hours, at)
    assert set(told[::2]) == {PostKind.CLOSING}
    assert set(told[1::2]) == {PostKind.OPENING}


async def test_with_its_circle_the_hours_end(clinic: Clinic, circle: Circle) -> None:
    await choose(clinic, circle)
    await archiving.archive(
        clinic.database,
        clinic.window_keys,
        clinic.holder,
        circle.circle_id,
        0,
        name=circle.name,
        keep_channel=True,
        at=NOW,
    )
    await hours.turn(clinic.database, at=SIX_IN_THE_EVENING)
    assert await hours.to_follow(clinic.database) == []
    assert await installation.next_due(clinic.database, after=NOW) is None
    assert await clinic.count("opening_hours") == 0


async def test_only_who_holds_the_circle_or_moderates_chooses(clinic: Clinic, circle: Circle) -> None:
    member = clinic.person(50)
    await clinic.seat(member, circle)
    trying = hours.choose(clinic.database, member, circle.circle_id, OFFICE, at=NOW)
    assert await refused(trying) is Because.NEEDS_FACILITATOR
    await hours.choose(clinic.database, clinic.moderator, circle.circle_id, OFFICE, at=NOW)


async def test_hours_that_cannot_be_read_change_nothing(clinic: Clinic, circle: Circle) -> None:
    before = await choose(clinic, circle)
    assert await refused(choose(clinic, circle, "whenever")) is Because.UNKNOWN_HOURS
    assert await found(clinic, circle) == before
