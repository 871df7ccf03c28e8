"""The real program as an operator starts, stops and kills it."""

from __future__ import annotations

import asyncio
import os
import signal
import sqlite3
import stat
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.end_to_end.seeding import ANSWER, PEOPLE, seed
from tests.stand_in import Program, StandIn


def end_window(folder: Path) -> None:
    """Let the open window's time be over, as if the program had been off for a week."""
    with closing(sqlite3.connect(folder / "respite.db")) as file:
        past = int((datetime.now(UTC) - timedelta(minutes=1)).timestamp())
        file.execute("UPDATE checkin_window SET closes_at = ?", (past,))
        file.commit()


async def until_posted(stand_in: StandIn) -> None:
    """Wait until a result has been posted."""
    async with asyncio.timeout(30):
        while not closed(stand_in):  # noqa: ASYNC110 - the stand-in only keeps what it was sent
            await asyncio.sleep(0.05)


def everything_in(folder: Path) -> list[bytes]:
    """Return every file that was written, each with its name."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert {"respite.db", "master.key"} <= {path.name for path in files}
    return [path.read_bytes() + str(path.relative_to(folder)).encode() for path in files]


def closed(stand_in: StandIn) -> list[dict[str, object]]:
    """Return the embeds of results that were posted."""
    embeds = [embed for message in stand_in.messages for embed in message.get("embeds", [])]
    return [embed for embed in embeds if embed.get("title") == "The check-in has closed"]


async def test_answers_acknowledged_before_a_kill_count_at_the_close(tmp_path: Path) -> None:
    window_id = await seed(tmp_path, PEOPLE)
    async with StandIn().serve() as stand_in:
        async with Program.start(tmp_path, stand_in.base) as program:
            await stand_in.until_connected()
            replies = await asyncio.gather(
                *(stand_in.submit(person, f"answer-in:{window_id}", ANSWER) for person in PEOPLE)
            )
            assert [reply.title for reply in replies] == ["Noted"] * len(PEOPLE)
            await program.kill()
        stand_in.disconnected()
        end_window(tmp_path)
        async with Program.start(tmp_path, stand_in.base) as program:
            await until_posted(stand_in)
            assert await program.stop() == 0
    [result] = closed(stand_in)
    assert "8–12 answers" in str(result["description"])
    for band in ("mostly injured or ill", "mostly low", "mostly heavy", "mostly alone"):
        assert band in str(result["description"])
    assert list((tmp_path / "keys" / "windows").iterdir()) == []
    with closing(sqlite3.connect(tmp_path / "respite.db")) as file:
        assert file.execute("SELECT count(*) FROM ballot").fetchone() == (0,)


async def test_no_file_holds_the_id_of_anybody(tmp_path: Path) -> None:
    window_id = await seed(tmp_path, PEOPLE)
    printed = b""
    async with StandIn().serve() as stand_in, Program.start(tmp_path, stand_in.base) as program:
        await stand_in.until_connected()
        for person in PEOPLE:
            await stand_in.submit(person, f"answer-in:{window_id}", ANSWER)
        # Also where something goes wrong: forged, incomplete and unknown forms.
        await stand_in.submit(PEOPLE[0], "answer-in:99", ANSWER)
        await stand_in.submit(PEOPLE[0], f"answer-in:{window_id}", {"energy": "9"})
        await stand_in.submit(PEOPLE[0], "no-such-form:1", {})
        await program.kill()
        printed = await program.process.stdout.read() if program.process.stdout else b""
    for content in (*everything_in(tmp_path), printed):
        for person in PEOPLE:
            for form in (
                str(person).encode(),
                f"{person:x}".encode(),
                person.to_bytes(8, "big"),
                person.to_bytes(8, "little"),
            ):
                assert form not in content


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_asked_to_stop_it_ends_well_and_leaves_no_journal_behind(
    tmp_path: Path, number: signal.Signals
) -> None:
    await seed(tmp_path, PEOPLE)
    async with StandIn().serve() as stand_in, Program.start(tmp_path, stand_in.base) as program:
        await stand_in.until_connected()
        async with asyncio.timeout(15):
            assert await program.stop(number) == 0
        assert not (tmp_path / "respite.db-wal").exists()


async def test_the_first_start_makes_a_master_key_and_says_where_it_lies(tmp_path: Path) -> None:
    async with StandIn().serve() as stand_in, Program.start(tmp_path, stand_in.base) as program:
        await stand_in.until_connected()
        program.process.send_signal(signal.SIGTERM)
        printed = await program.output()
    key = tmp_path / "keys" / "master.key"
    assert stat.S_IMODE(os.stat(key).st_mode) == 0o600  # noqa: PTH116 - one call says it
    assert "A master key was made" in printed
    assert "master.key" in printed
    assert key.read_text("ascii").strip() not in printed


async def test_commands_are_told_to_discord_once_and_not_at_every_start(tmp_path: Path) -> None:
    async with StandIn().serve() as stand_in:
        for _ in range(2):
            async with Program.start(tmp_path, stand_in.base) as program:
                await stand_in.until_connected()
                assert await program.stop() == 0
            stand_in.disconnected()
    assert stand_in.commands_told == 1


async def test_a_wrong_token_ends_with_one_line(tmp_path: Path) -> None:
    async with (
        StandIn().serve() as stand_in,
        Program.start(tmp_path, stand_in.base, token="wrong") as program,  # noqa: S106
    ):
        printed = await program.output()
    assert program.process.returncode == 1
    assert "Discord does not accept this token" in printed.splitlines()[-1]
    assert "Traceback" not in printed


async def test_a_lost_master_key_is_never_replaced(tmp_path: Path) -> None:
    await seed(tmp_path, PEOPLE)
    (tmp_path / "keys" / "master.key").unlink()
    async with StandIn().serve() as stand_in, Program.start(tmp_path, stand_in.base) as program:
        printed = await program.output()
    assert program.process.returncode == 1
    assert "Put it back" in printed.splitlines()[-1]
    assert not (tmp_path / "keys" / "master.key").exists()
