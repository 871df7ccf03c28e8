"""Every word of setting up."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import discord

from bot.services.circles import Circle
from bot.services.servers import Preparation, Server, Status
from cogs import words

GROUP = "Set this server up, and see what is wrong"
START = "Set the server up step by step; nothing is created before you agree"
START_MODERATORS = "The role of those who may manage all circles"
START_TIME_ZONE = "Begin to type a city, such as Berlin"
START_COUNTRY = "Two letters, such as DE"
START_LANGUAGE = "The language that I speak"
STATUS = "What is set up, what is wrong, and where to mend it"

CHOOSE = "Choose"
CHANGE = "Change"
CREATE = "Create it"
SETTINGS_TITLE = "Moderators and time zone"
SETTINGS_MODERATORS = "Which role may manage all circles?"
SETTINGS_TIME_ZONE = "In which time zone do you meet?"
SETTINGS_TIME_ZONE_HINT = "A city in it is enough, such as Berlin."
SETTINGS_COUNTRY = "Which country's helplines come first?"
SETTINGS_COUNTRY_HINT = "Two letters, such as DE. May stay empty."
MEND = "Mend what you can"
CATEGORY = "Circles"
FACILITATORS = "facilitators"
REASON = "Respite: set up by the server's managers"

ROLES_PLACE = "Server Settings → Roles → my role"

_ROOM_FOR_PROBLEMS = 4000

_PERMISSIONS = {
    "view_channel": "View Channels",
    "send_messages": "Send Messages",
    "embed_links": "Embed Links",
    "attach_files": "Attach Files",
    "read_message_history": "Read Message History",
    "manage_channels": "Manage Channels",
    "manage_roles": "Manage Roles",
    "create_events": "Create Events",
    "connect": "Connect",
}


def permission(name: str) -> str:
    """Return a permission's name as Discord's settings show it."""
    return _PERMISSIONS[name]


def steps(found: Preparation, has_category: bool, lacking: Sequence[str]) -> discord.Embed:
    """Say how far setting up has come, what comes next, and what will be made before it is made."""
    embed = discord.Embed(title="Setting up", colour=words.CALM)
    server = found.server
    if server is None:
        settings = "**Next:** choose who moderates, and the time zone. Nothing is created yet."
    else:
        country = f" · {server.country}" if server.country else ""
        settings = f"<@&{server.moderator_role_id}> · {server.time_zone}{country}"
    embed.add_field(name="1 · Moderators and time zone", value=settings, inline=False)
    permissions = "I have all that I need."
    if lacking:
        permissions = f"**Please give me:** {', '.join(lacking)}\n{ROLES_PLACE}"
    embed.add_field(name="2 · My permissions", value=permissions, inline=False)
    embed.add_field(name="3 · A place for circles", value=_place(server, has_category), inline=False)
    embed.add_field(name="4 · The first circle", value=_first_circle(found, has_category), inline=False)
    embed.set_footer(text="Stop wherever you like: /setup start goes on from here.")
    return embed


def _place(server: Server | None, has_category: bool) -> str:
    if has_category:
        return f"The category “{CATEGORY}” is there."
    lead = "Later" if server is None else "**Next**"
    return (
        f"{lead} I would create one category, “{CATEGORY}”, hidden from everybody but me and this server's"
        f" administrators, and in it one channel, “{FACILITATORS}”, for the moderators and for those who"
        " hold a circle. Each circle you make gets a private channel there, and a role for its members."
        " I change nothing else, and I read no messages."
    )


def _first_circle(found: Preparation, has_category: bool) -> str:
    if found.circles:
        return f"Circles here: {found.circles}. `/setup status` says how they stand."
    lead = "**Next:** " if has_category else ""
    return f"{lead}`/circle create`, with somebody who holds it."


def status(found: Status, problems: Sequence[str]) -> discord.Embed:
    """Say how the server stands; what is wrong comes first, each with the place to mend it."""
    embed = discord.Embed(title="How this server stands", colour=words.CALM)
    lines = [f"• {problem}" for problem in problems]
    embed.description = words.fitting(lines, _ROOM_FOR_PROBLEMS) or "Nothing needs mending."
    embed.add_field(name="Moderators", value=f"<@&{found.server.moderator_role_id}>")
    embed.add_field(name="Time zone", value=found.server.time_zone)
    embed.add_field(name="Circles", value=_circles(found))
    openings = [discord.utils.format_dt(each.next_run_at, "f") for each in found.checkin_schedules[:5]]
    embed.add_field(name="Next check-ins", value="\n".join(openings) or "none scheduled")
    running = sum(not each.paused for each in found.prompt_schedules)
    embed.add_field(
        name="Prompts", value=f"{running} running, {len(found.prompt_schedules) - running} paused"
    )
    embed.add_field(name="Last backup", value=_last_backup(found.backups.made_at))
    return embed


def mended(found: Status, problems: Sequence[str], done: Sequence[str]) -> discord.Embed:
    """Say what was mended, and how the server stands now."""
    embed = status(found, problems)
    lines = words.fitting([f"• {each}" for each in done], words.FIELD_LENGTH)
    embed.insert_field_at(
        0, name="Mended", value=lines or "There was nothing that I could mend.", inline=False
    )
    return embed


def mended_category() -> str:
    """Say that there is a category again."""
    return "The category for circles is there again."


def mended_facilitators() -> str:
    """Say that there is a facilitators' channel again."""
    return "The facilitators' channel is there again, with those who hold a circle in it."


def mended_role(circle: str, people: int) -> str:
    """Say that a circle has its role again, and how many have it."""
    return f"{words.plain(circle)} has a role again; {people} who sit there have it."


