"""The program is killed at random moments and started again: what was wrong then, counted."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from random import Random

from tests.crash.cradle import Cradle, EndedByItself
from tests.crash.inspection import Flaw, Flaws, inspect
from tests.crash.plan import Plan, Tally

LONGEST, LONGEST_FIRST = 0.3, 0.1
"""Seconds of work until a kill at most, and in a first life, which makes the tables and the keys."""


async def kill(folder: Path, cradles: Sequence[Cradle], plan: Plan) -> Tally:
    """Kill the program as planned, in each of the cradles at the same time.

    About half a second for each kill.
    """
    tally = Tally()
    async with asyncio.TaskGroup() as group:
        for number, cradle in enumerate(cradles):
            killer = _Killer(folder / str(number), cradle, plan, tally, Random(f"{plan.seed} {number}"))  # noqa: S311
            group.create_task(killer.kill_one_after_the_other())
    return tally


class _Killer:
    def __init__(self, folder: Path, cradle: Cradle, plan: Plan, tally: Tally, chance: Random) -> None:
        self._folder = folder
        self._cradle = cradle
        self._plan = plan
        self._tally = tally
        self._chance = chance
        self._begin()

    def _begin(self) -> None:
        self._home = self._folder / f"begun-{self._tally.times}"
        self._ledger = self._plan.begin(self._home)

    async def kill_one_after_the_other(self) -> None:
        while not self._tally.completes(self._plan):
            self._tally.times += 1
            flaws = await self._live_and_die()
            self._tally.flaws += flaws
            if flaws[Flaw.DAMAGED] or self._chance.random() < self._plan.anew:
                self._begin()

    async def _live_and_die(self) -> Flaws:
        """Let the program live for a while, kill it, and return what is wrong with what is left."""
        house, said = self._home / "house", self._home / "said"
        acknowledged, windows = self._ledger.acknowledged, len(self._ledger.windows)
        seconds = self._chance.random() * (LONGEST if said.exists() else LONGEST_FIRST)
        seed, weakness = self._chance.randrange(2**32), self._plan.weakness
        with suppress(*([EndedByItself] if weakness else [])):  # a weakened one may also break
            await self._cradle.live(
                house, said, at=self._ledger.at, seed=seed, seconds=seconds, weakness=weakness
            )
        self._ledger.catch_up(said)
        self._tally.acknowledged += self._ledger.acknowledged - acknowledged
        self._tally.windows += len(self._ledger.windows) - windows
        self._tally.under_way += self._ledger.under_way
        self._ledger.died()
        # A copy is looked at: the next life has to tidy up by itself, and may be killed while it does.
        copy = shutil.copytree(house, self._home / "copy")
        inspection = await inspect(copy, self._ledger, swept=self._plan.swept)
        shutil.rmtree(copy)
        self._ledger.found(inspection.answers)
        return inspection.flaws
