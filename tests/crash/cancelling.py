"""Tasks that are cancelled at every moment of what they do: all of it is stored or nothing, and keys fit."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from bot.services.people import Person
from bot.services.rules.anonymity import Answers
from db import Database, connect
from db.migrations import upgrade
from tests.db.test_cancellation import CancelledAt
from tests.services.conftest import DAY, NOW, UNWELL, WEEK, WELL, Clinic

Open = Callable[[Database], Database]


@dataclass
class Cancelled:
    """How many moments there were, and at how many of them something was left that should not be."""

    moments: int = 0
    half_done: int = 0
    keys: int = 0

    @property
    def flawed(self) -> bool:
        """Whether both kinds of harm have been seen."""
        return bool(self.half_done and self.keys)


@dataclass
class Attempt:
    """Something to be cancelled. `stored`: whether all of it is there then, or nothing (None: a part)."""

    act: Awaitable[object]
    stored: Callable[[], Awaitable[bool | None]]


Acts = Callable[[Clinic], AsyncIterator[Attempt]]
"""Makes everything ready for the next attempt, again and again."""


async def answer(clinic: Clinic) -> AsyncIterator[Attempt]:
    """Answer in a circle instead of the whole server; a third window gets a blank each time."""
    [person] = clinic.people(1)
    window, whole_server = await clinic.open(await clinic.circle(seated=[person])), await clinic.open()
    await clinic.open(await clinic.circle())

    async def stored() -> bool | None:
        found = await lying(clinic, person, window), await lying(clinic, person, whole_server)
        if await clinic.count("ballot") != 3:
            return None
        return {(UNWELL, None): True, (None, WELL): False}.get(found)

    while True:
        await clinic.answer(person, whole_server, answers=WELL)
        yield Attempt(clinic.answer(person, window, answers=UNWELL), stored)


async def withdraw(clinic: Clinic) -> AsyncIterator[Attempt]:
    """Take an answer back, and the blank that points to it."""
    [person] = clinic.people(1)
    window, _ = await clinic.open(await clinic.circle(seated=[person])), await clinic.open()

    async def stored() -> bool | None:
        found = await lying(clinic, person, window), await clinic.count("ballot")
        return {(None, 0): True, (WELL, 2): False}.get(found)

    while True:
        await clinic.answer(person, window, answers=WELL)
        yield Attempt(clinic.withdraw(person, window), stored)


async def open_window(clinic: Clinic) -> AsyncIterator[Attempt]:
    """Open a window, with its key and its post."""
    circle = await clinic.circle()
    number = 0

    async def stored() -> bool | None:
        nonlocal number
        windows, posts = await clinic.count("checkin_window"), await clinic.count("post", kind="window")
        before, number = number, windows
        return windows > before if windows == posts else None

    while True:
        yield Attempt(clinic.open(circle), stored)
        if await clinic.count("checkin_window", state="open"):
            await clinic.cancel(circle)


async def close(clinic: Clinic) -> AsyncIterator[Attempt]:
    """Close two windows: each of them wholly, or not yet."""
    people, at = clinic.people(10), NOW
    circles = [await clinic.circle(seated=people) for _ in range(2)]

    async def stored() -> bool | None:
        closed = [await _closed(clinic, window, len(people)) for window in both]
        return None if None in closed else all(closed)

    while True:
        both = [await clinic.open(circle, at=at) for circle in circles]
        for number, person in enumerate(people):
            await clinic.answer(person, both[number % 2], at=at)
        at += WEEK + DAY  # also where a window's week is an hour longer
        yield Attempt(clinic.close(at), stored)
        await clinic.close(at)


async def cancel(clinic: Clinic) -> AsyncIterator[Attempt]:
    """Discard a window with its answers."""
    [person] = clinic.people(1)
    circle = await clinic.circle(seated=[person])

    async def stored() -> bool | None:
        still_open = await clinic.count("checkin_window", state="open")
        return not still_open if await clinic.count("ballot") == still_open else None

    while True:
        if not await clinic.count("checkin_window", state="open"):
            await clinic.answer(person, await clinic.open(circle))
        yield Attempt(clinic.cancel(circle), stored)


ACTS: tuple[Acts, ...] = (open_window, answer, withdraw, close, cancel)


async def cancel_everywhere(folder: Path, *, piecemeal: Open | None = None) -> Cancelled:
    """Cancel each act a moment later each time, until it is done before that.

    In a weakened database, stop as soon as both kinds of harm have been seen.
    """
    found = Cancelled()
    for act in ACTS:
        for late in (False, True):
            home = folder / f"{act.__name__}-{late}"
            home.mkdir()
            async with _clinic(home, piecemeal) as clinic:
                await _cancel_one(clinic, act, found, late=late, weakened=piecemeal is not None)
            if found.flawed:
                return found
    return found


async def _cancel_one(clinic: Clinic, act: Acts, found: Cancelled, *, late: bool, weakened: bool) -> None:
    attempts = act(clinic)
    for point in count():
        attempt = await anext(attempts)
        work = CancelledAt(_wait_for(attempt.act), (point,), late=late)
        [outcome] = await asyncio.gather(_wait_for(work), return_exceptions=True)
        if outcome is not None and not isinstance(outcome, asyncio.CancelledError):
            raise outcome
        stored = await attempt.stored()
        found.half_done += stored is None or (outcome is None and not stored)
        found.keys += await _keys_amiss(clinic)
        if work.stops <= point or (weakened and found.flawed):
            return
        found.moments += 1


@asynccontextmanager
async def _clinic(folder: Path, weaken: Open | None) -> AsyncIterator[Clinic]:
    async with AsyncExitStack() as stack:
        database = await connect(f"sqlite:///{folder}/respite.db")
        stack.push_async_callback(database.close)
        await upgrade(database)
        clinic = Clinic(weaken(database) if weaken else database, folder)
        await clinic.set_up()
        yield clinic


async def _wait_for(work: Awaitable[object]) -> None:
    await work


async def lying(clinic: Clinic, person: Person, window_id: int) -> Answers | None:
    """Return the person's answer in a window as it is stored."""
    return (await clinic.counted(window_id)).get(person.locator)


async def _closed(clinic: Clinic, window_id: int, ballots: int) -> bool | None:
    """Say whether a window is closed with all that belongs to it, or open with all; None: neither."""
    found = (
        (await clinic.window(window_id)).state.value,
        await clinic.count("ballot", window_id=window_id),
        await clinic.count("release", window_id=window_id),
        await clinic.count("post", kind="release", subject=str(window_id)),
    )
    return {("released", 0, 1, 1): True, ("open", ballots, 0, 0): False}.get(found)


async def _keys_amiss(clinic: Clinic) -> bool:
    """Say whether an open window lacks its key, or an ended one still has it; nothing has been swept."""
    async with clinic.database.transaction() as tx:
        rows = await tx.fetch("SELECT window_id, state FROM checkin_window")
    return any(
        (clinic.window_keys.read(row["window_id"]) is None) is (row["state"] == "open") for row in rows
    )
