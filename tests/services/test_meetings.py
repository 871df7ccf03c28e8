"""Meetings in the database: planned by who may, reminded of once, followed by the next, and forgotten."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.services import (
    archiving,
    features,
    installation,
    meeting_rounds,
    meetings,
    mending,
    posts,
    seats,
)
from bot.services.circles import Circle
from bot.services.features import Feature
from bot.services.meeting_rounds import Event
from bot.services.meetings import MOST_PER_CIRCLE, Draft, Meeting, Planned
from bot.services.people import Person
from bot.services.posts import PostKind, PostState
from bot.services.refusals import Because
from db import circles
from db.circles import CircleState
from tests.services.conftest import DAY, MINUTE, NOW, WEEK, Clinic, refused

START = datetime(2026, 3, 5, 17, 30, tzinfo=UTC)
DRAFT = Draft("Endings", "2026-03-05 18:30", 60, "https://meet.example/41", None, 0)
WEEKLY = replace(DRAFT, every_weeks=1)
EVENT = 1_400_000_000_000_000_000


@pytest.fixture
async def circle(clinic: Clinic) -> Circle:
    await features.switch(clinic.database, clinic.owner, Feature.MEETINGS, on=True)
    return await clinic.circle(seated=clinic.people(3))


async def plan(
    clinic: Clinic, circle: Circle, draft: Draft = DRAFT, *, person: Person | None = None, at: datetime = NOW
) -> Planned:
    """Plan a meeting, and let it have its event."""
    database = clinic.database
    made = await meetings.plan(database, person or clinic.holder, circle.circle_id, draft, at=at)
    await meeting_rounds.remember_event(database, made.meeting, EVENT, "A circle meets", at=at)
    return made


async def now(clinic: Clinic) -> Meeting:
    """Return the one meeting that is planned."""
    [(_, meeting)] = await meeting_rounds.planned(clinic.database, clinic.server_id)
    return meeting


async def said(clinic: Clinic, at: datetime) -> list[PostKind]:
    """Return what is to be said at this moment, and take it that it was."""
    await meeting_rounds.turn(clinic.database, clinic.server_id, at=at)
    due = await posts.take_due(clinic.database, at=at)
    for post in due:
        await posts.finish(clinic.database, post, PostState.SENT)
    return [post.kind for post in due]


async def test_a_meeting_is_announced_once_and_mentioned_twice(clinic: Clinic, circle: Circle) -> None:
    await plan(clinic, circle)
    assert await said(clinic, NOW) == [PostKind.MEETING_PLANNED]
    await meeting_rounds.remember_event(clinic.database, await now(clinic), EVENT + 1, "So", at=NOW)
    assert await said(clinic, NOW) == []
    for moment, kind in (
        (START - DAY, PostKind.MEETING_TOMORROW),
        (START - 15 * MINUTE, PostKind.MEETING_SOON),
    ):
        assert await installation.next_due(clinic.database, after=moment - MINUTE) == moment
        assert await said(clinic, moment) == [kind]
        assert await said(clinic, moment) == []
    assert await said(clinic, START + 60 * MINUTE) == []
    assert await meeting_rounds.planned(clinic.database, clinic.server_id) == []
    assert await installation.next_due(clinic.database, after=NOW) is None


async def test_after_a_long_sleep_nothing_late_is_said_and_a_series_goes_on_in_the_future(
    clinic: Clinic, circle: Circle
) -> None:
    await plan(clinic, circle, WEEKLY)
    await said(clinic, NOW)
    assert await said(clinic, START - 5 * MINUTE) == [PostKind.MEETING_SOON]
    assert await said(clinic, START + 5 * WEEK - 2 * DAY) == []
    following = await now(clinic)
    # By then the clocks in Berlin have been put forward.
    assert (following.starts_at, following.event_id) == (START + 5 * WEEK - 60 * MINUTE, None)
    assert await said(clinic, following.starts_at - DAY) == [PostKind.MEETING_TOMORROW]


async def test_two_presses_at_once_plan_one_meeting_and_ten_are_enough(
    clinic: Clinic, circle: Circle
) -> None:
    planned = await asyncio.gather(
        *(meetings.plan(clinic.database, clinic.holder, circle.circle_id, DRAFT, at=NOW) for _ in range(3)),
        return_exceptions=True,
    )
    assert sum(isinstance(each, Planned) for each in planned) == 1
    for day in range(6, 5 + MOST_PER_CIRCLE):
        await plan(clinic, circle, replace(DRAFT, when=f"2026-03-{day:02} 18:30"))
    draft = replace(DRAFT, when="2026-04-01 18:30")
    assert await refused(plan(clinic, circle, draft)) is Because.TOO_MANY_MEETINGS


async def test_what_does_not_fit_is_refused_with_its_reason(clinic: Clinic, circle: Circle) -> None:
    for change, because in (
        ({"when": "soon"}, Because.UNKNOWN_START),
        ({"when": "2026-03-01 18:30"}, Because.MEETING_PAST),
        ({"when": "2027-06-01 18:30"}, Because.MEETING_FAR),
        ({"minutes": 4}, Because.MEETING_LENGTH),
        ({"minutes": 481}, Because.MEETING_LENGTH),
        ({"place": ""}, Because.MEETING_WHERE),
        ({"every_weeks": 3}, Because.EXPIRED),
        ({"topic": "x" * 101}, Because.TOO_LONG),
    ):
        assert await refused(plan(clinic, circle, replace(DRAFT, **change))) is because
    await mending.note_lost(clinic.database, clinic.server_id, [circle.circle_id], at=NOW)
    assert await refused(plan(clinic, circle)) is Because.CIRCLE_RESTS
    await mending.note_lost(clinic.database, clinic.server_id, [], at=NOW)
    await features.switch(clinic.database, clinic.owner, Feature.MEETINGS, on=False)
    assert await refused(plan(clinic, circle)) is Because.MEETINGS_OFF


async def test_who_moves_an_event_moves_the_meeting_and_its_reminders_and_the_circle_is_told_once(
    clinic: Clinic, circle: Circle
) -> None:
    await plan(clinic, circle, WEEKLY)
    assert await said(clinic, START - DAY) == [PostKind.MEETING_PLANNED, PostKind.MEETING_TOMORROW]
    before, later = await now(clinic), START + 3 * DAY
    moved = Event("Another name", later, 90, None)
    for _ in range(2):  # the second comes from a look that was too old
        await meeting_rounds.follow_event(clinic.database, before, moved, at=START - DAY + MINUTE)
    after = await now(clinic)
    assert (after.title, after.starts_at, after.minutes) == ("Another name", later, 90)
    assert after.sequence == before.sequence + 1
    assert await said(clinic, START) == [PostKind.MEETING_MOVED]
    renamed = Event("A third", later, None, None)
    await meeting_rounds.follow_event(clinic.database, after, renamed, at=START)
    assert await said(clinic, START) == []
    assert await said(clinic, later - DAY) == [PostKind.MEETING_TOMORROW]
    assert await said(clinic, later + 90 * MINUTE) == []
    assert (await now(clinic)).starts_at == START + WEEK


async def test_one_that_is_cancelled_on_discord_is_told_once_and_its_series_goes_on(
    clinic: Clinic, circle: Circle
) -> None:
    await plan(clinic, circle, WEEKLY)
    await said(clinic, NOW)
    before = await now(clinic)
    for _ in range(2):
        await meeting_rounds.lose_event(clinic.database, before, over=False, at=NOW)
    assert await said(clinic, NOW) == [PostKind.MEETING_CANCELLED]
    following = await now(clinic)
    assert (following.starts_at, following.event_id) == (START + WEEK, None)
    await meeting_rounds.lose_event(clinic.database, following, over=True, at=NOW)
    assert await said(clinic, NOW) == []
    assert (await now(clinic)).starts_at == START + 2 * WEEK


async def test_a_cancelled_meeting_stays_for_calendars_until_it_would_have_been_over(
    clinic: Clinic, circle: Circle
) -> None:
    made = await plan(clinic, circle)
    number, database = made.meeting.meeting_id, clinic.database
    presses = [meetings.cancel(database, clinic.moderator, number, 1, whole=False, at=NOW) for _ in range(2)]
    done = await asyncio.gather(*presses, return_exceptions=True)
    assert sum(isinstance(each, Planned) for each in done) == 1
    assert await said(clinic, NOW) == [PostKind.MEETING_PLANNED, PostKind.MEETING_CANCELLED]
    found = await meetings.for_calendar(database, clinic.holder, number)
    assert (found.meeting.cancelled, found.meeting.sequence) == (True, 2)
    assert await meeting_rounds.events(database, clinic.server_id) == set()
    assert (
        await refused(meetings.to_cancel(database, clinic.holder, number, at=NOW)) is Because.NO_SUCH_MEETING
    )
    assert await said(clinic, START + 60 * MINUTE) == []
    again = meetings.for_calendar(database, clinic.holder, number)
    assert await refused(again) is Because.NO_SUCH_MEETING


async def test_one_that_has_begun_cannot_be_cancelled_but_the_rest_of_its_series_can(
    clinic: Clinic, circle: Circle
) -> None:
    made = await plan(clinic, circle, WEEKLY)
    number, at = made.meeting.meeting_id, START + MINUTE
    begun = meetings.cancel(clinic.database, clinic.holder, number, 1, whole=False, at=at)
    assert await refused(begun) is Because.NO_SUCH_MEETING
    left = await meetings.cancel(clinic.database, clinic.holder, number, 1, whole=True, at=at)
    assert left.meeting.cancelled


async def test_only_who_belongs_sees_meetings_and_nobody_plans_or_cancels_who_may_not(
    clinic: Clinic, circle: Circle
) -> None:
    made = await plan(clinic, circle)
    database, stranger = clinic.database, clinic.person(90)
    seated = clinic.people(3)[0]
    for inside in (seated, clinic.holder):
        assert len(await meetings.listed(database, inside, None, at=NOW)) == 1
        assert (await seats.info(database, inside, circle.circle_id)).meeting is not None
    for outside in (stranger, clinic.moderator):
        assert await meetings.listed(database, outside, None, at=NOW) == []
        named = meetings.listed(database, outside, circle.circle_id, at=NOW)
        assert await refused(named) is Because.NOT_IN_CIRCLE
        assert (await seats.info(database, outside, circle.circle_id)).meeting is None
    for nobody in (stranger, seated):
        assert await refused(plan(clinic, circle, person=nobody)) is Because.NEEDS_FACILITATOR
        cancels = meetings.to_cancel(database, nobody, made.meeting.meeting_id, at=NOW)
        assert await refused(cancels) is Because.NEEDS_FACILITATOR
        assert await meetings.to_choose(database, nobody, at=NOW) == []
    elsewhere = Clinic(database, clinic.folder, server_id=clinic.server_id + 10_000)
    await elsewhere.set_up()
    cancels = meetings.to_cancel(database, elsewhere.owner, made.meeting.meeting_id, at=NOW)
    assert await refused(cancels) is Because.NO_SUCH_MEETING


async def test_no_meeting_is_planned_in_a_circle_that_ends_at_the_same_moment(
    clinic: Clinic, circle: Circle
) -> None:
    async with clinic.database.transaction() as tx:
        await tx.hold("circle", circle.circle_id)
        planning = asyncio.create_task(
            refused(meetings.plan(clinic.database, clinic.holder, circle.circle_id, DRAFT, at=NOW))
        )
        await asyncio.sleep(0.3)  # on PostgreSQL it has looked by now, and waits
        await circles.update_state(tx, circle.circle_id, CircleState.ARCHIVED)
    assert await planning is Because.NO_SUCH_CIRCLE
    assert await clinic.count("meeting") == 0


@pytest.mark.parametrize("before", [DAY, 15 * MINUTE])
async def test_a_reminder_that_is_due_is_said_also_when_its_event_has_just_been_renamed(
    clinic: Clinic, circle: Circle, before: timedelta
) -> None:
    await plan(clinic, circle)
    at = START - before
    await said(clinic, at - MINUTE)
    meeting = await now(clinic)
    named = Event("Another name", meeting.starts_at, meeting.minutes, None)
    await meeting_rounds.follow_event(clinic.database, meeting, named, at=at + MINUTE)
    assert len(await said(clinic, at + MINUTE)) == 1


async def test_the_end_of_a_circle_forgets_its_meetings(clinic: Clinic, circle: Circle) -> None:
    await plan(clinic, circle, WEEKLY)
    await archiving.archive(
        clinic.database,
        clinic.window_keys,
        clinic.holder,
        circle.circle_id,
        0,
        name=circle.name,
        keep_channel=False,
        at=NOW,
    )
    assert await meeting_rounds.server_ids(clinic.database) == set()
    assert await meeting_rounds.events(clinic.database, clinic.server_id) == set()
    [post] = await posts.take_due(clinic.database, at=NOW)
    assert await meeting_rounds.told(clinic.database, clinic.server_id, post.subject) is None


async def test_a_circle_without_its_channel_says_nothing_and_goes_on_when_it_has_one(
    clinic: Clinic, circle: Circle
) -> None:
    await plan(clinic, circle, WEEKLY)
    await said(clinic, NOW)
    await mending.note_lost(clinic.database, clinic.server_id, [circle.circle_id], at=NOW)
    assert PostKind.MEETING_TOMORROW not in await said(clinic, START - DAY)
    await mending.note_lost(clinic.database, clinic.server_id, [], at=NOW)
    assert await said(clinic, START - 10 * MINUTE) == [PostKind.MEETING_SOON]
