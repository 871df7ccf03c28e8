"""The buttons that switch optional features on and off."""

from __future__ import annotations

import re
from collections.abc import Set as AbstractSet
from typing import Any, Self

import discord

from bot import ui
from bot.client import Respite
from bot.services import features
from bot.services.features import Feature
from bot.services.refusals import Because, Refusal
from cogs.features import messages


class Switch(ui.Button, template=r"setup:feature:(?P<name>[a-z-]{1,30}):(?P<way>on|off)"):
    """Switches one feature, and shows how all of them stand then. Which way is in its custom_id:
    two people who press at once do not undo each other.
    """

    def __init__(self, name: str, *, on: bool) -> None:
        self.name = name
        self.on = on
        label = messages.switch(name, on=on)
        super().__init__(f"setup:feature:{name}:{'on' if on else 'off'}", label)

    @classmethod
    def restore(cls, match: re.Match[str]) -> Self:
        return cls(match["name"], on=match["way"] == "on")

    async def pressed(self, interaction: discord.Interaction[Any]) -> None:
        client: Respite = interaction.client
        try:
            feature = Feature(self.name)
        except ValueError:
            raise Refusal(Because.EXPIRED) from None
        on = await features.switch(client.house.database, client.person(interaction), feature, on=self.on)
        await ui.replace(interaction, messages.overview(on), view=switches(on))


def switches(on: AbstractSet[Feature]) -> discord.ui.View:
    """Return a switch for each feature, the other way from how it stands."""
    return ui.row(*(Switch(feature.value, on=feature not in on) for feature in Feature))
