"""One window that several circles share: what it asks, publishes and becomes, and its schedule."""

from __future__ import annotations

import asyncio
from datetime import time

import pytest

from bot.services import (
    archiving,
    checkin_schedules,
    checkins,
    erasure,
    mending,
    releases,
    seats,
    windows,
)
from bot.services.checkin_schedules import Timing
from bot.services.people import Person
from bot.services.personal_data import Kind
from bot.services.posts import PostKind
from bot.services.refusals import Because
from bot.services.rules.anonymity import Size
from bot.services.windows import Opened, OpenWindows
from db import checkin_schedules as stored_schedules
from db import checkins as stored_checkins
from db import circles
from db.checkins import WindowState
from db.circles import CircleState
from tests.services.conftest import LOBBY, MINUTE, NOW, WEEK, Clinic, at_once, refused, told
from tests.services.neighbours import Neighbours

MONDAYS = Timing(weekday=0, at=time(9), every_weeks=1, days=7)


@pytest.fixture
async def near(clinic: Clinic) -> Neighbours:
    """Return three circles of four."""
    return await Neighbours(clinic).found()


# One window


async def test_one_window_is_announced_in_every_channel_and_answered_by_all(near: Neighbours) -> None:
    await near.together()
    window = await near.clinic.open(near.circles[1])
    posts = [(channel, str(window)) for channel in near.channels(0, 1, 2)]
    assert await near.posted(PostKind.WINDOW) == posts
    stored = await near.clinic.window(window)
    assert (stored.circle_id, stored.shared_by, stored.minimum) == (None, 3, 5)
    announced = await windows.announced(near.clinic.database, window)
    assert announced == Opened(window, None, stored.closes_at, others=2)
    await near.clinic.all_answer(near.people[:8], window)
    stranger = near.people[15]
    assert await refused(near.clinic.answer(stranger, window)) is Because.NOT_SEATED_HERE
    assert await checkins.windows_open_to(near.clinic.database, stranger, at=NOW) == ()
    await near.clinic.close()
    assert await near.posted(PostKind.RELEASE) == posts
    released = await near.clinic.released(window)
    assert released is not None
    assert released.size is Size.SOME


async def test_every_circle_reads_the_same_result_and_none_of_its_own(near: Neighbours) -> None:
    own = await near.clinic.open(near.circles[0])
    await near.clinic.all_answer(near.people[:4], own)
    await near.clinic.close()
    await near.together()
    window = await near.clinic.open(near.circles[0], at=NOW + WEEK)
    await near.clinic.all_answer(near.people[:6], window, at=NOW + WEEK)
    await near.clinic.close(NOW + 2 * WEEK)
    pasts = [
        (await releases.of_circle(near.clinic.database, near.clinic.moderator, each.circle_id, LOBBY)).past
        for each in near.circles
    ]
    assert pasts[1] == pasts[2] == pasts[0][:1]
    [shared, by_itself] = pasts[0]
    assert (shared.others, by_itself.others, by_itself.release) == (2, 0, None)
    assert shared.release == await near.clinic.released(window)
    assert (await releases.of_server(near.clinic.database, near.clinic.moderator)).past == ()


@pytest.mark.parametrize("many", [2, 4])
async def test_too_few_answers_publish_nothing_in_any_circle(near: Neighbours, many: int) -> None:
    await near.together()
    window = await near.clinic.open(near.circles[0])
    await near.clinic.all_answer(near.people[:many], window)
    await near.clinic.close()
    assert (await near.clinic.window(window)).state is WindowState.WITHHELD
    assert await near.clinic.count("release") == 0
    assert len(await near.posted(PostKind.RELEASE)) == 3


