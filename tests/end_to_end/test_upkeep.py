"""Backups and a new master key while the real bot runs, and what is left after it was killed."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from bot.services.master_keys import MasterKeyFile
from bot.services.member_keys import MemberKeys
from tests.end_to_end.seeding import ANSWER, PEOPLE, seed
from tests.stand_in import Program, StandIn
from tests.stand_in.discord import GUILD

WEEK = {"hours": "20", "heavy": "3", "other": "10", "breaks": "2", "boundaries": "2"}


async def typed(folder: Path, base: str, *arguments: str) -> tuple[int, str]:
    """Let the operator type a command; return its exit code and what it said."""
    async with Program.start(folder, base, arguments) as program:
        said = await program.output()
    assert program.process.returncode is not None
    return program.process.returncode, said


async def test_a_running_bot_makes_the_backup_while_it_answers(tmp_path: Path) -> None:
    window_id = await seed(tmp_path, PEOPLE)
    async with StandIn().serve() as stand_in, Program.start(tmp_path, stand_in.base) as program:
        await stand_in.until_connected()
        asking = asyncio.create_task(typed(tmp_path, stand_in.base, "backup", "--to", "stick"))
        while not asking.done():
            for person in PEOPLE:
                reply = await stand_in.submit(person, f"answer-in:{window_id}", ANSWER)
                assert reply.title in {"Noted", "Changed"}
        code, said = await asking
        assert code == 0, said
        assert said.splitlines()[0].startswith(f"The database is in {tmp_path / 'stick' / 'respite-'}")
        assert await program.stop() == 0
        assert not (tmp_path / "keys" / "control.sock").exists()
    [backup] = (tmp_path / "stick").glob("*.age")
    new = tmp_path / "new"
    (new / "keys").mkdir(parents=True, mode=0o700)
    shutil.copy2(tmp_path / "keys" / "master.key", new / "keys")
    code, said = await typed(new, "", "restore", str(backup))
    assert code == 0, said
    with closing(sqlite3.connect(new / "respite.db")) as file:
        assert file.execute("SELECT count(*) FROM circle_member").fetchone() == (8,)
        assert file.execute("SELECT count(*) FROM ballot").fetchone() == (0,)


async def test_a_new_master_key_comes_while_members_come_and_go(tmp_path: Path) -> None:
    window_id = await seed(tmp_path, PEOPLE)
    old = (tmp_path / "keys" / "master.key").read_bytes()
    newcomers = [700000000000000001 + number for number in range(30)]
    async with StandIn().serve() as stand_in, Program.start(tmp_path, stand_in.base) as program:
        await stand_in.until_connected()
        asking = asyncio.create_task(typed(tmp_path, stand_in.base, "keys", "rotate"))
        arrived: list[int] = []
        while not asking.done():
            for person in PEOPLE:
                reply = await stand_in.submit(person, f"answer-in:{window_id}", ANSWER)
                assert reply.title in {"Noted", "Changed"}
            if newcomers:
                arrived.append(newcomers.pop())
                await stand_in.submit(arrived[-1], "load-form:", WEEK)
        code, said = await asking
        assert code == 0, said
        assert "keys are wrapped under a new master key" in said
        assert "Copy it again, now" in said
        key = (tmp_path / "keys" / "master.key").read_bytes()
        assert key != old
        assert key.decode().strip() not in said
        await program.kill()
    master_key = MasterKeyFile(tmp_path / "keys" / "master.key")
    keys = MemberKeys(tmp_path / "keys", master_key)
    known = sum(keys.find(keys.locate(GUILD, person)) is not None for person in (*PEOPLE, *arrived))
    assert known == len(list((tmp_path / "keys" / "members").iterdir())) == len(PEOPLE) + len(arrived)
    with closing(sqlite3.connect(tmp_path / "respite.db")) as file:
        assert file.execute("SELECT count(*) FROM workload").fetchone() == (len(arrived),)


async def test_after_a_kill_the_socket_that_is_left_is_in_nobodys_way(tmp_path: Path) -> None:
    await seed(tmp_path, PEOPLE)
    async with StandIn().serve() as stand_in:
        async with Program.start(tmp_path, stand_in.base) as program:
            await stand_in.until_connected()
            await program.kill()
        stand_in.disconnected()
        assert (tmp_path / "keys" / "control.sock").exists()
        code, said = await typed(tmp_path, stand_in.base, "backup", "--to", "one")
        assert code == 0, said
        async with Program.start(tmp_path, stand_in.base) as program:
            await stand_in.until_connected()
            code, said = await typed(tmp_path, stand_in.base, "backup", "--to", "two")
            assert code == 0, said
            second = await typed(tmp_path, stand_in.base, "run")
            assert second[0] == 1
            assert "is in use by another process" in second[1]
            code, said = await typed(tmp_path, stand_in.base, "backup", "--to", "three")
            assert code == 0, said


async def test_where_the_bot_cannot_be_asked_one_line_says_why(tmp_path: Path) -> None:
    folder = tmp_path / ("deep" * 30)
    folder.mkdir()
    await seed(folder, PEOPLE)
    async with StandIn().serve() as stand_in, Program.start(folder, stand_in.base):
        await stand_in.until_connected()
        code, said = await typed(folder, stand_in.base, "keys", "rotate")
    assert code == 1
    [line] = said.splitlines()
    assert line.startswith(f"The database file {folder / 'respite.db'} is in use by another process. If that")
    assert line.endswith("is too long for a socket (107 bytes), so stop it first.")


async def test_the_doctor_asks_a_running_bot_what_is_in_its_database(tmp_path: Path) -> None:
    await seed(tmp_path, PEOPLE)
    with closing(sqlite3.connect(tmp_path / "respite.db")) as file:
        file.execute("UPDATE circle SET purpose = ?", (f"Ask {PEOPLE[0]}.",))
        file.commit()
    async with StandIn().serve() as stand_in, Program.start(tmp_path, stand_in.base):
        await stand_in.until_connected()
        await typed(tmp_path, stand_in.base, "backup")
        code, said = await typed(tmp_path, stand_in.base, "doctor", "--privacy")
        assert code == 1, said
        assert "✗ 1 value(s) of circle.purpose look like ids on Discord." in said
        assert said.count("✗") == 1
        assert str(PEOPLE[0]) not in said
        code, said = await typed(tmp_path, stand_in.base, "doctor")
        assert code == 0, said
        assert "The bot is running." in said
