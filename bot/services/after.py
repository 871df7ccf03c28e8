"""What helps on the day of a hard event at work, read once from the file that clinicians edit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated

from pydantic import Field

from bot.services import content
from bot.services.content import STRICT, Slug, Source, Text
from bot.services.listings import Entry, Known, listing
from bot.services.refusals import Because, Refusal
from bot.services.resources import Directory, Kind

FILE = content.FOLDER / "after.toml"
DEFAULT = "any"
LONGEST = 4000  # characters of one event with what holds for all, so that an embed has room for the lines
PART = 900  # characters of one part: a field takes 1024, marks before each line included

_Lines = Annotated[tuple[Annotated[Text, Field(max_length=200)], ...], Field(min_length=2, max_length=6)]
_Part = Annotated[Text, Field(max_length=PART)]


@dataclass(frozen=True, slots=True)
class Event:
    """One kind of hard event."""

    __pydantic_config__ = STRICT
    id: Slug
    name: Annotated[Text, Field(max_length=60)]
    title: Annotated[Text, Field(max_length=60)]
    first_hours: _Lines
    tell: _Lines
    avoid: _Lines


@dataclass(frozen=True, slots=True)
class Aftermath:
    """What holds after every hard event, and what holds after each."""

    __pydantic_config__ = STRICT
    no_retelling: _Part
    peer: _Part
    later: _Part
    events: Annotated[tuple[Event, ...], Field(min_length=1, max_length=25)]
    sources: Annotated[tuple[Source, ...], Field(min_length=1, max_length=4)]


@dataclass(frozen=True, slots=True)
class Advice:
    """What somebody reads after one event: with the lines for their profession, where they are."""

    event: Event
    aftermath: Aftermath
    lines: Sequence[Entry]


def load_aftermath(path: Path = FILE) -> Aftermath:
    """Read the file. Raises ValueError with a line for everything that is wrong in it."""
    return content.read_file(path, Aftermath, _check)


def advise(aftermath: Aftermath, directory: Directory, known: Known, event: str, today: date) -> Advice:
    """Return what helps after this event. Refuses an event that there is nothing about."""
    for each in aftermath.events:
        if each.id == event:
            lines = listing(directory, known, None, {Kind.CLINICIAN}, today).entries
            return Advice(each, aftermath, lines)
    raise Refusal(Because.OPTION_UNKNOWN)


def _check(_path: Path, aftermath: Aftermath) -> None:
    if aftermath.events[0].id != DEFAULT:
        raise ValueError(f"events: the first has to be {DEFAULT!r}, which holds unless another is chosen")
    for event in aftermath.events:
        shared = (aftermath.no_retelling, aftermath.peer, aftermath.later)
        content.require_room((*shared, *event.first_hours, *event.tell, *event.avoid), LONGEST)
