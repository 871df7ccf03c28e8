"""Windows: how one opens, who may answer while it does, and how one is called off."""

from __future__ import annotations

import asyncio
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.services import windows
from bot.services.keys import WindowKeys
from bot.services.refusals import Because
from bot.services.rules.ballots import BallotBox
from bot.services.windows import Opened, OpenWindows, Scope
from db import StatementFailed
from db import posts as stored_posts
from db.checkins import WindowState
from tests.services.conftest import BERLIN, DAY, NOW, WEEK, Clinic, at_once, refused, told

HOUR = timedelta(hours=1)


# How a window opens


async def test_an_open_window_has_its_key_its_hours_and_its_announcement(clinic: Clinic) -> None:
    circle = await clinic.circle()
    window_id = await clinic.open(circle, days=10)
    window = await clinic.window(window_id)
    assert (window.opens_at, window.closes_at) == (NOW, NOW + 10 * DAY)
    assert (window.state, window.channel_id) == (WindowState.OPEN, circle.channel_id)
    key = clinic.window_keys.read(window_id)
    assert key is not None
    async with clinic.database.transaction() as tx:
        [post] = await stored_posts.list_waiting(tx, 10)
    assert (post.subject, post.channel_id) == (str(window_id), circle.channel_id)
    assert (post.due_at, post.lapses_at) == (window.opens_at, window.closes_at)
    announced = await windows.announced(clinic.database, window_id)
    assert announced == Opened(window_id, circle.name, window.closes_at)


@pytest.mark.parametrize(
    ("opens", "closes"),
    [
        (datetime(2026, 3, 28, 8, tzinfo=UTC), datetime(2026, 4, 4, 7, tzinfo=UTC)),
        (datetime(2026, 10, 24, 7, tzinfo=UTC), datetime(2026, 10, 31, 8, tzinfo=UTC)),
        (datetime(2026, 3, 22, 1, 30, tzinfo=UTC), datetime(2026, 3, 29, 1, tzinfo=UTC)),
    ],
)
async def test_a_window_closes_at_the_same_wall_time_whatever_the_clocks_do(
    clinic: Clinic, opens: datetime, closes: datetime
) -> None:
    window = await clinic.window(await clinic.open(await clinic.circle(), at=opens))
    assert window.closes_at == closes


async def test_a_window_of_less_than_a_week_or_more_than_four_is_refused(clinic: Clinic) -> None:
    circle = await clinic.circle()
    for days in (-1, 0, 1, 6, 29, 365):
        assert await refused(clinic.open(circle, days=days)) is Because.WINDOW_LENGTH
    assert await clinic.count("checkin_window") == await clinic.count("post") == 0
    for days in (7, 28):
        window = await clinic.window(await clinic.open(await clinic.circle(), days=days))
        assert window.closes_at - window.opens_at >= days * DAY - HOUR


async def test_while_a_window_is_open_there_is_no_second_one_beside_it(clinic: Clinic) -> None:
    circle, other = await clinic.circle(), await clinic.circle()
    await clinic.open(circle)
    assert await refused(clinic.open(circle, at=NOW + 2 * WEEK)) is Because.WINDOW_ALREADY_OPEN
    await clinic.open(other)
    await clinic.open()
    assert await refused(clinic.open()) is Because.WINDOW_ALREADY_OPEN


@pytest.mark.parametrize("whole_server", [False, True])
async def test_of_several_who_open_at_the_same_time_one_succeeds(clinic: Clinic, whole_server: bool) -> None:
    circle = None if whole_server else await clinic.circle()
    outcomes = await at_once(clinic.database, *[clinic.open(circle) for _ in range(8)])
    assert told(outcomes) == [Because.WINDOW_ALREADY_OPEN] * 7
    assert await clinic.count("checkin_window") == await clinic.count("post") == 1
    [window_id] = [outcome for outcome in outcomes if isinstance(outcome, int)]
    assert [path.name for path in clinic.keys_folder.iterdir()] == [f"{window_id}.window"]


