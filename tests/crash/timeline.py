"""What happened to one installation, call by call, so that the power can be cut after any of them."""

from __future__ import annotations

import copy
import filecmp
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from tests.crash.cradle import Cradle
from tests.crash.disk import Disk, Luck, everything
from tests.crash.inspection import Inspection, inspect
from tests.crash.ledger import Ledger
from tests.crash.plan import Begin, from_nothing
from tests.crash.recording import Call, read_calls
from tests.crash.weakened import Weakness

IN_MEMORY = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # noqa: S108
"""Where power is cut, if it can be: what is kept is decided here, so no real disk need be waited for."""

SHORTLY = 80
"""Calls between the commit of a close and the end of its key: others answer, and the log is emptied."""


class NotTheWholeTruth(Exception):
    """The files do not look as they should after the calls that were recorded."""


class StoodStill(Exception):
    """The program made no more calls, though there is always something to do."""


@dataclass
class Timeline:
    """A home with the program's files and its journal, a disk that knows what of them is kept, a ledger."""

    home: Path
    disk: Disk
    ledger: Ledger

    @staticmethod
    def begin(home: Path, begin: Begin = from_nothing) -> Timeline:
        """Return an installation of which everything is on the disk so far."""
        ledger = begin(home)
        return Timeline(home, Disk(home), ledger)

    async def live(
        self, cradle: Cradle, *, calls: int, seed: int, weakness: Weakness | None = None
    ) -> list[Call]:
        """Let the program run for so many calls and return them; they are still to be followed.

        Raises: StoodStill.
        """
        notes = self.home.with_suffix(".calls")
        await cradle.live(
            self.home / "house",
            self.home / "said",
            at=self.ledger.at,
            seed=seed,
            weakness=weakness,
            environment={
                "RECORD_FOLDER": str(self.home),
                "RECORD_TO": str(notes),
                "RECORD_CALLS": str(calls),
            },
        )
        made = list(read_calls(notes))
        notes.unlink()
        if len(made) < calls:
            raise StoodStill
        return made

    def follow(self, call: Call) -> None:
        """Go on by one call."""
        self.disk.follow(call)
        if call.path == "said":
            self.ledger.read(call.data)

    def branch(self, home: Path) -> Timeline:
        """Return what would have come of a kill right now: the files in another home, as they look."""
        self.disk.leave(home, everything)
        branch = Timeline(home, copy.deepcopy(self.disk), copy.deepcopy(self.ledger))
        branch.ledger.died()
        return branch

    async def cut(self, luck: Luck, *, swept: bool = True) -> Inspection:
        """Cut the power right now and look at what is left, swept as at every start or not."""
        left = self.home.with_suffix(".left")
        self.disk.leave(left, luck)
        ledger = copy.deepcopy(self.ledger)
        ledger.died()
        inspection = await inspect(left / "house", ledger, swept=swept)
        shutil.rmtree(left)
        return inspection

    def check(self) -> None:
        """Hold the files against the calls, to the end of a life. Raises NotTheWholeTruth."""
        seen = self.home.with_suffix(".seen")
        self.disk.leave(seen, everything)
        ours, theirs = _files(seen), _files(self.home)
        if ours != theirs or filecmp.cmpfiles(seen, self.home, ours, shallow=False)[0] != ours:
            raise NotTheWholeTruth
        shutil.rmtree(seen)


def before_a_key_goes(calls: list[Call]) -> list[int]:
    """Return the calls right before the log reaches the disk, shortly before a key is destroyed."""
    gone = [place for place, call in enumerate(calls) if call.what == "u" and call.path.endswith(".window")]
    return [
        place for place in _before_the_log_is_kept(calls) if any(0 < each - place < SHORTLY for each in gone)
    ]


def _before_the_log_is_kept(calls: list[Call]) -> Iterator[int]:
    for place, (_, call) in enumerate(pairwise(calls)):
        if call.what == "s" and call.path.endswith("-wal"):
            yield place


def _files(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())
