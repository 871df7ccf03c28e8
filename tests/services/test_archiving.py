"""The end of a circle: said before, carried through, and nothing left that nobody agreed to keep."""

from __future__ import annotations

from datetime import time

import pytest

from bot.services import archiving, checkin_schedules, circles, posts, prompts, releases, seats
from bot.services.archiving import Plan
from bot.services.checkin_schedules import Timing
from bot.services.circles import Circle, CircleState, Draft, Which
from bot.services.people import Person
from bot.services.posts import PostKind
from bot.services.practices import Library
from bot.services.prompts import Wish
from bot.services.refusals import Because
from tests.services.conftest import LOBBY, NOW, WEEK, Clinic, refused

PERSONAL = ("circle_member", "candidate", "held_seat")
OF_A_CIRCLE = ("agreement", "checkin_schedule", "prompt_schedule", "practice_shown", "takeover")


async def archive(
    clinic: Clinic,
    circle: Circle,
    person: Person | None = None,
    *,
    window: int = 0,
    name: str | None = None,
    keep: bool = True,
) -> Plan:
    """Let somebody end the circle."""
    return await archiving.archive(
        clinic.database,
        clinic.window_keys,
        person or clinic.holder,
        circle.circle_id,
        window,
        name=circle.name if name is None else name,
        keep_channel=keep,
        at=NOW,
    )


async def lived_in(clinic: Clinic, library: Library) -> tuple[Circle, int]:
    """Return a circle with everything that one can have, and its open window."""
    people = clinic.people(9)
    circle = await clinic.circle(seats=6, seated=people)
    first = await clinic.open(circle)
    await clinic.all_answer(people[:6], first)
    await clinic.close()
    await checkin_schedules.schedule(
        clinic.database,
        clinic.holder,
        Timing(weekday=0, at=time(9), every_weeks=1, days=7),
        circle_id=circle.circle_id,
        whole_server=False,
        channel_id=LOBBY,
        at=NOW,
    )
    wish = Wish(frozenset({0}), time(8), None, None, None)
    await prompts.schedule(
        clinic.database, library, clinic.holder, wish, circle_id=circle.circle_id, channel_id=LOBBY, at=NOW
    )
    await prompts.claim_due(clinic.database, library, at=NOW + WEEK)
    window = await clinic.open(circle, at=NOW + WEEK)
    await clinic.answer(people[0], window, at=NOW + WEEK)
    await clinic.leave(people[5], circle)
    await clinic.tend()
    return circle, window


async def test_what_stays_and_what_goes_is_said_before(clinic: Clinic, library: Library) -> None:
    circle, window = await lived_in(clinic, library)
    found = await archiving.plan(clinic.database, clinic.holder, circle.circle_id, LOBBY)
    assert (found.taken, found.queue.held, found.queue.waiting, found.results, found.window_id) == (
        5,
        1,
        2,
        1,
        window,
    )
    assert await archive(clinic, circle, window=window) == found


async def test_of_a_circle_that_has_ended_only_its_results_are_kept(clinic: Clinic, library: Library) -> None:
    circle, window = await lived_in(clinic, library)
    await archive(clinic, circle, window=window)
    for table in (*PERSONAL, *OF_A_CIRCLE, "ballot"):
        assert await clinic.count(table) == 0, table
    assert await clinic.count("release") == 1
    assert await clinic.count("checkin_window", window_id=window, state="cancelled") == 1
    assert clinic.window_keys.read(window) is None
    assert await clinic.count("circle", circle_id=circle.circle_id, purpose="") == 1


async def test_the_results_stay_readable_for_moderators_and_nobody_else(
    clinic: Clinic, library: Library
) -> None:
    circle, window = await lived_in(clinic, library)
    await archive(clinic, circle, window=window)
    [ending] = await archiving.ending(clinic.database)
    await archiving.finish(clinic.database, ending)
    past = await releases.of_circle(clinic.database, clinic.moderator, circle.circle_id, LOBBY)
    assert len(past.past) == 1
    for person in (clinic.holder, clinic.people(1)[0]):
        reading = releases.of_circle(clinic.database, person, circle.circle_id, LOBBY)
        assert await refused(reading) is Because.NEEDS_FACILITATOR
    [remembered] = await circles.choices(clinic.database, clinic.moderator, Which.REMEMBERED)
    assert remembered.name == past.circle_name == f"{circle.name} (ended, {circle.circle_id})"
    for which in (Which.OPEN, Which.HELD, Which.ENTERED, Which.OWN):
        assert await circles.choices(clinic.database, clinic.moderator, which) == []


