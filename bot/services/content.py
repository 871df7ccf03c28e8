"""Words kept as data: read, strictly, from the files that clinicians edit."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Annotated, Any, TypeVar, get_args, get_type_hints

from pydantic import ConfigDict, Field, StringConstraints, TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

FOLDER = Path(__file__).parents[1] / "content"
STRICT = ConfigDict(extra="forbid", strict=True)
"""What a class says of itself (`__pydantic_config__`) to refuse fields and types that it does not name."""

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=50)]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Url = Annotated[str, StringConstraints(pattern=r"^https?://[^\s()<>]+$", max_length=300)]

T = TypeVar("T")
Check = Callable[[Path, T], None]
"""Raises ValueError when what a file says does not fit together."""


@dataclass(frozen=True, slots=True)
class Source:
    """Something that was really looked up, and what it supports."""

    __pydantic_config__ = STRICT
    work: Annotated[Text, Field(max_length=200)]
    url: Annotated[Url, Field(max_length=200)]
    supports: Annotated[Text, Field(max_length=300)]


def read_folder(folder: Path, kind: type[T], check: Check[T]) -> list[T]:
    """Read every file of a folder, in the order of their names.

    Raises ValueError with a line for everything that is wrong in any file: where, and what is allowed.
    """
    reader = TypeAdapter(kind)
    found, wrong = list[T](), list[str]()
    for path in sorted(folder.glob("*.toml")):
        try:
            found.append(_read(path, kind, reader, check))
        except ValueError as error:
            wrong.append(str(error))
    if wrong:
        raise ValueError("\n".join(wrong))
    return found


def read_file(path: Path, kind: type[T], check: Check[T]) -> T:
    """Read one file. Raises ValueError with a line for everything that is wrong in it."""
    return _read(path, kind, TypeAdapter(kind), check)


def require_name_of_file(path: Path, field: str, value: str) -> None:
    """Raise ValueError where this field does not say what the file is called."""
    if value != path.stem:
        raise ValueError(f"{field}: has to be {path.stem!r}, the name of the file")


def require_room(texts: Sequence[str], most: int) -> None:
    """Raise ValueError where all texts together are longer than fits one message."""
    if (length := sum(map(len, texts))) > most:
        raise ValueError(f"all texts: {length} characters together, at most {most} are allowed")


def _read(path: Path, kind: type[T], reader: TypeAdapter[T], check: Check[T]) -> T:
    try:
        # By way of JSON: a strict reading of anything else wants our own Python types in it.
        content = reader.validate_json(json.dumps(tomllib.loads(path.read_text("utf-8")), default=str))
        check(path, content)
    except ValidationError as error:
        lines = [f"{path.name}: {_sentence(kind, each)}" for each in error.errors()]
        raise ValueError("\n".join(lines)) from None
    except ValueError as error:
        raise ValueError(f"{path.name}: {error}") from None
    return content


def _sentence(kind: type[Any], details: ErrorDetails) -> str:
    place, message = details["loc"], details["msg"]
    if details["type"] == "unexpected_keyword_argument":
        message = f"there is no such field; there are {', '.join(_fields(kind, place[:-1]))}"
    return f"{'.'.join(map(str, place))}: {message}"


def _fields(kind: Any, place: Sequence[int | str]) -> list[str]:
    """Return the fields of whatever stands at this place in a file."""
    for step in place:
        kind = get_args(kind)[0] if isinstance(step, int) else get_type_hints(kind)[step]
    return [field.name for field in fields(kind)]
