"""The buttons with which a circle is changed."""

from __future__ import annotations

from typing import Any

import discord

from bot import ui
from bot.client import Respite
from bot.services import circles
from bot.services.authority import Action
from bot.services.holding import Overview
from cogs.agreements.buttons import ChangeAgreement
from cogs.circle_buttons import CIRCLE, CircleButton
from cogs.circles import messages
from cogs.circles.views import DescriptionForm
from cogs.holding.buttons import Away, Back, Holders


class Describe(CircleButton, template=rf"circle:describe:{CIRCLE}"):
    """Opens the form in which a circle is described anew."""

    word = "describe"
    says = messages.DESCRIBE

    async def pressed(self, interaction: discord.Interaction[Any]) -> None:
        client: Respite = interaction.client
        database, person = client.house.database, client.person(interaction)
        circle = await circles.to_steer(database, Action.DESCRIBE_CIRCLE, person, self.circle_id)
        await ui.show(interaction, DescriptionForm(circle))


def edit_buttons(found: Overview) -> discord.ui.View:
    """Return everything that can be changed of a circle."""
    circle_id = found.listing.circle.circle_id
    return ui.row(
        Describe(circle_id), ChangeAgreement(circle_id), Holders(circle_id), Away(circle_id), Back(circle_id)
    )
