"""Words that several features share."""

from __future__ import annotations

from datetime import time

import discord

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
WHOLE_SERVER = "the whole server"

CALM = 0x5B8A8A
"""The colour of everything that the bot says."""

CIRCLE_OPTION = "Which circle. In a circle's own channel you can leave this out."
TIME_OPTION = "Local time, such as 08:30"


def days(numbers: frozenset[int]) -> str:
    """Return the days as one would say them."""
    if len(numbers) == len(DAYS):
        return "every day"
    if numbers == frozenset(range(5)):
        return "weekdays"
    return ", ".join(DAYS[number] for number in sorted(numbers))


def clock(at: time) -> str:
    """Return a local time as it is written everywhere."""
    return at.strftime("%H:%M")


def scope(circle_name: str | None) -> str:
    """Return the circle's name, or the words for the whole server."""
    return f"**{plain(circle_name)}**" if circle_name is not None else WHOLE_SERVER


def plain(text: str) -> str:
    """Return what somebody wrote with its markup made harmless."""
    return discord.utils.escape_markdown(text)
