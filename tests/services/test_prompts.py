"""Prompts: at their hour and no other, once, and something else each time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.services import circles, prompts
from bot.services.circles import Circle
from bot.services.people import Person
from bot.services.practices import Library, Theme
from bot.services.prompts import GRACE, MOST_PER_CIRCLE, Prompt, Wish
from bot.services.refusals import Because
from bot.services.rules.practices import part_of_day
from bot.services.rules.recurrence import EVERY_DAY, Recurrence, next_after
from db import posts as stored_posts
from db.posts import Post, PostKind
from tests.services.conftest import BERLIN, DAY, LOBBY, MINUTE, NOW, WEEK, Clinic, at_once, refused, told

DAILY = Wish(EVERY_DAY, time(9), None, None, None)


async def schedule(
    clinic: Clinic,
    library: Library,
    circle: Circle,
    wish: Wish = DAILY,
    *,
    person: Person | None = None,
    at: datetime = NOW - MINUTE,
) -> Prompt:
    """Offer practices to a circle from now on."""
    return await prompts.schedule(
        clinic.database,
        library,
        person or clinic.holder,
        wish,
        circle_id=circle.circle_id,
        channel_id=LOBBY,
        at=at,
    )


async def said(clinic: Clinic, circle: Circle) -> Sequence[Post]:
    """What was to be posted in the circle's channel so far, in order."""
    async with clinic.database.transaction() as tx:
        waiting = await stored_posts.list_waiting(tx, 10_000)
    return [post for post in waiting if post.channel_id == circle.channel_id]


async def tick(clinic: Clinic, library: Library, at: datetime) -> int:
    """Do what the clock does."""
    return await prompts.claim_due(clinic.database, library, at=at)


# When they come


async def test_a_prompt_comes_at_its_hour_with_the_name_of_a_practice(
    clinic: Clinic, library: Library
) -> None:
    circle = await clinic.circle()
    kept = await schedule(clinic, library, circle)
    assert (kept.circle_name, kept.schedule.time_zone) == (circle.name, BERLIN)
    assert kept.schedule.next_run_at == NOW
    await tick(clinic, library, NOW - MINUTE)
    assert await said(clinic, circle) == []
    for _ in range(3):
        await tick(clinic, library, NOW)
    [post] = await said(clinic, circle)
    assert post.kind is PostKind.PRACTICE
    assert library.get(post.subject) is not None
    assert (post.due_at, post.lapses_at) == (NOW, NOW + GRACE)


@pytest.mark.parametrize("month", [3, 10])
@pytest.mark.parametrize("at", [time(0, 30), time(2, 0), time(2, 30), time(3, 0)])
async def test_through_both_clock_changes_a_prompt_comes_once_on_each_of_its_days(
    clinic: Clinic, library: Library, month: int, at: time
) -> None:
    """Ticked every ten minutes from Saturday to Monday, over the night in which the clocks change."""
    circle = await clinic.circle()
    sunday = datetime(2026, month, 29 if month == 3 else 25, tzinfo=ZoneInfo(BERLIN))
    start = (sunday - DAY).astimezone(UTC) - MINUTE
    await schedule(clinic, library, circle, replace(DAILY, at=at), at=start)
    for number in range(3 * 24 * 6 - 6):
        await tick(clinic, library, start + number * 10 * MINUTE)
    days = [post.due_at.astimezone(ZoneInfo(BERLIN)).date() for post in await said(clinic, circle)]
    assert days == [(sunday + number * DAY).date() for number in (-1, 0, 1)]


async def test_it_comes_on_its_weekdays_only_and_in_its_own_zone(clinic: Clinic, library: Library) -> None:
    circle = await clinic.circle()
    wish = Wish(frozenset({0, 3}), time(8, 15), "Asia/Kathmandu", None, None)
    await schedule(clinic, library, circle, wish, at=NOW)
    for hour in range(24 * 14):
        await tick(clinic, library, NOW + hour * timedelta(hours=1))
    due = [post.due_at.astimezone(ZoneInfo("Asia/Kathmandu")) for post in await said(clinic, circle)]
    assert [(moment.weekday(), moment.time()) for moment in due] == [(3, time(8, 15)), (0, time(8, 15))] * 2


# When they are late


@pytest.mark.parametrize(
    ("late", "comes"), [(MINUTE, True), (GRACE, True), (GRACE + MINUTE, False), (DAY - MINUTE, False)]
)
async def test_a_prompt_more_than_two_hours_late_is_left_out(
    clinic: Clinic, library: Library, late: timedelta, comes: bool
) -> None:
    circle = await clinic.circle()
    await schedule(clinic, library, circle)
    await tick(clinic, library, NOW + late)
    assert [post.due_at for post in await said(clinic, circle)] == ([NOW] if comes else [])
    await tick(clinic, library, NOW + DAY)
    assert [post.due_at for post in await said(clinic, circle)][-1] == NOW + DAY