async def test_a_window_whose_opening_failed_leaves_nothing_in_the_database(clinic: Clinic) -> None:
    scope = Scope(server_id=99, time_zone=BERLIN, circle=None, channel_id=1)  # a server that does not exist
    with pytest.raises(StatementFailed):
        async with clinic.database.transaction() as tx:
            await windows.open_in(tx, clinic.window_keys, scope, opens_at=NOW, days=7, minimum=5)
    assert await clinic.count("checkin_window") == await clinic.count("post") == 0


async def test_a_sweep_never_takes_the_key_of_a_window_that_is_just_being_opened(
    clinic: Clinic, tmp_path: Path
) -> None:
    """A second process starts, and sweeps, while this one opens a window and others have opened theirs."""
    circle, other = await clinic.circle(), await clinic.circle()
    async with clinic.database.transaction() as tx:
        scope = Scope(clinic.server_id, BERLIN, circle, channel_id=1)
        opened = await windows.open_in(tx, clinic.window_keys, scope, opens_at=NOW, days=7, minimum=5)
        opening = asyncio.create_task(clinic.open(other))
        await asyncio.sleep(0.05)
        sweeping = asyncio.create_task(windows.sweep(clinic.database, clinic.window_keys))
        await asyncio.sleep(0.05)
    assert await sweeping == 0
    for window_id in (opened.window_id, await opening):
        assert clinic.window_keys.read(window_id) is not None


