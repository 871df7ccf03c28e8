"""Where lives begin and end: a process that has everything imported, and forks one life after the other."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
import time
import traceback
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from bot.house import shipped
from tests.crash.life import live
from tests.crash.weakened import Weakness, weaken

PROJECT = Path(__file__).parents[2]

PATIENCE = 20
"""Seconds after which a life ends in any case: none takes so long, even on a slow and busy machine."""


class EndedByItself(Exception):
    """A life was not killed: something broke in it, and it has said what on standard error."""


class Cradle:
    """The process that forks. To start Python for each life would take longer than most of them last."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    @staticmethod
    @asynccontextmanager
    async def make(environment: Mapping[str, str] | None = None) -> AsyncIterator[Cradle]:
        """Start the process; it ends with the block."""
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            __name__,
            cwd=PROJECT,
            env={**os.environ, **(environment or {})},
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        try:
            yield Cradle(process)
        finally:
            await process.communicate(b"")  # it ends when there are no more orders

    async def live(
        self,
        folder: Path,
        journal: Path,
        *,
        at: int,
        seed: int,
        seconds: float = PATIENCE,
        weakness: Weakness | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        """Let one life begin, and kill it when it has worked for so many seconds unless it is dead by then.

        Raises: EndedByItself.
        """
        order = {
            "life": {"folder": str(folder), "journal": str(journal), "at": at, "seed": seed},
            "weakness": weakness,
            "seconds": seconds,
            "environment": dict(environment or {}),
        }
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps(order).encode() + b"\n")
        if int(await self._process.stdout.readline()) != -signal.SIGKILL:
            raise EndedByItself


def _fork_lives() -> None:
    """Fork a life for each order, end it when its time is over, and say how it ended."""
    shipped()  # so that no life has to read it
    for line in sys.stdin:
        order = json.loads(line)
        child = os.fork()
        if child == 0:
            _be_born(order)
        status = _end(child, order["seconds"])
        sys.stdout.write(f"{os.waitstatus_to_exitcode(status)}\n")
        sys.stdout.flush()


def _end(child: int, seconds: float) -> int:
    """Kill the child when it has worked for so long, if it has not ended before, and return its status."""
    born = time.monotonic()
    while time.monotonic() < born + PATIENCE and (left := seconds - _worked(child, born)) > 0:
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            return status
        time.sleep(min(left, 0.005))
    os.kill(child, signal.SIGKILL)
    return os.waitpid(child, 0)[1]


def _worked(child: int, born: float) -> float:
    """Return for how many seconds its first thread had a processor, where the system tells; else its age.

    In so much work the same happens on a busy machine and on an idle one.
    """
    try:
        return int(Path(f"/proc/{child}/schedstat").read_text("ascii").split()[0]) / 1e9
    except OSError:
        return time.monotonic() - born


def _be_born(order: dict[str, Any]) -> None:
    os.environ.update(order["environment"])
    life = order["life"]
    folder, journal = Path(life.pop("folder")), Path(life.pop("journal"))
    if order["weakness"]:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stderr.fileno())  # what breaks there is no news
    try:
        weaken(order["weakness"] and Weakness(order["weakness"]))
        asyncio.run(live(folder, journal, **life))
    except BaseException:
        traceback.print_exc()
    os._exit(1)


if __name__ == "__main__":
    _fork_lives()