@pytest.mark.parametrize(
    ("late", "comes"), [(timedelta(), True), (2 * timedelta(hours=1), True), (5 * MINUTE * 60, False)]
)
async def test_after_a_long_absence_only_what_is_still_in_time_is_sent(
    clinic: Clinic, library: Library, late: timedelta, comes: bool
) -> None:
    circle = await clinic.circle()
    await schedule(clinic, library, circle)
    back = NOW + 25 * DAY
    await tick(clinic, library, back + late)
    assert [post.due_at for post in await said(clinic, circle)] == ([back] if comes else [])
    await tick(clinic, library, back + DAY)
    assert len(await said(clinic, circle)) == comes + 1


# The examples share a database on purpose: each of them begins with a circle of its own.
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    days=st.frozensets(st.integers(0, 6), min_size=1),
    at=st.times().map(lambda at: at.replace(second=0, microsecond=0)),
    gaps=st.lists(st.integers(1, 3 * 24 * 60) | st.integers(1, 200), min_size=5, max_size=20),
)
async def test_whenever_the_clock_ticks_each_prompt_in_reach_of_a_tick_is_sent_once_and_no_other(
    clinic: Clinic, library: Library, days: frozenset[int], at: time, gaps: list[int]
) -> None:
    circle = await clinic.circle()
    start = moment = datetime(2026, 3, 20, tzinfo=UTC)
    await schedule(clinic, library, circle, Wish(days, at, None, None, None), at=start)
    ticks = [moment := moment + gap * MINUTE for gap in gaps]
    for moment in ticks:
        await tick(clinic, library, moment)
    expected = []
    due = next_after(Recurrence(days, at, BERLIN), start)
    while due <= ticks[-1]:
        first_after = next(moment for moment in ticks if moment >= due)
        # Of several that one tick finds waiting, only the newest could still be in time.
        if first_after - due <= GRACE:
            expected.append(due)
        due = next_after(Recurrence(days, at, BERLIN), due)
    assert [post.due_at for post in await said(clinic, circle)] == expected


# What they offer


async def test_what_fits_the_hour_comes_first_everything_comes_in_time_and_nothing_twice_in_a_row(
    clinic: Clinic, library: Library
) -> None:
    circle = await clinic.circle()
    await schedule(clinic, library, circle)
    for day in range(3 * len(library.all)):
        await tick(clinic, library, NOW + day * DAY + MINUTE)
    offered = [post.subject for post in await said(clinic, circle)]
    fitting = {practice.id for practice in library.all if part_of_day(DAILY.at) in practice.when}
    assert set(offered[: len(fitting)]) == fitting
    seen = Counter(offered)
    assert set(seen) == {practice.id for practice in library.all}
    assert all(seen[one] >= seen[other] for one in fitting for other in seen.keys() - fitting)
    assert all(earlier != later for earlier, later in pairwise(offered))


async def test_what_is_offered_fits_the_theme_and_the_minutes(clinic: Clinic, library: Library) -> None:
    circle = await clinic.circle()
    await schedule(clinic, library, circle, replace(DAILY, theme=Theme.SLEEP.value, minutes=5))
    fitting = {practice.id for practice in library.fitting(Theme.SLEEP, 5)}
    for day in range(2 * len(fitting)):
        await tick(clinic, library, NOW + day * DAY)
    assert {post.subject for post in await said(clinic, circle)} == fitting


async def test_two_prompts_of_one_circle_that_come_together_offer_two_practices(
    clinic: Clinic, library: Library
) -> None:
    """Even when two processes claim them, one each, at the same moment."""
    circle = await clinic.circle()
    for _ in range(2):
        await schedule(clinic, library, circle)
    for day in range(6):
        await at_once(clinic.database, *[tick(clinic, library, NOW + day * DAY) for _ in range(3)])
    offered = [post.subject for post in await said(clinic, circle)]
    assert len(offered) == 12
    assert all(earlier != later for earlier, later in pairwise(offered))


async def test_a_preview_shows_what_comes_next_and_does_not_use_it_up(
    clinic: Clinic, library: Library
) -> None:
    circle = await clinic.circle()
    await schedule(clinic, library, circle)

    async def preview(theme: str | None = None, minutes: int | None = None) -> str:
        found = await prompts.preview(
            clinic.database,
            library,
            clinic.holder,
            circle_id=circle.circle_id,
            channel_id=LOBBY,
            theme=theme,
            minutes=minutes,
            at=NOW,
        )
        return found.id

    shown = [await preview() for _ in range(3)]
    await tick(clinic, library, NOW)
    assert [post.subject for post in await said(clinic, circle)] == shown[:1]
    assert await preview() != shown[0]
    assert await refused(preview(theme="weather")) is Because.UNKNOWN_THEME
    assert await refused(preview(minutes=0)) is Because.NO_PRACTICE_FITS


