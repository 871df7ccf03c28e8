"""What the database shows of leaks: ids where none belong, keys of windows that are closed."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.services.keys import WindowKeys
from bot.services.rules import snowflakes
from db import Database, checkins, inspection, installation
from db.installation import BackupState

WANTED_OF_SERVER_LOG = {
    "log_statement": "none",
    "log_error_verbosity": "terse",
    "log_parameter_max_length_on_error": "0",
}
"""With anything else, a PostgreSQL server may write down what is being stored."""

_SHORTEST = 17


@dataclass(frozen=True, slots=True)
class Suspects:
    """A column in which so many values look like an id on Discord."""

    table: str
    column: str
    count: int


@dataclass(frozen=True, slots=True)
class Examined:
    """What was found. `server_log` holds settings of a PostgreSQL server that are not as they should be."""

    suspects: Sequence[Suspects]
    keys_left_over: int
    server_log: Mapping[str, str]
    backups: BackupState


async def examine(database: Database, window_keys: WindowKeys, *, at: datetime) -> Examined:
    """Look through the database; nothing is changed, and no value is returned."""
    suspects = await _suspects(database, at)
    async with database.transaction() as tx:
        open_windows = {window.window_id for window in await checkins.list_open_windows(tx)}
        newest = await checkins.find_newest_window(tx)
        left_over = await asyncio.to_thread(window_keys.left_over, open_windows, newest=newest)
        log = await inspection.list_settings_of_server_log(tx) if database.engine == "postgres" else {}
        backups = await installation.find_backup_state(tx)
    wrong = {name: setting for name, setting in log.items() if setting != WANTED_OF_SERVER_LOG[name]}
    return Examined(suspects, len(left_over), wrong, backups)


async def _suspects(database: Database, at: datetime) -> list[Suspects]:
    async with database.transaction() as tx:
        columns = await inspection.list_searched(database, tx)
    found: list[Suspects] = []
    for column in columns:
        async with database.transaction() as tx:  # one for each, so that nobody waits for all of them
            if column.words:
                words = await inspection.list_words(tx, column, _SHORTEST)
                count = sum(snowflakes.count_in(text, at) > 0 for text in words)
            else:
                count = await inspection.count_between(tx, column, snowflakes.FIRST, snowflakes.last(at))
        if count:
            found.append(Suspects(column.table, column.name, count))
    return found
