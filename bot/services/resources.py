"""Where help is: lines, programmes and directories of every country, read once from files.

Nothing here is made up while the bot runs. Every entry names the page that says so, and the day on
which somebody read that page; where nobody could, it says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated

from pydantic import Field, StringConstraints

from bot.services import content
from bot.services.content import STRICT, Slug, Text, Url
from bot.services.rules.freshness import is_old

FOLDER = content.FOLDER / "resources"
INTERNATIONAL = "international"

NAME_LENGTH = 100
HOURS_LENGTH = 120
FOR_WHOM_LENGTH = 200

Phone = Annotated[str, StringConstraints(pattern=r"^\+?[0-9][0-9 ()/-]{1,22}[0-9]$")]


class Kind(StrEnum):
    """What somebody may be looking for, the most urgent first."""

    EMERGENCY = "emergency"
    CRISIS = "crisis"
    CLINICIAN = "clinician"
    SUPERVISION = "supervision"
    THERAPY = "therapy"


class Standing(StrEnum):
    """How far an entry can be relied on today."""

    CHECKED = "checked"
    OLD = "old"
    UNCONFIRMED = "unconfirmed"


@dataclass(frozen=True, slots=True)
class Resource:
    """One place to turn to. `checked_on`: when its source was read; missing where that was not possible."""

    __pydantic_config__ = STRICT
    id: Slug
    kind: Kind
    name: Annotated[Text, Field(max_length=NAME_LENGTH)]
    hours: Annotated[Text, Field(max_length=HOURS_LENGTH)]
    for_whom: Annotated[Text, Field(max_length=FOR_WHOM_LENGTH)]
    source: Url | None = None
    checked_on: date | None = None
    unconfirmed: bool = False
    numbers: tuple[Phone, ...] = ()
    text: Phone | None = None
    url: Url | None = None

    def standing(self, today: date) -> Standing:
        """Say how far this can be relied on."""
        if self.checked_on is None:
            return Standing.UNCONFIRMED
        return Standing.OLD if is_old(self.checked_on, today) else Standing.CHECKED


@dataclass(frozen=True, slots=True)
class Country:
    """What there is in one country, or (`international`) wherever somebody is."""

    __pydantic_config__ = STRICT
    code: Annotated[str, StringConstraints(pattern=f"^([a-z]{{2}}|{INTERNATIONAL})$")]
    name: Annotated[Text, Field(max_length=50)]
    resources: Annotated[tuple[Resource, ...], Field(min_length=2)]


class Directory:
    """Every country there is, in the order of their names, and what holds everywhere."""

    def __init__(self, countries: Iterable[Country]) -> None:
        by_name = sorted(countries, key=lambda country: country.name)
        self.countries = tuple(country for country in by_name if country.code != INTERNATIONAL)
        [self.international] = (country for country in by_name if country.code == INTERNATIONAL)

    def country(self, typed: str | None) -> Country | None:
        """Return the country with this code or name, or nothing if there is no file for it."""
        wanted = (typed or "").strip().casefold()
        return next((each for each in self.countries if wanted in {each.code, each.name.casefold()}), None)

    def like(self, typed: str, most: int) -> Sequence[Country]:
        """Return countries whose name contains what was typed, or whose code it is."""
        wanted = typed.strip().casefold()
        found = [each for each in self.countries if wanted in each.name.casefold() or wanted == each.code]
        return found[:most]

    def find(self, id: str) -> Resource | None:  # noqa: A002 - that is what the field is called
        """Return the resource with this id, or nothing."""
        return next((each for each in self.all() if each.id == id), None)

    def all(self) -> Iterable[Resource]:
        """Return every resource there is."""
        return (each for country in (*self.countries, self.international) for each in country.resources)

    def old(self, today: date) -> Sequence[Resource]:
        """Return what was checked more than twelve months ago."""
        return [each for each in self.all() if each.standing(today) is Standing.OLD]


def load_directory(folder: Path = FOLDER) -> Directory:
    """Read every country in the folder.

    Raises ValueError with a line for everything that is wrong in any file: where, and what is allowed.
    """
    countries = content.read_folder(folder, Country, _check)
    if INTERNATIONAL not in {country.code for country in countries}:
        raise ValueError(f"{folder}: {INTERNATIONAL}.toml is missing")
    return Directory(countries)


def _check(path: Path, country: Country) -> None:
    content.require_name_of_file(path, "code", country.code)
    ids = [resource.id for resource in country.resources]
    for resource in country.resources:
        if ids.count(resource.id) > 1 or not resource.id.startswith(f"{country.code}-"):
            raise ValueError(f"{resource.id}: an id is used once, and begins with {country.code}-")
        if not (resource.numbers or resource.text or resource.url):
            raise ValueError(f"{resource.id}: needs numbers, text or url")
        if resource.source is None:
            raise ValueError(f"{resource.id}: needs the source that says so")
        if (resource.checked_on is None) is not resource.unconfirmed:
            raise ValueError(f"{resource.id}: needs either checked_on or unconfirmed = true")
