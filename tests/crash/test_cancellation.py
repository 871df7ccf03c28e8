"""A task that is cancelled in the middle of a service: what it began is done, or was never begun."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable
from itertools import count, takewhile
from pathlib import Path

import pytest

from bot.services import windows
from bot.services.people import Person
from bot.services.rules.anonymity import Answers
from bot.services.rules.ballots import BallotBox
from db import checkins, connect
from db.checkins import WindowState
from db.migrations import upgrade
from tests.db.test_cancellation import CancelledAt
from tests.services.conftest import DAY, NOW, UNWELL, WEEK, WELL, Clinic

MOMENTS = pytest.mark.parametrize("late", [False, True], ids=["early", "late"])


@pytest.fixture
async def clinic(tmp_path: Path) -> AsyncIterator[Clinic]:
    """Yield a server that was set up, on a file, with its keys in a folder."""
    database = await connect(f"sqlite:///{tmp_path}/respite.db")
    try:
        await upgrade(database)
        opened = Clinic(database, tmp_path)
        await opened.set_up()
        yield opened
    finally:
        await database.close()


class Attempts:
    """Does something again and again, cancelled a step later each time, until it is done before that."""

    def __init__(self, *, late: bool) -> None:
        self._late = late
        self._stops = 1
        self.points = takewhile(lambda point: point <= self._stops, count())

    async def attempt(self, point: int, work: Awaitable[object]) -> bool:
        """Say whether it was done. Raises what else came of it."""
        cancelled = CancelledAt(work, (point,), late=self._late)
        [outcome] = await asyncio.gather(_run(cancelled), return_exceptions=True)
        self._stops = cancelled.stops
        if outcome is not None and not isinstance(outcome, asyncio.CancelledError):
            raise outcome
        return outcome is None


async def _run(work: Awaitable[object]) -> None:
    await work


async def lying(clinic: Clinic, person: Person, window_id: int) -> Answers | None:
    """Return the person's answer in a window as it is stored."""
    key = clinic.window_keys.read(window_id)
    assert key is not None
    box = BallotBox(window_id, key)
    async with clinic.database.transaction() as tx:
        ballots = {ballot.token: ballot.sealed for ballot in await checkins.list_ballots(tx, window_id)}
    sealed = ballots.get(box.token(person.locator))
    return None if sealed is None else box.open(box.token(person.locator), sealed)


async def check_keys(clinic: Clinic) -> None:
    """Fail if an open window lacks its key, or if a closed one still has it after the next start."""
    await windows.sweep(clinic.database, clinic.window_keys)
    async with clinic.database.transaction() as tx:
        rows = await tx.fetch("SELECT window_id, state FROM checkin_window")
    for row in rows:
        there = clinic.window_keys.read(row["window_id"]) is not None
        assert there is (row["state"] == "open"), row


@MOMENTS
async def test_an_answer_is_in_all_of_its_windows_or_in_none(clinic: Clinic, late: bool) -> None:
    [person] = clinic.people(1)
    both = [await clinic.open(await clinic.circle(seated=[person])) for _ in range(2)]
    whole_server = await clinic.open()
    attempts = Attempts(late=late)
    for point in attempts.points:
        await clinic.answer(person, whole_server, answers=WELL)
        done = await attempts.attempt(point, clinic.answer(person, *both, answers=UNWELL))
        stored = [await lying(clinic, person, window) for window in (*both, whole_server)]
        assert stored in ([UNWELL, UNWELL, None], [None, None, WELL])
        assert stored[2] is None or not done
    assert point > 10


@MOMENTS
async def test_an_answer_is_withdrawn_from_all_of_its_windows_or_from_none(
    clinic: Clinic, late: bool
) -> None:
    [person] = clinic.people(1)
    both = [await clinic.open(await clinic.circle(seated=[person])) for _ in range(2)]
    attempts = Attempts(late=late)
    for point in attempts.points:
        await clinic.answer(person, *both, answers=WELL)
        done = await attempts.attempt(point, clinic.withdraw(person, *both))
        stored = [await lying(clinic, person, window) for window in both]
        assert stored in ([None, None], [WELL, WELL])
        assert stored == [None, None] or not done
    assert point > 5


@MOMENTS
async def test_a_window_is_opened_with_its_key_and_its_post_or_not_at_all(clinic: Clinic, late: bool) -> None:
    circle = await clinic.circle()
    attempts = Attempts(late=late)
    for point in attempts.points:
        done = await attempts.attempt(point, clinic.open(circle))
        opened = await clinic.count("checkin_window", state="open")
        assert opened == 1 or not done
        assert await clinic.count("post", kind="window") == await clinic.count("checkin_window")
        await check_keys(clinic)
        if opened:
            await clinic.cancel(circle)
    assert point > 10


@MOMENTS
async def test_windows_that_close_are_closed_with_all_that_belongs_to_it_or_stay_open(
    clinic: Clinic, late: bool
) -> None:
    people = clinic.people(6)
    circles = [await clinic.circle(seated=people) for _ in range(2)]
    attempts = Attempts(late=late)
    at = NOW
    for point in attempts.points:
        both = [await clinic.open(circle, at=at) for circle in circles]
        for person in people:
            await clinic.answer(person, *both, at=at)
        at += WEEK + DAY  # also where a window's week is an hour longer
        done = await attempts.attempt(point, clinic.close(at))
        await check_keys(clinic)
        for window in both:
            state = (await clinic.window(window)).state
            closed = state is not WindowState.OPEN
            assert closed or not done
            assert state in {WindowState.OPEN, WindowState.RELEASED}
            assert await clinic.count("ballot", window_id=window) == (0 if closed else len(people))
            assert await clinic.count("release", window_id=window) == closed
            assert await clinic.count("post", kind="release", subject=str(window)) == closed
        await clinic.close(at)
        assert await clinic.count("checkin_window", state="open") == 0
    assert point > 10


@MOMENTS
async def test_a_window_is_discarded_with_its_answers_and_its_key_or_stays_open(
    clinic: Clinic, late: bool
) -> None:
    [person] = clinic.people(1)
    circle = await clinic.circle(seated=[person])
    attempts = Attempts(late=late)
    for point in attempts.points:
        window = await clinic.open(circle)
        await clinic.answer(person, window)
        done = await attempts.attempt(point, clinic.cancel(circle))
        state = (await clinic.window(window)).state
        assert state is WindowState.CANCELLED or not done
        assert await clinic.count("ballot", window_id=window) == (state is WindowState.OPEN)
        await check_keys(clinic)
        if state is WindowState.OPEN:
            await clinic.cancel(circle)
    assert point > 10
