"""The library of practices: read once from the files that clinicians edit, then only looked up."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable
from dataclasses import astuple, dataclass, fields
from enum import StrEnum
from pathlib import Path
from typing import Annotated

from pydantic import ConfigDict, Field, StringConstraints, TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

FOLDER = Path(__file__).parents[1] / "content" / "practices"
LONGEST = 1800  # characters of a whole practice, so that it fits one message with room for a heading


class Theme(StrEnum):
    """The twelve troubles of the field."""

    COMPASSION_FATIGUE = "compassion-fatigue"
    BURNOUT = "burnout"
    VICARIOUS_TRAUMA = "vicarious-trauma"
    STRESS = "stress"
    ANXIETY = "anxiety"
    LOW_MOOD = "low-mood"
    IMPOSTER_FEELINGS = "imposter-feelings"
    ISOLATION = "isolation"
    SLEEP = "sleep"
    SUBSTANCE_USE = "substance-use"
    BOUNDARIES = "boundaries"
    EMOTIONAL_EXHAUSTION = "emotional-exhaustion"


class When(StrEnum):
    """Where in a working day a practice belongs."""

    BEFORE = "before"
    BETWEEN = "between"
    AFTER = "after"
    NIGHT = "night"


class Kind(StrEnum):
    """The family a practice belongs to: what one does in it, whatever it is for."""

    BREATHING = "breathing"
    GROUNDING = "grounding"
    BODY_SCAN = "body-scan"
    SELF_COMPASSION = "self-compassion"
    KINDNESS = "kindness"
    MOVEMENT = "movement"
    REST = "rest"
    BETWEEN_SESSIONS = "between-sessions"
    BOUNDARY = "boundary"
    HARD_SESSION = "hard-session"
    MEANING = "meaning"
    MUSIC_AND_NATURE = "music-and-nature"
    COMMUNITY = "community"


_Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known about a practice, and from where: "practice wisdom" or a citation."""

    __pydantic_config__ = ConfigDict(extra="forbid", strict=True)
    note: _Text
    source: _Text


@dataclass(frozen=True, slots=True)
class Practice:
    """A short exercise, as its file describes it. `alternative` is for whom its main way does not suit."""

    __pydantic_config__ = ConfigDict(extra="forbid", strict=True)
    id: Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=50)]
    title: Annotated[_Text, Field(max_length=100)]
    kind: Kind
    minutes: Annotated[int, Field(ge=1, le=10)]
    themes: Annotated[tuple[Theme, ...], Field(min_length=1)]
    when: Annotated[tuple[When, ...], Field(min_length=1)]
    steps: Annotated[tuple[_Text, ...], Field(min_length=1)]
    alternative: _Text
    skip_if: _Text
    evidence: Evidence


class Library:
    """Every practice there is, in the order of their ids, and the themes that they touch."""

    def __init__(self, practices: Iterable[Practice]) -> None:
        self.all = tuple(sorted(practices, key=lambda practice: practice.id))
        self.themes = tuple(theme for theme in Theme if self.fitting(theme, None))

    def get(self, id: str) -> Practice | None:  # noqa: A002 - that is what the field is called
        """Return the practice with this id, or nothing if the library has none (any more)."""
        return next((practice for practice in self.all if practice.id == id), None)

    def fitting(self, theme: str | None, minutes: int | None) -> tuple[Practice, ...]:
        """Return what touches the theme in at most so many minutes; None sets no limit.

        Empty when nothing fits: whoever asks decides, and says, what to offer instead.
        """
        by_theme = (practice for practice in self.all if theme is None or theme in practice.themes)
        return tuple(practice for practice in by_theme if minutes is None or practice.minutes <= minutes)


def load_library(folder: Path = FOLDER) -> Library:
    """Read every practice in the folder.

    Raises ValueError with a line for everything that is wrong in any file: where, and what is allowed.
    """
    reader = TypeAdapter(Practice)
    practices, wrong = list[Practice](), list[str]()
    for path in sorted(folder.glob("*.toml")):
        try:
            practices.append(_read(path, reader))
        except ValidationError as error:
            wrong += [f"{path.name}: {_sentence(each)}" for each in error.errors()]
        except ValueError as error:
            wrong.append(f"{path.name}: {error}")
    if wrong or not practices:
        raise ValueError("\n".join(wrong) or f"{folder}: no practices here")
    return Library(practices)


def _read(path: Path, reader: TypeAdapter[Practice]) -> Practice:
    # By way of JSON: a strict reading of anything else wants our own Python types in it.
    practice = reader.validate_json(json.dumps(tomllib.loads(path.read_text("utf-8")), default=str))
    if practice.id != path.stem:
        raise ValueError(f"id: has to be {path.stem!r}, the name of the file")
    words = (practice.title, *practice.steps, practice.alternative, practice.skip_if)
    if (length := sum(map(len, (*words, *astuple(practice.evidence))))) > LONGEST:
        raise ValueError(f"all texts: {length} characters together, at most {LONGEST} are allowed")
    return practice


def _sentence(details: ErrorDetails) -> str:
    place, message = details["loc"], details["msg"]
    if details["type"] == "unexpected_keyword_argument":
        owner = Practice if len(place) == 1 else Evidence
        message = f"there is no such field; there are {', '.join(field.name for field in fields(owner))}"
    return f"{'.'.join(map(str, place))}: {message}"
