"""How everything was, so that it can be again; and whether anything has changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from db import Database, Transaction
from db.connection import Row

State = Mapping[str, Sequence[Row]]
"""Every row of every table."""

_TABLES = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"


@dataclass(frozen=True)
class Kept:
    """The database and the folder of keys, as they were at one moment."""

    tables: State
    keys: Mapping[Path, bytes]

    async def differs(self, database: Database) -> bool:
        """Say whether the database is another than it was."""
        async with database.transaction() as tx:
            return await _read(tx) != self.tables

    async def restore(self, database: Database, folder: Path) -> None:
        """Write everything back."""
        async with database.transaction() as tx:
            await tx.execute("PRAGMA defer_foreign_keys = ON")
            for table in self.tables:
                await tx.execute(f"DELETE FROM {table}")
            for table, rows in self.tables.items():
                for row in rows:
                    places = ", ".join(f"${number}" for number in range(1, len(row) + 1))
                    columns = ", ".join(row)
                    await tx.execute(f"INSERT INTO {table} ({columns}) VALUES ({places})", *row.values())
        keys = _keys(folder)
        for path in keys.keys() - self.keys.keys():
            path.unlink()
        for path, content in self.keys.items():
            if keys.get(path) != content:
                path.write_bytes(content)


async def keep(database: Database, folder: Path) -> Kept:
    """Return how everything is now."""
    async with database.transaction() as tx:
        return Kept(await _read(tx), _keys(folder))


async def changes(database: Database) -> int:
    """Return how many rows were ever written, also those that were taken back: if none, nothing changed."""
    async with database.transaction() as tx:
        [row] = await tx.fetch("SELECT total_changes() AS changes")
        return int(row["changes"])


async def _read(tx: Transaction) -> State:
    names = [str(row["name"]) for row in await tx.fetch(_TABLES)]
    return {name: [dict(row) for row in await tx.fetch(f"SELECT * FROM {name}")] for name in names}


def _keys(folder: Path) -> Mapping[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
