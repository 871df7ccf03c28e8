"""Circles that lost their channel or role: who is let in again, what rests, and how often it is told."""

from __future__ import annotations

from dataclasses import replace

from bot.services import hours, mending, servers, waitlist
from bot.services.hours import Follows
from bot.services.refusals import Because
from db import checkin_schedules
from db import hours as stored_hours
from db.checkin_schedules import CheckinSchedule
from tests.services.conftest import BERLIN, LOBBY, NOW, WEEK, Clinic, refused

FACILITATORS = LOBBY + 1


async def lose(clinic: Clinic, *lost: int) -> None:
    """Let these circles, and no others, be without their channel."""
    await mending.note_lost(clinic.database, clinic.server_id, lost, at=NOW)


async def told(clinic: Clinic) -> int:
    """Return how often the facilitators' channel was to read that a channel is gone."""
    return await clinic.count("post", kind="channel-lost", channel_id=FACILITATORS)


async def test_everybody_who_sits_or_holds_is_found_and_whoever_was_erased_is_not(clinic: Clinic) -> None:
    seated = clinic.people(4)
    circle = await clinic.circle(seated=seated)
    await clinic.circle(seated=clinic.people(2, first=300))
    await clinic.member_keys.set_aside(seated[0].locator)
    found = await mending.people_of(clinic.database, clinic.member_keys, circle)
    assert sorted(found.seated) == sorted(clinic.discord_id(each) for each in seated[1:])
    assert list(found.holding) == [clinic.discord_id(clinic.holder)]


async def test_a_lost_channel_is_told_once_and_again_only_when_it_was_there_between(clinic: Clinic) -> None:
    await servers.remember_facilitators_channel(clinic.database, clinic.server_id, FACILITATORS)
    one, other = await clinic.circle(), await clinic.circle()
    for lost, times in (
        ([one.circle_id], 1),
        ([one.circle_id], 1),
        ([one.circle_id, other.circle_id], 2),
        ([other.circle_id], 2),
        ([one.circle_id, other.circle_id], 3),
    ):
        await lose(clinic, *lost)
        assert await told(clinic) == times
    await mending.note_lost(clinic.database, clinic.server_id + 9, [], at=NOW)
    assert await clinic.count("lost_channel") == 2


async def test_a_resting_circle_begins_no_check_in_and_offers_no_seat_until_it_has_a_channel(
    clinic: Clinic,
) -> None:
    people = clinic.people(4)
    circle = await clinic.circle(seats=3, seated=people)
    assert circle.channel_id is not None
    schedule = CheckinSchedule(
        schedule_id=0,
        server_id=clinic.server_id,
        circle_id=circle.circle_id,
        channel_id=circle.channel_id,
        weekday=0,
        at=NOW.time(),
        time_zone=BERLIN,
        every_weeks=1,
        anchor=NOW.date(),
        days=7,
        next_run_at=NOW,
    )
    async with clinic.database.transaction() as tx:
        await checkin_schedules.insert_schedule(tx, schedule)
    await lose(clinic, circle.circle_id)
    await clinic.leave(people[0], circle)
    assert await waitlist.tend(clinic.database, at=NOW) == 0
    async with clinic.database.transaction() as tx:
        assert await checkin_schedules.list_due_schedules(tx, NOW + WEEK) == []
    await lose(clinic)
    assert await waitlist.tend(clinic.database, at=NOW) == 1
    async with clinic.database.transaction() as tx:
        assert len(await checkin_schedules.list_due_schedules(tx, NOW + WEEK)) == 1


async def test_whatever_is_said_from_now_on_is_said_in_the_new_channel(clinic: Clinic) -> None:
    circle, other = await clinic.circle(), await clinic.circle()
    closed = await clinic.open(circle, at=NOW - 2 * WEEK)
    await clinic.close(at=NOW - WEEK)
    opened, elsewhere = await clinic.open(circle), await clinic.open(other)
    await mending.remember(clinic.database, circle, role_id=4711, channel_id=4712)
    [kept] = [
        each
        for each in await mending.open_circles(clinic.database, clinic.server_id)
        if each.circle_id == circle.circle_id
    ]
    assert (kept.role_id, kept.channel_id) == (4711, 4712)
    assert (await clinic.window(opened)).channel_id == 4712
    for window_id in (closed, elsewhere):
        assert (await clinic.window(window_id)).channel_id != 4712


async def test_only_whoever_moderates_or_manages_is_given_what_is_to_be_mended(clinic: Clinic) -> None:
    circle = await clinic.circle()
    for person in (clinic.owner, clinic.moderator):
        found = await mending.to_mend(clinic.database, person)
        assert [each.circle_id for each in found] == [circle.circle_id]
    attempt = mending.to_mend(clinic.database, clinic.holder)
    assert await refused(attempt) is Because.NEEDS_MODERATOR


async def test_a_mended_channel_follows_its_hours_anew(clinic: Clinic) -> None:
    circle, without = await clinic.circle(), await clinic.circle()
    await hours.choose(clinic.database, clinic.holder, circle.circle_id, "daily 8:00-18:00", at=NOW)
    async with clinic.database.transaction() as tx:
        chosen = await stored_hours.find_hours(tx, circle.circle_id)
        assert chosen is not None
        await stored_hours.save_hours(tx, replace(chosen, follows=Follows.REFUSED))
    for each in (circle, without):
        await mending.follow_again(clinic.database, each)
    async with clinic.database.transaction() as tx:
        assert await stored_hours.find_hours(tx, circle.circle_id) == replace(chosen, follows=Follows.NOT_YET)
        assert await stored_hours.find_hours(tx, without.circle_id) is None
