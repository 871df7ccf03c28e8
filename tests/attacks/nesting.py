"""Whether one published total can be subtracted from another, so that only a few people remain."""

from __future__ import annotations

import asyncio
import contextlib
import tempfile
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import combinations
from pathlib import Path
from random import Random

import numpy as np

from bot.services import ballots, checkins
from bot.services.circles import Circle
from bot.services.refusals import Refusal
from bot.services.rules.anonymity import FLOOR
from db import checkins as stored
from tests.attacks import population
from tests.attacks.designs import SERVER, Respite
from tests.attacks.season import BEGINNING, DAYS

Counted = frozenset[int]
"""Whose answers one published result is made of."""


class Arrangement(StrEnum):
    """How the circles of a server lie to each other, and to its own window."""

    APART = "circles without common members, and the server"
    CROSSING = "circles that share some members, and the server"
    INSIDE = "a circle whose members all sit in another, and the server"
    IN_TURN = "circles that close first; then the same people answer in the server's window"
    SHARED = "small circles that share a window, a circle of the same people, and the server"
    OVERTAKING = "a server's window that opens while circles are open, and is answered after their close"


_PEOPLE = tuple(800_000_000_000_000_001 + number * 104_729 for number in range(24))
_APART = _PEOPLE[:10], _PEOPLE[10:20]
_SEATED = {
    Arrangement.APART: _APART,
    Arrangement.CROSSING: (_PEOPLE[:13], _PEOPLE[10:]),
    Arrangement.INSIDE: (_PEOPLE[:12], _PEOPLE[:8]),
    Arrangement.IN_TURN: _APART,
    Arrangement.SHARED: (_PEOPLE[:4], _PEOPLE[4:8], _PEOPLE[8:12], _PEOPLE[2:12]),
    Arrangement.OVERTAKING: _APART,
}
_WEEK = timedelta(days=DAYS)
_HALF = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class Nested:
    """In how many of so many weeks the results can be combined until fewer than five people remain."""

    weeks: int
    results: int
    leaving_few: int


def subtract_in(make: Callable[[Path], Respite], arrangement: Arrangement, *, rounds: int) -> Nested:
    """Run circles and the whole server's window side by side, and subtract what was really counted."""
    with tempfile.TemporaryDirectory(prefix="respite-") as folder:
        return subtract(asyncio.run(_run(make(Path(folder)), arrangement, rounds)))


def subtract(weeks: Sequence[Sequence[Counted]]) -> Nested:
    """Add and subtract the results of each week, each as often as one likes."""
    return Nested(len(weeks), sum(map(len, weeks)), sum(map(leaves_few, weeks)))


def leaves_few(counted: Sequence[Counted]) -> bool:
    """Say whether any sum or difference of these totals is about one to four people only.

    People who are counted in the same results cannot be told apart. A combination without anybody but a few
    of these groups exists exactly when leaving the groups out lowers the rank of who is counted where.
    """
    groups = Counter(tuple(person in who for who in counted) for person in frozenset[int]().union(*counted))
    rank = _rank(list(groups))
    return any(
        _rank([group for group in groups if group not in few]) < rank
        for many in range(1, FLOOR)
        for few in combinations(groups, many)
        if sum(groups[group] for group in few) < FLOOR
    )


def _rank(groups: Sequence[tuple[bool, ...]]) -> int:
    return int(np.linalg.matrix_rank(np.array(groups, dtype=float))) if groups else 0


async def _run(respite: Respite, arrangement: Arrangement, rounds: int) -> list[list[Counted]]:
    chance = Random(1)  # noqa: S311
    seated = _SEATED[arrangement]
    await respite.start([])
    try:
        circles = [await respite.circle(f"Circle {number}", who) for number, who in enumerate(seated)]
        if arrangement is Arrangement.SHARED:
            circles = [await respite.share(circles[:3]), circles[3]]
        weeks: list[list[Counted]] = []
        for number in range(rounds):
            begins = BEGINNING + 3 * _WEEK * number
            crowd = _Crowd(respite, chance, thorough=number % 2 == 0)
            counted = await _one_time(crowd, circles, arrangement, begins)
            await respite.close(begins + 3 * _WEEK)
            weeks.append([who for window, who in counted.items() if await respite.released(window)])
        return weeks
    finally:
        await respite.stop()


@dataclass(frozen=True, slots=True)
class _Crowd:
    """Everybody in the server. Who is `thorough` answers wherever they are asked, one after the other."""

    respite: Respite
    chance: Random
    thorough: bool

    async def answer(self, windows: Sequence[int], at: datetime) -> None:
        """Let people answer in what is open to them, think again and answer elsewhere, and withdraw."""
        house, chance = self.respite.house, self.chance
        for person in _PEOPLE:
            who = self.respite.person(person)
            open_to_them = await checkins.windows_open_to(house.database, who, at=at)
            asking = [window for window in windows if window in open_to_them]
            weights = [1 if window == windows[-1] else 3 for window in asking]
            some = chance.choices(asking, weights, k=chance.choice((0, 1, 1, 1, 2))) if asking else ()
            for window in asking if self.thorough else some:
                with contextlib.suppress(Refusal):  # counted already
                    await self.respite.answer(window, person, population.EVERY_ANSWER[0], at)
                    if chance.random() < 0.05 and not self.thorough:
                        await checkins.withdraw(
                            house.database, house.window_keys, house.member_keys, who, window, at=at
                        )

    async def counted(self, *windows: int) -> dict[int, Counted]:
        """Return whose answers these windows count, by their keys, which are there until the close."""
        house = self.respite.house
        people = {house.member_keys.locate(SERVER, person): person for person in _PEOPLE}
        counted: dict[int, Counted] = {}
        for window in windows:
            box = ballots.box_of(house.window_keys, window)
            assert box is not None
            async with house.database.transaction() as tx:
                votes = ballots.read(box, await stored.list_ballots(tx, window))
            counted[window] = frozenset(people[vote.locator] for vote in votes if not vote.blank)
        return counted


async def _one_time(
    crowd: _Crowd, circles: Sequence[Circle], arrangement: Arrangement, begins: datetime
) -> dict[int, Counted]:
    """Ask the circles and the server once, and return whose answers each of them counted at its close."""
    respite = crowd.respite
    in_circles = [await respite.open_in(circle, begins, days=DAYS) for circle in circles]
    match arrangement:
        case Arrangement.IN_TURN:
            server = await respite.open_in(None, begins, days=2 * DAYS)
            await crowd.answer(in_circles, begins)
        case Arrangement.OVERTAKING:
            await crowd.answer(in_circles, begins)
            server = await respite.open_in(None, begins + _HALF, days=DAYS)
        case _:
            server = await respite.open_in(None, begins, days=DAYS)
            await crowd.answer((*in_circles, server), begins)
            return await crowd.counted(*in_circles, server)
    counted = await crowd.counted(*in_circles)
    await respite.close(begins + _WEEK)
    await crowd.answer([server], begins + _WEEK)
    return counted | await crowd.counted(server)
