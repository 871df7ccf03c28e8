"""The library of practices: read once from the files that clinicians edit, then only looked up."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import astuple, dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated

from pydantic import Field

from bot.services import content
from bot.services.content import STRICT, Slug, Text
from bot.services.rules.practices import When

FOLDER = content.FOLDER / "practices"
LONGEST = 1800  # characters of a whole practice, so that it fits one message with room for a heading
EXPERIENCE = "practice wisdom"
"""The source of what is known from doing it, and not from research."""


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


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known about a practice, and from where: "practice wisdom" or a citation."""

    __pydantic_config__ = STRICT
    note: Text
    source: Text


@dataclass(frozen=True, slots=True)
class Practice:
    """A short exercise, as its file describes it. `alternative` is for whom its main way does not suit."""

    __pydantic_config__ = STRICT
    id: Slug
    title: Annotated[Text, Field(max_length=100)]
    kind: Kind
    minutes: Annotated[int, Field(ge=1, le=10)]
    themes: Annotated[tuple[Theme, ...], Field(min_length=1)]
    when: Annotated[tuple[When, ...], Field(min_length=1)]
    steps: Annotated[tuple[Text, ...], Field(min_length=1)]
    alternative: Text
    skip_if: Text
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


def when_each(practices: Iterable[Practice]) -> dict[str, tuple[When, ...]]:
    """Return the ids of the practices, each with the times of day at which it belongs."""
    return {practice.id: practice.when for practice in practices}


def load_library(folder: Path = FOLDER) -> Library:
    """Read every practice in the folder.

    Raises ValueError with a line for everything that is wrong in any file: where, and what is allowed.
    """
    practices = content.read_folder(folder, Practice, _check)
    if not practices:
        raise ValueError(f"{folder}: no practices here")
    return Library(practices)


def _check(path: Path, practice: Practice) -> None:
    content.require_name_of_file(path, "id", practice.id)
    words = (practice.title, *practice.steps, practice.alternative, practice.skip_if)
    content.require_room((*words, *astuple(practice.evidence)), LONGEST)