class SlowKeys(WindowKeys):
    """Keys that wait for their disk until they are told to go on."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.begun, self.go_on = threading.Event(), threading.Event()

    def create(self, window_id: int) -> bytes:
        self.begun.set()
        self.go_on.wait()
        return super().create(window_id)


async def test_an_opening_that_was_cancelled_leaves_the_key_of_the_next_one_alone(clinic: Clinic) -> None:
    """Both have the same number in SQLite, where a window that never came about does not use one up."""
    [person], keys = clinic.people(1), clinic.window_keys
    clinic.window_keys = slow = SlowKeys(clinic.keys_folder)
    opening = asyncio.create_task(clinic.open())
    await asyncio.to_thread(slow.begun.wait)
    opening.cancel()
    clinic.window_keys = keys
    asyncio.get_running_loop().call_later(0.05, slow.go_on.set)
    window = await clinic.open()
    await clinic.answer(person, window)
    await asyncio.to_thread(slow.go_on.wait)
    with pytest.raises(asyncio.CancelledError):
        await opening
    await asyncio.get_running_loop().shutdown_default_executor()  # whatever was still to be done is done
    key = keys.read(window)
    assert key is not None
    token = BallotBox(window, key).token(person.locator)
    assert await clinic.count("ballot", window_id=window, token=token) == 1


# The minimum of a window (R1)


@pytest.mark.parametrize(("chosen", "minimum"), [(-1, 5), (5, 5), (9, 9)])
async def test_a_circle_publishes_five_answers_or_more_as_settings_say(
    clinic: Clinic, chosen: int, minimum: int
) -> None:
    circle = await clinic.circle(seated=clinic.people(1))
    assert (await clinic.window(await clinic.open(circle, minimum=chosen))).minimum == minimum


@pytest.mark.parametrize(("chosen", "minimum"), [(5, 6), (9, 9)])
async def test_it_takes_six_where_a_facilitator_may_answer(clinic: Clinic, chosen: int, minimum: int) -> None:
    circle = await clinic.circle(seated=[clinic.holder])
    for window_id in (await clinic.open(circle, minimum=chosen), await clinic.open(minimum=chosen)):
        assert (await clinic.window(window_id)).minimum == minimum


@pytest.mark.parametrize(("chosen", "minimum"), [(5, 6), (9, 9)])
async def test_a_facilitator_who_sits_down_in_an_open_window_raises_its_minimum_to_six(
    clinic: Clinic, chosen: int, minimum: int
) -> None:
    circle, other = await clinic.circle(), await clinic.circle()
    window, elsewhere = await clinic.open(circle, minimum=chosen), await clinic.open(other)
    await clinic.seat(clinic.holder, circle)
    assert (await clinic.window(window)).minimum == minimum
    await clinic.leave(clinic.holder, circle)
    assert (await clinic.window(window)).minimum == minimum
    assert (await clinic.window(elsewhere)).minimum == 5


async def test_a_facilitator_cannot_sit_down_between_the_look_and_the_opening(clinic: Clinic) -> None:
    for _ in range(10):
        circle = await clinic.circle()
        window_id, _ = await at_once(clinic.database, clinic.open(circle), clinic.seat(clinic.holder, circle))
        assert isinstance(window_id, int)
        assert (await clinic.window(window_id)).minimum == 6


async def test_a_minimum_that_settings_raise_counts_from_the_next_window(clinic: Clinic) -> None:
    people = clinic.people(7)
    circle = await clinic.circle(seated=people)
    first = await clinic.open(circle, minimum=5)
    await clinic.all_answer(people, first)
    await clinic.close()
    second = await clinic.open(circle, minimum=8, at=NOW + WEEK)
    for person in people:
        await clinic.answer(person, second, at=NOW + WEEK)
    await clinic.close(NOW + 2 * WEEK)
    assert await clinic.released(first) is not None
    assert await clinic.released(second) is None


# How a window is called off


async def test_a_cancelled_window_is_forgotten_with_all_its_answers(clinic: Clinic) -> None:
    people = clinic.people(8)
    circle = await clinic.circle(seated=people)
    window = await clinic.open(circle)
    await clinic.all_answer(people, window)
    await clinic.cancel(circle)
    assert (await clinic.window(window)).state is WindowState.CANCELLED
    assert await clinic.count("ballot") == await clinic.count("release") == 0
    assert list(clinic.keys_folder.iterdir()) == []
    assert await windows.announced(clinic.database, window) is None
    await clinic.close()
    assert await clinic.count("release") == await clinic.count("post", kind="release") == 0


async def test_there_is_nothing_to_cancel_twice(clinic: Clinic) -> None:
    circle = await clinic.circle()
    assert await refused(clinic.cancel(circle)) is Because.NOTHING_TO_CANCEL
    await clinic.open(circle)
    attempts = [clinic.cancel(circle) for _ in range(5)]
    outcomes = await at_once(clinic.database, *attempts)
    assert told(outcomes) == [Because.NOTHING_TO_CANCEL] * 4


async def test_after_a_cancelled_window_the_next_one_can_open_at_once(clinic: Clinic) -> None:
    circle = await clinic.circle()
    first = await clinic.open(circle)
    await clinic.cancel(circle)
    assert await clinic.open(circle, at=NOW + HOUR) != first


async def test_a_window_that_is_closed_and_cancelled_at_once_ends_in_one_way(clinic: Clinic) -> None:
    people = clinic.people(6)
    for _ in range(5):
        circle = await clinic.circle(seated=people)
        window = await clinic.open(circle)
        await clinic.all_answer(people, window)
        outcomes = await at_once(clinic.database, clinic.close(), clinic.cancel(circle))
        assert set(told(outcomes)) <= {Because.NOTHING_TO_CANCEL}
        state = (await clinic.window(window)).state
        released = await clinic.count("release", window_id=window)
        assert (state, released) in {(WindowState.CANCELLED, 0), (WindowState.RELEASED, 1)}
        assert await clinic.count("post", kind="release", subject=str(window)) == released


# What is kept in memory for the form


async def test_memory_knows_the_open_windows_of_each_server_first_to_close_first(
    clinic: Clinic, tmp_path: Path
) -> None:
    elsewhere = Clinic(clinic.database, tmp_path, server_id=1_400_000_000_000_000_001)
    await elsewhere.set_up()
    circle = await clinic.circle()
    later, sooner, theirs = (
        await clinic.open(circle, days=9),
        await clinic.open(days=8),
        await elsewhere.open(),
    )
    memory = OpenWindows()
    assert memory.of_server(clinic.server_id) == []
    await memory.refresh(clinic.database)
    assert [window.window_id for window in memory.of_server(clinic.server_id)] == [sooner, later]
    assert [window.window_id for window in memory.of_server(elsewhere.server_id)] == [theirs]
    found = memory.find(later)
    assert found is not None
    assert (found.circle_name, found.role_id) == (circle.name, circle.role_id)
    await clinic.cancel(circle)
    await memory.refresh(clinic.database)
    assert memory.find(later) is None
