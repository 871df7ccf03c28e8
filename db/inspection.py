"""Queries that look through everything that is stored, for what should not be there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from db.connection import Database, Transaction
from db.registry import REGISTRY, is_place_on_discord

_KINDS = {
    "sqlite": "SELECT t.name AS name, c.name AS column_name, lower(c.type) AS kind"
    " FROM sqlite_schema t JOIN pragma_table_xinfo(t.name) c WHERE t.type = 'table'",
    "postgres": "SELECT table_name AS name, column_name, data_type AS kind FROM information_schema.columns"
    " WHERE table_schema = current_schema()",
}
_WHOLE_NUMBERS = {"integer", "bigint"}


@dataclass(frozen=True, slots=True)
class Searched:
    """A column in which no id of Discord's belongs, and whether it holds words or whole numbers."""

    table: str
    name: str
    words: bool


async def list_searched(database: Database, tx: Transaction) -> Sequence[Searched]:
    """Return every column that could hold an id and is not there to hold one."""
    rows = await tx.fetch(_KINDS[database.engine])
    kinds = {(row["name"], row["column_name"]): row["kind"] for row in rows}
    found = [(each, kinds.get((each.table, each.name))) for each in REGISTRY]
    return [
        Searched(each.table, each.name, words=kind == "text")
        for each, kind in found
        if not is_place_on_discord(each.name) and (kind == "text" or kind in _WHOLE_NUMBERS)
    ]


async def count_between(tx: Transaction, column: Searched, first: int, last: int) -> int:
    """Return how many whole numbers of a column lie between these."""
    rows = await tx.fetch(
        f"SELECT count(*) AS found FROM {column.table}"
        f" WHERE {column.name} BETWEEN CAST($1 AS BIGINT) AND CAST($2 AS BIGINT)",
        first,
        last,
    )
    return int(rows[0]["found"])


async def list_words(tx: Transaction, column: Searched, shortest: int) -> Sequence[str]:
    """Return the texts of a column that have at least so many letters."""
    rows = await tx.fetch(
        f"SELECT {column.name} AS words FROM {column.table} WHERE length({column.name}) >= $1", shortest
    )
    return [row["words"] for row in rows]


async def list_settings_of_server_log(tx: Transaction) -> dict[str, str]:
    """Return how much a PostgreSQL server writes into its own log."""
    rows = await tx.fetch(
        "SELECT name, setting FROM pg_settings WHERE name IN"
        " ('log_statement', 'log_error_verbosity', 'log_parameter_max_length_on_error')"
    )
    return {row["name"]: row["setting"] for row in rows}
