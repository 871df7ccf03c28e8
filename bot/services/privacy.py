"""What is told about privacy: what is stored, in the words of the registry, and what holds in one server."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.services import retention
from bot.services.people import Person
from bot.services.rules.anonymity import floor_for
from bot.services.rules.retention import Limit
from db import Database
from db.registry import REGISTRY, Column, Whose, columns_of

__all__ = ["Column", "Described", "Here", "Whose", "here", "stored"]


@dataclass(frozen=True, slots=True)
class Described:
    """A table, and what is said of each of its columns."""

    name: str
    columns: tuple[Column, ...]


@dataclass(frozen=True, slots=True)
class Here:
    """What holds in one server: fewest answers of a result, without and with a facilitator's among them;

    for how many days things stay.
    """

    minimum: int
    minimum_with_facilitator: int
    kept: Mapping[Limit, int]


def stored(whose: Whose) -> tuple[Described, ...]:
    """Return every table that is about a member, a circle, a server, or about this program alone."""
    tables = dict.fromkeys(column.table for column in REGISTRY if column.whose is whose)
    return tuple(Described(table, columns_of(table)) for table in tables)


async def here(database: Database, person: Person, *, minimum: int) -> Here:
    """Return what holds in the person's server; the defaults while it has not been set up."""
    async with database.transaction() as tx:
        kept = await retention.kept_in(tx, person.server_id)
    return Here(
        minimum=floor_for(chosen=minimum, facilitator_may_answer=False),
        minimum_with_facilitator=floor_for(chosen=minimum, facilitator_may_answer=True),
        kept=kept,
    )
