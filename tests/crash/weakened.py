"""The program, weakened on purpose, so that every failure can be seen to do harm. Nobody runs this.

`python -m tests.crash.weakened HASTY run` starts the whole program with such a weakness.
"""

from __future__ import annotations

import asyncio
import os
import runpy
import sys
from collections.abc import AsyncGenerator, Collection, Coroutine, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from threading import Timer
from typing import Any, Literal

import bot.house
import db.sqlite
from bot.services import checkins, windows
from bot.services.checkins import Receipt
from bot.services.keys import WindowKeys
from bot.services.member_keys import MemberKeys
from bot.services.people import Person
from bot.services.rules.anonymity import Answers
from db import Database, Row, StatementFailed, Transaction, connect
from db.checkins import OpenWindow
from db.connection import Value


class Weakness(StrEnum):
    """What a worse program does."""

    HASTY = "an answer acknowledged before it is stored"
    PIECEMEAL = "each statement stored by itself"
    UNSYNCED = "the disk not waited for"
    IN_TWO_STEPS = "the answer elsewhere taken back in a second step"
    CARELESS = "what the disk refuses is passed over"
    LATE_KEYS = "keys made and destroyed some time after, left-over ones not swept"


def weaken(weakness: Weakness | None) -> None:
    """Change the program in this process, for good, before it starts."""
    match weakness:
        case Weakness.HASTY:
            checkins.record = _record_afterwards
        case Weakness.PIECEMEAL:
            bot.house.connect = _connect_piecemeal
        case Weakness.UNSYNCED:
            os.fsync = lambda _: None
            db.sqlite.PRAGMAS = tuple(each.replace("FULL", "OFF") for each in db.sqlite.PRAGMAS)
        case Weakness.IN_TWO_STEPS:
            checkins.record = _record_in_two_steps
        case Weakness.CARELESS:
            bot.house.WindowKeys = CarelessKeys
            checkins.record = _record_if_it_works
        case Weakness.LATE_KEYS:
            bot.house.WindowKeys = LateKeys
            windows.sweep = _sweep_nothing
        case None:
            pass


class Piecemeal:
    """A database in which nothing belongs together."""

    engine: Literal["sqlite", "postgres"] = "sqlite"

    def __init__(self, database: Database) -> None:
        self._database = database
        self.forget = database.forget
        self.close = database.close

    @asynccontextmanager
    async def transaction(self) -> AsyncGenerator[Transaction]:
        yield _Statements(self._database)


class _Statements:
    """Statements that come one after the other."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def fetch(self, sql: str, *values: Value) -> Sequence[Row]:
        async with self._database.transaction() as tx:
            return await tx.fetch(sql, *values)

    async def execute(self, sql: str, *values: Value) -> int:
        async with self._database.transaction() as tx:
            return await tx.execute(sql, *values)

    async def hold(self, noun: str, number: int) -> None:
        """Keep nobody waiting."""


class CarelessKeys(WindowKeys):
    """Keys of which nobody asks whether they are there."""

    def create(self, window_id: int) -> bytes:
        with suppress(OSError):
            return super().create(window_id)
        return b""


class LateKeys(WindowKeys):
    """Keys that lag behind their windows by more than most lives last."""

    _lag = 5

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self._prompt = WindowKeys(folder)

    def create(self, window_id: int) -> bytes:
        Timer(self._lag, self._prompt.create, [window_id]).start()
        return b""

    def destroy(self, window_id: int) -> None:
        Timer(self._lag, self._prompt.destroy, [window_id]).start()


class _KeysOf(WindowKeys):
    """Some of the keys: to whoever has only these, the other windows do not exist."""

    def __init__(self, keys: WindowKeys, window_ids: Collection[int]) -> None:
        self._keys = keys
        self._window_ids = window_ids

    def read(self, window_id: int) -> bytes | None:
        return self._keys.read(window_id) if window_id in self._window_ids else None


_record = checkins.record
_running: set[asyncio.Task[None]] = set()


async def _record_afterwards(
    database: Database,
    window_keys: WindowKeys,
    member_keys: MemberKeys,
    person: Person,
    window_id: int,
    answers: Answers,
    *,
    at: datetime,
) -> Receipt:
    task = asyncio.create_task(
        _whatever_comes_of(_record(database, window_keys, member_keys, person, window_id, answers, at=at))
    )
    _running.add(task)
    task.add_done_callback(_running.discard)
    await asyncio.sleep(0.02)  # in which others are let in
    return _receipt(person, window_id, at)


async def _record_if_it_works(
    database: Database,
    window_keys: WindowKeys,
    member_keys: MemberKeys,
    person: Person,
    window_id: int,
    answers: Answers,
    *,
    at: datetime,
) -> Receipt:
    try:
        return await _record(database, window_keys, member_keys, person, window_id, answers, at=at)
    except StatementFailed:
        return _receipt(person, window_id, at)


async def _whatever_comes_of(work: Coroutine[Any, Any, object]) -> None:
    with suppress(Exception):
        await work


async def _record_in_two_steps(
    database: Database,
    window_keys: WindowKeys,
    member_keys: MemberKeys,
    person: Person,
    window_id: int,
    answers: Answers,
    *,
    at: datetime,
) -> Receipt:
    await _record(database, _KeysOf(window_keys, [window_id]), member_keys, person, window_id, answers, at=at)
    return await _record(database, window_keys, member_keys, person, window_id, answers, at=at)


def _receipt(person: Person, window_id: int, at: datetime) -> Receipt:
    window = OpenWindow(window_id, person.server_id, None, None, None, 0, at)
    return Receipt(window, replaced=False, taken_from=None, copied=False)


async def _connect_piecemeal(url: str) -> Database:
    return Piecemeal(await connect(url))


async def _sweep_nothing(_database: Database, _window_keys: WindowKeys) -> int:
    return 0


if __name__ == "__main__":
    weaken(Weakness[sys.argv.pop(1)])
    runpy.run_module("bot", run_name="__main__", alter_sys=True)
