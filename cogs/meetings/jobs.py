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
from cogs.setup.places import turn

_TOO_MANY_REQUESTS, _OUT_OF_ORDER = 429, 500


class Keeper:
    """First takes over what people did on Discord, then turns the meetings over, then has events follow.

    What Discord has refused lies in memory only: after a start it is tried once more.
    """

    def __init__(self, client: Respite) -> None:
        self._client = client
        self._database = client.house.database
        self._refused: set[tuple[int, int]] = set()

    async def keep(self, at: datetime) -> None:
        """Do what is due."""
        guilds = await self._guilds()
        for guild in guilds:
            try:
                await places.follow(self._client, guild, at=at)
            except discord.HTTPException as error:
                errors.report(error, job="following events")
        await meeting_rounds.turn(self._database, at=at)
        for guild in guilds:
            async with turn(guild.id):
                for circle, meeting in await meeting_rounds.planned(self._database, guild.id):
                    if meeting.event_id is None and at < meeting.starts_at:
                        await self._make(guild, circle, meeting, at)
                    elif event := guild.get_scheduled_event(meeting.event_id or 0):
                        await self._hide_name(guild, circle, event)
                await self._tidy(guild)

    async def _guilds(self) -> list[discord.Guild]:
        """Return the servers in which there is a meeting, or an event of the bot's own."""
        servers = await meeting_rounds.server_ids(self._database)
        # A server that is not here is still arriving, or belongs to another process.
        here = [guild for guild in self._client.guilds if not guild.unavailable]
        return [guild for guild in here if guild.id in servers or places.own_events(guild)]

    async def _make(self, guild: discord.Guild, circle: Circle, meeting: Meeting, at: datetime) -> None:
        """Make the event of a meeting that has none."""
        key = (meeting.meeting_id, meeting.sequence)
        if key in self._refused:
            return
        try:
            places.require(guild, circle, meeting.channel_id)
            event = await places.make_event(guild, circle, meeting)
        except Refusal:
            return  # `/setup status` names it, and once it is mended this goes on
        except discord.HTTPException as error:
            self._give_up(key, error)
            return
        async with errors.taking_back(event.delete):
            await meeting_rounds.remember_event(self._database, meeting, event.id, event.name, at=at)

    async def _hide_name(self, guild: discord.Guild, circle: Circle, event: discord.ScheduledEvent) -> None:
        """Take the name of a circle by invitation off its event."""
        if event in places.own_events(guild) and places.names_what_is_hidden(circle, event):
            await self._try(event.id, lambda: event.edit(name=messages.NEUTRAL, reason=messages.REASON))

    async def _tidy(self, guild: discord.Guild) -> None:
        """Remove the events of meetings that were cancelled, or whose making was cut short."""
        wanted = await meeting_rounds.events(self._database, guild.id)
        for event in places.own_events(guild):
            if event.id not in wanted:
                await self._try(event.id, partial(event.delete, reason=messages.REASON))

    async def _try(self, event_id: int, change: Callable[[], Awaitable[object]]) -> None:
        """Change an event, unless Discord has refused that since the start."""
        if (event_id, 0) in self._refused:
            return
        try:
            await change()
        except discord.NotFound:
            return
        except discord.HTTPException as error:
            self._give_up((event_id, 0), error)

    def _give_up(self, key: tuple[int, int], error: discord.HTTPException) -> None:
        """Log what Discord would not do, and do not ask for it again where that would not help."""
        if error.status < _OUT_OF_ORDER and error.status != _TOO_MANY_REQUESTS:
            self._refused.add(key)
        errors.report(error, job="events of meetings")


def keep_meetings(client: Respite) -> Job:
    """Return the job that looks after meetings."""
    return Keeper(client).keep
