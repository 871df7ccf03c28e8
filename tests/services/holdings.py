"""A member about whom something is stored in every table that the registry calls personal."""

from __future__ import annotations

import json
from dataclasses import dataclass
from itertools import count

from bot.services import personal_data, trends
from bot.services.circles import Circle
from bot.services.member_keys import MemberKey
from bot.services.people import Person
from bot.services.personal_data import Kind
from db import Database
from db.connection import Value
from db.registry import PERSONAL, FoundBy, Personal, columns_of
from tests.services.conftest import UNWELL, Clinic

BY_THE_BOT = {"circle_member", "ballot", "private_trend"}
"""Tables that are filled by what the member does. For all others, a row is planted."""

_NUMBERS = count(1)

WORDS = "words of nobody else"
"""What is planted in everything sealed."""


@dataclass(frozen=True)
class Holdings:
    """What was stored, and where the member acts."""

    person: Person
    circle: Circle
    window_id: int

    def member(self, clinic: Clinic) -> MemberKey:
        """The key by which it was stored."""
        found = clinic.member_keys.find(self.person.locator)
        assert found is not None
        return found


async def fill(clinic: Clinic, person: Person, circle: Circle, window_id: int) -> Holdings:
    """Give somebody a seat and an answer there, and a row in every other personal table."""
    await clinic.seat(person, circle)
    await trends.keep(clinic.database, clinic.member_keys, person)
    await clinic.answer(person, window_id, answers=UNWELL)
    held = Holdings(person, circle, window_id)
    await plant_all(clinic.database, held.member(clinic), circle.circle_id)
    return held


async def plant_all(database: Database, member: MemberKey, circle_id: int) -> None:
    """Put a row about somebody into every personal table that their acts have not filled."""
    for table in PERSONAL:
        if table.table not in BY_THE_BOT:
            await _plant(database, member, table, circle_id)


async def _plant(database: Database, member: MemberKey, table: Personal, circle_id: int) -> None:
    row: dict[str, Value] = {
        table.column: member.index(table.table) if table.found_by is FoundBy.INDEX else member.key
    }
    row |= {name: member.seal(table.table, json.dumps({"said": WORDS}).encode()) for name in table.sealed}
    row |= _plain(circle_id).get(table.table, {})
    named = {column.name for column in columns_of(table.table)}
    assert set(row) == named, f"what a row of {table.table} holds in the open is to be named in `_plain`"
    columns, places = ", ".join(row), ", ".join(f"${number}" for number in range(1, len(row) + 1))
    async with database.transaction() as tx:
        await tx.execute(f"INSERT INTO {table.table} ({columns}) VALUES ({places})", *row.values())


def _plain(circle_id: int) -> dict[str, dict[str, Value]]:
    """Return what lies in the open beside key and sealed columns, by table."""
    # A number of one's own: it is the key of the row. And nobody is made to wait by it.
    declined = {"number": next(_NUMBERS), "circle_id": circle_id, "stage": "declined", "turn": 1}
    return {"candidate": declined, "personal_reminder": {"slot": 1, "next_run_at": None}}


async def counted(clinic: Clinic, person: Person) -> dict[Kind, int]:
    """Return how many entries about somebody the bot finds, by kind."""
    found = await personal_data.look(clinic.database, clinic.member_keys, clinic.window_keys, person)
    return {each.kind: each.entries for each in found.stored}
