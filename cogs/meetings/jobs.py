"""Keeping meetings and their events on Discord together, and reminding circles of them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from functools import partial

import discord

from bot import errors
from bot.client import Job, Respite
from bot.services import meeting_rounds
from bot.services.circles import Circle
from bot.services.meetings import Meeting
from bot.services.refusals import Refusal
from cogs.meetings import messages, places
from cogs.meetings.asking import Asked
from cogs.setup.places import turn


class Keeper:
    """First takes over what people did on Discord, then turns the meetings over, then has events follow.

    Each server by itself, and only those that are here: of others it is not known what people did.
    """

    def __init__(self, client: Respite) -> None:
        self._client = client
        self._database = client.house.database
        self._asked = Asked()

    async def keep(self, at: datetime) -> None:
        """Do what is due."""
        for guild in await self._guilds():
            await places.follow(self._client, guild, self._asked, at=at)
            await meeting_rounds.turn(self._database, guild.id, at=at)
            async with turn(guild.id):
                for circle, meeting in await meeting_rounds.planned(self._database, guild.id):
                    if meeting.event_id is None and at < meeting.starts_at:
                        await self._make(guild, circle, meeting, at)
                    elif event := guild.get_scheduled_event(meeting.event_id or 0):
                        await self._hide_name(guild, circle, event, at)
                await self._tidy(guild, at)

    async def _guilds(self) -> list[discord.Guild]:
        """Return the servers in which there is a meeting, or an event of the bot's own."""
        servers = await meeting_rounds.server_ids(self._database)
        # A server that is not here is still arriving, or belongs to another process.
        here = [guild for guild in self._client.guilds if not guild.unavailable]
        return [guild for guild in here if guild.id in servers or places.own_events(guild)]

    async def _make(self, guild: discord.Guild, circle: Circle, meeting: Meeting, at: datetime) -> None:
        """Make the event of a meeting that has none."""
        what = f"make {meeting.sequence}"
        if self._asked.before(what, meeting.meeting_id, at):
            return
        try:
            places.require(guild, circle, meeting.channel_id)
            event = await places.make_event(guild, circle, meeting)
        except Refusal:
            return  # `/setup status` names it, and once it is mended this goes on
        except discord.HTTPException as error:
            self._asked.refused(what, meeting.meeting_id, error, at)
            return
        async with errors.taking_back(event.delete):
            await meeting_rounds.remember_event(self._database, meeting, event.id, event.name, at=at)

    async def _hide_name(
        self, guild: discord.Guild, circle: Circle, event: discord.ScheduledEvent, at: datetime
    ) -> None:
        """Take the name of a circle by invitation off its event."""
        if event in places.own_events(guild) and places.names_what_is_hidden(circle, event):
            hide = partial(event.edit, name=messages.NEUTRAL, reason=messages.REASON)
            await self._try("hide", event.id, hide, at)

    async def _tidy(self, guild: discord.Guild, at: datetime) -> None:
        """Remove the events of meetings that were cancelled, or whose making was cut short."""
        wanted = await meeting_rounds.events(self._database, guild.id)
        for event in places.own_events(guild):
            if event.id not in wanted:
                await self._try("remove", event.id, partial(event.delete, reason=messages.REASON), at)

    async def _try(
        self, what: str, event_id: int, change: Callable[[], Awaitable[object]], at: datetime
    ) -> None:
        """Change an event, unless Discord has refused that not long ago."""
        if self._asked.before(what, event_id, at):
            return
        try:
            await change()
        except discord.NotFound:
            return
        except discord.HTTPException as error:
            self._asked.refused(what, event_id, error, at)


def keep_meetings(client: Respite) -> Job:
    """Return the job that looks after meetings."""
    return Keeper(client).keep
