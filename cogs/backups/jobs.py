"""Backups on a schedule: begun by a tick, and made beside everything else."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import datetime

from discord.ext import commands

from bot import errors
from bot.client import Respite


class ScheduledBackups(commands.Cog):
    """Makes a backup when one is due. However long it takes, no other job waits for it."""

    def __init__(self, client: Respite) -> None:
        self._backups = client.house.backups
        self._making: asyncio.Task[None] | None = None

    async def begin_due(self, at: datetime) -> None:
        """Begin a backup if one is due; see to it that the copy of the keys holds nobody who was erased."""
        await self._backups.catch_up()
        if (self._making is None or self._making.done()) and await self._backups.claim(at=at):
            self._making = asyncio.create_task(self._make(at))

    async def cog_unload(self) -> None:
        """Give up a backup that is being made; it leaves nothing behind, and is tried again in an hour."""
        if self._making is not None:
            self._making.cancel()
            with suppress(asyncio.CancelledError):
                await self._making

    async def _make(self, at: datetime) -> None:
        try:
            await self._backups.make(at=at)
            await self._backups.note_made(at=at)
        except Exception as error:
            reference = errors.report(error, job="backup")
            await self._backups.note_trouble(reference)
