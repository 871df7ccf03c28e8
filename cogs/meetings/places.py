"""What a meeting is on Discord: an event, which tells no more than everybody may know."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import discord

from bot import errors
from bot.client import Respite
from bot.services import meeting_rounds, meetings
from bot.services.circles import Circle
from bot.services.meeting_rounds import Event
from bot.services.meetings import Draft, Meeting, Planned
from bot.services.people import Person
from bot.services.refusals import Because, Refusal
from bot.services.rules.meetings import ends
from cogs.meetings import messages
from cogs.meetings.asking import Asked
from cogs.setup.places import PLANNING, missing, turn

_IN_VOICE = discord.Permissions(view_channel=True, connect=True, create_events=True)
_MOST_EVENTS = 100
"""So many events that are not over Discord allows a server."""

_OPEN = {discord.EventStatus.scheduled, discord.EventStatus.active}


async def plan(
    client: Respite, guild: discord.Guild, person: Person, circle_id: int, draft: Draft, *, at: datetime
) -> Planned:
    """Plan a meeting and make its event, or do neither: what was begun is taken back when a step fails."""
    database = client.house.database
    async with turn(guild.id):
        found = await meetings.to_plan(database, person, circle_id, 0)
        require(guild, found.circle, draft.channel_id)
        planned = await meetings.plan(database, person, circle_id, draft, at=at)
        async with errors.taking_back(lambda: meetings.discard(database, planned)):
            event = await make_event(guild, planned.circle, planned.meeting)
            async with errors.taking_back(event.delete):
                await meeting_rounds.remember_event(database, planned.meeting, event.id, event.name, at=at)
        return planned


def require(guild: discord.Guild, circle: Circle, channel_id: int | None) -> None:
    """Refuse what Discord would not let the bot do, and a voice channel that the circle cannot enter."""
    if channel_id is None:
        lacking = missing(guild.me.guild_permissions, PLANNING)
    else:
        channel = guild.get_channel(channel_id)
        role = None if circle.role_id is None else guild.get_role(circle.role_id)
        if not isinstance(channel, discord.VoiceChannel):
            raise Refusal(Because.CHANNEL_GONE)
        lacking = missing(channel.permissions_for(guild.me), _IN_VOICE)
        allowed = discord.Permissions.none() if role is None else channel.permissions_for(role)
        if not lacking and not (allowed.view_channel and allowed.connect):
            raise Refusal(Because.VOICE_HIDDEN, circle=circle.name)
    if lacking:
        raise Refusal(Because.MISSING_EVENTS, permissions=", ".join(lacking))
    if sum(event.status in _OPEN for event in guild.scheduled_events) >= _MOST_EVENTS:
        raise Refusal(Because.EVENTS_FULL, most=_MOST_EVENTS)


async def make_event(guild: discord.Guild, circle: Circle, meeting: Meeting) -> discord.ScheduledEvent:
    """Make the event of a meeting. Neither topic nor place of the meeting are in it."""
    name, starts_at = messages.event_name(circle), meeting.starts_at
    ends_at = ends(starts_at, meeting.minutes)
    if meeting.channel_id is None:
        return await guild.create_scheduled_event(
            name=name,
            description=messages.EVENT,
            start_time=starts_at,
            end_time=ends_at,
            entity_type=discord.EntityType.external,
            location=messages.IN_CHANNEL,
            privacy_level=discord.PrivacyLevel.guild_only,
            reason=messages.REASON,
        )
    return await guild.create_scheduled_event(
        name=name,
        description=messages.EVENT,
        start_time=starts_at,
        end_time=ends_at,
        entity_type=discord.EntityType.voice,
        channel=discord.Object(meeting.channel_id),
        privacy_level=discord.PrivacyLevel.guild_only,
        reason=messages.REASON,
    )


def names_what_is_hidden(circle: Circle, event: discord.ScheduledEvent) -> bool:
    """Say whether an event tells of a circle that has become one by invitation.

    It does by the circle's name, and by what we called it when the circle had another name.
    """
    if messages.event_name(circle) != messages.NEUTRAL or event.name == messages.NEUTRAL:
        return False
    named = re.search(rf"(?<!\w){re.escape(circle.name)}(?!\w)", event.name, re.IGNORECASE)
    return named is not None or event.name.endswith(messages.MEETS)


async def follow(client: Respite, guild: discord.Guild, asked: Asked, *, at: datetime) -> None:
    """Take over what people have done to the events of meetings.

    Once a meeting should have begun, that is only a move: whatever else has become of its event, it was its
    time.
    """
    async with turn(guild.id):
        for _, meeting in await meeting_rounds.planned(client.house.database, guild.id):
            if meeting.event_id is None or not _in_sight(guild, meeting):
                continue
            if at < meeting.starts_at:
                await _follow(client, guild, meeting, meeting.event_id, asked, at)
                continue
            event = guild.get_scheduled_event(meeting.event_id)
            if event is not None and event.status is discord.EventStatus.scheduled:
                await _follow_event(client, meeting, event, at)


def own_events(guild: discord.Guild) -> list[discord.ScheduledEvent]:
    """Return the events of the bot's own that have yet to begin."""
    scheduled = discord.EventStatus.scheduled
    return [
        event
        for event in guild.scheduled_events
        if event.creator_id == guild.me.id and event.status is scheduled
    ]


async def _follow(
    client: Respite, guild: discord.Guild, meeting: Meeting, event_id: int, asked: Asked, at: datetime
) -> None:
    event = guild.get_scheduled_event(event_id)
    if event is None:
        # Discord has not told of it: either somebody has removed it, or that message was missed.
        if asked.before("look", event_id, at):
            return
        try:
            event = await guild.fetch_scheduled_event(event_id, with_counts=False)
        except discord.NotFound:
            pass
        except discord.HTTPException as error:
            asked.refused("look", event_id, error, at)
            return
        else:
            asked.remember("look", event_id, at)
    database = client.house.database
    if event is None or event.status is discord.EventStatus.cancelled:
        await meeting_rounds.lose_event(database, meeting, over=False, at=at)
    elif event.status is discord.EventStatus.completed:
        await meeting_rounds.lose_event(database, meeting, over=True, at=at)
    else:
        await _follow_event(client, meeting, event, at)


async def _follow_event(
    client: Respite, meeting: Meeting, event: discord.ScheduledEvent, at: datetime
) -> None:
    if (seen := _seen(event)).differs(meeting):
        await meeting_rounds.follow_event(client.house.database, meeting, seen, at=at)


def _seen(event: discord.ScheduledEvent) -> Event:
    minutes = None
    if event.end_time is not None:
        minutes = max(1, (event.end_time - event.start_time) // timedelta(minutes=1))
    return Event(
        title=event.name,
        starts_at=event.start_time.replace(microsecond=0),
        minutes=minutes,
        channel_id=event.channel_id,
        # What somebody has written over our words is where it is now, and no secret any more.
        place=None if event.location in {None, messages.IN_CHANNEL} else event.location,
    )


def _in_sight(guild: discord.Guild, meeting: Meeting) -> bool:
    """Say whether an event would be seen if it were there: Discord hides those in hidden channels."""
    channel = None if meeting.channel_id is None else guild.get_channel(meeting.channel_id)
    return channel is None or channel.permissions_for(guild.me).view_channel
