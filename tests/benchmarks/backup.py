"""How long others wait while a backup is made: `python -m tests.benchmarks.backup`.

A writer stores something every few milliseconds; what it waits for longest is told beside what it waits
for without a backup. Milliseconds belong to this machine.
"""

from __future__ import annotations

import asyncio
import os
import tempfile
import time
from collections.abc import Awaitable
from pathlib import Path

from db import Database, circles, connect, servers
from db.migrations import upgrade
from tests.installation import NOON, Installation

SIZES = (1, 20, 100)
"""Megabytes of the database."""

ROW = 4000


async def main() -> None:
    """Measure each size."""
    print("database      backup takes    longest wait of a writer    without a backup")
    for megabytes in SIZES:
        with tempfile.TemporaryDirectory() as folder:
            await _measure(Path(folder), megabytes)


async def _measure(folder: Path, megabytes: int) -> None:
    installation = Installation(folder, f"sqlite:///{folder}/respite.db")
    installation.begin()
    database = await connect(installation.url)
    try:
        await upgrade(database)
        await _fill(database, megabytes)
        backups = installation.backups(database)
        without, _ = await _longest_wait(database, asyncio.sleep(2))
        longest, took = await _longest_wait(database, backups.make(at=NOON))
    finally:
        await database.close()
    print(f"{megabytes:>5} MB {took:>15.2f} s {longest * 1000:>22.0f} ms {without * 1000:>18.0f} ms")


async def _fill(database: Database, megabytes: int) -> None:
    async with database.transaction() as tx:
        await servers.save_server(tx, servers.Server(1, 1, None, "UTC", None, "en"))
        await circles.insert_circle(tx, server_id=1, name="", purpose="", seats=9, access=circles.Access.OPEN)
    for start in range(0, megabytes * 1_000_000 // ROW, 500):
        async with database.transaction() as tx:
            for number in range(start, start + 500):
                words = os.urandom(ROW // 2).hex()
                await tx.execute(
                    "INSERT INTO agreement (circle_id, version, words) VALUES (1, $1, $2)", number, words
                )


async def _longest_wait(database: Database, during: Awaitable[object]) -> tuple[float, float]:
    """Return how long a writer waited at most while this went on, and how long that was, in seconds."""
    began = time.perf_counter()
    going_on, longest, ended = asyncio.ensure_future(during), 0.0, began
    while not going_on.done():
        start = time.perf_counter()
        async with database.transaction() as tx:
            await tx.execute("UPDATE server SET country = 'DE'")
        ended = time.perf_counter()
        longest = max(longest, ended - start)
        await asyncio.sleep(0.005)
    await going_on
    return longest, ended - began


if __name__ == "__main__":
    asyncio.run(main())