# What is refused


async def test_a_wish_that_nothing_can_fulfil_is_refused(clinic: Clinic, library: Library) -> None:
    circle = await clinic.circle()
    for wish, because in (
        (replace(DAILY, time_zone="Europe/Atlantis"), Because.UNKNOWN_TIME_ZONE),
        (replace(DAILY, theme="weather"), Because.UNKNOWN_THEME),
        (replace(DAILY, minutes=0), Because.NO_PRACTICE_FITS),
    ):
        assert await refused(schedule(clinic, library, circle, wish)) is because
    assert await clinic.count("prompt_schedule") == 0


async def test_a_circle_has_at_most_so_many_prompts_even_when_they_are_made_at_once(
    clinic: Clinic, library: Library
) -> None:
    circle, other = await clinic.circle(), await clinic.circle()
    attempts = [schedule(clinic, library, circle) for _ in range(MOST_PER_CIRCLE + 6)]
    outcomes = await at_once(clinic.database, *attempts)
    assert told(outcomes) == [Because.TOO_MANY_PROMPTS] * 6
    assert await clinic.count("prompt_schedule", circle_id=circle.circle_id) == MOST_PER_CIRCLE
    await schedule(clinic, library, other)


# Claimed once


async def test_two_processes_send_a_prompt_once(clinic: Clinic, library: Library) -> None:
    all_circles = [await clinic.circle() for _ in range(5)]
    for circle in all_circles:
        await schedule(clinic, library, circle)
    for day in range(3):
        await at_once(clinic.database, *[tick(clinic, library, NOW + day * DAY) for _ in range(4)])
    assert [len(await said(clinic, circle)) for circle in all_circles] == [3] * 5


# Paused, resumed, removed


async def test_a_paused_prompt_is_silent_and_a_resumed_one_makes_up_for_nothing(
    clinic: Clinic, library: Library
) -> None:
    circle = await clinic.circle()
    number = (await schedule(clinic, library, circle)).schedule.schedule_id
    paused = await prompts.turn(clinic.database, clinic.holder, number, at=NOW - MINUTE)
    assert paused.schedule.paused
    for day in range(5):
        await tick(clinic, library, NOW + day * DAY)
    resumed = await prompts.turn(clinic.database, clinic.holder, number, at=NOW + 5 * DAY + MINUTE)
    assert not resumed.schedule.paused
    await tick(clinic, library, NOW + 5 * DAY + 2 * MINUTE)
    assert await said(clinic, circle) == []
    await tick(clinic, library, NOW + 6 * DAY)
    assert [post.due_at for post in await said(clinic, circle)] == [NOW + 6 * DAY]


async def test_a_removed_prompt_comes_no_more(clinic: Clinic, library: Library) -> None:
    circle = await clinic.circle()
    number = (await schedule(clinic, library, circle)).schedule.schedule_id
    assert (await prompts.remove(clinic.database, clinic.holder, number)).circle_name == circle.name
    assert await refused(prompts.remove(clinic.database, clinic.holder, number)) is Because.NO_SUCH_PROMPT
    assert (
        await refused(prompts.turn(clinic.database, clinic.holder, number, at=NOW)) is Because.NO_SUCH_PROMPT
    )
    await tick(clinic, library, NOW + WEEK)
    assert await said(clinic, circle) == []


async def test_a_prompt_that_is_paused_while_it_is_claimed_is_sent_or_not_and_stays_paused(
    clinic: Clinic, library: Library
) -> None:
    for day in range(5):
        circle = await clinic.circle()
        kept = await schedule(clinic, library, circle, at=NOW + day * DAY - MINUTE)
        at = NOW + day * DAY
        turned, _ = await at_once(
            clinic.database,
            prompts.turn(clinic.database, clinic.holder, kept.schedule.schedule_id, at=at),
            tick(clinic, library, at),
        )
        assert isinstance(turned, Prompt)
        assert turned.schedule.paused
        sent = len(await said(clinic, circle))
        await tick(clinic, library, at + DAY)
        assert len(await said(clinic, circle)) == sent <= 1


async def test_one_sees_the_prompts_of_the_circles_one_holds(clinic: Clinic, library: Library) -> None:
    circle, other = await clinic.circle(), await clinic.circle()
    [neighbour] = clinic.people(1)
    await circles.open_circle(clinic.database, clinic.member_keys, other, clinic.discord_id(neighbour))
    first = await schedule(clinic, library, circle)
    second = await schedule(clinic, library, other, person=neighbour)
    assert await prompts.listed(clinic.database, neighbour) == [second]
    assert await prompts.listed(clinic.database, clinic.moderator) == [first, second]
    assert await prompts.listed(clinic.database, clinic.person(50)) == []