async def test_nothing_can_be_done_any_more_in_a_circle_that_has_ended(clinic: Clinic) -> None:
    circle = await clinic.circle()
    await archive(clinic, circle)
    [person] = clinic.people(1)
    assert await refused(clinic.seat(person, circle)) is Because.NO_SUCH_CIRCLE
    assert await refused(seats.info(clinic.database, person, circle.circle_id)) is Because.NO_SUCH_CIRCLE
    assert await refused(archive(clinic, circle)) is Because.NO_SUCH_CIRCLE
    assert await refused(clinic.open(circle)) is Because.NO_SUCH_CIRCLE


async def test_its_name_can_be_used_again(clinic: Clinic) -> None:
    circle = await clinic.circle()
    await archive(clinic, circle)
    draft = Draft(name=circle.name, purpose="", seats=8, agreement="We listen.")
    again = await circles.begin(clinic.database, clinic.moderator, draft)
    assert again.name == circle.name


async def test_who_may_not_or_did_not_type_the_name_ends_nothing(clinic: Clinic) -> None:
    circle = await clinic.circle()
    [person] = clinic.people(1)
    assert await refused(archive(clinic, circle, person)) is Because.NEEDS_FACILITATOR
    plan = archiving.plan(clinic.database, person, circle.circle_id, LOBBY)
    assert await refused(plan) is Because.NEEDS_FACILITATOR
    for name in ("", "Another"):
        assert await refused(archive(clinic, circle, name=name)) is Because.NOT_CONFIRMED
    assert await circles.choices(clinic.database, person, Which.OPEN) == [circle]
    await archive(clinic, circle, name=circle.name.upper())


async def test_no_check_in_is_discarded_of_which_it_was_not_said(clinic: Clinic) -> None:
    circle = await clinic.circle()
    window = await clinic.open(circle)
    assert await refused(archive(clinic, circle)) is Because.CHECKIN_SINCE
    assert await refused(archive(clinic, circle, window=window + 1)) is Because.CHECKIN_SINCE
    await clinic.cancel(circle)
    assert await refused(archive(clinic, circle, window=window)) is Because.CHECKIN_SINCE


@pytest.mark.parametrize(("keep", "state"), [(True, CircleState.CLOSING), (False, CircleState.DELETING)])
async def test_discords_part_is_remembered_until_it_is_done(
    clinic: Clinic, keep: bool, state: CircleState
) -> None:
    circle = await clinic.circle()
    await archive(clinic, circle, keep=keep)
    [ending] = await archiving.ending(clinic.database)
    assert (ending.state, ending.role_id, ending.channel_id) == (state, circle.role_id, circle.channel_id)
    await archiving.finish(clinic.database, ending)
    assert await archiving.ending(clinic.database) == []
    [over] = await circles.choices(clinic.database, clinic.moderator, Which.REMEMBERED)
    assert over.role_id == (circle.role_id if keep else None)


async def test_a_goodbye_is_said_where_the_channel_stays(clinic: Clinic) -> None:
    kept, deleted = await clinic.circle(), await clinic.circle()
    await archive(clinic, kept)
    await archive(clinic, deleted, keep=False)
    due = await posts.take_due(clinic.database, at=NOW)
    assert [(post.kind, post.channel_id) for post in due] == [(PostKind.FAREWELL, kept.channel_id)]
    [person] = clinic.people(1)
    assert (await archiving.ended(clinic.database, person, kept.circle_id)).role_id == kept.role_id
    for circle_id in (deleted.circle_id, 999):
        attempt = archiving.ended(clinic.database, person, circle_id)
        assert await refused(attempt) is Because.NO_SUCH_CIRCLE
