"""Start the demo: the real bot, the pretend server around it, and the page that shows it."""

from __future__ import annotations

import asyncio
import os
import secrets
import socket
from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime

from bot.demo.building import build
from bot.demo.environment import Bot, DemoEnvironment
from bot.demo.site import open_site
from bot.demo.stage import Stage

# Clients are told the time by whoever built them; this is what they hear before the pretend Discord exists.
_BEFORE_THE_BEGINNING = datetime(2026, 1, 1, tzinfo=UTC)

MakeBot = Callable[[Callable[[], datetime]], AbstractAsyncContextManager[Bot]]


async def serve(make_bot: MakeBot, *, port: int, ready: Callable[[str], None]) -> None:
    """Serve the demo on this machine until cancelled, then leave nothing behind.

    `make_bot` builds the real bot around the demo's clock; `ready` is told the address once the page works.

    Raises:
        OSError: the port is taken.
    """
    key = secrets.token_urlsafe(24)
    # The port comes first: nobody waits for a server to be built and then hears that it cannot be shown.
    with _listen(port) as listening:
        async with (
            _running(make_bot) as (environment, bot),
            Stage(environment, bot, await build(environment, bot)) as stage,
            open_site(stage, listening, key),
        ):
            ready(f"http://127.0.0.1:{listening.getsockname()[1]}/#{key}")
            await asyncio.Event().wait()


def _listen(port: int) -> socket.socket:
    try:
        return socket.create_server(("127.0.0.1", port))
    except OSError as error:
        why = os.strerror(error.errno or 0)
        raise OSError(f"The page cannot be served on port {port}: {why}.") from error


@asynccontextmanager
async def _running(make_bot: MakeBot) -> AsyncGenerator[tuple[DemoEnvironment, Bot]]:
    """Log the bot in to a pretend Discord of its own, whose clock it follows."""
    environment: DemoEnvironment | None = None

    def clock() -> datetime:
        return _BEFORE_THE_BEGINNING if environment is None else environment.now()

    async with make_bot(clock) as bot:
        environment = DemoEnvironment(bot)
        await environment.start()
        try:
            with environment.time_context():
                yield environment, bot
        finally:
            await environment.shutdown()
