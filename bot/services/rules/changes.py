"""What has changed between two versions of a text, line by line, in plain words."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Changes:
    """The lines that are new, and those that are no longer there, each in their order."""

    added: Sequence[str]
    removed: Sequence[str]


def changes(before: str, after: str) -> Changes:
    """Compare two texts. Empty lines do not count."""
    lines = [line for line in difflib.ndiff(_lines(before), _lines(after)) if line[:2] in {"+ ", "- "}]
    return Changes(
        added=[line[2:] for line in lines if line.startswith("+")],
        removed=[line[2:] for line in lines if line.startswith("-")],
    )


def _lines(text: str) -> list[str]:
    return [line for line in text.split("\n") if line.strip()]
