"""No text sends anybody to a command that does not exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]
COMMANDS = set(re.findall(r"^## /(.+)$", (PROJECT / "docs" / "commands.md").read_text("utf-8"), re.MULTILINE))
WORDS = {command.split()[0] for command in COMMANDS}
TEXTS = sorted(
    path
    for folder in ("bot/content", "cogs")
    for path in (PROJECT / folder).rglob("*")
    if path.suffix in {".toml", ".txt"} or path.name in {"messages.py", "words.py"}
)
NAMED = re.compile(r"(?<![\w/.:<])/([a-z][a-z-]+)(?: ([a-z]+))?(?: ([a-z]+))?")


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.name)
def test_every_command_that_is_named_exists(path: Path) -> None:
    for word, second, third in NAMED.findall(path.read_text("utf-8")):
        assert word in WORDS, f"/{word}"
        longer = {word, f"{word} {second}", f"{word} {second} {third}"}
        assert longer & COMMANDS, f"/{word} {second} {third}"
