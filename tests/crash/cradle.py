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

from tests.crash.life import live

PROJECT = Path(__file__).parents[2]


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
        seconds: float,
        hasty: bool = False,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        """Let one life begin, and kill it after so many seconds unless it is dead by then.

        A hasty one acknowledges answers before they are stored.

        Raises: EndedByItself.
        """
        order = {
            "life": {"folder": str(folder), "journal": str(journal), "at": at, "seed": seed, "hasty": hasty},
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
    for line in sys.stdin:
        order = json.loads(line)
        child = os.fork()
        if child == 0:
            _be_born(order)
        status = _end(child, time.monotonic() + order["seconds"])
        sys.stdout.write(f"{os.waitstatus_to_exitcode(status)}\n")
        sys.stdout.flush()


def _end(child: int, at: float) -> int:
    """Kill the child at that moment if it has not ended before, and return its status."""
    while (left := at - time.monotonic()) > 0:
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            return status
        time.sleep(min(left, 0.005))
    os.kill(child, signal.SIGKILL)
    return os.waitpid(child, 0)[1]


def _be_born(order: dict[str, Any]) -> None:
    os.environ.update(order["environment"])
    life = order["life"]
    folder, journal = Path(life.pop("folder")), Path(life.pop("journal"))
    try:
        asyncio.run(live(folder, journal, **life))
    except BaseException:
        traceback.print_exc()
    os._exit(1)


if __name__ == "__main__":
    _fork_lives()
