"""Every picture that a document shows is there, is shown to somebody, and says in words what it shows."""

from __future__ import annotations

import re
from pathlib import Path

from tests.end_to_end.pictures import IMAGES, PICTURES

ROOT = Path(__file__).parents[2]
_PICTURE = re.compile(r"!\[(?P<words>[^\]]*)\]\((?P<file>[^)]+)\)")


def _shown() -> list[tuple[Path, str]]:
    documents = [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]
    return [
        ((document.parent / found["file"]).resolve(), found["words"])
        for document in documents
        for found in _PICTURE.finditer(document.read_text())
    ]


def test_every_picture_in_a_document_is_there_and_described() -> None:
    shown = _shown()
    assert len(shown) > len(PICTURES)
    assert [str(file) for file, words in shown if not file.is_file() or len(words) < 20] == []


def test_every_picture_taken_from_the_demo_is_shown() -> None:
    shown = {file for file, _ in _shown()}
    assert [picture.name for picture in PICTURES if IMAGES / f"{picture.name}.png" not in shown] == []
