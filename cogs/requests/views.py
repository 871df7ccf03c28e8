"""The form in which somebody is invited to a circle."""

from __future__ import annotations

from typing import Any

import discord

from bot import ui
from bot.client import Respite
from bot.services import requests
from bot.services.circles import Circle
from cogs import members
from cogs.requests import messages


class InviteForm(ui.Form):
    """Who is to be let in without having asked."""

    word = "circle-invite"

    def __init__(self, circle: Circle) -> None:
        super().__init__(messages.INVITE_TITLE, str(circle.circle_id))
        self.add_item(
            discord.ui.Label(
                text=messages.INVITE_WHO,
                description=messages.INVITE_HINT,
                component=discord.ui.UserSelect[Any](custom_id="member"),
            )
        )

    @classmethod
    async def submitted(cls, interaction: discord.Interaction[Any], state: str, fields: ui.Fields) -> None:
        client: Respite = interaction.client
        house, person, guild = client.house, client.person(interaction), ui.server_of(interaction)
        circle_id = ui.number(state)
        member = await members.chosen(guild, fields, "member")
        circle = await requests.invite(
            house.database, house.member_keys, person, circle_id, member.id, at=interaction.created_at
        )
        await ui.reply(interaction, embed=messages.invited(circle))
