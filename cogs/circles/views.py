"""The forms in which a circle is described."""

from __future__ import annotations

from typing import Any

import discord

from bot import ui
from bot.client import Respite
from bot.services import circles
from bot.services.circles import (
    AGREEMENT_LENGTH,
    NAME_LENGTH,
    PURPOSE_LENGTH,
    Access,
    Circle,
    Description,
    Draft,
)
from bot.services.hours import Usual
from bot.services.refusals import Because, Refusal
from bot.services.rules.text import tidy
from cogs import members
from cogs.circles import messages, places


class CircleForm(ui.Form):
    """Name, purpose, seats, agreement, and who holds the circle."""

    word = "new-circle"

    def __init__(self, opener: discord.abc.Snowflake, access: Access, usual: Usual) -> None:
        super().__init__(messages.FORM_TITLE, f"{access.value}.{usual.name}")
        for part in _description(None):
            self.add_item(part)
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
        holder = await members.chosen(guild, fields, "holder")
        access, _, usual = state.partition(".")
        draft, begins = _draft(access, fields), _usual(usual)
        circle = await places.make(client, guild, person, draft, holder, begins, at=interaction.created_at)
        await ui.reply(interaction, embed=messages.created(circle, client.house.minimum_answers))


class DescriptionForm(ui.Form):
    """Name, purpose, seats and access of a circle, as they are, to be changed."""

    word = "circle-description"

    def __init__(self, circle: Circle) -> None:
        super().__init__(messages.EDIT_TITLE, str(circle.circle_id))
        for part in _description(circle):
            self.add_item(part)
        options = [
            discord.RadioGroupOption(label=said, value=access.value, default=access is circle.access)
            for access, said in messages.ACCESS.items()
        ]
        self.add_item(
            discord.ui.Label(
                text=messages.FORM_ACCESS,
                component=discord.ui.RadioGroup[Any](custom_id="access", options=options),
            )
        )

    @classmethod
    async def submitted(cls, interaction: discord.Interaction[Any], state: str, fields: ui.Fields) -> None:
        client: Respite = interaction.client
        circle_id = ui.number(state)
        draft = _draft(ui.text(fields, "access"), fields)
        described = Description(draft.name, draft.purpose, draft.seats, draft.access)
        circle = await circles.describe(
            client.house.database, client.person(interaction), circle_id, described
        )
        await ui.reply(interaction, embed=messages.described(circle, client.house.minimum_answers))


def _description(circle: Circle | None) -> list[discord.ui.Label[Any]]:
    """Return the parts that describe a circle, filled in with how it is described so far."""
    return [
        discord.ui.Label(
            text=messages.FORM_NAME,
            description=messages.FORM_NAME_HINT,
            component=discord.ui.TextInput(
                custom_id="name", max_length=NAME_LENGTH, default=None if circle is None else circle.name
            ),
        ),
        discord.ui.Label(
            text=messages.FORM_PURPOSE,
            description=messages.FORM_PURPOSE_HINT,
            component=discord.ui.TextInput(
                custom_id="purpose",
                style=discord.TextStyle.paragraph,
                max_length=PURPOSE_LENGTH,
                required=False,
                default=None if circle is None else circle.purpose,
            ),
        ),
        discord.ui.Label(
            text=messages.FORM_SEATS,
            description=messages.FORM_SEATS_HINT,
            component=discord.ui.TextInput(
                custom_id="seats", default="8" if circle is None else str(circle.seats), max_length=2
            ),
        ),
    ]


def _usual(name: str) -> Usual:
    if name not in Usual.__members__:
        raise Refusal(Because.EXPIRED)
    return Usual[name]


def _draft(access: str, fields: ui.Fields) -> Draft:
    if access not in set(Access):
        raise Refusal(Because.EXPIRED)
    seats = ui.text(fields, "seats")
    return Draft(
        name=tidy(ui.text(fields, "name")),
        purpose=tidy(ui.text(fields, "purpose")),
        seats=int(seats) if seats.isascii() and seats.isdecimal() else 0,
        agreement=tidy(ui.text(fields, "agreement"), lines=True),
        access=Access(access),
    )
