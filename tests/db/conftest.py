"""A small table of notes: these tests are about the storage, not about what the bot stores."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from db import Database, connect


@pytest.fixture
async def notes(database_url: str) -> AsyncIterator[Database]:
    """Yield an open database with a table of notes, and lines that belong to them."""
    opened = await connect(database_url)
    try:
        async with opened.transaction() as tx:
            await tx.execute(
                "CREATE TABLE note (note_id INTEGER PRIMARY KEY,"
                " words TEXT NOT NULL UNIQUE CHECK (length(words) < 100))"
            )
            await tx.execute(
                "CREATE TABLE line"
                " (note_id INTEGER NOT NULL REFERENCES note ON DELETE CASCADE, number INTEGER NOT NULL)"
            )
        yield opened
    finally:
        await opened.close()
