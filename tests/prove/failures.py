"""Proofs about failures: nothing acknowledged is lost, nothing is half done, whatever stops the program."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Awaitable, Callable, Coroutine, Iterator, Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from tests.crash.ailing import let_disks_ail
from tests.crash.cancelling import cancel_everywhere
from tests.crash.cradle import Cradle
from tests.crash.cutting import cut_power
from tests.crash.inspection import Flaw
from tests.crash.killing import kill
from tests.crash.plan import Begin, Plan, Tally, from_nothing, prepare
from tests.crash.recording import COMPILER, compile_recorder
from tests.crash.timeline import IN_MEMORY
from tests.crash.weakened import Piecemeal, Weakness
from tests.prove.proof import Form, Row

T = TypeVar("T")

_KILLS = {Form.SHORT: 6, Form.LONG: 300}
_CUTS = {Form.SHORT: 20, Form.LONG: 200}
_CALLS = {Form.SHORT: 1000, Form.LONG: 4000}
"""Calls of a life at most in which the power is cut: so many acts, and so long a log."""

_SIDE_BY_SIDE = {Form.SHORT: 1, Form.LONG: 2}
_CARELESS = Weakness.CARELESS
_UNTIL_SEEN = 1000
"""Failures of a weakened program in which its flaw has to be seen: one in a few shows it."""


class _Weak(NamedTuple):
    """A weakness and what it does; where that shows at a first start, each try has a new installation."""

    weakness: Weakness
    shows: tuple[Flaw, ...]
    at_first_start: bool = False


_WHENEVER = (
    _Weak(Weakness.HASTY, (Flaw.LOST, Flaw.WRONG)),
    _Weak(Weakness.IN_TWO_STEPS, (Flaw.TWICE,)),
    _Weak(Weakness.PIECEMEAL, (Flaw.HALF_DONE, Flaw.HALF_CLOSED)),
    _Weak(Weakness.LATE_KEYS, (Flaw.KEY_MISSING, Flaw.KEY_LEFT)),
    _Weak(Weakness.PIECEMEAL, (Flaw.DAMAGED,), at_first_start=True),
)
_UNSYNCED = _Weak(Weakness.UNSYNCED, (Flaw.LOST,))
_IN_POWER_CUTS = {
    Form.SHORT: (_UNSYNCED,),
    Form.LONG: (_UNSYNCED, *_WHENEVER),
}

Fail = Callable[[Path, Plan], Awaitable[Tally]]


class _Found(NamedTuple):
    """What came of one kind of failure, and of the same in each weakened program."""

    failures: str
    real: Tally
    weakened: Sequence[tuple[_Weak, Tally]]


def kills_and_power_cuts(form: Form) -> Iterator[Row]:
    """Kill the program and cut its power at random moments while people answer and windows open and close."""
    kills, cuts = _run(lambda folder: _fail(folder, form))
    for flaw in Flaw:
        found = {
            weak.weakness: [
                (tally.flaws[flaw], f"{tally.times} {each.failures}")
                for each in (kills, cuts)
                for other, tally in each.weakened
                if other == weak
            ]
            for weak in _IN_POWER_CUTS[Form.LONG]
            if flaw in weak.shows
        }
        yield Row(
            f"{flaw}, after kills and power cuts",
            "0",
            "; ".join(_measured(each, flaw) for each in (kills, cuts)),
            kills.real.flaws[flaw] == cuts.real.flaws[flaw] == 0 < kills.real.acknowledged,
            "; ".join(_seen(weakness, times) for weakness, times in found.items() if times),
            all(seen for times in found.values() for seen, _ in times),
        )


def _measured(found: _Found, flaw: Flaw) -> str:
    real = found.real
    if not real.times:
        return f"{found.failures} not tried: there is no C compiler here, or no Linux"
    said = f"{real.flaws[flaw]} after {real.times} {found.failures}"
    acts = f"{real.acknowledged} acts acknowledged, {real.under_way} under way, {real.windows} windows"
    return f"{said} ({acts})" if flaw is Flaw.LOST else said


def _seen(weakness: Weakness, times: Sequence[tuple[int, str]]) -> str:
    return f"{weakness}: {', '.join(f'{seen} after {failures}' for seen, failures in times)}"


async def _fail(folder: Path, form: Form) -> tuple[_Found, _Found]:
    async with AsyncExitStack() as stack:
        recording = {"LD_PRELOAD": str(compile_recorder(folder))} if COMPILER else {}
        cradles = [
            await stack.enter_async_context(Cradle.make(recording)) for _ in range(_SIDE_BY_SIDE[form])
        ]
        in_full_swing = await prepare(folder, cradles[0])
        kills = await _try(
            "kills",
            lambda at, plan: kill(at, cradles, plan),
            folder,
            Plan(_KILLS[form], seed=1),
            _WHENEVER,
            in_full_swing,
        )
        if not COMPILER:
            return kills, _Found("power cuts", Tally(), ())
        memory = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="respite-", dir=IN_MEMORY)))
        cuts = await _try(
            "power cuts",
            lambda at, plan: cut_power(at, cradles[0], plan),
            memory,
            Plan(
                _CUTS[form],
                seed=1,
                calls=_CALLS[form],
                begin=from_nothing if form is Form.LONG else in_full_swing,
            ),
            _IN_POWER_CUTS[form],
            in_full_swing,
        )
        return kills, cuts


async def _try(
    failures: str,
    fail: Fail,
    folder: Path,
    plan: Plan,
    weaknesses: Sequence[_Weak],
    in_full_swing: Begin,
) -> _Found:
    real = await fail(folder / failures, plan)
    weakened: list[tuple[_Weak, Tally]] = []
    for number, weak in enumerate(weaknesses):
        weakened_plan = Plan(
            _UNTIL_SEEN,
            seed=1,
            weakness=weak.weakness,
            until=weak.shows,
            anew=1 if weak.at_first_start else 0.1,
            begin=from_nothing if weak.at_first_start else in_full_swing,
        )
        weakened.append((weak, await fail(folder / f"{failures} {number}", weakened_plan)))
    return _Found(failures, real, weakened)


def cancellations(form: Form) -> Iterator[Row]:
    """Cancel tasks at every moment of answering, withdrawing, opening, closing and discarding."""
    found = _run(cancel_everywhere)
    weakened = _run(lambda folder: cancel_everywhere(folder, piecemeal=Piecemeal))
    for what, harm, then in (
        ("acts half done after their task was cancelled", found.half_done, weakened.half_done),
        ("keys that are missing or left after a task was cancelled", found.keys, weakened.keys),
    ):
        yield Row(
            f"{what}, at every moment of answering, withdrawing, opening, closing and discarding",
            "0",
            f"{harm} at {found.moments} moments",
            harm == 0,
            f"{Weakness.PIECEMEAL}: {then} at {weakened.moments} moments",
            then > 0,
        )


def ailing_disks(form: Form) -> Iterator[Row]:
    """Let the real program run while its disk, or that of its keys, is full and then read-only."""
    if COMPILER is None:
        return
    found = _run(let_disks_ail)
    careless = _run(lambda folder: let_disks_ail(folder, _CARELESS))
    yield Row(
        "acknowledged answers lost while the disk is full, and while it is read-only",
        "0; every refusal says that nothing was stored; no damage",
        f"{found.lost} of {found.acknowledged}; {found.refused - found.unsaid} of {found.refused} refusals;"
        f" {'afterwards all works and the file is whole' if found.mended else 'it does not recover'}",
        found.mended and found.lost == found.unsaid == 0 < found.refused,
        f"{_CARELESS}: {careless.lost} of {careless.acknowledged}",
        careless.lost > 0,
    )
    yield Row(
        "windows opened without a key while the disk of the keys is full, and while it is read-only",
        "0",
        str(found.keyless),
        found.keyless == 0,
        f"{_CARELESS}: {careless.keyless}",
        careless.keyless > 0,
    )


def _run(prove: Callable[[Path], Coroutine[Any, Any, T]]) -> T:
    with tempfile.TemporaryDirectory(prefix="respite-") as folder:
        return asyncio.run(prove(Path(folder)))