async def test_while_it_is_open_no_circle_has_one_of_its_own(near: Neighbours) -> None:
    await near.together()
    await near.clinic.open(near.circles[0])
    for circle in near.circles:
        assert await refused(near.clinic.open(circle)) is Because.OTHER_WINDOW_OPEN
    await near.step_out(1)
    assert await refused(near.clinic.open(near.circles[1])) is Because.WINDOW_ALREADY_OPEN
    await near.clinic.close()
    await near.clinic.open(near.circles[1], at=NOW + WEEK)
    await near.clinic.open(near.circles[0], at=NOW + WEEK)


async def test_it_waits_for_a_window_that_one_of_the_circles_has_open(near: Neighbours) -> None:
    await near.clinic.open(near.circles[2])
    await near.together()
    assert await refused(near.clinic.open(near.circles[0])) is Because.OTHER_WINDOW_OPEN
    await near.clinic.close()
    await near.clinic.open(near.circles[0], at=NOW + WEEK)


async def test_of_all_circles_that_open_at_once_one_opens_for_all(near: Neighbours) -> None:
    await near.together()
    outcomes = await at_once(near.clinic.database, *[near.clinic.open(each) for each in near.circles])
    assert told(outcomes) == [Because.OTHER_WINDOW_OPEN] * 2
    assert await near.clinic.count("checkin_window") == 1


async def test_who_sits_in_two_of_the_circles_counts_once(near: Neighbours) -> None:
    await near.together()
    await near.clinic.seat(near.people[0], near.circles[1])
    window = await near.clinic.open(near.circles[0])
    await near.clinic.answer(near.people[0], window)
    assert (await near.clinic.answer(near.people[0], window)).replaced
    assert len(await near.clinic.counted(window)) == 1


async def test_an_answer_counts_in_the_shared_window_or_in_another_and_never_in_both(
    near: Neighbours,
) -> None:
    await near.together()
    server = await near.clinic.open()
    window = await near.clinic.open(near.circles[0])
    await near.clinic.answer(near.people[0], server)
    moved = await near.clinic.answer(near.people[0], window)
    assert moved.taken_from is not None
    assert moved.taken_from.window_id == server
    assert (len(await near.clinic.counted(server)), len(await near.clinic.counted(window))) == (0, 1)


# Six where a facilitator may answer (R1)


async def test_who_holds_one_circle_and_sits_in_another_makes_it_six(near: Neighbours) -> None:
    await near.together()
    window = await near.clinic.open(near.circles[0])
    await near.clinic.seat(near.first_holder, near.circles[2])
    assert (await near.clinic.window(window)).minimum == 6
    await near.clinic.close()
    again = await near.clinic.open(near.circles[1], at=NOW + WEEK)
    assert (await near.clinic.window(again)).minimum == 6


async def test_a_facilitator_who_sits_in_a_circle_that_does_not_share_changes_nothing(
    near: Neighbours,
) -> None:
    await near.share(near.clinic.moderator, 0, 1)
    window = await near.clinic.open(near.circles[0])
    await near.clinic.seat(near.first_holder, near.circles[2])
    assert (await near.clinic.window(window)).minimum == 5


# How it ends


async def test_only_who_may_steer_all_the_circles_can_cancel_it(near: Neighbours) -> None:
    await near.together()
    window = await near.clinic.open(near.circles[0])
    attempt = windows.cancel(
        near.clinic.database,
        near.clinic.window_keys,
        near.first_holder,
        circle_id=near.circles[0].circle_id,
        whole_server=False,
        channel_id=LOBBY,
    )
    assert await refused(attempt) is Because.SHARED_BY_OTHERS
    await near.clinic.cancel(near.circles[2])
    assert (await near.clinic.window(window)).state is WindowState.CANCELLED
    assert near.clinic.window_keys.read(window) is None


async def test_it_goes_on_when_one_of_the_circles_ends(near: Neighbours) -> None:
    await near.together()
    window = await near.clinic.open(near.circles[0])
    await near.clinic.all_answer(near.people[:6], window)
    ended = await near.archive(0)
    assert (ended.goes_on, ended.window_id) == (True, None)
    assert await near.with_circle(1) == near.names(1, 2)
    assert await refused(near.clinic.answer(near.people[1], window)) is Because.NOT_SEATED_HERE
    await near.clinic.withdraw(near.people[0], window)  # as after any leaving
    await near.clinic.close()
    assert await near.clinic.released(window) is not None
    assert [channel for channel, _ in await near.posted(PostKind.RELEASE)] == near.channels(1, 2)


