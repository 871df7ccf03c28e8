"""The buttons around the end of a circle."""

from __future__ import annotations

import re
from typing import Any, Self

import discord

from bot import ui
from bot.client import Respite
from bot.services import archiving
from cogs.circle_buttons import CIRCLE, CircleButton
from cogs.endings import messages
from cogs.endings.views import EndForm
from cogs.seats import places


class End(ui.Button, template=rf"circle:end:{CIRCLE}:(?P<window>[0-9]{{1,15}})"):
    """Opens the form in which the end is confirmed. It carries which check-in was said to be discarded."""

    def __init__(self, circle_id: int, window_id: int) -> None:
        self.circle_id = circle_id
        self.window_id = window_id
        super().__init__(
            f"circle:end:{circle_id}:{window_id}", messages.END, style=discord.ButtonStyle.danger
        )

    @classmethod
    def restore(cls, match: re.Match[str]) -> Self:
        return cls(int(match["circle"]), int(match["window"]))

    async def pressed(self, interaction: discord.Interaction[Any]) -> None:
        await ui.show(interaction, EndForm(self.circle_id, self.window_id))


class LetMeOut(CircleButton, template=rf"circle:out:{CIRCLE}"):
    """Takes the role of a circle that has ended, and with it the channel, from whoever presses."""

    word = "out"
    says = messages.LET_ME_OUT

    async def pressed(self, interaction: discord.Interaction[Any]) -> None:
        client: Respite = interaction.client
        circle = await archiving.ended(client.house.database, client.person(interaction), self.circle_id)
        await places.go(ui.member_of(interaction), circle)
        await ui.reply(interaction, embed=messages.out())
