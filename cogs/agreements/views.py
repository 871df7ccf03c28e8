"""The form in which an agreement is changed."""

from __future__ import annotations

from typing import Any

import discord

from bot import ui
from bot.client import Respite
from bot.services import agreements
from bot.services.circles import AGREEMENT_LENGTH
from bot.services.rules.text import tidy
from cogs.agreements import messages


class AgreementForm(ui.Form):
    """The whole text, to be changed as a whole."""

    word = "circle-agreement"

    def __init__(self, circle_id: int, words: str) -> None:
        super().__init__(messages.FORM_TITLE, str(circle_id))
        self.add_item(
            discord.ui.Label(
                text=messages.FORM_WORDS,
                description=messages.FORM_HINT,
                component=discord.ui.TextInput(
                    custom_id="agreement",
                    style=discord.TextStyle.paragraph,
                    default=words,
                    max_length=AGREEMENT_LENGTH,
                ),
            )
        )

    @classmethod
    async def submitted(cls, interaction: discord.Interaction[Any], state: str, fields: ui.Fields) -> None:
        client: Respite = interaction.client
        circle_id = ui.number(state)
        words = tidy(ui.text(fields, "agreement"), lines=True)
        circle, found = await agreements.change(
            client.house.database, client.person(interaction), circle_id, words
        )
        await ui.reply(interaction, embed=messages.changed(circle, found))
