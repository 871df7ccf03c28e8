"""Whatever a failure may do to the files is seen: otherwise it would mean little that nothing was found."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from tests.crash.cradle import Cradle
from tests.crash.inspection import Flaw, Flaws, inspect
from tests.crash.plan import prepare


def change(sql: str) -> Callable[[Path], None]:
    """Return what changes the database behind the program's back."""

    def change_it(house: Path) -> None:
        with closing(sqlite3.connect(house / "respite.db")) as file:
            assert file.execute(sql).rowcount > 0
            file.commit()

    return change_it


def lose_keys(house: Path) -> None:
    for key in (house / "keys" / "windows").iterdir():
        key.unlink()


def lose_master_key(house: Path) -> None:
    (house / "keys" / "master.key").unlink()


def scribble(house: Path) -> None:
    file = house / "respite.db"
    file.write_bytes(file.read_bytes()[:5000])


ONE_BALLOT = "token = (SELECT max(token) FROM ballot)"
ONE_WINDOW = "window_id = (SELECT max(window_id) FROM ballot)"
DAMAGES: list[tuple[str, Callable[[Path], None], Flaw]] = [
    ("lost answers", change("DELETE FROM ballot"), Flaw.LOST),
    ("lost blanks", change(f"DELETE FROM ballot WHERE {ONE_WINDOW}"), Flaw.HALF_DONE),
    ("a lost window", change("DELETE FROM checkin_window WHERE state = 'open'"), Flaw.LOST),
    ("a lost seat", change("DELETE FROM circle_member WHERE seated = 1"), Flaw.LOST),
    ("a forged answer", change(f"UPDATE ballot SET sealed = zeroblob(32) WHERE {ONE_BALLOT}"), Flaw.WRONG),
    ("a lost post", change("DELETE FROM post WHERE post_id = 1"), Flaw.HALF_CLOSED),
    ("a lost release", change("UPDATE checkin_window SET state = 'released'"), Flaw.HALF_CLOSED),
    ("ballots left", change("UPDATE checkin_window SET state = 'cancelled'"), Flaw.HALF_CLOSED),
    ("lost keys", lose_keys, Flaw.KEY_MISSING),
    ("a lost master key", lose_master_key, Flaw.DAMAGED),
    ("a broken file", scribble, Flaw.DAMAGED),
]


async def test_whatever_a_failure_may_do_to_the_files_is_seen(tmp_path: Path) -> None:
    async with Cradle.make() as cradle:
        begin = await prepare(tmp_path, cradle)
    ledger = begin(tmp_path / "home")
    house = tmp_path / "home" / "house"
    with closing(sqlite3.connect(house / "respite.db")) as file:
        file.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    sound = await inspect(shutil.copytree(house, tmp_path / "sound"), ledger)
    assert sound.flaws == Flaws()
    ledger.found(sound.answers)
    for name, damage, flaw in DAMAGES:
        copy = shutil.copytree(house, tmp_path / name)
        damage(copy)
        assert (await inspect(copy, ledger)).flaws[flaw] > 0, name
