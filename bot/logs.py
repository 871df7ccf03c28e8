"""The log: what happened and where, never to whom, and never what anybody wrote."""

from __future__ import annotations

import json
import logging
import re
import sys
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import PurePath
from traceback import walk_tb
from typing import Literal, cast

Level = Literal["DEBUG", "INFO", "WARNING", "ERROR"]
Format = Literal["text", "json"]
EXTRAS = ("reference", "job", "count", "seconds")  # what `extra=` may add; anything else is dropped

_OURS = ("bot", "cogs", "db")
_CODES = ("status", "code", "errno", "sqlite_errorcode")
_NEEDLESS = ("PyNaCl is not installed", "davey is not installed")  # the bot does not speak
_IDS_AND_TOKENS = re.compile(r"\d{15,}|[\w.=-]{50,}")


def set_up(level: Level = "INFO", format: Format = "text") -> None:  # noqa: A002 - the key in config.toml
    """Send the log to standard error, with the exceptions that nobody caught.

    A `level` below INFO concerns our own code only: libraries print payloads and tokens at DEBUG.
    """
    handler = logging.StreamHandler()
    handler.setFormatter(_Text() if format == "text" else _Json())
    handler.addFilter(_is_wanted)
    number = logging.getLevelNamesMapping()[level]
    logging.root.handlers[:] = [handler]
    logging.root.setLevel(max(number, logging.INFO))
    for name in _OURS:
        logging.getLogger(name).setLevel(number)
    logging.getLogger("apscheduler").setLevel(max(number, logging.WARNING))  # at INFO it tells every tick
    logging.raiseExceptions = False  # else the arguments of an unwritable line are printed
    sys.excepthook = lambda _kind, error, _: logging.root.critical("stopped unexpectedly", exc_info=error)


class _Json(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        time = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="seconds")
        fields = {"time": time, "level": record.levelname, "logger": record.name, "message": _message(record)}
        fields |= {name: _shown(record.__dict__[name]) for name in EXTRAS if name in record.__dict__}
        return self.write(fields, list(_trace(record.exc_info[1])) if record.exc_info else [])

    def write(self, fields: dict[str, str], trace: list[str]) -> str:
        return json.dumps(fields | ({"error": trace} if trace else {}), ensure_ascii=False)


class _Text(_Json):
    def write(self, fields: dict[str, str], trace: list[str]) -> str:
        time, level, logger, message, *extras = fields.items()
        head = f"{time[1]} {level[1]:<7} {logger[1]}: {message[1]}"
        return "\n  ".join(["  ".join([head, *(f"{name}={value}" for name, value in extras)]), *trace])


def _message(record: logging.LogRecord) -> str:
    message = str(_harmless(record.msg))
    arguments = record.args if isinstance(record.args, tuple) else (record.args,)
    with suppress(TypeError, ValueError):  # words without their arguments are better than no line
        message = message % tuple(_harmless(value) for value in arguments) if record.args else message
    # asyncio adds the repr of a callback with its arguments, or of a task with its exception.
    return _shown(re.split(r"[(<\[]", message)[0] if record.name == "asyncio" else message)


def _harmless(value: object) -> object:
    """Keep text and numbers; the repr of anything else may hold what a member wrote."""
    return value if isinstance(value, str | int | float | PurePath | None) else type(value).__name__


def _shown(value: object) -> str:
    """Return one line without anything as long as a Discord id or a token."""
    first = (str(_harmless(value)).splitlines() or [""])[0].strip()
    return _IDS_AND_TOKENS.sub("…", "".join(sign if sign.isprintable() else " " for sign in first))


def _trace(error: BaseException | None, depth: int = 0) -> Iterator[str]:
    """Tell the kind of an exception and where it passed, never its message: that may quote a member."""
    if error is None or depth > 9:
        return
    codes = [(name, getattr(error, name, None)) for name in _CODES]
    known = "".join(f" {name}={code}" for name, code in codes if isinstance(code, int) and code < 10**9)
    yield f"{'caused by: ' if depth else ''}{type(error).__module__}.{type(error).__qualname__}{known}"
    for frame, line in walk_tb(error.__traceback__):
        yield f"  {frame.f_code.co_filename}:{line} in {frame.f_code.co_qualname}"
    if isinstance(error, BaseExceptionGroup):
        for member in cast("BaseExceptionGroup[BaseException]", error).exceptions:
            yield from _trace(member, depth + 1)
    yield from _trace(error.__cause__ if error.__suppress_context__ else error.__context__, depth + 1)


def _is_wanted(record: logging.LogRecord) -> bool:
    needless = record.name == "discord.client" and str(record.msg).startswith(_NEEDLESS)
    return not needless and (record.name.split(".")[0] in _OURS or record.levelno >= logging.INFO)
