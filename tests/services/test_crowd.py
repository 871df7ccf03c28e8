"""Everybody does everything at once: they are refused things, and nothing worse happens."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import time
from random import Random

from bot.services import checkin_schedules, checkins, prompts, windows
from bot.services.checkin_schedules import Timing
from bot.services.circles import Circle
from bot.services.practices import Library
from bot.services.prompts import Wish
from tests.services.conftest import LOBBY, NOW, WEEK, Clinic, at_once

MONDAYS = Timing(weekday=0, at=time(9), every_weeks=1, days=7)
MORNINGS = Wish(frozenset(range(7)), time(9), None, None, None)


class Crowd:
    """People who draw lots for what they do next, while the days go by."""

    def __init__(self, clinic: Clinic, library: Library, all_circles: list[Circle], chance: Random) -> None:
        self.clinic = clinic
        self.library = library
        self.circles = all_circles
        self.people = clinic.people(14)
        self.chance = chance
        self.now = NOW
        self.deeds: list[Callable[[], Awaitable[object]]] = [
            *[self.answer] * 6,
            self.withdraw,
            self.join,
            self.leave,
            self.open,
            self.cancel,
            self.tick,
            self.sweep,
        ]

    def act(self) -> Awaitable[object]:
        return self.chance.choice(self.deeds)()

    async def answer(self) -> None:
        person, chosen = self.chance.choice(self.people), self.chance.choice([None, *self.circles])
        open_windows = windows.OpenWindows()
        await open_windows.refresh(self.clinic.database)
        found = [
            window.window_id
            for window in open_windows.of_server(self.clinic.server_id)
            if (window.circle_id is None) == (chosen is None)
        ]
        await self.clinic.answer(person, self.chance.choice(found or [0]), at=self.now)

    async def withdraw(self) -> None:
        person = self.chance.choice(self.people)
        found = await checkins.windows_open_to(self.clinic.database, person, at=self.now)
        await self.clinic.withdraw(person, self.chance.choice(found or (0,)), at=self.now)

    async def join(self) -> None:
        person = self.chance.choice([*self.people, self.clinic.holder])
        await self.clinic.seat(person, self.chance.choice(self.circles))

    async def leave(self) -> None:
        person = self.chance.choice([*self.people, self.clinic.holder])
        await self.clinic.leave(person, self.chance.choice(self.circles))

    async def open(self) -> None:
        await self.clinic.open(self.chance.choice([None, *self.circles]), at=self.now)

    async def cancel(self) -> None:
        await self.clinic.cancel(self.chance.choice([None, *self.circles]))

    async def tick(self) -> None:
        database, keys = self.clinic.database, self.clinic.window_keys
        await windows.close_due(database, keys, at=self.now)
        await checkin_schedules.open_due(database, keys, minimum=5, at=self.now)
        await prompts.claim_due(database, self.library, at=self.now)

    async def sweep(self) -> None:
        await windows.sweep(self.clinic.database, self.clinic.window_keys)


async def test_a_crowd_meets_refusals_and_nothing_worse_and_every_open_window_has_its_key(
    clinic: Clinic, library: Library
) -> None:
    all_circles = [await clinic.circle(seated=clinic.people(8)) for _ in range(3)]
    for circle in all_circles:
        where = {"circle_id": circle.circle_id, "channel_id": LOBBY, "at": NOW}
        await prompts.schedule(clinic.database, library, clinic.holder, MORNINGS, **where)
        await checkin_schedules.schedule(
            clinic.database, clinic.moderator, MONDAYS, whole_server=False, **where
        )
    crowd = Crowd(clinic, library, all_circles, Random(1))  # noqa: S311
    for _ in range(10):
        await at_once(clinic.database, *[crowd.act() for _ in range(40)])
        open_windows = windows.OpenWindows()
        await open_windows.refresh(clinic.database)
        still_open = {window.window_id for window in open_windows.of_server(clinic.server_id)}
        assert {int(path.stem) for path in clinic.keys_folder.iterdir()} == still_open
        assert await clinic.count("checkin_window", state="open") == len(still_open)
        assert None not in [clinic.window_keys.read(window_id) for window_id in still_open]
        crowd.now += WEEK  # what is open now closes in the next crowd
    assert await clinic.count("post", kind="release") > 0
