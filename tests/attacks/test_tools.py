"""The attackers' tools find what is there to be found: deleted rows, stale log, hidden keys."""

from __future__ import annotations

import secrets
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bot.services.rules.anonymity import FLOOR, Answers, Continuum, release
from tests.attacks import marginals, nesting, opening, tying
from tests.attacks.carving import sightings
from tests.attacks.copies import Copy, Moment
from tests.attacks.season import BEGINNING, Act

ROWS = [(7, secrets.token_bytes(16), secrets.token_bytes(32)) for _ in range(6)]
TABLES = (
    "CREATE TABLE ballot (window_id INTEGER, token BLOB, sealed BLOB, PRIMARY KEY (window_id, token))"
    " WITHOUT ROWID",
    "CREATE TABLE ballot (id INTEGER PRIMARY KEY, window_id INTEGER, token BLOB, sealed BLOB)",
)


def copied(file: Path) -> Copy:
    """Return a copy of a database that nobody has open, with what is left of its log."""
    log = file.with_name(file.name + "-wal")
    return Copy(7, Moment.ANSWERED, file.read_bytes(), log.read_bytes() if log.exists() else b"", {})


def seen(copy: Copy) -> list[tuple[int, bytes, bytes]]:
    """Return the ballots in a copy, in order of arrival."""
    return [(ballot.window, ballot.token, ballot.content) for ballot in sightings([copy])]


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("dropped", [False, True])
def test_rows_are_found_in_order_of_arrival_even_after_their_table_was_dropped(
    tmp_path: Path, table: str, dropped: bool
) -> None:
    file = tmp_path / "left.db"
    with closing(sqlite3.connect(file)) as database:
        database.execute("PRAGMA secure_delete = OFF")
        database.execute(table)
        database.executemany("INSERT INTO ballot (window_id, token, sealed) VALUES (?, ?, ?)", ROWS)
        if dropped:
            database.execute("DROP TABLE ballot")
        database.commit()
    assert seen(copied(file)) == ROWS


def test_rows_are_found_in_a_log_that_has_been_written_back_already(tmp_path: Path) -> None:
    file = tmp_path / "left.db"
    with closing(sqlite3.connect(file)) as database:
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("PRAGMA secure_delete = ON")
        database.execute(TABLES[0])
        for row in ROWS:
            database.execute("INSERT INTO ballot VALUES (?, ?, ?)", row)
            database.commit()
        database.execute("DELETE FROM ballot")
        database.commit()
        database.execute("PRAGMA wal_checkpoint(RESTART)")
        log = (tmp_path / "left.db-wal").read_bytes()
    assert seen(Copy(7, Moment.CLOSED, file.read_bytes(), log, {})) == ROWS


@pytest.mark.parametrize("hidden", [bytes, lambda key: key.hex().encode()], ids=["raw", "in words"])
def test_a_key_is_found_anywhere_in_a_file(tmp_path: Path, hidden: type[bytes]) -> None:
    key = secrets.token_bytes(32)
    file = tmp_path / "left.db"
    with closing(sqlite3.connect(file)) as database:
        database.execute("CREATE TABLE note (words BLOB)")
        database.execute("INSERT INTO note VALUES (?)", (b"the key: " + hidden(key) + b", and more",))
        database.commit()
    assert key in set(opening.key_like([copied(file)]))


def test_a_changed_answer_is_matched_to_whoever_changed_it(tmp_path: Path) -> None:
    file = tmp_path / "left.db"
    with closing(sqlite3.connect(file)) as database:
        database.execute(TABLES[0])
        database.executemany("INSERT INTO ballot VALUES (?, ?, ?)", ROWS[:3])
        database.commit()
    ballots = sightings([copied(file)])
    members = [11, 12, 13, 12]
    acts = [Act(7, member, BEGINNING) for member in members]
    assert list(tying.by_order(ballots, acts).values()) == members[:3]
    assert tying.by_recurrence(ballots) == set()


def test_only_a_result_that_leaves_no_choice_is_certain() -> None:
    alike = [Answers(Continuum.ILL, 1, 5, 1)] * 20
    assert marginals.certain(release(alike, minimum=FLOOR), 8) is None
    assert marginals.certain(None, 8) is None


@pytest.mark.parametrize(
    ("counted", "few"),
    [
        (["abcdefgh", "ijklmnop"], False),
        (["abcdefgh", "abcdef"], True),
        (["abcdefghijk", "abcdef"], False),
        (["abcdefgh", "fghijklm"], False),
        (["abcdefgh", "abcdefgh"], False),
        (["abcdefgh", "fghijklm", "abcdefghijklm"], True),
        (["abcdefghijklm", "abcde", "fghij"], True),
    ],
)
def test_a_few_people_remain_only_where_totals_fit_into_each_other(counted: list[str], few: bool) -> None:
    assert nesting.leaves_few([frozenset(map(ord, people)) for people in counted]) is few
