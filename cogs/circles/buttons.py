"""The button with which a member accepts a circle's agreement."""

from __future__ import annotations

import re
from typing import Any, Self

import discord

from bot import errors, ui
from bot.client import Respite
from bot.services import circles
from cogs.circles import messages, places


class Agree(ui.Button, template=r"circle:agree:(?P<circle>[0-9]{1,15}):(?P<version>[0-9]{1,6})"):
    """Accepts this version of this circle's agreement, and enters."""

    def __init__(self, circle_id: int, version: int) -> None:
        self.circle_id = circle_id
        self.version = version
        super().__init__(
            f"circle:agree:{circle_id}:{version}", messages.AGREE, style=discord.ButtonStyle.primary
        )

    @classmethod
    def restore(cls, match: re.Match[str]) -> Self:
        return cls(int(match["circle"]), int(match["version"]))

    async def pressed(self, interaction: discord.Interaction[Any]) -> None:
        client: Respite = interaction.client
        house, person = client.house, client.person(interaction)
        entry = await circles.join(house.database, house.member_keys, person, self.circle_id, self.version)
        # Without the role the seat would be empty and yet taken.
        async with errors.taking_back(lambda: circles.undo(house.database, house.member_keys, entry)):
            await places.enter(ui.member_of(interaction), entry.circle)
        await ui.replace(interaction, messages.joined(entry.circle))