async def test_its_result_is_never_called_by_one_circle_even_when_only_one_is_left(near: Neighbours) -> None:
    await near.together()
    window = await near.clinic.open(near.circles[0])
    await near.clinic.all_answer(near.people[:5], window)  # four of the first circle, one of the second
    await near.archive(0)
    await near.archive(2)
    await near.clinic.close()
    found = await releases.of_window(near.clinic.database, window)
    assert found.circle_name is None
    assert found.past[0].release is not None
    past = await releases.of_circle(
        near.clinic.database, near.clinic.moderator, near.circles[1].circle_id, LOBBY
    )
    assert found.past[0].others == past.past[0].others == 2


async def test_however_many_answer_it_publishes_bands_and_nothing_finer(clinic: Clinic) -> None:
    many = await Neighbours(clinic).found(4)
    for person in many.people[4:]:
        await clinic.seat(person, many.circles[0])
    for together in (False, True):
        if together:
            await many.together()
        window = await clinic.open(many.circles[0], at=NOW + together * WEEK)
        await clinic.all_answer(many.people, window, at=NOW + together * WEEK)
        await clinic.close(NOW + (1 + together) * WEEK)
        released = await clinic.released(window)
        assert released is not None
        assert released.size is Size.MANY
        assert all((finding.mean is None) is together for finding in released.findings)
        assert all(finding.shares is None for finding in released.findings)


async def test_with_the_last_of_its_circles_it_is_discarded(near: Neighbours) -> None:
    await near.together()
    window = await near.clinic.open(near.circles[0])
    await near.archive(0)
    await near.archive(1)
    found = await archiving.plan(
        near.clinic.database, near.clinic.moderator, near.circles[2].circle_id, LOBBY
    )
    assert (found.goes_on, found.window_id) == (False, window)
    announced = await windows.announced(near.clinic.database, window)
    assert announced is not None
    assert (announced.circle_name, announced.others) == (None, 2)
    await near.archive(2, window)
    assert (await near.clinic.window(window)).state is WindowState.CANCELLED
    assert await checkins.windows_open_to(near.clinic.database, near.people[0], at=NOW) == ()


async def test_leaving_withdrawing_and_erasing_are_as_in_any_window(near: Neighbours) -> None:
    await near.together()
    window = await near.clinic.open(near.circles[0])
    stays, leaves, withdraws, erases = near.people[3:7]
    await near.clinic.all_answer([stays, leaves, withdraws, erases], window)
    await seats.leave(near.clinic.database, near.clinic.member_keys, leaves, near.circles[1].circle_id)
    await near.clinic.withdraw(withdraws, window)
    erased = await erasure.erase(
        near.clinic.database, near.clinic.member_keys, near.clinic.window_keys, erases, set(Kind)
    )
    assert erased.entries[Kind.CHECKINS] == 1
    assert set(await near.clinic.counted(window)) == {stays.locator, leaves.locator}
    assert await refused(near.clinic.answer(leaves, window)) is Because.NOT_SEATED_HERE


# By themselves


async def schedule(near: Neighbours, which: int) -> checkin_schedules.Scheduled:
    return await checkin_schedules.schedule(
        near.clinic.database,
        near.clinic.moderator,
        MONDAYS,
        circle_id=near.circles[which].circle_id,
        whole_server=False,
        channel_id=LOBBY,
        at=NOW - MINUTE,
    )


async def tick(near: Neighbours, weeks: int) -> int:
    at = NOW + weeks * WEEK
    await near.clinic.close(at)
    return await checkin_schedules.open_due(near.clinic.database, near.clinic.window_keys, minimum=5, at=at)


