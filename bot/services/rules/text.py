"""What people type, made safe to show: nothing hidden, no towers of marks."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})

_BLANKS = frozenset("\u115f\u1160\u2800\u3164\uffa0")
"""Letters and signs that look like a space. A name could consist of them alone."""

_JOINERS = frozenset("\u200c\u200d")
"""Zero-width joiners hold emoji and several scripts together, so they stay within a word."""

_PICTURES = range(0x1F000, 0x1FB00)
"""Where Unicode puts new emoji; those that this Python has not heard of yet are no less visible."""

_PILED = 2
"""Most marks above and below one letter: enough for daily writing, too few to cover the next line."""

_MARKS = 8
"""Most marks of every kind on one letter. Tibetan and Burmese write five as a matter of course."""


def tidy(text: str, *, lines: bool = False) -> str:
    """Return the text in normal form, without hidden characters and without towers of marks.

    `lines` keeps line breaks; otherwise all white space becomes single spaces. What is tidy already
    stays as it is.
    """
    kept = "".join(_kept(unicodedata.normalize("NFC", text)))
    found = unicodedata.normalize("NFC", kept)  # what had been kept apart by something hidden
    if not lines:
        return " ".join(found.split())
    return "\n".join(" ".join(line.split()) for line in found.split("\n")).strip()


def _kept(text: str) -> Iterator[str]:
    last = " "
    marks = piled = 0
    for character in text:
        if character.isspace() or character in _BLANKS:
            last = "\n" if character == "\n" else " "
        elif character in _JOINERS:
            if last.isspace() or last in _JOINERS:
                continue  # it joins nothing
            last = character
        elif unicodedata.category(character).startswith("M"):
            # Neither a joiner nor anything hidden begins a new tower: only a letter does.
            marks += 1
            piled += unicodedata.combining(character) != 0
            if last.isspace() or marks > _MARKS or piled > _PILED:
                continue
            last = character
        elif _is_hidden(character):
            continue
        else:
            last = character
            marks = piled = 0
        yield last


def _is_hidden(character: str) -> bool:
    return unicodedata.category(character) in _HIDDEN and ord(character) not in _PICTURES
