"""The local socket on which a running bot answers commands of its operator: one line of JSON each way.

There are few verbs, and neither a secret nor anything about a person goes over it. Only the user who runs
the bot may ask. Here is what both sides share, and the asking side; `bot.answering` is the other.
"""

from __future__ import annotations

import asyncio
import json
import os
import socket
import struct
import sys
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any

SOCKET = "control.sock"
LONGEST_PATH = 107
"""Bytes that the address of a socket has room for."""

LONGEST_LINE = 1 << 20
_CREDENTIALS = struct.Struct("3i")

Content = Mapping[str, Any]
Connection = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class Verb(StrEnum):
    """What a running bot can be asked for."""

    BACKUP = "backup"
    ROTATE = "rotate"
    EXAMINE = "examine"


class CannotAsk(Exception):
    """There is a socket, but it is not to be trusted, or did not answer. Its text is the one line why."""


class Declined(Exception):
    """What was asked for could not be done. Its text is the one line that says why."""


def socket_in(keys: Path) -> Path:
    """Return where the socket lies: in the folder of keys, which nobody else may enter."""
    return keys / SOCKET


def why_silent(path: Path) -> str:
    """Return why a bot that runs may not be reachable at this socket, as the end of a sentence."""
    if not can_be(path):
        return f"it cannot be asked, because {_why_not(path)}, so stop it first"
    return f"nothing answers at {path}; try again in a moment, or stop it first"


def _why_not(path: Path) -> str:
    if sys.platform == "win32":
        return "this system has no local sockets"
    return f"{path} is too long for a socket ({LONGEST_PATH} bytes)"


def can_be(path: Path) -> bool:
    """Say whether this system can have a socket there."""
    return sys.platform != "win32" and len(os.fsencode(path)) <= LONGEST_PATH


async def ask(path: Path, verb: Verb, **arguments: str | None) -> Content | None:
    """Ask the bot that runs, and return its answer, however long it takes; None where no bot is there.

    Raises: CannotAsk, Declined.
    """
    connection = await connect(path)
    if connection is None:
        return None
    reader, writer = connection
    try:
        writer.write(written({"verb": verb, **arguments}))
        await writer.drain()
        answer = read(await reader.readline())
    except (OSError, ValueError):
        raise CannotAsk("The bot stopped before it had answered.") from None
    finally:
        writer.close()
    if "declined" in answer:
        raise Declined(str(answer["declined"]))
    return answer


async def connect(path: Path) -> Connection | None:
    """Return a connection to the bot that runs, or None where none is there. Raises CannotAsk."""
    if sys.platform == "win32" or not can_be(path):
        return None
    try:
        owner = os.stat(path).st_uid  # noqa: PTH116 - it takes no time
        if owner != os.geteuid():
            raise CannotAsk(f"{path} belongs to another user: type this as the user who runs the bot.")
        reader, writer = await asyncio.open_unix_connection(path, limit=LONGEST_LINE)
    except (FileNotFoundError, ConnectionRefusedError):
        return None  # none has run here, or one that was killed
    except OSError as error:
        raise CannotAsk(f"{path} cannot be used: {error.strerror}.") from None
    if not is_ours(writer):
        writer.close()
        raise CannotAsk(f"Another user answers at {path}. Look who has put that there.")
    return reader, writer


def is_ours(writer: asyncio.StreamWriter) -> bool:
    """Say whether the process at the other end is of our own user, where the system can tell."""
    option = getattr(socket, "SO_PEERCRED", None)
    if sys.platform == "win32" or option is None:
        return True
    given = writer.get_extra_info("socket").getsockopt(socket.SOL_SOCKET, option, _CREDENTIALS.size)
    return _CREDENTIALS.unpack(given)[1] == os.geteuid()


def written(content: Content) -> bytes:
    """Return the line that says this."""
    return json.dumps(content).encode() + b"\n"


def read(line: bytes) -> Content:
    """Return what a line says. Raises ValueError."""
    content = json.loads(line)
    if not line.endswith(b"\n") or not isinstance(content, dict):
        raise ValueError("not a whole line")
    return content  # pyright: ignore[reportUnknownVariableType]
