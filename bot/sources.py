"""The page of all sources, written from the files that name them."""

from __future__ import annotations

import tomllib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.services import content
from bot.services.practices import EXPERIENCE, Library, load_library

_HEAD = """# Sources

Written by `python -m bot sources` from the files in `bot/content/`. Each work was looked up before it was
cited; beneath it stands what it is cited for, in the words that a member reads.
"""


@dataclass(frozen=True, slots=True)
class Use:
    """One place in the content that rests on a source, and what the source supports there."""

    source: str
    where: str
    supports: str


def describe_sources() -> str:
    """Return every source with what it supports, as Markdown. Content of a new kind adds its section here.

    Raises ValueError where a content file is not as it has to be.
    """
    library = load_library()
    return "\n".join(
        [
            _HEAD,
            *_section("Practices", list(_of_practices(library))),
            *_experience(library),
            *_section("The check-in", [_of_check_in()]),
        ]
    )


def _of_practices(library: Library) -> Iterator[Use]:
    for practice in library.all:
        if practice.evidence.source != EXPERIENCE:
            for source in practice.evidence.source.split("; "):
                yield Use(source, practice.title, practice.evidence.note)


def _experience(library: Library) -> list[str]:
    titles = [practice.title for practice in library.all if practice.evidence.source == EXPERIENCE]
    return [f"Resting on experience ({EXPERIENCE}): {'; '.join(sorted(titles))}.", ""]


def _of_check_in() -> Use:
    words = tomllib.loads((content.FOLDER / "continuum.toml").read_text("utf-8"))
    return Use(words["source"], "The stress continuum", words["attribution"])


def _section(heading: str, uses: Sequence[Use]) -> list[str]:
    """Return a heading and, in the order of their names, the works with all that each is cited for."""
    by_source: defaultdict[str, list[Use]] = defaultdict(list)
    for use in uses:
        by_source[use.source].append(use)
    lines = [f"## {heading}", ""]
    for source in sorted(by_source):
        lines += [source, "", *(f"- *{use.where}*: {use.supports}" for use in by_source[source]), ""]
    return lines
