"""What the tables of a database really hold, whichever engine it is."""

from __future__ import annotations

from db import Database

_COLUMNS = {
    "sqlite": "SELECT t.name AS table_name, c.name AS column_name"
    " FROM sqlite_schema t JOIN pragma_table_xinfo(t.name) c"
    " WHERE t.type IN ('table', 'view') AND t.name NOT LIKE 'sqlite\\_%' ESCAPE '\\'",
    "postgres": "SELECT table_name, column_name FROM information_schema.columns"
    " WHERE table_schema NOT IN ('pg_catalog', 'information_schema')",
}


async def stored_columns(database: Database) -> set[tuple[str, str]]:
    """Return every column there is, with its table."""
    async with database.transaction() as tx:
        rows = await tx.fetch(_COLUMNS[database.engine])
    return {(str(row["table_name"]), str(row["column_name"])) for row in rows}
