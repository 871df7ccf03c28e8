"""Forged presses: buttons and forms used by those who may not, with whatever custom_id."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain, islice
from typing import Any

from bot.services.refusals import Because
from tests.authority.matrix import MATRIX
from tests.authority.rows import Column, Entry, Kind

OWN: Mapping[Column, frozenset[int]] = {Column.NEIGHBOUR: frozenset({2})}
"""Numbers of what is somebody's own: they are the other circle's, its check-in's and its prompt's."""

_REASONS = frozenset(Because)
_NUMBER = re.compile("[0-9]+")
_STRANGE = "\u0661\uff11\u00b2\u200b\n\0 ';-.:%*"
"""Digits of other scripts, signs that do not show, and what some parsers take for an end or a beginning."""


@dataclass(frozen=True, slots=True)
class Forgery:
    """One press that is to be refused. `fields` is what a form is filled in with; None: it is a button."""

    column: Column
    custom_id: str
    fields: Mapping[str, Any] | None


def forgeries(many: int, *, seed: int, server: str, of: str = "") -> Iterator[Forgery]:
    """Yield so many: first everybody replays everything that the matrix refuses them, then chance forges.

    `server`: as reminders carry it. `of`: with what the custom_ids begin that are forged.
    """
    rows = [(replace(each, name=each.name.replace("{server}", server)), column) for each, column in _rows(of)]
    refused = [(entry, column) for entry, column in rows if _is_refused(entry, column)]
    allowed = frozenset((column, entry.name) for entry, column in rows if not _is_refused(entry, column))

    def is_forged(forgery: Forgery) -> bool:
        numbers = {int(number) for number in _NUMBER.findall(forgery.custom_id)}
        is_own = bool(numbers & OWN.get(forgery.column, frozenset()))
        return not is_own and (forgery.column, _plain(forgery.custom_id)) not in allowed

    replays = (_forgery(entry, column, entry.name) for entry, column in refused)
    return islice(filter(is_forged, chain(replays, _by_chance(refused, seed))), many)


def _by_chance(refused: Sequence[tuple[Entry, Column]], seed: int) -> Iterator[Forgery]:
    chance = random.Random(seed)  # noqa: S311
    while True:
        entry, column = chance.choice(refused)
        [forge] = chance.choices([*_WAYS], [*_WAYS.values()])
        yield _forgery(entry, column, forge(entry.name, chance))


def _forgery(entry: Entry, column: Column, custom_id: str) -> Forgery:
    return Forgery(column, custom_id, entry.given if entry.kind is Kind.FORM else None)


def _rows(of: str) -> Iterator[tuple[Entry, Column]]:
    """Yield every button and form that begins like this, with everybody."""
    for entry in (*MATRIX[Kind.BUTTON], *MATRIX[Kind.FORM]):
        if entry.name.startswith(of):
            yield from ((entry, column) for column in Column)


def _is_refused(entry: Entry, column: Column) -> bool:
    return entry.answers[column] in _REASONS


def _plain(custom_id: str) -> str:
    """Return what the bot makes of it: numbers as they are usually written."""
    return _NUMBER.sub(lambda found: str(int(found[0])), custom_id)


def _replay(custom_id: str, _chance: random.Random) -> str:
    return custom_id


def _other_number(custom_id: str, chance: random.Random) -> str:
    """Name something else of the same kind, be it there or not, be it written in another way."""
    small, large = str(chance.randrange(6)), str(chance.randrange(10 ** chance.randint(2, 16)))
    number = chance.choice((small, f"0{small}", large))
    return _NUMBER.sub(lambda _: number, custom_id, count=chance.randint(1, 2))


def _strange_part(custom_id: str, chance: random.Random) -> str:
    """Put something in that no honest button has."""
    at = chance.randrange(len(custom_id) + 1)
    return custom_id[:at] + chance.choice(_STRANGE) + custom_id[at:]


def _missing_part(custom_id: str, chance: random.Random) -> str:
    at = chance.randrange(len(custom_id))
    return custom_id[:at] + custom_id[at + chance.randint(1, 4) :]


def _other_order(custom_id: str, chance: random.Random) -> str:
    parts = custom_id.split(":")
    chance.shuffle(parts)
    return ":".join(parts)


def _more(custom_id: str, chance: random.Random) -> str:
    return custom_id + chance.choice((":1", ".1", "\n", " ", "1" * 90, ":" + custom_id, " OR 1=1"))


def _shouted(custom_id: str, _chance: random.Random) -> str:
    return custom_id.upper()


_WAYS: Mapping[Callable[[str, random.Random], str], int] = {
    _replay: 1,
    _other_number: 2,
    _strange_part: 8,
    _missing_part: 8,
    _other_order: 1,
    _more: 1,
    _shouted: 3,
}
"""How a custom_id is forged, and how often: most end where it is looked up, and cost little."""