async def test_a_schedule_of_one_opens_the_window_of_all_week_after_week(near: Neighbours) -> None:
    await near.together()
    assert (await schedule(near, 1)).others == 2
    assert await refused(schedule(near, 0)) is Because.SCHEDULE_EXISTS
    for week in range(3):
        assert await tick(near, week) == 1
    assert await near.clinic.count("checkin_window", shared_by=3) == 3
    assert await near.clinic.count("window_circle") == 9


async def test_schedules_of_before_never_open_two_windows_at_a_time(near: Neighbours) -> None:
    await schedule(near, 0)
    await schedule(near, 1)
    await near.together()
    assert [await tick(near, week) for week in range(3)] == [1, 1, 1]


async def test_a_circle_that_lost_its_channel_holds_up_no_other(near: Neighbours) -> None:
    await near.together()
    await schedule(near, 1)
    lost = near.circles[1].circle_id
    await mending.note_lost(near.clinic.database, near.clinic.server_id, [lost], at=NOW)
    assert await tick(near, 0) == 1
    await near.step_out(0)
    await near.step_out(1)
    await schedule(near, 1)
    await near.clinic.cancel(near.circles[0])
    assert await tick(near, 1) == 1  # the schedule that has stayed with the third; the lost one rests


async def test_a_schedule_that_is_handed_over_at_the_same_moment_opens_for_whoever_has_it_then(
    near: Neighbours,
) -> None:
    await schedule(near, 0)
    ended, heir = near.circles[0].circle_id, near.circles[1].circle_id
    async with near.clinic.database.transaction() as tx:
        await stored_checkins.hold(tx, near.clinic.server_id)
        opening = asyncio.create_task(tick(near, 0))
        await asyncio.sleep(0.3)  # on PostgreSQL it has looked by now, and waits
        await stored_schedules.hand_over(tx, ended, heir)
        await circles.update_state(tx, ended, CircleState.ARCHIVED)
    assert await opening == 1
    assert await near.clinic.count("checkin_window", circle_id=heir, state="open") == 1


async def test_only_who_may_steer_all_the_circles_ends_their_schedules(near: Neighbours) -> None:
    await schedule(near, 1)
    await schedule(near, 2)
    await near.together()

    async def stop(person: Person) -> str | None:
        return await checkin_schedules.stop(
            near.clinic.database,
            person,
            circle_id=near.circles[0].circle_id,
            whole_server=False,
            channel_id=LOBBY,
        )

    assert await refused(stop(near.first_holder)) is Because.SHARED_BY_OTHERS
    assert await near.clinic.count("checkin_schedule") == 2
    await stop(near.clinic.moderator)
    assert await near.clinic.count("checkin_schedule") == 0


async def test_the_schedule_stays_with_those_who_stay(near: Neighbours) -> None:
    await near.together()
    await schedule(near, 1)
    await near.step_out(1)
    await near.archive(0)
    assert await tick(near, 0) == 1
    window = await near.clinic.window(1)
    assert (window.circle_id, window.shared_by) == (near.circles[2].circle_id, 0)
    name = await checkin_schedules.stop(
        near.clinic.database,
        near.clinic.moderator,
        circle_id=near.circles[2].circle_id,
        whole_server=False,
        channel_id=LOBBY,
    )
    assert name == near.circles[2].name


# What is kept in memory for the form


async def test_memory_offers_it_under_the_name_of_ones_own_circle(near: Neighbours) -> None:
    await near.together()
    window = await near.clinic.open(near.circles[0])
    memory = OpenWindows()
    await memory.refresh(near.clinic.database)
    second = near.circles[1]
    assert second.role_id is not None
    [offered] = memory.open_to(near.clinic.person(104, roles={second.role_id}), NOW)
    assert (offered.window_id, offered.circle_name, offered.others) == (window, second.name, 2)
    assert offered.speaks_in(near.circles[2].channel_id)
    assert memory.open_to(near.clinic.person(115), NOW) == []
