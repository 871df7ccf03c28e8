"""The form in which a circle is described."""

from __future__ import annotations

import re
from typing import Any

import discord

from bot import ui
from bot.client import Respite
from bot.services.circles import AGREEMENT_LENGTH, NAME_LENGTH, PURPOSE_LENGTH, Draft
from bot.services.refusals import Because, Refusal
from bot.services.rules.text import tidy
from cogs.circles import messages, places


class CircleForm(ui.Form):
    """Name, purpose, seats, agreement, and who holds the circle."""

    word = "circle-form"

    def __init__(self, opener: discord.abc.Snowflake) -> None:
        super().__init__(messages.FORM_TITLE)
        self.add_item(
            discord.ui.Label(
                text=messages.FORM_NAME,
                description=messages.FORM_NAME_HINT,
                component=discord.ui.TextInput(custom_id="name", max_length=NAME_LENGTH),
            )
        )
        self.add_item(
            discord.ui.Label(
                text=messages.FORM_PURPOSE,
                description=messages.FORM_PURPOSE_HINT,
                component=discord.ui.TextInput(
                    custom_id="purpose",
                    style=discord.TextStyle.paragraph,
                    max_length=PURPOSE_LENGTH,
                    required=False,
                ),
            )
        )
        self.add_item(
            discord.ui.Label(
                text=messages.FORM_SEATS,
                description=messages.FORM_SEATS_HINT,
                component=discord.ui.TextInput(custom_id="seats", default="8", max_length=2),
            )
        )
        self.add_item(
            discord.ui.Label(
                text=messages.FORM_AGREEMENT,
                description=messages.FORM_AGREEMENT_HINT,
                component=discord.ui.TextInput(
                    custom_id="agreement",
                    style=discord.TextStyle.paragraph,
                    default=messages.AGREEMENT,
                    max_length=AGREEMENT_LENGTH,
                ),
            )
        )
        self.add_item(
            discord.ui.Label(
                text=messages.FORM_HOLDER,
                description=messages.FORM_HOLDER_HINT,
                component=discord.ui.UserSelect[Any](
                    custom_id="holder",
                    default_values=[discord.SelectDefaultValue.from_user(opener)],
                ),
            )
        )

    @classmethod
    async def submitted(cls, interaction: discord.Interaction[Any], state: str, fields: ui.Fields) -> None:
        client: Respite = interaction.client
        guild = ui.server_of(interaction)
        person = client.person(interaction)
        await ui.take_time(interaction)
        circle = await places.make(client, guild, person, _draft(fields), await _holder(guild, fields))
        await ui.reply(interaction, embed=messages.created(circle, client.house.minimum_answers))


def _draft(fields: ui.Fields) -> Draft:
    seats = ui.text(fields, "seats")
    return Draft(
        name=tidy(ui.text(fields, "name")),
        purpose=tidy(ui.text(fields, "purpose")),
        seats=int(seats) if seats.isascii() and seats.isdecimal() else 0,
        agreement=tidy(ui.text(fields, "agreement"), lines=True),
    )


async def _holder(guild: discord.Guild, fields: ui.Fields) -> discord.Member:
    """Return the member who was chosen. The choice comes from outside, so Discord is asked about it."""
    chosen = fields.get("holder") or [""]
    if not (len(chosen) == 1 and isinstance(chosen[0], str) and re.fullmatch("[0-9]{1,19}", chosen[0])):
        raise Refusal(Because.NO_SUCH_HOLDER)
    try:
        member = await guild.fetch_member(int(chosen[0]))
    except discord.NotFound:
        raise Refusal(Because.NO_SUCH_HOLDER) from None
    if member.bot:
        raise Refusal(Because.NO_SUCH_HOLDER)
    return member
