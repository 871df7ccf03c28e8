"""What stands in the bot's way on a server, compared with what Discord shows of it."""

from __future__ import annotations

from collections.abc import Iterator

import discord

from bot.services.circles import Circle
from bot.services.hours import Follows
from bot.services.servers import Status
from cogs.meetings import places as events
from cogs.setup import messages, places


def find_problems(guild: discord.Guild, found: Status) -> list[str]:
    """Return everything that needs mending, the most general first, each with the place to mend it."""
    return [*_on_server(guild, found), *_in_circles(guild, found)]


def _on_server(guild: discord.Guild, found: Status) -> Iterator[str]:
    lacking = places.missing(guild.me.guild_permissions)
    if lacking:
        yield messages.lacking_on_server(lacking)
    if guild.get_role(found.server.moderator_role_id) is None:
        yield messages.no_moderator_role()
    if found.server.category_id is None or guild.get_channel(found.server.category_id) is None:
        yield messages.no_category()
    channel_id = found.server.facilitators_channel_id
    if channel_id is None or (channel := guild.get_channel(channel_id)) is None:
        yield messages.no_facilitators_channel()
    else:
        yield from _in_channel(guild, channel)
    lacking = places.missing(guild.me.guild_permissions, places.PLANNING)
    if lacking and any(each.channel_id is None for each in found.meetings):
        yield messages.lacking_for_meetings(lacking)
    for event in events.own_events(guild):
        if event.id not in found.events:
            yield messages.event_left(event.name)
    if found.unsaid:
        yield messages.unsaid(found.unsaid)
    if found.backups.trouble:
        yield messages.no_backup(found.backups.trouble)


def _in_circles(guild: discord.Guild, found: Status) -> Iterator[str]:
    follows = {hours.circle_id: hours.follows for hours in found.hours}
    for circle in found.circles:
        if circle.circle_id not in follows:
            yield messages.no_hours(circle.name)
        elif follows[circle.circle_id] in {Follows.REFUSED, Follows.AGAIN}:
            yield messages.hours_refused(circle.name)
        channel = None if circle.channel_id is None else guild.get_channel(circle.channel_id)
        role = None if circle.role_id is None else guild.get_role(circle.role_id)
        if channel is None:
            yield messages.no_channel(circle.name)
        else:
            yield from _in_channel(guild, channel)
        yield from _in_meetings(guild, circle, found)
        if role is None:
            yield messages.no_role(circle.name)
        elif role >= guild.me.top_role:
            yield messages.role_too_high(circle.name)
        elif channel is not None and places.shut_to(role, channel):
            yield messages.no_entry(circle.name, channel.id)


def _in_meetings(guild: discord.Guild, circle: Circle, found: Status) -> Iterator[str]:
    for meeting in found.meetings:
        if meeting.circle_id == circle.circle_id:
            event = guild.get_scheduled_event(meeting.event_id or 0)
            if meeting.channel_id is not None and guild.get_channel(meeting.channel_id) is None:
                yield messages.no_voice_channel(circle.name)
            elif meeting.event_id is None:
                yield messages.no_event(circle.name)
            elif event is not None and events.names_what_is_hidden(circle, event):
                yield messages.event_tells(circle.name)


def _in_channel(guild: discord.Guild, channel: discord.abc.GuildChannel) -> Iterator[str]:
    if not channel.permissions_for(guild.me).view_channel:
        yield messages.hidden_channel(channel.id)
    elif lacking := places.missing(channel.permissions_for(guild.me), places.SPEAKING):
        yield messages.lacking_in_channel(channel.id, lacking)
    if places.shown_to_everybody(channel):
        yield messages.shown_to_everybody(channel.id)
