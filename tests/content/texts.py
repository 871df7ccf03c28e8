"""Where the words are that members read, and how to read them out of their files."""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]


def files(root: Path = ROOT) -> list[Path]:
    """Return every file with words for members: content in any folder, and the messages of every cog."""
    content = (path for path in (root / "bot" / "content").rglob("*") if path.suffix in {".toml", ".txt"})
    messages = (path for path in (root / "cogs").rglob("*.py") if path.name in {"messages.py", "words.py"})
    return sorted((*content, *messages))


def written(path: Path) -> Iterator[str]:
    """Yield every text in a file that a person may read."""
    text = path.read_text("utf-8")
    if path.suffix == ".txt":
        yield text
    elif path.suffix == ".toml":
        yield from strings(tomllib.loads(text))
    else:
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value


def strings(part: Any) -> Iterator[str]:
    """Yield every text anywhere inside of what a file or a message holds."""
    if isinstance(part, str):
        yield part
    elif isinstance(part, dict):
        for value in part.values():
            yield from strings(value)
    elif isinstance(part, list):
        for value in part:
            yield from strings(value)
