"""The whole life of a circle, and then a look at every byte: nobody's id, and no trace of a ballot."""

from __future__ import annotations

from pathlib import Path

from bot.services import installation
from bot.services.people import Person
from db import Database, connect
from db.migrations import upgrade
from tests.secrecy.traces import every_file, found, spellings
from tests.services.conftest import NOW, UNWELL, WEEK, WELL, Clinic

USER_IDS = [918_273_645_546_372_810 + 1_010_101 * number for number in range(9)]


class Life(Clinic):
    """A clinic whose people have ids that can be recognised anywhere."""

    def __init__(self, database: Database, folder: Path) -> None:
        super().__init__(database, folder)
        self.holder = self.known(8)

    def known(self, number: int) -> Person:
        """Return one of the people whose id is looked for."""
        return self.somebody(USER_IDS[number])


async def ballots(clinic: Clinic) -> set[bytes]:
    """Every token and every sealed answer that is stored."""
    async with clinic.database.transaction() as tx:
        rows = await tx.fetch("SELECT token, sealed FROM ballot")
    return {bytes(value) for row in rows for value in row.values()}


async def test_no_file_holds_an_id_and_after_the_close_none_holds_a_ballot(tmp_path: Path) -> None:
    database = await connect(f"sqlite:///{tmp_path}/respite.db")
    try:
        await upgrade(database)
        life = Life(database, tmp_path)
        await installation.adopt(database, life.member_keys.check)
        await life.set_up()
        people = [life.known(number) for number in range(8)]
        circle = await life.circle(seated=people)
        window, whole_server = await life.open(circle), await life.open(days=14)
        cast: set[bytes] = set()
        for person in people:
            for answers in (WELL, UNWELL):
                await life.answer(person, window, answers=answers)
                cast |= await ballots(life)
        answered = every_file(tmp_path)
        await life.answer(people[1], whole_server)
        cast |= await ballots(life)
        await life.withdraw(people[0], window)
        withdrawn, kept = every_file(tmp_path), await ballots(life)
        await life.leave(people[2], circle)
        window_keys = [life.window_keys.read(window), life.window_keys.read(whole_server)]
        await life.close(NOW + WEEK)
        between = every_file(tmp_path)
        assert await life.released(window) is not None
        still_open = await ballots(life)
        await life.close(NOW + 2 * WEEK)
        at_the_end = every_file(tmp_path)
    finally:
        await database.close()

    assert {"respite.db", "respite.db-wal", "keys/locator.key"} <= answered.keys()
    for files in (answered, withdrawn, between, at_the_end, every_file(tmp_path)):
        for user_id in USER_IDS:
            assert not found(spellings(user_id), files)

    # Of each of eight people there is a row in both windows. What was replaced still lies in the log, sealed.
    assert len(found(cast, answered)) == 2 * 8 + 2 * 2 * 8
    assert len(kept) == 2 * 2 * 7
    assert found(cast, withdrawn) == kept
    assert len(still_open) == 2 * 7
    assert found(cast, between) == still_open
    assert found(cast, at_the_end) == set()
    assert not found([key for key in window_keys if key], at_the_end)


async def test_the_search_would_find_an_id(tmp_path: Path) -> None:
    """The server's id is stored, and so is found: as a row's number, in a text, in a file's name."""
    database = await connect(f"sqlite:///{tmp_path}/respite.db")
    try:
        await upgrade(database)
        life = Life(database, tmp_path)
        await life.set_up()
        (tmp_path / f"{USER_IDS[0]}.txt").write_text(f"{USER_IDS[1]:x}")
        files = every_file(tmp_path)
    finally:
        await database.close()
    for number in (life.server_id, *USER_IDS[:2]):
        assert found(spellings(number), files)
