"""Windows that open by themselves: on their weekday, for their full length, never two at a time."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from bot.services import checkin_schedules, installation
from bot.services.checkin_schedules import PUNCTUAL, Scheduled, Timing
from bot.services.circles import Circle
from bot.services.refusals import Because, Refusal
from bot.services.rules.recurrence import closing
from db.checkins import Window, WindowState
from tests.services.conftest import BERLIN, DAY, LOBBY, MINUTE, NOW, WEEK, Clinic, at_once, refused, told

MONDAYS = Timing(weekday=0, at=time(9), every_weeks=1, days=7)
HOUR = timedelta(hours=1)


async def schedule(
    clinic: Clinic, circle: Circle | None, timing: Timing = MONDAYS, *, at: datetime = NOW - MINUTE
) -> Scheduled:
    """Let windows of this circle, or of the whole server, open by themselves."""
    return await checkin_schedules.schedule(
        clinic.database,
        clinic.moderator,
        timing,
        circle_id=None if circle is None else circle.circle_id,
        whole_server=circle is None,
        channel_id=LOBBY,
        at=at,
    )


async def tick(clinic: Clinic, at: datetime, *, minimum: int = 5) -> int:
    """Do what the clock does: close what is over, then open what is due."""
    await clinic.close(at)
    return await checkin_schedules.open_due(clinic.database, clinic.window_keys, minimum=minimum, at=at)


async def opened(clinic: Clinic, circle: Circle) -> list[Window]:
    """Every window of the circle so far, in order."""
    async with clinic.database.transaction() as tx:
        rows = await tx.fetch(
            "SELECT window_id FROM checkin_window WHERE circle_id = $1 ORDER BY opens_at, window_id",
            circle.circle_id,
        )
    return [await clinic.window(row["window_id"]) for row in rows]


# When they open


async def test_a_schedule_opens_a_window_on_its_day_and_goes_on(clinic: Clinic) -> None:
    circle = await clinic.circle()
    kept = await schedule(clinic, circle)
    assert (kept.circle_name, kept.schedule.next_run_at) == (circle.name, NOW)
    for week in range(4):
        assert await tick(clinic, NOW + week * WEEK - MINUTE) == 0
        assert await tick(clinic, NOW + week * WEEK) == 1
        assert await tick(clinic, NOW + week * WEEK + MINUTE) == 0
    windows = await opened(clinic, circle)
    assert [window.opens_at for window in windows] == [NOW + week * WEEK for week in range(4)]
    assert [window.state for window in windows] == [WindowState.WITHHELD] * 3 + [WindowState.OPEN]


@pytest.mark.parametrize("every_weeks", [1, 2, 4])
async def test_the_hour_on_the_wall_stays_the_same_through_both_clock_changes(
    clinic: Clinic, every_weeks: int
) -> None:
    circle = await clinic.circle()
    kept = await schedule(clinic, circle, Timing(weekday=6, at=time(3), every_weeks=every_weeks, days=7))
    at: datetime | None = NOW
    while at is not None and at < NOW + 40 * WEEK:
        await tick(clinic, at)
        at = await installation.next_due(clinic.database, after=at)
    windows = await opened(clinic, circle)
    opens = [window.opens_at.astimezone(ZoneInfo(BERLIN)).replace(tzinfo=None) for window in windows]
    closes = [window.closes_at.astimezone(ZoneInfo(BERLIN)).replace(tzinfo=None) for window in windows]
    first = datetime(2026, 3, 8, 3)  # noqa: DTZ001 - what the clock on the wall shows
    assert kept.schedule.next_run_at == first.replace(tzinfo=ZoneInfo(BERLIN))
    assert opens == [first + number * every_weeks * WEEK for number in range(len(windows))]
    assert closes == [moment + WEEK for moment in opens]
    assert opens[-1] > first + 34 * WEEK


async def test_a_circle_has_one_schedule_and_the_whole_server_has_one(clinic: Clinic) -> None:
    circle, other = await clinic.circle(), await clinic.circle()
    for scope in (circle, other, None):
        await schedule(clinic, scope)
        assert await refused(schedule(clinic, scope)) is Because.SCHEDULE_EXISTS


async def test_of_several_who_schedule_the_same_at_once_one_succeeds(clinic: Clinic) -> None:
    circle = await clinic.circle()
    outcomes = await at_once(clinic.database, *[schedule(clinic, circle) for _ in range(6)])
    assert told(outcomes) == [Because.SCHEDULE_EXISTS] * 5


async def test_a_window_longer_than_the_time_to_the_next_is_refused(clinic: Clinic) -> None:
    circle = await clinic.circle()
    for every_weeks, days, because in (
        (1, 6, Because.WINDOW_LENGTH),
        (4, 29, Because.WINDOW_LENGTH),
        (1, 8, Because.WINDOW_TOO_LONG),
        (2, 15, Because.WINDOW_TOO_LONG),
        (0, 7, Because.WINDOW_TOO_LONG),
    ):
        timing = Timing(weekday=0, at=time(9), every_weeks=every_weeks, days=days)
        assert await refused(schedule(clinic, circle, timing)) is because
    assert await clinic.count("checkin_schedule") == 0


async def test_a_stopped_schedule_opens_nothing_and_lets_the_open_window_go_on(clinic: Clinic) -> None:
    circle = await clinic.circle()
    await schedule(clinic, circle)
    await tick(clinic, NOW)

    async def stop() -> str | None:
        return await checkin_schedules.stop(
            clinic.database,
            clinic.moderator,
            circle_id=circle.circle_id,
            whole_server=False,
            channel_id=LOBBY,
        )

    assert await stop() == circle.name
    assert await refused(stop()) is Because.NOTHING_TO_CANCEL
    assert [window.state for window in await opened(clinic, circle)] == [WindowState.OPEN]
    assert await tick(clinic, NOW + WEEK) == 0
    await schedule(clinic, circle, at=NOW + WEEK)


async def test_a_schedule_follows_the_rules_of_the_next_window(clinic: Clinic) -> None:
    circle = await clinic.circle(seated=[clinic.holder])
    await schedule(clinic, circle)
    await tick(clinic, NOW, minimum=5)
    await tick(clinic, NOW + WEEK, minimum=9)
    assert [window.minimum for window in await opened(clinic, circle)] == [6, 9]


# When they are late


@pytest.mark.parametrize("late", [MINUTE, 59 * MINUTE])
async def test_a_window_that_opens_a_little_late_closes_at_its_usual_hour(
    clinic: Clinic, late: timedelta
) -> None:
    circle = await clinic.circle()
    await schedule(clinic, circle)
    assert await tick(clinic, NOW + late) == 1
    [window] = await opened(clinic, circle)
    assert (window.opens_at, window.closes_at) == (NOW, NOW + WEEK)


@pytest.mark.parametrize("late", [61 * MINUTE, DAY, 10 * WEEK + 3 * DAY])
async def test_a_window_that_opens_late_still_lasts_its_full_length(clinic: Clinic, late: timedelta) -> None:
    circle = await clinic.circle()
    await schedule(clinic, circle)
    assert await tick(clinic, NOW + late) == 1
    [window] = await opened(clinic, circle)
    assert window.opens_at == NOW + late
    assert window.closes_at == closing(BERLIN, window.opens_at, 7)


async def test_after_a_long_absence_one_window_is_closed_one_is_opened_and_none_made_up_for(
    clinic: Clinic,
) -> None:
    circle = await clinic.circle()
    await schedule(clinic, circle, replace(MONDAYS, every_weeks=4))
    await tick(clinic, NOW)
    back = NOW + 20 * WEEK + 2 * DAY
    assert await tick(clinic, back) == 1
    windows = await opened(clinic, circle)
    assert [window.state for window in windows] == [WindowState.WITHHELD, WindowState.OPEN]
    assert await tick(clinic, back + WEEK) == 0
    assert await tick(clinic, NOW + 24 * WEEK) == 1


async def test_a_window_waits_for_one_that_was_opened_by_hand_and_does_not_reach_back_into_it(
    clinic: Clinic,
) -> None:
    circle = await clinic.circle()
    await schedule(clinic, circle)
    half_past = NOW - WEEK + 30 * MINUTE
    await clinic.open(circle, at=half_past)
    assert await tick(clinic, NOW) == 0
    assert await tick(clinic, NOW + 30 * MINUTE) == 1
    by_hand, by_itself = await opened(clinic, circle)
    assert by_itself.opens_at == by_hand.closes_at == NOW + 30 * MINUTE
    assert by_itself.closes_at == NOW + WEEK + 30 * MINUTE


async def test_a_schedule_that_came_late_is_back_on_its_day_as_soon_as_windows_allow(clinic: Clinic) -> None:
    """Two days late, the window reaches into the next week, which is left out; then all is as before."""
    circle = await clinic.circle()
    await schedule(clinic, circle)
    at: datetime | None = NOW + 2 * DAY
    while at is not None and at <= NOW + 3 * WEEK:
        await tick(clinic, at)
        at = await installation.next_due(clinic.database, after=at)
    opens = [window.opens_at for window in await opened(clinic, circle)]
    assert opens == [NOW + 2 * DAY, NOW + 2 * WEEK, NOW + 3 * WEEK]


async def test_two_processes_open_a_window_once(clinic: Clinic) -> None:
    all_circles = [await clinic.circle() for _ in range(4)]
    for circle in all_circles:
        await schedule(clinic, circle)
    await at_once(clinic.database, *[tick(clinic, NOW) for _ in range(4)])
    assert [len(await opened(clinic, circle)) for circle in all_circles] == [1, 1, 1, 1]
    assert len(list(clinic.keys_folder.iterdir())) == 4


async def test_opening_by_hand_at_the_same_time_holds_up_no_other_schedule(clinic: Clinic) -> None:
    all_circles = [await clinic.circle() for _ in range(6)]
    for circle in all_circles:
        await schedule(clinic, circle)
    by_hand = [clinic.open(circle) for circle in all_circles]
    by_itself, *outcomes = await at_once(clinic.database, tick(clinic, NOW), *by_hand)
    assert told(outcomes) == [Because.WINDOW_ALREADY_OPEN] * by_itself
    assert [len(await opened(clinic, circle)) for circle in all_circles] == [1] * 6


async def test_the_clock_is_told_when_to_look_next(clinic: Clinic) -> None:
    circle = await clinic.circle()
    assert await installation.next_due(clinic.database, after=NOW - DAY) is None
    await schedule(clinic, circle)
    assert await installation.next_due(clinic.database, after=NOW - DAY) == NOW
    await tick(clinic, NOW)
    assert await installation.next_due(clinic.database, after=NOW) == NOW + WEEK


# Whenever the clock ticks

GAPS = st.one_of(st.integers(1, 90), st.integers(60, 3 * 24 * 60), st.integers(5 * 24 * 60, 20 * 24 * 60))
DEEDS = st.sampled_from(["tick", "tick", "tick", "open", "cancel", "schedule"])
STEPS = st.lists(st.tuples(GAPS, DEEDS), min_size=8, max_size=20)
HOURS = st.times(max_value=time(23, 59)).map(lambda at: at.replace(second=0, microsecond=0))
TIMINGS = st.builds(
    lambda weekday, at, weeks, more: Timing(weekday, at, weeks, min(7 + more, 7 * weeks)),
    st.integers(0, 6),
    HOURS,
    st.sampled_from([1, 2, 4]),
    st.integers(0, 21),
)
BY_HAND_BEFORE = [(20 * 60 + 30, "open"), (5, "schedule"), (7 * 24 * 60, "tick"), (8 * 24 * 60, "tick")]


# The examples share a database on purpose: each of them begins with a circle of its own.
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@example(timing=MONDAYS, steps=BY_HAND_BEFORE)
@given(timing=TIMINGS, steps=STEPS)
async def test_windows_never_overlap_whenever_the_clock_ticks_and_whatever_people_do(
    clinic: Clinic, timing: Timing, steps: list[tuple[int, str]]
) -> None:
    """From March on, so that long examples come to both clock changes of Berlin."""
    circle = await clinic.circle()
    at = datetime(2026, 3, 1, 12, tzinfo=UTC)
    first_seen: dict[int, datetime] = {}
    for gap, deed in steps:
        at += gap * MINUTE
        try:
            match deed:
                case "open":
                    await clinic.open(circle, at=at)
                case "cancel":
                    await clinic.cancel(circle)
                case "schedule":
                    await schedule(clinic, circle, timing, at=at)
                case _:
                    await tick(clinic, at)
        except Refusal as refusal:
            assert not refusal.because.value.startswith("needs_")
        found = await opened(clinic, circle)
        assert sum(window.state is WindowState.OPEN for window in found) <= 1
        first_seen |= {each.window_id: at for each in found if each.window_id not in first_seen}

    published = [each for each in await opened(clinic, circle) if each.state is not WindowState.CANCELLED]
    for window in published:
        seen = first_seen[window.window_id]
        assert window.closes_at in {closing(BERLIN, window.opens_at, days) for days in (7, timing.days)}
        assert seen - PUNCTUAL <= window.opens_at <= seen
    for earlier, later in pairwise(published):
        assert earlier.closes_at <= later.opens_at
