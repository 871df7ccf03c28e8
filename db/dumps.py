"""Copies of a PostgreSQL database, made and used by PostgreSQL's own programs."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import tempfile
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager, suppress
from typing import IO
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

from db.connection import CopyFailed, to_the_end

_ANSWERS = "--exclude-table-data=*.ballot"
_PLAIN = ("--no-owner", "--no-privileges", "--no-password")


@asynccontextmanager
async def dumped(url: str) -> AsyncGenerator[IO[bytes]]:
    """Yield what reads a dump without the answers of open windows.

    Raises: CopyFailed, also when the block is left: what was read until then is not whole.
    """
    with tempfile.TemporaryFile() as complaints:
        process = _start("pg_dump", url, "--format=custom", _ANSWERS, complaints=complaints)
        assert process.stdin  # noqa: S101 - for the types: it is a pipe
        assert process.stdout  # noqa: S101 - likewise
        try:
            with process.stdin, process.stdout as reader:
                yield reader
        except BaseException:
            process.kill()
            raise
        finally:
            code = await to_the_end(asyncio.to_thread(process.wait))
        if code:
            raise CopyFailed(f"pg_dump cannot copy the database: {_first(complaints)}.")


def restore_dump(url: str, write: Callable[[IO[bytes]], None]) -> None:
    """Restore a dump that `write` writes into an empty database, all of it or nothing.

    Raises: CopyFailed, and whatever `write` raises.
    """
    whole = ("--single-transaction", "--exit-on-error")
    with tempfile.TemporaryFile() as complaints:
        process = _start("pg_restore", url, *whole, complaints=complaints)
        assert process.stdin  # noqa: S101 - for the types: it is a pipe
        assert process.stdout  # noqa: S101 - likewise; it says nothing there
        try:
            with process.stdout, suppress(BrokenPipeError), process.stdin as writer:
                write(writer)  # where the pipe breaks, pg_restore itself says why it stopped
        except BaseException:
            process.kill()
            raise
        finally:
            code = process.wait()
        if code:
            raise CopyFailed(f"pg_restore cannot restore this backup: {_first(complaints)}.")


def _start(name: str, url: str, *options: str, complaints: IO[bytes]) -> subprocess.Popen[bytes]:
    program = shutil.which(name)
    if program is None:
        raise CopyFailed(f"{name} is not on this machine: install the client programs of PostgreSQL.")
    address, password = _parted(url)
    return subprocess.Popen(  # noqa: S603 - a program of the system, with options of our own
        [program, *_PLAIN, *options, f"--dbname={address}"],
        env={**os.environ, "LC_ALL": "C", **({"PGPASSWORD": password} if password else {})},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=complaints,
    )


def _parted(url: str) -> tuple[str, str]:
    """Return the address without its password, which everybody on this machine could read, and that."""
    parts = urlsplit(url)
    user, _, password = parts.netloc.rpartition("@")[0].partition(":")
    query = dict(parse_qsl(parts.query, keep_blank_values=True))
    password = query.pop("password", unquote(password))
    place = parts.netloc.rpartition("@")[2]
    rest = f"?{urlencode(query, quote_via=quote)}" if query else ""
    return f"{parts.scheme}://{user}{'@' if user else ''}{place}{parts.path}{rest}", password


def _first(complaints: IO[bytes]) -> str:
    """Return the first line of what a program complained about; those below it may quote what is stored."""
    complaints.seek(0)
    lines = complaints.read(4096).decode(errors="replace").splitlines() or ["no reason given"]
    return lines[0].partition("error: ")[2] or lines[0]
