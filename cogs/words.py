"""Words that several features share."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, time

import discord

from bot.services.content import Source

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
WHOLE_SERVER = "the whole server"
_NUMBERS = {2: "two", 3: "three", 4: "four", 5: "five"}

THEMES = {
    "compassion-fatigue": "Compassion fatigue",
    "burnout": "Burnout",
    "vicarious-trauma": "Vicarious trauma",
    "stress": "Stress",
    "anxiety": "Anxiety",
    "low-mood": "Low mood",
    "imposter-feelings": "Imposter feelings",
    "isolation": "Isolation",
    "sleep": "Sleep",
    "substance-use": "Substance use",
    "boundaries": "Boundaries",
    "emotional-exhaustion": "Emotional exhaustion",
}

CALM = 0x5B8A8A
"""The colour of everything that the bot says."""

MOST_FIELDS = 25
FIELD_LENGTH = 1024
ROOM = 5900
"""Discord allows an embed 6000 characters in all; a few are kept for the last line."""

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


def scope(circle_name: str | None, others: int = 0) -> str:
    """Return the circle's name, or the words for the whole server; with so many others that share it."""
    if others:
        return f"{'your circle' if circle_name is None else scope(circle_name)} and {other_circles(others)}"
    return f"**{plain(circle_name)}**" if circle_name is not None else WHOLE_SERVER


def other_circles(many: int) -> str:
    """Say how many other circles there are."""
    return "one other circle" if many == 1 else f"{_NUMBERS.get(many, many)} other circles"


def plain(text: str) -> str:
    """Return what somebody wrote with its markup and mentions made harmless."""
    return discord.utils.escape_mentions(discord.utils.escape_markdown(text))


def bullets(lines: Sequence[str]) -> str:
    """Return the lines as a list."""
    return "\n".join(f"• {line}" for line in lines)


def sources(found: Sequence[Source]) -> str:
    """Name what was looked up, each with what it supports."""
    return bullets([f"[{source.work}]({source.url}): {source.supports}." for source in found])


def day(date: date) -> str:
    """Write a date as people say it, the same in every time zone."""
    return f"{date.day} {date:%B %Y}"


def add_rows(embed: discord.Embed, rows: Sequence[tuple[str, str]]) -> None:
    """Add a field for each row as long as Discord takes them, and say how many were left out."""
    for name, value in rows[:MOST_FIELDS]:
        if len(embed) + len(name) + len(value) > ROOM:
            break
        embed.add_field(name=name, value=value, inline=False)
    left_out = len(rows) - len(embed.fields)
    if left_out:
        embed.set_footer(text=f"… and {left_out} more.")


def fitting(lines: Sequence[str], room: int) -> str:
    """Return the lines that fit into so many characters, and say how many were left out."""
    kept = list(lines)
    while len(text := "\n".join([*kept, f"… and {len(lines) - len(kept)} more."])) > room:
        kept.pop()
    return text if len(kept) < len(lines) else "\n".join(lines)
