"""The local socket: who may ask, what is answered, and what is left behind."""

from __future__ import annotations

import asyncio
import logging
import os
import socket
import stat
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from bot import control
from bot.answering import answering
from bot.control import CannotAsk, Declined, Verb


async def back_up(asked: Mapping[str, Any]) -> Mapping[str, Any]:
    """Answer as a bot would, or not, as it was asked."""
    match asked.get("to"):
        case "full":
            raise Declined("The disk is full.")
        case "broken":
            raise LookupError("what a member wrote")
        case "slow":
            await asyncio.sleep(60)
    return {"file": f"{asked.get('to')}/respite.age"}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return control.socket_in(tmp_path)


@pytest.fixture
async def served(path: Path) -> AsyncIterator[Path]:
    """Yield the path of a socket at which somebody answers."""
    async with answering(path, {Verb.BACKUP: back_up}):
        yield path


def names_in(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


async def say(path: Path, line: bytes, *, end: bool = False) -> bytes:
    """Write this to the socket, and return everything that comes back."""
    reader, writer = await asyncio.open_unix_connection(path)
    writer.write(line)
    if end:
        writer.write_eof()
    try:
        return await reader.read()
    except ConnectionResetError:  # it was not even read
        return b""
    finally:
        writer.close()


async def test_what_is_asked_is_answered(served: Path) -> None:
    assert await control.ask(served, Verb.BACKUP, to="/stick") == {"file": "/stick/respite.age"}
    assert await control.ask(served, Verb.BACKUP, to=None) == {"file": "None/respite.age"}


async def test_several_are_answered_at_once(served: Path) -> None:
    slow = asyncio.create_task(control.ask(served, Verb.BACKUP, to="slow"))
    answers = await asyncio.gather(*[control.ask(served, Verb.BACKUP, to=str(number)) for number in range(9)])
    assert [answer and answer["file"] for answer in answers] == [
        f"{number}/respite.age" for number in range(9)
    ]
    assert not slow.done()
    slow.cancel()


async def test_the_socket_is_for_its_owner_alone_and_goes_with_the_bot(path: Path) -> None:
    before = os.umask(0o022)
    try:
        async with answering(path, {}):
            mode = os.stat(path).st_mode  # noqa: PTH116 - pathlib is for those who may wait
            assert stat.S_ISSOCK(mode)
            assert stat.S_IMODE(mode) == 0o600
            assert os.umask(0o022) == 0o022
    finally:
        os.umask(before)
    assert names_in(path.parent) == []


async def test_what_cannot_be_done_is_said_in_one_line(served: Path) -> None:
    with pytest.raises(Declined, match=r"^The disk is full\.$"):
        await control.ask(served, Verb.BACKUP, to="full")


async def test_what_nobody_expected_is_logged_under_a_reference_and_not_told(
    served: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(Declined, match=r"the bot's log has it under (\w{6})\.$") as declined:
        await control.ask(served, Verb.BACKUP, to="broken")
    assert "member" not in str(declined.value)
    [record] = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert vars(record)["reference"] in str(declined.value)


@pytest.mark.parametrize(
    "line",
    [b"{}\n", b'{"verb": "members"}\n', b'["backup"]\n', b"\xff\xfe\n", b"\n", b'{"verb": ["backup"]}\n'],
    ids=str,
)
async def test_what_is_not_a_question_is_declined_and_the_next_is_answered(served: Path, line: bytes) -> None:
    assert b"does not know what it was asked" in await say(served, line)
    assert await control.ask(served, Verb.BACKUP, to="/stick") is not None


async def test_half_a_question_is_none(served: Path) -> None:
    assert b"does not know" in await say(served, b'{"verb": "backup"', end=True)
    assert b"does not know" in await say(served, b'{"verb": "backup"}', end=True)
    assert b"does not know" in await say(served, b"x" * (control.LONGEST_LINE + 10), end=True)


async def test_whoever_does_not_wait_for_the_answer_does_no_harm(served: Path) -> None:
    _, writer = await asyncio.open_unix_connection(served)
    writer.write(control.written({"verb": "backup"}))
    writer.transport.abort()
    assert await control.ask(served, Verb.BACKUP, to="/stick") is not None


async def test_where_no_bot_runs_nobody_answers(path: Path) -> None:
    assert await control.ask(path, Verb.BACKUP) is None


async def test_the_socket_of_a_killed_bot_is_in_nobodys_way(path: Path) -> None:
    killed = socket.socket(socket.AF_UNIX)
    killed.bind(str(path))
    killed.close()
    assert names_in(path.parent) == [path.name]
    assert await control.ask(path, Verb.BACKUP) is None
    async with answering(path, {Verb.BACKUP: back_up}):
        assert await control.ask(path, Verb.BACKUP, to="/stick") is not None
    assert names_in(path.parent) == []


async def test_a_second_bot_leaves_the_first_its_socket(
    served: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with answering(served, {}):
        assert await control.ask(served, Verb.BACKUP, to="/stick") is not None
    assert "another bot has it" in caplog.text
    assert await control.ask(served, Verb.BACKUP, to="/stick") is not None


async def test_a_bot_that_stops_gives_up_what_it_was_asked_for(path: Path) -> None:
    async with answering(path, {Verb.BACKUP: back_up}):
        slow = asyncio.create_task(control.ask(path, Verb.BACKUP, to="slow"))
        await asyncio.sleep(0.1)
    with pytest.raises(CannotAsk, match=r"^The bot stopped before it had answered\.$"):
        await slow


async def test_the_socket_of_another_user_is_refused(served: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    me = os.geteuid()
    monkeypatch.setattr(os, "geteuid", lambda: me + 1)
    with pytest.raises(CannotAsk, match="belongs to another user"):
        await control.ask(served, Verb.BACKUP)
    assert await say(served, control.written({"verb": "backup"})) == b""  # it would not tell them anything


@pytest.mark.skipif(not hasattr(socket, "SO_PEERCRED"), reason="this system does not say who asks")
async def test_who_is_at_the_other_end_is_asked_of_the_system(
    served: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, writer = await asyncio.open_unix_connection(served)
    assert control.is_ours(writer)
    me = os.geteuid()
    monkeypatch.setattr(os, "geteuid", lambda: me + 1)
    assert not control.is_ours(writer)
    writer.close()


async def test_a_path_that_is_too_long_is_told_on_both_sides(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder = tmp_path / ("long" * 30)
    folder.mkdir()
    path = control.socket_in(folder)
    async with answering(path, {Verb.BACKUP: back_up}):
        assert "is too long for a socket (107 bytes)" in caplog.text
        assert await control.ask(path, Verb.BACKUP) is None
    assert "is too long for a socket (107 bytes), so stop it first" in control.why_silent(path)
