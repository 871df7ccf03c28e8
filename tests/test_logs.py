"""The log: canaries stand for what members write, and must never come out."""

from __future__ import annotations

import asyncio
import gc
import io
import json
import logging
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import aiosqlite
import discord
import pytest
from discord import app_commands

from bot import logs

CANARY = "quiet-canary-41"
MEMBER_ID = 123456789012345678
LIBRARIES = ("discord", "discord.gateway", "discord.http", "aiosqlite", "asyncpg", "asyncio", "apscheduler")

Written = Callable[[], str]


@pytest.fixture(autouse=True)
def _restore_logging() -> Iterator[None]:
    root, hook, raising = logging.root, sys.excepthook, logging.raiseExceptions
    handlers, level = root.handlers[:], root.level
    levels = {name: logging.getLogger(name).level for name in ("bot", "cogs", "db", *LIBRARIES)}
    yield
    root.handlers[:], sys.excepthook, logging.raiseExceptions = handlers, hook, raising
    root.setLevel(level)
    for name, before in levels.items():
        logging.getLogger(name).setLevel(before)


@pytest.fixture(params=["text", "json"])
def written(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Written:
    """Set the log up in each form, at its most talkative; calling it returns all that was written."""
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stderr", stream)
    logs.set_up("DEBUG", request.param)
    return stream.getvalue


def log_exception(error: BaseException) -> None:
    try:
        raise error  # noqa: TRY301 - only what was raised has frames
    except BaseException:
        logging.getLogger("bot.client").exception("something failed")


# What a line is


def test_a_line_of_text_tells_when_how_bad_where_and_what(capsys: pytest.CaptureFixture[str]) -> None:
    logs.set_up("INFO", "text")
    logging.getLogger("bot.client").info("ready after %.1f seconds", 2.04, extra={"reference": "K7QP"})
    line = capsys.readouterr().err
    time, rest = line.split(" ", 1)
    assert time.endswith("+00:00")
    assert rest == "INFO    bot.client: ready after 2.0 seconds  reference=K7QP\n"


def test_a_line_of_json_holds_the_allowed_fields_and_no_other(capsys: pytest.CaptureFixture[str]) -> None:
    logs.set_up("INFO", "json")
    logging.getLogger("db.sqlite").warning(
        "slow", extra={"reference": "K7QP", "job": "close", "count": 3, "member": CANARY, "answer": 4}
    )
    line = json.loads(capsys.readouterr().err)
    assert set(line) == {"time", "level", "logger", "message", "reference", "job", "count"}
    assert (line["level"], line["logger"], line["message"]) == ("WARNING", "db.sqlite", "slow")


def test_other_extras_are_dropped(written: Written) -> None:
    logging.getLogger("bot").info("answered", extra={"member": CANARY, "content": CANARY, "count": 2})
    assert "count" in (line := written())
    assert CANARY not in line


def test_setting_up_twice_writes_each_line_once(capsys: pytest.CaptureFixture[str]) -> None:
    logs.set_up("INFO", "text")
    logs.set_up("INFO", "text")
    logging.getLogger("bot").info("once")
    assert capsys.readouterr().err.count("once") == 1


# Levels


@pytest.mark.parametrize("name", LIBRARIES)
def test_a_library_never_speaks_below_info(written: Written, name: str) -> None:
    assert logging.getLogger(name).getEffectiveLevel() >= logging.INFO
    logging.getLogger(name).setLevel(logging.DEBUG)  # even where somebody asked for it
    logging.getLogger(name).debug(CANARY)
    assert written() == ""


@pytest.mark.parametrize("name", ["bot.client", "cogs.checkins.cog", "db.sqlite"])
def test_our_own_code_speaks_at_debug_when_asked(written: Written, name: str) -> None:
    logging.getLogger(name).debug("a detail")
    assert "a detail" in written()


@pytest.mark.parametrize("name", ["bot.client", *LIBRARIES])
def test_a_higher_level_holds_for_everybody(capsys: pytest.CaptureFixture[str], name: str) -> None:
    logs.set_up("ERROR", "text")
    logging.getLogger(name).warning("not this")
    logging.getLogger(name).error("but this")
    assert capsys.readouterr().err.endswith("but this\n")


def test_the_scheduler_does_not_tell_every_tick(written: Written) -> None:
    logging.getLogger("apscheduler.executors.default").info("Running job")
    logging.getLogger("apscheduler.executors.default").warning("Execution skipped")
    assert "Running job" not in (told := written())
    assert "Execution skipped" in told


async def _write_with_aiosqlite() -> None:
    async with aiosqlite.connect(":memory:") as connection:
        await connection.execute("CREATE TABLE note (words)")
        await connection.execute("INSERT INTO note VALUES (?)", (CANARY,))


def test_what_goes_into_the_database_is_not_logged(written: Written) -> None:
    asyncio.run(_write_with_aiosqlite(), debug=True)
    assert CANARY not in written()


def test_the_warnings_about_voice_are_left_out(written: Written) -> None:
    discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = True
    discord.Client(intents=discord.Intents(guilds=True))
    assert not discord.VoiceClient.warn_nacl, "discord.py gave no warning: the test says nothing"
    assert written() == ""


# Exceptions


class _Response:
    status, reason = 400, "Bad Request"


def failures() -> Iterator[BaseException]:
    yield ValueError(CANARY)
    yield KeyError(CANARY)
    yield UnicodeDecodeError("utf-8", CANARY.encode(), 0, 1, CANARY)
    yield app_commands.TransformerError(
        CANARY, discord.AppCommandOptionType.string, app_commands.Transformer()
    )
    yield discord.HTTPException(_Response(), {"code": 50035, "message": CANARY})  # type: ignore[arg-type]
    yield ExceptionGroup(CANARY, [ValueError(CANARY), ExceptionGroup(CANARY, [KeyError(CANARY)])])
    annotated = RuntimeError("with a note")
    annotated.add_note(CANARY)
    yield annotated


@pytest.mark.parametrize("error", list(failures()), ids=lambda error: type(error).__name__)
def test_an_exception_is_told_by_kind_and_place_without_its_message(
    written: Written, error: BaseException
) -> None:
    log_exception(error)
    told = written()
    assert type(error).__qualname__ in told
    assert f"{Path(__file__).name}:" in told
    assert "in log_exception" in told
    assert CANARY not in told


def test_the_exceptions_before_it_are_told_without_their_messages(written: Written) -> None:
    def look_up() -> None:
        words = {CANARY: CANARY}
        try:
            _ = words["other " + CANARY]
        except KeyError as missing:
            raise ValueError(CANARY) from missing

    try:
        try:
            look_up()
        except ValueError:
            raise RuntimeError(CANARY)  # noqa: B904 - the implicit chain is what is tested
    except RuntimeError:
        logging.getLogger("cogs.circles").exception("while joining")
    told = written()
    assert CANARY not in told
    for kind in ("builtins.RuntimeError", "caused by: builtins.ValueError", "caused by: builtins.KeyError"):
        assert kind in told
    assert "look_up" in told


def test_an_exception_raised_from_none_hides_what_came_before(written: Written) -> None:
    try:
        try:
            _ = {}[CANARY]
        except KeyError:
            raise ValueError(CANARY) from None
    except ValueError:
        logging.getLogger("bot").exception("hidden")
    assert "KeyError" not in written()


def test_exceptions_that_cause_each_other_end(written: Written) -> None:
    first, second = ValueError(CANARY), KeyError(CANARY)
    first.__cause__, second.__cause__ = second, first
    log_exception(first)
    assert "something failed" in written()


def test_the_numbers_of_an_error_are_told(written: Written) -> None:
    log_exception(discord.HTTPException(_Response(), {"code": 50013, "message": CANARY}))  # type: ignore[arg-type]
    told = written()
    assert "status=400" in told
    assert "code=50013" in told


def test_an_exception_that_nobody_caught_is_logged_by_the_same_rules() -> None:
    program = f"from bot.logs import set_up; set_up('INFO', 'text'); raise ValueError('{CANARY}')"
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert run.returncode == 1
    assert "stopped unexpectedly" in run.stderr
    assert "builtins.ValueError" in run.stderr
    assert CANARY not in run.stderr


def test_a_task_that_failed_unnoticed_is_told_without_its_exception(written: Written) -> None:
    async def fail() -> None:
        raise ValueError(CANARY)

    async def forget_a_task() -> None:
        task = asyncio.create_task(fail())
        await asyncio.sleep(0)
        del task
        gc.collect()

    asyncio.run(forget_a_task())
    told = written()
    assert "Task exception was never retrieved" in told
    assert "builtins.ValueError" in told
    assert CANARY not in told


def test_a_callback_that_failed_is_told_without_its_arguments(written: Written) -> None:
    async def call_later() -> None:
        asyncio.get_running_loop().call_soon(int, CANARY)
        await asyncio.sleep(0)

    asyncio.run(call_later())
    told = written()
    assert "Exception in callback" in told
    assert CANARY not in told


# Messages


class _Form:
    def __repr__(self) -> str:
        return f"<Form words={CANARY!r}>"


@pytest.mark.parametrize(
    ("template", "arguments", "told"),
    [
        ("bad form %r", (_Form(),), "_Form"),
        ("failed: %s", (ValueError(CANARY),), "ValueError"),
        ("got %s", ([CANARY],), "list"),
        ("got %s", ({"form": CANARY},), "dict"),
        ("got %(form)s", ({"form": CANARY},), "got %(form)s"),
        ("%d things", (_Form(),), "%d things"),
        ("%s and %s", (CANARY,), "%s and %s"),
        ("opened %s", (Path("respite.db"),), "respite.db"),
        ("%d of %.1f, %s", (3, 4.0, None), "3 of 4.0, None"),
    ],
)
def test_of_an_argument_only_text_and_numbers_are_told(
    written: Written, template: str, arguments: tuple[object, ...], told: str
) -> None:
    logging.getLogger("discord.ui.view").error(template, *arguments)
    line = written()
    assert told in line
    assert CANARY not in line
    assert "Traceback" not in line


def test_an_exception_given_as_the_message_is_told_by_its_kind(written: Written) -> None:
    logging.getLogger("bot").error(ValueError(CANARY))
    assert "ValueError" in (line := written())
    assert CANARY not in line


@pytest.mark.parametrize("secret", [str(MEMBER_ID), "aW50ZXJhY3Rpb246" * 12, f"{'A' * 24}.Gabcde.{'b' * 38}"])
def test_ids_and_tokens_are_left_out(written: Written, secret: str) -> None:
    url = f"https://discord.com/api/v10/guilds/1/members/{secret}/roles"
    logging.getLogger("discord.http").warning("We are being rate limited. %s %s", "PUT", url)
    logging.getLogger("bot").warning("failed for %s", int(secret) if secret.isdigit() else secret)
    logging.getLogger("bot").warning("failed", extra={"reference": secret, "job": f"remind {secret}"})
    told = written()
    assert secret not in told
    assert told.count("…") == 4


def test_a_message_cannot_pretend_to_be_another_line(written: Written) -> None:
    logging.getLogger("bot").info(
        "circle %s", "one\n2026-01-01 ERROR bot: forged\x1b[2J", extra={"job": "a\nb"}
    )
    told = written()
    assert len(told.splitlines()) == 1
    assert "forged" not in told
    assert "\x1b" not in told


def test_a_line_that_cannot_be_written_is_not_written_elsewhere(capsys: pytest.CaptureFixture[str]) -> None:
    logs.set_up("INFO", "text")
    full = io.StringIO()
    full.close()
    (handler,) = logging.root.handlers
    assert isinstance(handler, logging.StreamHandler)
    handler.setStream(full)
    logging.getLogger("bot").info("answered by %s", CANARY)
    assert capsys.readouterr().err == ""
