"""The two ways in which the bot lives: on Discord, and in the demo's pretend one."""

from __future__ import annotations

import tempfile
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path

from bot.answering import answering
from bot.client import Respite, WrongToken
from bot.config import Settings
from bot.control import socket_in
from bot.house import CannotStart, open_house
from bot.upkeep import handlers


async def run_bot(settings: Settings, token: str, say: Callable[[str], None]) -> None:
    """Run on Discord until asked to stop. Raises CannotStart."""
    async with (
        open_house(settings) as house,
        answering(socket_in(settings.storage.keys), handlers(settings, house)),
    ):
        if house.new_master_key is not None:
            say(
                f"A master key was made: {house.new_master_key}. Keep a copy of it in a safe place, away from"
                " the database: without it nobody in the database can be recognised."
            )
        try:
            await Respite(house, shard_count=settings.discord.shard_count).live(token, say)
        except WrongToken as error:
            raise CannotStart(str(error)) from None


async def run_demo(port: int, say: Callable[[str], None]) -> None:
    """Serve the demo until asked to stop. Everything it stored goes with it."""
    from bot.demo import aside, serve  # noqa: PLC0415 - the pretend Discord is installed for the demo alone

    with tempfile.TemporaryDirectory(prefix="respite-demo-") as folder:
        settings = Settings.model_validate({"backup": {"every_hours": 0}}, context=Path(folder))

        @asynccontextmanager
        async def make_bot(clock: Callable[[], datetime]) -> AsyncGenerator[Respite]:
            async with open_house(settings) as house:
                yield Respite(house, clock=clock, scheduled=False, shard_count=1, spawn=aside)

        def ready(address: str) -> None:
            say(f"\n  Open  {address}\n")
            say("  This is a pretend Discord with invented people. Ctrl-C ends it and deletes everything.")

        say("Setting up a pretend Discord…")
        await serve(make_bot, port=port, ready=ready)
