"""A season: one circle's check-ins over many weeks, and every copy that could be taken meanwhile."""

from __future__ import annotations

import asyncio
import os
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

from bot.services.rules.anonymity import Answers, Release
from tests.attacks import population
from tests.attacks.copies import Copy, Moment, contents, take
from tests.attacks.designs import Design

DAYS = 7
CANCELLED_EVERY = 4
"""Some windows are cancelled instead of closed: what was answered in them is no less private."""

BEGINNING = datetime(2026, 3, 2, 8, tzinfo=UTC)
MEMBERS = tuple(800_000_000_000_000_001 + number * 7919 for number in range(8))


@dataclass(frozen=True, slots=True)
class Act:
    """Somebody answered, or changed their answer. Every attacker is told who and when, not what."""

    window: int
    member: int
    at: datetime


@dataclass(slots=True)
class Season:
    """What happened: `acts` and `releases` are known to everybody, `truth` to the scorer alone.

    `recovered` is what lay in the blocks of each key file after the close, name or no name.
    """

    acts: list[Act] = field(default_factory=list)
    releases: dict[int, Release | None] = field(default_factory=dict)
    copies: list[Copy] = field(default_factory=list)
    keys_left: dict[str, bytes] = field(default_factory=dict)
    recovered: list[bytes] = field(default_factory=list)
    truth: dict[tuple[int, int], Answers] = field(default_factory=dict)


def live_through(
    make: Callable[[Path], Design], *, windows: int, seed: int, moods: int | None = None
) -> Season:
    """Let a circle of eight check in for so many weeks; one more window is still open at the end.

    `seed` decides on who acts when, `moods` (the same unless given) on what they answer.
    """
    with tempfile.TemporaryDirectory(prefix="respite-") as place, ExitStack() as descriptors:
        folder, aside = Path(place, "installed"), Path(place, "copied")
        folder.mkdir()
        aside.mkdir()
        moved = Random(seed), Random(seed if moods is None else moods)  # noqa: S311
        life = _Life(make(folder), folder, aside, moved, descriptors)
        asyncio.run(life.go_on(windows))
        return life.season


class _Life:
    def __init__(
        self, design: Design, folder: Path, aside: Path, chances: tuple[Random, Random], open_files: ExitStack
    ) -> None:
        self.season = Season()
        self._design, self._folder, self._aside = design, folder, aside
        self._when, self._what = chances
        self._open_files = open_files
        self._descriptors: dict[Path, int] = {}

    async def go_on(self, windows: int) -> None:
        await self._design.start(MEMBERS)
        try:
            for week in range(windows):
                await self._week(BEGINNING + timedelta(days=DAYS * week), closes=True)
            await self._week(BEGINNING + timedelta(days=DAYS * windows), closes=False)
        finally:
            await self._design.stop()
        self.season.keys_left = contents(self._design.keys)
        self.season.recovered = [os.pread(open_file, 4096, 0) for open_file in self._descriptors.values()]

    async def _week(self, begins: datetime, *, closes: bool) -> None:
        season, design = self.season, self._design
        window = await design.open_window(begins, days=DAYS)
        self._hold_key_files()
        week = self._what.choice((population.ORDINARY, population.ORDINARY, population.BAD))
        for act in self._acts(window, begins):
            mood = population.answer(self._what, week, season.truth.get((window - 1, act.member)))
            await design.answer(window, act.member, mood, act.at)
            season.truth[window, act.member] = mood
            season.acts.append(act)
            await self._copy(window, Moment.ANSWERED)
        await design.stop()
        await design.start(MEMBERS)
        await self._copy(window, Moment.STOPPED)
        if closes:
            cancelled = window % CANCELLED_EVERY == 0
            await (design.cancel() if cancelled else design.close(begins + timedelta(days=DAYS)))
            season.releases[window] = None if cancelled else await design.released(window)
            await self._copy(window, Moment.CLOSED)

    def _acts(self, window: int, begins: datetime) -> list[Act]:
        """Everybody answers once, in any order, and one of them thinks better of it."""
        order = [*self._when.sample(MEMBERS, len(MEMBERS)), self._when.choice(MEMBERS)]
        minutes = sorted(self._when.sample(range(60, 60 * 24 * (DAYS - 1)), len(order)))
        return [
            Act(window, member, begins + timedelta(minutes=minute))
            for member, minute in zip(order, minutes, strict=True)
        ]

    async def _copy(self, window: int, moment: Moment) -> None:
        copy = await asyncio.to_thread(
            take, self._folder, self._design.keys, self._aside, window=window, moment=moment
        )
        self.season.copies.append(copy)

    def _hold_key_files(self) -> None:
        """Keep what lies under each key's name within reach after the name is gone, as undeleting would."""
        if self._design.keys.exists():
            for path in self._design.keys.rglob("*.window"):
                if path not in self._descriptors:
                    self._descriptors[path] = os.open(path, os.O_RDONLY)
                    self._open_files.callback(os.close, self._descriptors[path])
