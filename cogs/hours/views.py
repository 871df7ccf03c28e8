"""The form in which hours are chosen."""

from __future__ import annotations

from typing import Any

import discord

from bot import ui
from bot.client import Respite
from bot.services import hours
from bot.services.hours import Opening, Usual
from bot.services.refusals import Because, Refusal
from bot.services.rules.text import tidy
from cogs.hours import messages

LONGEST = 600
_KEEPS, _ALWAYS = "keeps", "always"


class HoursForm(ui.Form):
    """Whether a circle closes, and when."""

    word = "circle-hours"

    def __init__(self, opening: Opening) -> None:
        super().__init__(messages.FORM_TITLE, str(opening.circle.circle_id))
        stored = opening.stored
        always = stored is not None and not stored.spans
        choices = {_KEEPS: messages.KEEPS, _ALWAYS: messages.ALWAYS}
        self.add_item(
            discord.ui.Label(
                text=messages.FORM_WHICH,
                component=discord.ui.RadioGroup[Any](
                    custom_id="which",
                    options=[
                        discord.RadioGroupOption(
                            label=said, value=value, default=(value == _ALWAYS) is always
                        )
                        for value, said in choices.items()
                    ],
                ),
            )
        )
        self.add_item(
            discord.ui.Label(
                text=messages.FORM_HOURS,
                description=messages.FORM_HOURS_HINT,
                component=discord.ui.TextInput(
                    custom_id="hours",
                    style=discord.TextStyle.paragraph,
                    default=stored.spans if stored is not None and stored.spans else Usual.DAILY.value,
                    max_length=LONGEST,
                    required=False,
                ),
            )
        )

    @classmethod
    async def submitted(cls, interaction: discord.Interaction[Any], state: str, fields: ui.Fields) -> None:
        client: Respite = interaction.client
        circle_id = ui.number(state)
        which, typed = ui.text(fields, "which"), tidy(ui.text(fields, "hours"), lines=True)
        if which not in {_KEEPS, _ALWAYS}:
            raise Refusal(Because.EXPIRED)
        if which == _KEEPS and not typed:
            raise Refusal(Because.UNKNOWN_HOURS, line=1)
        opening = await hours.choose(
            client.house.database,
            client.person(interaction),
            circle_id,
            typed if which == _KEEPS else "",
            at=interaction.created_at,
        )
        await ui.reply(interaction, embed=messages.chosen(opening))
