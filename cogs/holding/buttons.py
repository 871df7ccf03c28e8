"""The buttons of those who hold a circle: who does, away, back, take over."""

from __future__ import annotations

from typing import Any

import discord

from bot import ui
from bot.client import Respite
from bot.services import holding
from cogs.circle_buttons import CIRCLE, CircleButton
from cogs.holding import messages
from cogs.holding.views import AwayForm, HoldersForm


class Holders(CircleButton, template=rf"circle:holders:{CIRCLE}"):
    """Opens the form in which those who hold the circle are chosen."""

    word = "holders"
    says = messages.HOLDERS

    async def pressed(self, interaction: discord.Interaction[Any]) -> None:
        client: Respite = interaction.client
        house, person = client.house, client.person(interaction)
        found = await holding.overview(house.database, house.member_keys, person, self.circle_id, 0)
        await ui.show(interaction, HoldersForm(found))


class Away(CircleButton, template=rf"circle:away:{CIRCLE}"):
    """Opens the form in which somebody says until when they are away."""

    word = "away"
    says = messages.AWAY

    async def pressed(self, interaction: discord.Interaction[Any]) -> None:
        await ui.show(interaction, AwayForm(self.circle_id, interaction.created_at))


class Back(CircleButton, template=rf"circle:return:{CIRCLE}"):
    """Says that somebody who was away is back."""

    word = "return"
    says = messages.BACK

    async def pressed(self, interaction: discord.Interaction[Any]) -> None:
        client: Respite = interaction.client
        house, person = client.house, client.person(interaction)
        circle = await holding.come_back(house.database, house.member_keys, person, self.circle_id)
        await ui.reply(interaction, embed=messages.is_back(circle))


class TakeOver(CircleButton, template=rf"circle:takeover:{CIRCLE}"):
    """Makes a co-facilitator the facilitator."""

    word = "takeover"
    says = messages.TAKE_OVER
    looks = discord.ButtonStyle.primary

    async def pressed(self, interaction: discord.Interaction[Any]) -> None:
        client: Respite = interaction.client
        house, person = client.house, client.person(interaction)
        circle = await holding.take_over(house.database, house.member_keys, person, self.circle_id)
        await ui.replace(interaction, messages.held_again(circle))
