"""Every word about a member's own settings."""

from __future__ import annotations

import discord

from bot.services.member_settings import Settings
from cogs import words

SETTINGS = "Your clock, your quiet hours, your sessions; name what you want to change"
TIME_ZONE_OPTION = "Your own time zone, if it is not the server's"
QUIET_FROM_OPTION = "From when on nothing comes, such as 21:00"
QUIET_UNTIL_OPTION = "Until when, such as 07:30"
PAUSE_OPTION = "Pause all reminders, or let them go on"
MOST_OPTION = "How many reminders may come in a day (1 to 10)"
SESSIONS_OPTION = "Days and times at which sessions start, such as: mon, tue 9:00 10:00. none takes them away"
REDUCED_OPTION = "Shorter texts: practices without the note on what is known about them"


def settings(found: Settings, *, half_of_quiet: bool) -> discord.Embed:
    """Show what holds."""
    limits = found.limits
    embed = discord.Embed(title="Your settings", colour=words.CALM)
    if half_of_quiet:
        embed.description = "Quiet hours need both ends, so they stay as they were."
    embed.add_field(name="Time zone", value=found.time_zone)
    if limits.quiet_from is not None and limits.quiet_until is not None:
        quiet = f"{words.clock(limits.quiet_from)} to {words.clock(limits.quiet_until)}"
    else:
        quiet = "none"
    embed.add_field(name="Quiet hours", value=quiet)
    reminders = "paused" if limits.paused else f"at most {limits.most_a_day} a day"
    embed.add_field(name="Reminders", value=reminders)
    starts = ", ".join(words.clock(start) for start in found.sessions)
    sessions = f"{words.days(found.session_days)}: {starts}" if found.session_days else "not given"
    embed.add_field(name="Sessions", value=sessions)
    embed.add_field(name="Texts", value="shorter" if found.reduced else "whole")
    embed.set_footer(text="Sealed: only you can have it opened.")
    return embed