def mended_channel(circle: str, channel_id: int) -> str:
    """Say that a circle has a channel again. What was written in the old one is gone."""
    return f"{words.plain(circle)} meets in <#{channel_id}> now. What was written in its old channel is gone."


def mended_entry(circle: str) -> str:
    """Say that the members of a circle see their channel again."""
    return f"The members of {words.plain(circle)} see their channel again."


def mended_hiding(channel_id: int) -> str:
    """Say that a channel is for those again who belong there."""
    return f"<#{channel_id}> is hidden again from everybody who does not belong there."


def channel_lost(circle: Circle) -> discord.Embed:
    """Tell those who hold a circle that it rests."""
    return discord.Embed(
        title="A circle has lost its channel",
        description=(
            f"The channel of **{words.plain(circle.name)}** is gone. Until there is one again, nothing begins"
            " in that circle: no check-in, no prompt, no offer of a seat. A moderator can have it made anew:"
            f" `/setup status`, then *{MEND}*."
        ),
        colour=words.CALM,
    )


def lacking_on_server(lacking: Sequence[str]) -> str:
    """Name permissions that are missing on the whole server."""
    return f"I lack {', '.join(lacking)}. → {ROLES_PLACE}"


def lacking_for_meetings(lacking: Sequence[str]) -> str:
    """Name what is missing for the meetings that are planned."""
    return f"Meetings are planned, and for their events I lack {', '.join(lacking)}. → {ROLES_PLACE}"


def no_event(circle: str) -> str:
    """Say that a meeting has no event on Discord."""
    return (
        f"A meeting of {words.plain(circle)} has no event on Discord; reminders come all the same."
        f" → give me Create Events: {ROLES_PLACE}"
    )


def no_voice_channel(circle: str) -> str:
    """Say that the voice channel of a meeting is gone."""
    return (
        f"The voice channel of a meeting of {words.plain(circle)} is gone."
        " → `/meeting cancel`, and plan it anew elsewhere"
    )


def event_left(name: str) -> str:
    """Say that an event is still there whose meeting is not."""
    return (
        f"The event “{words.plain(name)}” is left from a meeting that is over or cancelled."
        " → delete it under Events, or give me Create Events"
    )


def event_tells(circle: str) -> str:
    """Say that an event names a circle that is by invitation now."""
    return (
        f"An event names {words.plain(circle)}, which is by invitation, to those who do not know it."
        " → rename it under Events, or give me Create Events"
    )


def lacking_in_channel(channel_id: int, lacking: Sequence[str]) -> str:
    """Name permissions that are missing in one channel."""
    return f"In <#{channel_id}> I lack {', '.join(lacking)}. → Edit Channel → Permissions → my role"


def no_category() -> str:
    """Say that the category has not been made, or is gone."""
    return "The category for circles is missing. → `/setup start`"


def no_facilitators_channel() -> str:
    """Say that nobody can be asked or told."""
    return (
        "The facilitators' channel is missing: requests wait unseen (`/circle approve` shows them)."
        " → `/setup start`"
    )


def no_moderator_role() -> str:
    """Say that the moderators' role is gone."""
    return "The moderators' role is gone. → `/setup start` with another role"


def no_channel(circle: str) -> str:
    """Say that a circle has lost its channel."""
    return f"The channel of {words.plain(circle)} is gone, and the circle rests. → the button below"


def hidden_channel(channel_id: int) -> str:
    """Say that the bot does not see the channel of a circle."""
    return (
        f"I cannot see <#{channel_id}>, so what I would say there is lost."
        " → Edit Channel → Permissions → add my role, and allow View Channel"
    )


def shown_to_everybody(channel_id: int) -> str:
    """Say that a channel can be read by people who do not belong there."""
    return (
        f"<#{channel_id}> is no longer hidden from everybody else on this server."
        " → the button below, or Edit Channel → Permissions → @everyone: deny View Channel"
    )


def no_entry(circle: str, channel_id: int) -> str:
    """Say that the role of a circle does not open its channel."""
    return (
        f"The members of {words.plain(circle)} cannot see <#{channel_id}>."
        " → the button below, or Edit Channel → Permissions → its role: allow View Channel"
    )


def no_hours(circle: str) -> str:
    """Say that nobody has chosen when a circle is open."""
    return f"Nobody has chosen when {words.plain(circle)} is open, so it never rests. → `/circle hours`"


def hours_refused(circle: str) -> str:
    """Say that a channel does not follow its hours."""
    return (
        f"The channel of {words.plain(circle)} does not follow its hours."
        " → its channel → Edit → Permissions: let my role manage permissions there"
    )


def no_role(circle: str) -> str:
    """Say that a circle has lost its role."""
    return (
        f"The role of {words.plain(circle)} is gone: its members cannot see the channel. → the button below"
    )


def role_too_high(circle: str) -> str:
    """Say that the bot cannot give a circle's role."""
    return (
        f"The role of {words.plain(circle)} stands above mine, so nobody can join."
        " → Server Settings → Roles: drag my role above it"
    )


def no_backup(reference: str) -> str:
    """Say that the last backup failed. Only whoever runs the program can mend it."""
    return (
        f"The last backup failed. It is tried again every hour. → Whoever runs this bot finds the reason in"
        f" its log, under {reference}"
    )


def unsaid(count: int) -> str:
    """Say that posts did not arrive."""
    return (
        f"{count} post(s) of the last two weeks did not reach their channel."
        " Results stay readable with `/checkins results`."
    )


def _circles(found: Status) -> str:
    always = sum(not hours.spans for hours in found.hours)
    return f"{len(found.circles)}, {always} always open" if always else str(len(found.circles))


def _last_backup(made_at: datetime | None) -> str:
    return "none yet" if made_at is None else discord.utils.format_dt(made_at, "R")
