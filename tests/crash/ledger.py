"""What must be on disk, and what may be: kept from the outside, from the lines of the journal alone."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.crash.life import FIRST_DAY

Answer = tuple[int, ...] | None
"""What somebody answered in a window; None: nothing, or it was withdrawn."""

Place = tuple[int, int]
"""A person and a window."""

NOTHING: frozenset[Answer] = frozenset({None})


@dataclass(frozen=True, slots=True)
class Act:
    """What somebody asked for: what it leaves in each window, and what was there before."""

    who: int
    after: dict[int, Answer]
    before: dict[int, frozenset[Answer]]


@dataclass
class Ledger:
    """Knows for every person and window which answers may lie there."""

    at: int = FIRST_DAY
    set_up: bool = False
    closed_until: int = 0
    acknowledged: int = 0
    windows: set[int] = field(default_factory=set)
    cancelled: set[int] = field(default_factory=set)
    cut_short: list[Act] = field(default_factory=list)
    _known: int = 0
    _possible: dict[Place, frozenset[Answer]] = field(default_factory=dict)
    _begun: dict[int, dict[str, Any]] = field(default_factory=dict)
    _acts: dict[int, Act] = field(default_factory=dict)

    @property
    def at_moment(self) -> datetime:
        """What time it was when the last windows were closed."""
        return datetime.fromtimestamp(self.at, UTC)

    @property
    def under_way(self) -> int:
        """How many acts have been begun and are not acknowledged."""
        return len(self._begun)

    def catch_up(self, journal: Path) -> None:
        """Take in what was written to the journal of a life that has ended since the last time."""
        lines = journal.read_bytes() if journal.exists() else b""
        self.read(lines[self._known :])
        self._known = len(lines)

    def read(self, lines: bytes) -> None:
        """Take in what was written down. A line that was cut off says nothing."""
        for line in lines.splitlines(keepends=True):
            if line.endswith(b"\n"):
                said = json.loads(line)
                (self._begin if "did" in said else self._end)(said)

    def may_lie(self, who: int, window: int) -> frozenset[Answer]:
        """Return what may be stored of this person in this window."""
        return self._possible.get((who, window), NOTHING)

    def died(self) -> None:
        """Note that what was begun will never be acknowledged: it may have been done, or not."""
        self.cut_short = list(self._acts.values())
        for act in self.cut_short:
            for window, answer in act.after.items():
                self._possible[act.who, window] = self.may_lie(act.who, window) | {answer}
        self._begun.clear()
        self._acts.clear()

    def found(self, answers: dict[Place, Answer]) -> None:
        """Note what does lie there, so that it has to lie there from now on."""
        self._possible = {place: frozenset({answer}) for place, answer in answers.items()}
        self.cut_short = []

    def _begin(self, said: dict[str, Any]) -> None:
        self._begun[said["act"]] = said
        self.at = max(self.at, said.get("at", 0))
        if "who" in said:
            self.cut_short = [act for act in self.cut_short if act.who != said["who"]]
            self._acts[said["act"]] = self._act(said)

    def _act(self, said: dict[str, Any]) -> Act:
        who: int = said["who"]
        after: dict[int, Answer] = dict.fromkeys(said["windows"])
        if said["did"] == "record":  # an answer counts in one window, and in no other
            after = dict.fromkeys(window for whose, window in self._possible if whose == who)
            after |= dict.fromkeys(said["windows"], tuple(said["answers"]))
        return Act(who, after, {window: self.may_lie(who, window) for window in after})

    def _end(self, said: dict[str, Any]) -> None:
        begun = self._begun.pop(said["act"])
        act = self._acts.pop(said["act"], None)
        if "refused" in said:
            return
        self.acknowledged += 1
        done = set(said.get("windows", ()))
        if act is not None:
            for window, answer in act.after.items():
                self._possible[act.who, window] = frozenset({answer})
        match begun["did"]:
            case "set_up":
                self.set_up = True
            case "close":
                self.closed_until = max(self.closed_until, begun["at"])
            case "open":
                self.windows |= done
            case "cancel":
                self.cancelled |= done
