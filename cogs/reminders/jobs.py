"""Saying reminders: directly to those who asked for that, to the others at their next command."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Any

import discord

from bot import errors
from bot.client import Job, Respite
from bot.services import deliveries
from bot.services.deliveries import Delivery
from cogs.reminders import messages
from cogs.reminders.buttons import under

SECONDS_APART = 1.0
"""Discord quarantines bots that write many direct messages at once."""


class Notes:
    """Reminders that wait for somebody's next command; in memory, the latest one for each person."""

    MOST = 10_000

    def __init__(self) -> None:
        self._waiting: dict[bytes, Delivery] = {}

    def keep(self, locator: bytes, said: Delivery) -> None:
        """Let a reminder wait."""
        self._waiting[locator] = said
        while len(self._waiting) > self.MOST:
            del self._waiting[next(iter(self._waiting))]

    async def say(self, interaction: discord.Interaction[Any]) -> None:
        """Say what waits for whoever has just used a command, privately."""
        client: Respite = interaction.client
        if interaction.guild_id is None or not self._waiting:
            return
        said = self._waiting.pop(
            client.house.member_keys.locate(interaction.guild_id, interaction.user.id), None
        )
        if said is not None:
            embed = messages.reminder(said, client.house.library)
            await interaction.followup.send(embed=embed, view=under(said), ephemeral=True)


def say_due(client: Respite, notes: Notes) -> Job:
    """Return the job that says reminders whose time has come."""
    house = client.house

    async def say_due_reminders(at: datetime) -> None:
        found = await deliveries.claim_due(house.database, house.member_keys, house.library, at=at)
        for number, said in enumerate(found):
            reminder = said.reminder
            if not (reminder.directly and await _sent(client, said, wait=number > 0)):
                notes.keep(house.member_keys.locate(reminder.server_id, reminder.user_id), said)

    return say_due_reminders


async def _sent(client: Respite, said: Delivery, *, wait: bool) -> bool:
    """Write to somebody directly. False where they cannot be reached in that way."""
    if wait:
        await asyncio.sleep(SECONDS_APART)
    try:
        channel = await client.create_dm(discord.Object(said.reminder.user_id))
        await channel.send(embed=messages.reminder(said, client.house.library), view=under(said))
    except discord.Forbidden:  # direct messages are closed, or nobody is there any more
        return False
    except Exception as error:
        errors.report(error, job="reminder")
        return False
    return True
