"""What is done and seen of meetings, in more than one file of tests."""

from __future__ import annotations

from typing import Any

import simcord
from icalendar import Calendar

from bot.demo import acting
from tests.discord.conftest import Town

LINK = "https://meet.example/quiet-room-41"
TOPIC = "quiet-topic-53"


async def plan(
    town: Town,
    channel: simcord.ChannelHandle,
    fields: dict[str, str] | None = None,
    **options: Any,
) -> simcord.InteractionResult:
    """Let the facilitator fill in the form: this Thursday at half past six in Berlin, if nothing else."""
    form = await acting.slash(town.facilitator, channel, "meeting plan", **options)
    filled = {"when": "2026-03-05 18:30", "length": "60", "topic": TOPIC, "place": LINK} | (fields or {})
    return await acting.fill(town.facilitator, form, filled)


def events(town: Town) -> list[Any]:
    """Return the events that are still to come."""
    found = town.env.backend.get_guild(town.guild.id).scheduled_events.values()
    return sorted((each for each in found if each.status == 1), key=lambda each: each.id)


def titles(channel: simcord.ChannelHandle) -> list[str | None]:
    return [post.embeds[0].title for post in channel.history() if post.embeds and not post.flags.ephemeral]


async def calendar_of(person: simcord.MemberActor, message: acting.Message) -> Calendar:
    answered = acting.answer(await acting.press(person, message, "meeting:calendar:"))
    assert answered.ephemeral
    [file] = answered.attachments
    return Calendar.from_ical(await file.read())
