"""How often the program was killed and the power cut, and what was wrong afterwards: the figures."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import NamedTuple

from tests.crash.cradle import Cradle
from tests.crash.disk import any_luck
from tests.crash.inspection import Flaw, Flaws, inspect
from tests.crash.ledger import Ledger
from tests.crash.recording import COMPILER, compile_recorder
from tests.crash.timeline import IN_MEMORY, Timeline, before_a_key_goes

KILLS_IN_ONE_HOUSE = 50
"""After so many a new installation begins, so that first starts are killed as well."""

CUTS_IN_ONE_LIFE = 5
CALLS_IN_ONE_LIFE = (90, 1500, 6000)
"""At most so many: the fewest are hardly more than a start."""

WEAKENED_KILLS = 6
WEAKENED_CUTS = 20


class Row(NamedTuple):
    """One line of the proof: what was counted, how often it may be, how often it was (None: not tried).

    `weakened` is the same figure for a few tries on a design that cannot keep the promise; where that is
    nought, this weakness does not show there.
    """

    what: str
    bar: int
    measured: int | None
    weakened: int | None


@dataclass
class Tally:
    """What came of many failures of one kind. `under_way`: acts begun and not acknowledged by then."""

    times: int = 0
    acknowledged: int = 0
    under_way: int = 0
    flaws: Flaws = field(default_factory=Flaws)


async def run(kills: int, power_cuts: int, *, seed: int = 0) -> list[Row]:
    """Kill the program and cut the power so many times, and return what was wrong afterwards.

    About half a second for a kill and a tenth for a cut; without a C compiler no power is cut.
    """
    killed = await kill(kills, seed=seed)
    rows = list(_rows("kills", killed, await kill(WEAKENED_KILLS, seed=seed, hasty=True)))
    if COMPILER is None:
        return [*rows, Row("power cuts: not tried, there is no C compiler here", 0, None, None)]
    cut = await cut_power(power_cuts, seed=seed)
    return [*rows, *_rows("power cuts", cut, await cut_power(WEAKENED_CUTS, seed=seed, obeys=False))]


def _rows(failures: str, tally: Tally, weakened: Tally) -> Iterator[Row]:
    tried = f"{tally.times} {failures}, {tally.acknowledged} acts acknowledged, {tally.under_way} under way"
    for flaw in Flaw:
        yield Row(f"{flaw} ({tried})", 0, tally.flaws[flaw], weakened.flaws[flaw])


async def kill(times: int, *, seed: int, hasty: bool = False) -> Tally:
    """Kill the program at random moments and restart it on the same files.

    A hasty program acknowledges answers before they are stored.
    """
    chance, tally = Random(seed), Tally()  # noqa: S311
    with tempfile.TemporaryDirectory(prefix="respite-kills-") as folder:
        async with Cradle.make() as cradle:
            while tally.times < times:
                home, kills = Path(folder, str(tally.times)), min(KILLS_IN_ONE_HOUSE, times - tally.times)
                await _kill_in_one_house(home, kills, cradle, chance, tally, hasty)
    return tally


async def _kill_in_one_house(
    home: Path,
    times: int,
    cradle: Cradle,
    chance: Random,
    tally: Tally,
    hasty: bool,
) -> None:
    house, said, ledger = home / "house", home / "said", Ledger()
    house.mkdir(parents=True)
    for _ in range(times):
        seed, seconds = chance.randrange(2**32), chance.random()
        await cradle.live(house, said, at=ledger.at, seed=seed, seconds=seconds, hasty=hasty)
        ledger.catch_up(said)
        tally.times += 1
        tally.under_way += ledger.under_way
        ledger.died()
        # A copy is looked at: the next life has to tidy up by itself, and may be killed while it does.
        copy = shutil.copytree(house, home / "copy")
        inspection = await inspect(copy, ledger)
        shutil.rmtree(copy)
        tally.flaws += inspection.flaws
        ledger.found(inspection.answers)
    tally.acknowledged += ledger.acknowledged


async def cut_power(times: int, *, seed: int, obeys: bool = True) -> Tally:
    """Cut the power at random moments of lives that are killed in between. Needs a C compiler.

    A disk that does not obey takes no notice of `fsync`.
    """
    chance, tally = Random(seed), Tally()  # noqa: S311
    with tempfile.TemporaryDirectory(prefix="respite-power-", dir=IN_MEMORY) as name:
        folder = Path(name)
        async with Cradle.make({"LD_PRELOAD": str(compile_recorder(folder))}) as cradle:
            timeline = Timeline.begin(folder / "first", obeys=obeys)
            while tally.times < times:
                before = timeline.ledger.acknowledged
                timeline = await _cut_in_one_life(timeline, times, cradle, chance, tally)
                tally.acknowledged += timeline.ledger.acknowledged - before
                if chance.random() < 0.2:
                    timeline = Timeline.begin(folder / f"begun-{tally.times}", obeys=obeys)
    return tally


async def _cut_in_one_life(
    timeline: Timeline, times: int, cradle: Cradle, chance: Random, tally: Tally
) -> Timeline:
    """Cut the power in a life, and return what comes of a kill in it."""
    calls = chance.randint(1, chance.choice(CALLS_IN_ONE_LIFE))
    made = await timeline.live(cradle, calls=calls, seed=chance.randrange(2**32))
    killed_at = chance.choice(before_a_key_goes(made) or range(len(made)))
    cuts = set(chance.choices(range(killed_at + 1), k=min(CUTS_IN_ONE_LIFE, times - tally.times)))
    after = timeline
    for place, call in enumerate(made):
        timeline.follow(call)
        if place in cuts:
            tally.times += 1
            tally.under_way += timeline.ledger.under_way
            tally.flaws += (await timeline.cut(any_luck(chance))).flaws
        if place == killed_at:
            after = timeline.branch(timeline.home.with_name(f"killed-{tally.times}-{place}"))
    timeline.check()
    shutil.rmtree(timeline.home)
    return after
