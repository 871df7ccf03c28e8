"""Whether one published total can be subtracted from another, so that only a few people remain."""

from __future__ import annotations

import asyncio
import contextlib
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import combinations
from pathlib import Path
from random import Random

import numpy as np

from bot.services import checkins
from bot.services.refusals import Refusal
from bot.services.rules.anonymity import FLOOR
from bot.services.rules.ballots import BallotBox
from db import checkins as stored
from tests.attacks import population
from tests.attacks.designs import SERVER, Respite
from tests.attacks.season import BEGINNING, DAYS

Counted = frozenset[int]
"""Whose answers one published result is made of."""


class Arrangement(StrEnum):
    """How the circles of a server lie to each other, and to its own window."""

    APART = "circles without common members"
    CROSSING = "circles that share some members"
    INSIDE = "a circle whose members all sit in another"
    IN_TURN = "circles that close first; then the same people answer in the server's window"


_PEOPLE = tuple(800_000_000_000_000_001 + number * 104_729 for number in range(20))
_APART = _PEOPLE[:8], _PEOPLE[8:16]
_SEATED = {
    Arrangement.APART: _APART,
    Arrangement.CROSSING: (_PEOPLE[:9], _PEOPLE[6:16]),
    Arrangement.INSIDE: (_PEOPLE[:10], _PEOPLE[:8]),
    Arrangement.IN_TURN: _APART,
}
_WEEK = timedelta(days=DAYS)


@dataclass(frozen=True, slots=True)
class Nested:
    """In how many of so many weeks results can be combined until fewer than five people remain."""

    weeks: int
    leaving_few: int


def subtract_respite(arrangement: Arrangement, *, rounds: int) -> Nested:
    """Run circles and the whole server's window side by side, and subtract what was really counted."""
    with tempfile.TemporaryDirectory(prefix="respite-") as folder:
        return subtract(asyncio.run(_run(Respite(Path(folder)), arrangement, rounds)))


def subtract_counted_in_both(*, rounds: int) -> Nested:
    """Subtract in a design in which an answer counts in its circle and in the whole server's window."""
    chance = Random(1)  # noqa: S311
    weeks: list[list[Counted]] = []
    for _ in range(rounds):
        who = {person for person in _PEOPLE if chance.random() < 0.8}
        counted = [frozenset(who), *(frozenset(who & set(circle)) for circle in _APART)]
        weeks.append([people for people in counted if len(people) >= FLOOR])
    return subtract(weeks)


def subtract(weeks: Sequence[Sequence[Counted]]) -> Nested:
    """Add and subtract the results of each week, each as often as one likes."""
    return Nested(len(weeks), sum(map(leaves_few, weeks)))


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
        weeks: list[list[Counted]] = []
        for number in range(rounds):
            begins = BEGINNING + 2 * _WEEK * number
            in_circles = [await respite.open_in(circle, begins, days=DAYS) for circle in circles]
            if arrangement is Arrangement.IN_TURN:
                server = await respite.open_in(None, begins, days=2 * DAYS)
                await _answer_in_turn(respite, in_circles, begins)
                counted = {window: await _counted(respite, window) for window in in_circles}
                await respite.close(begins + _WEEK)
                await _answer_in_turn(respite, [server], begins + _WEEK)
                counted[server] = await _counted(respite, server)
            else:
                server = await respite.open_in(None, begins, days=DAYS)
                await _choose_and_think_again(respite, in_circles, server, begins, chance)
                counted = {window: await _counted(respite, window) for window in (*in_circles, server)}
            await respite.close(begins + 2 * _WEEK)
            weeks.append([who for window, who in counted.items() if await respite.released(window)])
        return weeks
    finally:
        await respite.stop()


async def _choose_and_think_again(
    respite: Respite, in_circles: Sequence[int], server: int, at: datetime, chance: Random
) -> None:
    """Let people answer in their circles or in the server, change their mind about it, and withdraw."""
    house = respite.house
    for person in (one for one in _PEOPLE for _ in range(chance.choice((1, 1, 2)))):
        chosen = in_circles if chance.random() < 0.6 else [server]
        with contextlib.suppress(Refusal):  # no seat in any circle
            await respite.answer_in(chosen, person, population.answer(chance, population.ORDINARY), at)
            if chance.random() < 0.05:
                who = respite.person(person)
                await checkins.withdraw(
                    house.database, house.window_keys, house.member_keys, who, chosen, at=at
                )


async def _answer_in_turn(respite: Respite, windows: Sequence[int], at: datetime) -> None:
    """Let everybody who may answer in these windows do so."""
    for person in _PEOPLE:
        with contextlib.suppress(Refusal):  # no seat in any circle
            await respite.answer_in(windows, person, population.EVERY_ANSWER[0], at)


async def _counted(respite: Respite, window: int) -> Counted:
    """Return whose ballots lie in a window, by its key, which is there until the close."""
    key = respite.house.window_keys.read(window)
    assert key is not None
    box = BallotBox(window, key)
    tokens = {box.token(respite.house.member_keys.locate(SERVER, person)): person for person in _PEOPLE}
    async with respite.house.database.transaction() as tx:
        return frozenset(tokens[ballot.token] for ballot in await stored.list_ballots(tx, window))
