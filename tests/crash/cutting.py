"""The power is cut at random moments, and only what reached the disk is there: what was wrong, counted."""

from __future__ import annotations

import shutil
from pathlib import Path
from random import Random

from tests.crash.cradle import Cradle, EndedByItself
from tests.crash.disk import any_luck
from tests.crash.plan import Plan, Tally
from tests.crash.timeline import Timeline, before_a_key_goes

CUTS_IN_ONE_LIFE = 10
A_START = 90
"""Calls that are hardly more than a start. Every third life is as short."""


async def cut_power(folder: Path, cradle: Cradle, plan: Plan) -> Tally:
    """Cut the power as planned, in lives that are killed in between. The cradle has to be a recording one.

    About a quarter of a second for each cut.
    """
    cutter = _Cutter(folder, cradle, plan)
    await cutter.cut_in_many_lives()
    return cutter.tally


class _Cutter:
    def __init__(self, folder: Path, cradle: Cradle, plan: Plan) -> None:
        self.tally = Tally()
        self._folder = folder
        self._cradle = cradle
        self._plan = plan
        self._chance = Random(plan.seed)  # noqa: S311
        self._lives = 0

    async def cut_in_many_lives(self) -> None:
        timeline = self._begin()
        while not self.tally.completes(self._plan):
            try:
                timeline = await self._cut_in_one_life(timeline)
            except EndedByItself:
                if self._plan.weakness is None:
                    raise
                self.tally.times += 1
                timeline = self._begin()  # a weakened one may also break
                continue
            if self._chance.random() < self._plan.anew:
                timeline = self._begin()

    def _begin(self) -> Timeline:
        home = self._folder / f"begun-{self.tally.times}-{self._chance.randrange(2**32)}"
        return Timeline.begin(home, self._plan.begin)

    async def _cut_in_one_life(self, timeline: Timeline) -> Timeline:
        """Cut the power in a life, and return what comes of a kill in it."""
        self._lives += 1
        most = self._plan.calls if self._lives % 3 else A_START
        calls = self._chance.randint(most // 3, most)
        seed = self._chance.randrange(2**32)
        made = await timeline.live(self._cradle, calls=calls, seed=seed, weakness=self._plan.weakness)
        killed_at = self._chance.choice(before_a_key_goes(made) or range(len(made)))
        cuts = set(self._chance.choices(range(killed_at + 1), k=CUTS_IN_ONE_LIFE))
        after, acknowledged, windows = timeline, timeline.ledger.acknowledged, len(timeline.ledger.windows)
        for place, call in enumerate(made):
            timeline.follow(call)
            if place in cuts and not self.tally.completes(self._plan):
                await self._cut(timeline)
            if place == killed_at:
                after = timeline.branch(timeline.home.with_name(f"killed-{self.tally.times}-{place}"))
        timeline.check()
        self.tally.acknowledged += timeline.ledger.acknowledged - acknowledged
        self.tally.windows += len(timeline.ledger.windows) - windows
        shutil.rmtree(timeline.home)
        return after

    async def _cut(self, timeline: Timeline) -> None:
        self.tally.times += 1
        self.tally.under_way += timeline.ledger.under_way
        left = await timeline.cut(any_luck(self._chance), swept=self._plan.swept)
        self.tally.flaws += left.flaws
