"""One card for each of the twelve troubles, read once from the files that clinicians edit."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import Field

from bot.services import content
from bot.services.content import STRICT, Slug, Source, Text
from bot.services.practices import Library, Practice, Theme
from bot.services.refusals import Because, Refusal

FOLDER = content.FOLDER / "cards"
LONGEST = 4500  # characters of a whole card: an embed takes 6000, headings and practices included
PART = 900  # characters of one part: a field takes 1024, markup included

_Part = Annotated[Text, Field(max_length=PART)]
_Line = Annotated[Text, Field(max_length=200)]


@dataclass(frozen=True, slots=True)
class Card:
    """What a professional may want to know about one trouble of their own."""

    __pydantic_config__ = STRICT
    theme: Theme
    title: Annotated[Text, Field(max_length=60)]
    what: _Part
    at_work: _Part
    early_signs: Annotated[tuple[_Line, ...], Field(min_length=3, max_length=6)]
    helps: Annotated[tuple[_Line, ...], Field(min_length=3, max_length=6)]
    talk: _Part
    colleagues: _Part
    practices: Annotated[tuple[Slug, ...], Field(min_length=2, max_length=3)]
    next_steps: Annotated[tuple[_Line, ...], Field(min_length=2, max_length=4)]
    sources: Annotated[tuple[Source, ...], Field(min_length=1, max_length=3)]


@dataclass(frozen=True, slots=True)
class Shown:
    """A card with the practices that it names."""

    card: Card
    practices: tuple[Practice, ...]


class Cards:
    """All twelve cards."""

    def __init__(self, cards: Iterable[Card]) -> None:
        self.all = tuple(cards)
        self._by_theme = {card.theme: card for card in self.all}

    def show(self, library: Library, theme: str) -> Shown:
        """Return the card on a theme. Refuses what is no theme.

        A practice that has been taken out of the library is left out.
        """
        if theme not in set(Theme):
            raise Refusal(Because.OPTION_UNKNOWN)
        card = self._by_theme[Theme(theme)]
        found = (library.get(name) for name in card.practices)
        return Shown(card, tuple(practice for practice in found if practice is not None))


def load_cards(folder: Path = FOLDER) -> Cards:
    """Read every card in the folder.

    Raises ValueError with a line for everything that is wrong in any file: where, and what is allowed.
    """
    cards = content.read_folder(folder, Card, _check)
    lacking = set(Theme) - {card.theme for card in cards}
    if lacking:
        raise ValueError(f"{folder}: no card for {', '.join(sorted(lacking))}")
    return Cards(cards)


def _check(path: Path, card: Card) -> None:
    content.require_name_of_file(path, "theme", card.theme)
    parts = (card.what, card.at_work, card.talk, card.colleagues)
    lines = (*card.early_signs, *card.helps, *card.next_steps)
    shown = (text for source in card.sources for text in (source.work, source.url))
    content.require_room((card.title, *parts, *lines, *shown), LONGEST)
