"""The side of the local socket that answers: the bot that runs."""

from __future__ import annotations

import asyncio
import logging
import os
import sys
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from bot import control, errors
from bot.control import CannotAsk, Content, Declined, Verb

log = logging.getLogger(__name__)

Handler = Callable[[Content], Awaitable[Content]]
"""Does what was asked, or raises Declined."""

_SECONDS_TO_ASK = 5.0


@asynccontextmanager
async def answering(path: Path, handlers: Mapping[Verb, Handler]) -> AsyncGenerator[None]:
    """Answer whoever asks, for the block. What is still being done is given up at its end.

    Where there can be no socket, or another bot has it, the log says so and the bot goes on without.
    """
    serving = _Serving(handlers)
    try:
        server = await _listen(path, serving)
    except (OSError, CannotAsk) as error:
        log.warning("There is no control socket: %s", str(error))
        server = None
    try:
        yield
    finally:
        if server is not None:
            server.close()
            path.unlink(missing_ok=True)  # noqa: ASYNC240 - it takes no time
        await serving.give_up()


async def _listen(path: Path, serving: _Serving) -> asyncio.Server | None:
    if sys.platform == "win32" or not control.can_be(path):
        log.warning("There is no control socket: %s.", control.why_silent(path))
        return None
    if connection := await control.connect(path):
        connection[1].close()
        log.warning("There is no control socket: another bot has it.")
        return None
    before = os.umask(0o177)  # from its first moment on, it is for nobody else
    try:
        # It takes the place of one that a killed bot has left.
        return await asyncio.start_unix_server(serving.serve, path, limit=control.LONGEST_LINE)
    finally:
        os.umask(before)


class _Serving:
    """Answers connections, each with one line."""

    def __init__(self, handlers: Mapping[Verb, Handler]) -> None:
        self._handlers = handlers
        self._tasks: set[asyncio.Task[Any]] = set()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - for the types: asyncio runs this as a task
        self._tasks.add(task)
        try:
            if control.is_ours(writer):
                writer.write(control.written(await self._answer(reader)))
                await writer.drain()
        except OSError:
            log.info("Whoever asked did not wait for the answer.")
        finally:
            self._tasks.discard(task)
            writer.close()

    async def give_up(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _answer(self, reader: asyncio.StreamReader) -> Content:
        try:
            async with asyncio.timeout(_SECONDS_TO_ASK):
                asked = control.read(await reader.readline())
            verb = Verb(asked.get("verb", ""))
        except (TimeoutError, ValueError):
            return {"declined": "The bot does not know what it was asked: it may be of another version."}
        try:
            return await self._handlers[verb](asked)
        except Declined as declined:
            return {"declined": str(declined)}
        except Exception as error:
            reference = errors.report(error, job=f"control {verb}")
            return {"declined": f"Something unexpected happened; the bot's log has it under {reference}."}
