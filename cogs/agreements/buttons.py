"""The button that opens the agreement for changing."""

from __future__ import annotations

from typing import Any

import discord

from bot import ui
from bot.client import Respite
from bot.services import agreements
from cogs.agreements import messages
from cogs.agreements.views import AgreementForm
from cogs.circle_buttons import CIRCLE, CircleButton


class ChangeAgreement(CircleButton, template=rf"circle:words:{CIRCLE}"):
    """Opens the agreement that holds now."""

    word = "words"
    says = messages.CHANGE

    async def pressed(self, interaction: discord.Interaction[Any]) -> None:
        client: Respite = interaction.client
        database, person = client.house.database, client.person(interaction)
        words = await agreements.current(database, person, self.circle_id)
        await ui.show(interaction, AgreementForm(self.circle_id, words))
