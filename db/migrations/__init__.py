"""The runner of the numbered SQL files in this folder.

`0007_words.sql` is for both engines; where they differ there are two files with one number,
`0007_words.sqlite.sql` and `0007_words.postgres.sql`. A file that has been released never changes.
Statements are told apart by SQLite's own rules, so a body of a PostgreSQL function is quoted with
`'...'`, not with `$$`.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from db.connection import Database, Transaction

FOLDER = Path(__file__).parent
FILE_NAME = re.compile(r"(?P<number>\d{4})_\w+?(\.(?P<engine>sqlite|postgres))?\.sql")
COMMENT = re.compile(r"--[^\n]*|/\*.*?\*/", re.DOTALL)


class DatabaseFromTheFuture(Exception):
    """The database has been used by a newer version of this program."""

    def __init__(self, *, version: int, newest: int) -> None:
        super().__init__(
            f"The database is at version {version}, but this program knows only versions up to {newest}:"
            " start the newer program, or restore the backup made before it."
        )


async def upgrade(database: Database, *, folder: Path = FOLDER) -> list[int]:
    """Bring the schema up to the newest file and return the versions applied just now.

    Each version is stored together with its row in `schema_version`, or not at all.

    Raises: DatabaseFromTheFuture. StatementFailed, with a note that names the file. ValueError if
    the files themselves are not in order.
    """
    files = _files(folder, database.engine)
    async with database.transaction() as tx:
        version = await _version(tx)
    if version > len(files):
        raise DatabaseFromTheFuture(version=version, newest=len(files))
    pending = list(enumerate(files, start=1))[version:]
    return [number for number, file in pending if await _apply(database, number, file)]


async def _apply(database: Database, number: int, file: Path) -> bool:
    """Run one file, unless another process that started with us has done so meanwhile."""
    statements = list(_statements(file))
    try:
        async with database.transaction() as tx:
            if await _version(tx) >= number:
                return False
            for statement in statements:
                await tx.execute(statement)
            await tx.execute("INSERT INTO schema_version (version) VALUES ($1)", number)
    except Exception as error:
        error.add_note(f"while running {file.name}")
        raise
    return True


async def _version(tx: Transaction) -> int:
    """Return the highest version in the database; nobody else can change it until `tx` ends."""
    await tx.hold("schema", 0)
    await tx.execute("CREATE TABLE IF NOT EXISTS schema_version (version BIGINT NOT NULL PRIMARY KEY)")
    [row] = await tx.fetch("SELECT coalesce(max(version), 0) AS version FROM schema_version")
    return row["version"]


def _files(folder: Path, engine: str) -> list[Path]:
    """Return the files for this engine, in order: the first is version 1, and none is missing."""
    found: dict[int, dict[str, Path]] = {}
    for file in sorted(folder.glob("*.sql")):
        name = FILE_NAME.fullmatch(file.name)
        if name is None:
            raise ValueError(f"{file.name} is not named like 0007_words.sql or 0007_words.sqlite.sql.")
        engines = [name["engine"]] if name["engine"] else ["sqlite", "postgres"]
        versions = found.setdefault(int(name["number"]), {})
        if versions.keys() & set(engines):
            raise ValueError(f"{file.name} has the number of another file.")
        versions.update(dict.fromkeys(engines, file))
    if not found or sorted(found) != list(range(1, len(found) + 1)):
        raise ValueError(f"The migrations in {folder} are not numbered 0001, 0002, ... without a gap.")
    for number, versions in found.items():
        if len(versions) < 2:
            raise ValueError(f"Migration {number:04} is there for {', '.join(versions)} only.")
    return [found[number][engine] for number in sorted(found)]


def _statements(file: Path) -> Iterator[str]:
    """Split a file: a semicolon ends a statement unless it is part of a string, comment or trigger."""
    statement = ""
    for piece in file.read_text(encoding="utf-8").split(";"):
        statement += piece + ";"
        if sqlite3.complete_statement(statement):
            if not _is_empty(statement):
                yield statement
            statement = ""
    if not _is_empty(statement):
        raise ValueError(f"{file.name} ends in the middle of a statement.")


def _is_empty(statement: str) -> bool:
    return not COMMENT.sub("", statement).strip("; \t\r\n")
