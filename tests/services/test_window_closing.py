"""Closing: tallied once, published or withheld, then forgotten, whatever happens at that moment."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from random import Random

import pytest

from bot.services import windows
from bot.services.people import Person
from bot.services.refusals import Refusal
from bot.services.rules.anonymity import CONTINUUM, Answers, Size, release
from db import connect
from db import posts as stored_posts
from db.checkins import WindowState
from db.migrations import upgrade
from tests.db.test_cancellation import CancelledAt
from tests.services.conftest import DAY, NOW, WEEK, WELL, Clinic, at_once


async def answered(clinic: Clinic, many: int, *, minimum: int = 5) -> int:
    """Open the window of a new circle in which so many people have answered, none of them elsewhere."""
    circles = await clinic.count("circle")
    people = clinic.people(many, first=100 * (circles + 1))
    window = await clinic.open(await clinic.circle(seated=people), minimum=minimum)
    await clinic.all_answer(people, window)
    return window


def any_answers(chance: Random) -> Answers:
    """Some answers or other."""
    return Answers(chance.choice(CONTINUUM), *(chance.randint(1, 5) for _ in range(3)))


async def wait_for(work: Awaitable[None]) -> None:
    """Turn something that can be waited for into what a task can run."""
    await work


# What is published


@pytest.mark.parametrize("many", [0, 1, 4])
async def test_a_window_with_four_answers_publishes_nothing(clinic: Clinic, many: int) -> None:
    window = await answered(clinic, many)
    await clinic.close()
    assert (await clinic.window(window)).state is WindowState.WITHHELD
    assert await clinic.released(window) is None
    assert await clinic.count("release") == 0


@pytest.mark.parametrize(("many", "size"), [(5, Size.FEW), (8, Size.SOME), (13, Size.MANY)])
async def test_enough_answers_are_published_with_their_number_in_three_words(
    clinic: Clinic, many: int, size: Size
) -> None:
    window = await answered(clinic, many)
    await clinic.close()
    assert (await clinic.window(window)).state is WindowState.RELEASED
    assert await clinic.released(window) == release([WELL] * many, minimum=5)
    released = await clinic.released(window)
    assert released is not None
    assert released.size is size


async def test_eight_answers_are_said_as_eight_to_twelve(clinic: Clinic) -> None:
    window = await answered(clinic, 8)
    await clinic.close()
    released = await clinic.released(window)
    assert released is not None
    assert released.size.value == "8–12"


@pytest.mark.parametrize("many", [2, 6])
async def test_a_close_is_posted_once_whether_or_not_there_is_a_result(clinic: Clinic, many: int) -> None:
    window = await answered(clinic, many)
    await clinic.close(NOW + 20 * WEEK)
    async with clinic.database.transaction() as tx:
        _, post = await stored_posts.list_waiting(tx, 10)
    assert (post.kind, post.subject) == (stored_posts.PostKind.RELEASE, str(window))
    assert post.due_at == NOW + WEEK
    assert post.lapses_at == NOW + 20 * WEEK + windows.RELEASE_WAITS


async def test_a_window_does_not_close_before_its_time_and_closes_however_late(clinic: Clinic) -> None:
    window, longer = await answered(clinic, 5), await clinic.open(days=28)
    await clinic.close(NOW + WEEK - DAY)
    assert (await clinic.window(window)).state is WindowState.OPEN
    await clinic.close(NOW + 200 * WEEK)
    assert (await clinic.window(window)).state is WindowState.RELEASED
    assert (await clinic.window(longer)).state is WindowState.WITHHELD


# What is left


async def test_after_the_close_no_ballot_and_no_key_is_left(clinic: Clinic) -> None:
    closing, going_on = await answered(clinic, 6), await clinic.open(days=14)
    await clinic.answer(clinic.holder, going_on)
    await clinic.close()
    assert await clinic.count("ballot", window_id=closing) == 0
    assert await clinic.count("ballot", window_id=going_on) == 7  # six of them are blanks
    assert len(await clinic.counted(going_on)) == 1
    assert [path.name for path in clinic.keys_folder.iterdir()] == [f"{going_on}.window"]


async def test_a_crash_between_the_commit_and_the_key_is_mended_at_the_next_start(clinic: Clinic) -> None:
    crashed, going_on = await answered(clinic, 6), await clinic.open(days=14)
    path = clinic.keys_folder / f"{crashed}.window"
    left_over = path.read_bytes()
    await clinic.close()
    path.write_bytes(left_over)  # the close is on disk, and the program died before it came to the key
    assert await windows.sweep(clinic.database, clinic.window_keys) == 1
    assert clinic.window_keys.read(crashed) is None
    assert clinic.window_keys.read(going_on) is not None
    assert await windows.sweep(clinic.database, clinic.window_keys) == 0


async def test_however_early_the_program_stops_a_closed_window_has_lost_its_key(
    database_url: str, tmp_path: Path
) -> None:
    """The database goes away at every moment of a close; there is no second chance before the next start."""
    takes = 0.0
    for moment in range(16):
        clinic = Clinic(await connect(database_url), tmp_path)
        await upgrade(clinic.database)
        await clinic.set_up()
        window = await clinic.open()
        began = time.perf_counter()
        closing = asyncio.create_task(clinic.close())
        if moment == 0:
            await closing  # undisturbed, to learn how long it takes
            takes = time.perf_counter() - began
        await asyncio.sleep(takes * moment / 16)
        await clinic.database.close()
        await asyncio.gather(closing, return_exceptions=True)

        again = Clinic(await connect(database_url), tmp_path)
        try:
            still_open = (await again.window(window)).state is WindowState.OPEN
            assert (again.window_keys.read(window) is not None) is still_open
            await again.close()
        finally:
            await again.database.close()


@pytest.mark.parametrize("late", [False, True], ids=["early", "late"])
@pytest.mark.parametrize("act", [Clinic.close, Clinic.cancel])
async def test_whenever_its_task_is_cancelled_a_window_that_has_ended_has_lost_its_key(
    clinic: Clinic, act: Callable[[Clinic], Awaitable[None]], late: bool
) -> None:
    ended = 0
    for point in itertools.count():
        window = await clinic.open()
        work = CancelledAt(act(clinic), (point,), late=late)
        [outcome] = await asyncio.gather(wait_for(work), return_exceptions=True)
        still_open = (await clinic.window(window)).state is WindowState.OPEN
        assert (clinic.window_keys.read(window) is not None) is still_open
        if work.stops <= point:
            break
        assert isinstance(outcome, asyncio.CancelledError)
        ended += not still_open
        await clinic.close()
    assert ended > 0


# What cannot be opened


@pytest.mark.parametrize("damage", ["gone", "empty", "another"])
async def test_a_window_whose_key_is_lost_is_withheld_and_holds_up_no_other(
    clinic: Clinic, damage: str
) -> None:
    lost, fine = await answered(clinic, 8), await answered(clinic, 8)
    path = clinic.keys_folder / f"{lost}.window"
    if damage == "gone":
        path.unlink()
    else:
        path.write_bytes(b"" if damage == "empty" else bytes(32))
    await clinic.close()
    assert (await clinic.window(lost)).state is WindowState.WITHHELD
    assert (await clinic.window(fine)).state is WindowState.RELEASED
    assert await clinic.count("ballot") == 0
    assert list(clinic.keys_folder.iterdir()) == []


@pytest.mark.parametrize(("many", "state"), [(6, WindowState.RELEASED), (5, WindowState.WITHHELD)])
async def test_a_damaged_ballot_is_left_out_of_the_count(
    clinic: Clinic, many: int, state: WindowState
) -> None:
    window = await answered(clinic, many)
    async with clinic.database.transaction() as tx:
        damaged, *_ = await tx.fetch("SELECT token, sealed FROM ballot WHERE window_id = $1", window)
        sealed = bytes(damaged["sealed"])
        flipped = sealed[:-1] + bytes([sealed[-1] ^ 1])
        await tx.execute("UPDATE ballot SET sealed = $1 WHERE token = $2", flipped, damaged["token"])
    await clinic.close()
    assert (await clinic.window(window)).state is state


async def test_a_ballot_that_was_copied_into_another_window_is_not_counted(clinic: Clinic) -> None:
    source, target = await answered(clinic, 6), await answered(clinic, 4)
    async with clinic.database.transaction() as tx:
        await tx.execute(
            "INSERT INTO ballot (window_id, token, sealed) SELECT $1, token, sealed FROM ballot"
            " WHERE window_id = $2",
            target,
            source,
        )
    await clinic.close()
    assert await clinic.released(target) is None


# At the same time


async def test_two_closers_close_once(clinic: Clinic) -> None:
    all_windows = [await answered(clinic, 6) for _ in range(4)]
    await at_once(clinic.database, *[clinic.close() for _ in range(4)])
    for window in all_windows:
        assert (await clinic.window(window)).state is WindowState.RELEASED
        assert await clinic.count("post", kind="release", subject=str(window)) == 1
    assert list(clinic.keys_folder.iterdir()) == []


@pytest.mark.parametrize("moment", [0, 3, 6, 12])
async def test_while_a_window_closes_what_was_acknowledged_counts_and_what_was_refused_does_not(
    clinic: Clinic, moment: int
) -> None:
    """Twenty have answered, twenty more do, one each millisecond, and in the middle of it comes the close.

    In seventy-nine of eighty cases, one of these answers more or less would read differently.
    """
    chance = Random(21)  # noqa: S311
    people = clinic.people(40)
    ballots = {person: any_answers(chance) for person in people}
    window = await clinic.open()
    acknowledged = people[:20]
    for person in acknowledged:
        await clinic.answer(person, window, answers=ballots[person])

    async def press(person: Person, after: int) -> None:
        await asyncio.sleep(after / 1000)
        with suppress(Refusal):
            await clinic.answer(person, window, answers=ballots[person])
            acknowledged.append(person)

    async def close() -> None:
        await asyncio.sleep(moment / 1000)
        await clinic.close()

    presses = [press(person, after) for after, person in enumerate(people[20:])]
    await at_once(clinic.database, *presses, close())
    assert await clinic.released(window) == release([ballots[each] for each in acknowledged], minimum=6)
