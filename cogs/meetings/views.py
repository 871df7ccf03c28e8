"""The form in which a meeting is planned."""

from __future__ import annotations

import re
from typing import Any

import discord

from bot import ui
from bot.client import Respite
from bot.services.meetings import PLACE_LENGTH, TOPIC_LENGTH, Draft, Ground
from bot.services.refusals import Because, Refusal
from bot.services.rules.text import tidy
from cogs.meetings import messages, places
from cogs.meetings.buttons import calendar_buttons


class PlanForm(ui.Form):
    """When, how long, about what and where. It begins with what others will see."""

    word = "meeting-plan"

    def __init__(self, found: Ground, channel_id: int | None, every_weeks: int) -> None:
        circle_id = found.circle.circle_id
        super().__init__(messages.FORM_TITLE, f"{circle_id}.{every_weeks}:{ui.place(channel_id or 0)}")
        self.add_item(discord.ui.TextDisplay(messages.before_planning(found, channel_id)))
        self.add_item(_line("when", messages.FORM_WHEN, 40, hint=messages.when_hint(found)))
        usual = str(messages.USUAL_LENGTH)
        self.add_item(_line("length", messages.FORM_LENGTH, 3, default=usual))
        self.add_item(_line("topic", messages.FORM_TOPIC, TOPIC_LENGTH, required=False))
        if channel_id is None:
            self.add_item(_line("place", messages.FORM_PLACE, PLACE_LENGTH))

    @classmethod
    async def submitted(cls, interaction: discord.Interaction[Any], state: str, fields: ui.Fields) -> None:
        client: Respite = interaction.client
        person, guild = client.person(interaction), ui.server_of(interaction)
        numbers, _, letters = state.partition(":")
        circle_id, every_weeks = (*ui.numbers(numbers), 0)[:2]
        channel_id = _voice(letters)
        length = ui.text(fields, "length")
        draft = Draft(
            topic=tidy(ui.text(fields, "topic")),
            when=tidy(ui.text(fields, "when")),
            minutes=int(length) if length.isascii() and length.isdecimal() else 0,
            place="" if channel_id else tidy(ui.text(fields, "place")),
            channel_id=channel_id,
            every_weeks=every_weeks,
        )
        await ui.take_time(interaction)
        made = await places.plan(client, guild, person, circle_id, draft, at=interaction.created_at)
        await ui.reply(interaction, embed=messages.planned(made), view=calendar_buttons([made]))


def _line(
    name: str,
    says: str,
    longest: int,
    *,
    hint: str | None = None,
    default: str | None = None,
    required: bool = True,
) -> discord.ui.Label[Any]:
    return discord.ui.Label(
        text=says,
        description=hint,
        component=discord.ui.TextInput(
            custom_id=name, max_length=longest, default=default, required=required
        ),
    )


def _voice(written: str) -> int | None:
    """Return the voice channel that was chosen with the command, if one was."""
    if not re.fullmatch(ui.PLACE, written):
        raise Refusal(Because.EXPIRED)
    return ui.read_place(written) or None
