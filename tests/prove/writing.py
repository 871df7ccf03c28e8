"""Proof about everything that is written: after a month of all that the bot can do, no byte names anybody."""

from __future__ import annotations

import asyncio
import io
import logging
from collections.abc import Iterator
from contextlib import redirect_stderr
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import discord

from bot import logs
from bot.house import open_house
from tests.discord.conftest import open_town, settings_in
from tests.prove.proof import Form, Row
from tests.secrecy.month import DAYS, Searched, live_and_search

_DAYS = {Form.SHORT: 2, Form.LONG: DAYS}


def written_bytes(form: Form) -> Iterator[Row]:
    """Look for every id, name and typed word in all files, the log, file names and custom_ids."""
    searched = _month(_DAYS[form], careless=False)
    careless = _month(1, careless=True)
    yield Row(
        "traces of a person (id, name, typed words) in files, file names, log and custom_ids after a month of"
        " everything",
        "0",
        f"{len(searched.leaks)} of {searched.people} people and {searched.words} typed words, in"
        f" {searched.bytes_read / 1e6:.1f} MB",
        searched.leaks == (),
        f"a log line for each interaction, as bots usually write it: {len(careless.leaks)} traces",
        caught=bool(careless.leaks),
    )


def _month(days: int, *, careless: bool) -> Searched:
    """Live through so many days with our log, or (`careless`) with one line more in it."""
    stream = io.StringIO()
    root, handlers, level = logging.root, logging.root.handlers[:], logging.root.level
    try:
        with redirect_stderr(stream), TemporaryDirectory(prefix="respite-") as folder:
            logs.set_up("DEBUG", "json")
            return asyncio.run(_live(Path(folder), stream, days, careless=careless))
    finally:
        root.handlers[:] = handlers
        root.setLevel(level)


async def _live(folder: Path, stream: io.StringIO, days: int, *, careless: bool) -> Searched:
    async with open_house(settings_in(folder)) as house, open_town(house) as town:
        if careless:

            async def tell(interaction: discord.Interaction[Any]) -> None:
                stream.write(f"{interaction.user} ({interaction.user.id}) sent {interaction.data}\n")

            town.bot.add_listener(tell, "on_interaction")
        return await live_and_search(town, folder, stream.getvalue, days=days)
