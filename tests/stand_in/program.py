"""The real program in a process of its own, pointed at the stand-in."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.stand_in.discord import TOKEN

PROJECT = Path(__file__).parents[2]

# discord.py has the address of Discord in one place; everything behind it is the real thing.
_LAUNCHER = """
import os, runpy, sys
import discord.http
discord.http.Route.BASE = os.environ["STAND_IN"] + "/api/v10"
runpy.run_module(sys.argv.pop(1), run_name="__main__", alter_sys=True)
"""


@dataclass
class Program:
    """A running `python -m MODULE`."""

    process: asyncio.subprocess.Process

    @staticmethod
    @asynccontextmanager
    async def start(
        folder: Path,
        base: str,
        arguments: Sequence[str] = ("run",),
        *,
        module: str = "bot",
        token: str = TOKEN,
        environment: Mapping[str, str] | None = None,
    ) -> AsyncIterator[Program]:
        """Start it with its files in this folder; it is killed if it is still there in the end."""
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-c",
            _LAUNCHER,
            module,
            *arguments,
            cwd=folder,
            env={
                **os.environ,
                "PYTHONPATH": str(PROJECT),
                "STAND_IN": base,
                "RESPITE_TOKEN": token,
                **(environment or {}),
            },
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        try:
            yield Program(process)
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()

    async def kill(self) -> None:
        """Kill it without warning, as a power cut would."""
        self.process.kill()
        await self.process.wait()

    async def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Ask it to stop and return its exit code."""
        self.process.send_signal(number)
        return await self.process.wait()

    async def output(self) -> str:
        """Wait for its end and return everything it printed."""
        printed, _ = await self.process.communicate()
        return printed.decode()

    def memory(self) -> int:
        """Return the memory it holds right now, in bytes."""
        [line] = [
            line
            for line in Path(f"/proc/{self.process.pid}/status").read_text("ascii").splitlines()
            if line.startswith("VmRSS")
        ]
        return int(line.split()[1]) * 1024
