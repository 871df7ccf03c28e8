"""How fast a check-in is answered, beside a bare discord.py bot, in the same run and the same stand-in.

Run it with `make bench`. Ratios travel from machine to machine; milliseconds do not.
"""

from __future__ import annotations

import asyncio
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from tests.end_to_end.seeding import ANSWER, seed
from tests.stand_in import Program, StandIn

WARM_UP, ANSWERS, ROUNDS = 100, 500, 5
IDLE_SECONDS = 5
PEOPLE = [800000000000000001 + number * 7919 for number in range(20)]


@dataclass(frozen=True, slots=True)
class Figures:
    """What was measured of one program: milliseconds, seconds, bytes."""

    p50: float
    p99: float
    ready: float
    memory: float


async def measure(folder: Path, window_id: int, *, module: str) -> Figures:
    """Start the program, wait until it is idle, then answer form after form."""
    arguments = ("run",) if module == "bot" else ()
    async with StandIn().serve() as stand_in:
        began = time.perf_counter()
        async with Program.start(folder, stand_in.base, arguments, module=module) as program:
            await stand_in.until_connected()
            ready = time.perf_counter() - began
            await asyncio.sleep(IDLE_SECONDS)
            memory = program.memory()
            seconds: list[float] = []
            for number in range(WARM_UP + ANSWERS):
                person = PEOPLE[number % len(PEOPLE)]
                reply = await stand_in.submit(person, f"answer-in:{window_id}", ANSWER)
                if reply.title not in {"Noted", "Changed"}:
                    raise RuntimeError(f"the bot answered {reply.title!r}")
                seconds.append(reply.seconds)
    counted = sorted(seconds[WARM_UP:])
    return Figures(
        p50=1000 * statistics.median(counted),
        p99=1000 * counted[int(0.99 * len(counted))],
        ready=ready,
        memory=memory / 2**20,
    )


async def main() -> None:
    """Measure both in turn, several times, and print medians and the ratio of each pair."""
    pairs: list[tuple[Figures, Figures]] = []
    for _ in range(int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS):
        with tempfile.TemporaryDirectory() as folder:
            window_id = await seed(Path(folder), PEOPLE)
            ours = await measure(Path(folder), window_id, module="bot")
            pairs.append((ours, await measure(Path(folder), window_id, module="tests.benchmarks.bare_bot")))
    print(f"{len(pairs)} rounds of {ANSWERS} answers, one after the other; median (lowest to highest)\n")
    print("| figure | Respite | bare discord.py | ratio |\n|---|---|---|---|")
    for name, unit, label in (
        ("p50", "ms", "submit → receipt, p50"),
        ("p99", "ms", "submit → receipt, p99"),
        ("ready", "s", "start → connected"),
        ("memory", "MB", "idle memory"),
    ):
        ours, bare = ([getattr(figures, name) for figures in side] for side in zip(*pairs, strict=True))
        ratios = [one / other for one, other in zip(ours, bare, strict=True)]
        print(f"| {label} ({unit}) | {_say(ours)} | {_say(bare)} | {_say(ratios)} |")


def _say(values: list[float]) -> str:
    return f"{statistics.median(values):.2f} ({min(values):.2f} to {max(values):.2f})"


if __name__ == "__main__":
    asyncio.run(main())
