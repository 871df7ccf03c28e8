"""The form in which a seat is taken from somebody."""

from __future__ import annotations

from typing import Any

import discord

from bot import ui
from bot.client import Respite
from bot.services import seats
from bot.services.circles import Circle
from bot.services.refusals import Because, Refusal
from cogs import members
from cogs.seats import messages, places


class ReleaseForm(ui.Form):
    """Who is to lose the seat, and a tick that it is meant. No reason is asked or kept."""

    word = "circle-release"

    def __init__(self, circle: Circle) -> None:
        super().__init__(messages.RELEASE_TITLE, str(circle.circle_id))
        self.add_item(discord.ui.TextDisplay(messages.what_release_means(circle)))
        self.add_item(
            discord.ui.Label(
                text=messages.RELEASE_WHO, component=discord.ui.UserSelect[Any](custom_id="member")
            )
        )
        self.add_item(
            discord.ui.Label(text=messages.RELEASE_SURE, component=discord.ui.Checkbox[Any](custom_id="sure"))
        )

    @classmethod
    async def submitted(cls, interaction: discord.Interaction[Any], state: str, fields: ui.Fields) -> None:
        client: Respite = interaction.client
        house, person, guild = client.house, client.person(interaction), ui.server_of(interaction)
        circle_id = ui.number(state)
        if fields.get("sure") is not True:
            raise Refusal(Because.NOT_CONFIRMED)
        member = await members.chosen(guild, fields, "member")
        entry = await seats.release(house.database, house.member_keys, person, circle_id, member.id)
        await places.let_out(client, member, entry)
        await ui.reply(interaction, embed=messages.released(entry.circle))
