"""What people type, made safe to show: one line, no hidden characters, no towers of marks."""

from __future__ import annotations

import unicodedata

_MARKS_IN_A_ROW = 2
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_JOINERS = frozenset("\u200c\u200d")
"""Zero-width joiners hold emoji and several scripts together, so they stay."""


def tidy(text: str, *, lines: bool = False) -> str:
    """Return the text in normal form, without control and direction characters.

    At most two combining marks stay on a letter: enough for every living script, too few to cover
    the lines around it. `lines` keeps line breaks; otherwise all white space becomes single spaces.
    """
    kept: list[str] = []
    marks = 0
    for character in unicodedata.normalize("NFC", text):
        marks = marks + 1 if unicodedata.combining(character) else 0
        if marks > _MARKS_IN_A_ROW:
            continue
        if character == "\n" or character in _JOINERS:
            kept.append(character)
        elif character.isspace():
            kept.append(" ")
        elif unicodedata.category(character) not in _HIDDEN:
            kept.append(character)
    found = "".join(kept)
    if not lines:
        return " ".join(found.split())
    return "\n".join(" ".join(line.split()) for line in found.split("\n")).strip()
