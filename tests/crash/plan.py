"""How often something is to fail, in which program, and what came of it."""

from __future__ import annotations

import copy
import shutil
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from pathlib import Path

from tests.crash.cradle import Cradle
from tests.crash.inspection import Flaw, Flaws
from tests.crash.ledger import Ledger
from tests.crash.weakened import Weakness

Begin = Callable[[Path], Ledger]
"""Makes the home of an installation at this place, and returns what it has acknowledged so far."""


def from_nothing(home: Path) -> Ledger:
    """Begin with an installation that has never been started."""
    (home / "house").mkdir(parents=True)
    return Ledger()


@dataclass(frozen=True)
class Plan:
    """Fail so many times, or until each of the flaws in `until` has been seen in a weakened program.

    `anew` is how often the next life is that of another installation; `calls` how many calls a life makes
    at most if its power is cut.
    """

    times: int
    seed: int
    weakness: Weakness | None = None
    until: Collection[Flaw] = ()
    anew: float = 0.05
    begin: Begin = from_nothing
    calls: int = 1000

    @property
    def swept(self) -> bool:
        """Whether a start tidies up."""
        return self.weakness is not Weakness.LATE_KEYS


@dataclass
class Tally:
    """How often it failed and what was wrong.

    `under_way`: acts begun and not acknowledged by then. `windows`: those that were opened.
    """

    times: int = 0
    acknowledged: int = 0
    under_way: int = 0
    windows: int = 0
    flaws: Flaws = field(default_factory=Flaws)

    def completes(self, plan: Plan) -> bool:
        """Say whether there is nothing left to do."""
        seen = bool(plan.until) and all(self.flaws[flaw] for flaw in plan.until)
        return seen or self.times >= plan.times


async def prepare(folder: Path, cradle: Cradle) -> Begin:
    """Let an installation live until all is set up and people answer; copies begin there."""
    home = folder / "prepared"
    ledger = from_nothing(home)
    while len(ledger.windows) < 4 or ledger.acknowledged < 50:
        await cradle.live(home / "house", home / "said", at=ledger.at, seed=0, seconds=0.3)
        ledger.catch_up(home / "said")
        ledger.died()

    def begin(at: Path) -> Ledger:
        shutil.copytree(home, at)
        return copy.deepcopy(ledger)

    return begin
