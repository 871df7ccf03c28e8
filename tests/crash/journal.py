"""What was begun and what was acknowledged, written down line by line by the program that may die."""

from __future__ import annotations

import json
import os
from dataclasses import astuple
from itertools import count
from pathlib import Path

from bot.services.rules.anonymity import CONTINUUM, Answers

Said = dict[str, object]


class Journal:
    """One line when an act begins, one when the service has returned. Each is written at once."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        self._numbers = count(1)

    def begin(self, did: str, **said: object) -> int:
        """Note what is about to be asked of a service, and return the number of the act."""
        number = next(self._numbers)
        self._write({"act": number, "did": did, **said})
        return number

    def end(self, number: int, **said: object) -> None:
        """Note that the service has returned, or refused."""
        self._write({"act": number, **said})

    def _write(self, said: Said) -> None:
        os.write(self._file, json.dumps(said).encode() + b"\n")


def packed(answers: Answers) -> list[int]:
    """Return the answers as a line holds them."""
    continuum, *scales = astuple(answers)
    return [CONTINUUM.index(continuum), *scales]


def unpacked(numbers: list[int]) -> Answers:
    """Return the answers that a line holds."""
    continuum, *scales = numbers
    return Answers(CONTINUUM[continuum], *scales)
