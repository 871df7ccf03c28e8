"""Queries about a database that was just restored, and about the place where one is to go."""

from __future__ import annotations

from db.connection import Database, Transaction

LEFT_OUT = 1000
"""So many numbers are not given again: more than have been given since the backup was made."""

_IDENTITIES = "pg_get_serial_sequence(quote_ident(table_name), column_name)::regclass"


async def list_tables(tx: Transaction) -> list[str]:
    """Return the tables of a PostgreSQL database, by names that may stand in a statement."""
    rows = await tx.fetch(
        "SELECT quote_ident(table_schema) || '.' || quote_ident(table_name) AS name"
        " FROM information_schema.tables"
        " WHERE table_type = 'BASE TABLE' AND table_schema NOT IN ('pg_catalog', 'information_schema')"
    )
    return [row["name"] for row in rows]


async def drop_tables(tx: Transaction) -> None:
    """Empty a PostgreSQL database again."""
    tables = await list_tables(tx)
    if tables:
        await tx.execute(f"DROP TABLE {', '.join(tables)} CASCADE")


async def leave_out_numbers(database: Database, tx: Transaction) -> None:
    """Give none of the numbers again that may have been given since the backup: buttons still name them."""
    if database.engine == "sqlite":
        await tx.execute("UPDATE sqlite_sequence SET seq = seq + $1", LEFT_OUT)
    else:
        await tx.fetch(
            f"SELECT setval({_IDENTITIES}, nextval({_IDENTITIES}) + $1) FROM information_schema.columns"
            " WHERE is_identity = 'YES' AND table_schema = current_schema()",
            LEFT_OUT,
        )
