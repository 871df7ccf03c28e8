"""The buttons with which requests are answered. They carry the number of a request, never a person."""

from __future__ import annotations

import re
from typing import Any, Self

import discord

from bot import ui
from bot.client import Respite
from bot.services import circles, requests
from bot.services.authority import Action
from bot.services.requests import Requests
from cogs.circle_buttons import CIRCLE, CircleButton
from cogs.requests import messages
from cogs.requests.views import InviteForm

_NUMBER = r"(?P<number>[0-9]{1,15})"


class Approve(ui.Button, template=rf"request:approve:{_NUMBER}"):
    """Lets the person in."""

    def __init__(self, number: int, label: str = messages.APPROVE) -> None:
        self.number = number
        super().__init__(f"request:approve:{number}", label, style=discord.ButtonStyle.primary)

    @classmethod
    def restore(cls, match: re.Match[str]) -> Self:
        return cls(int(match["number"]))

    async def pressed(self, interaction: discord.Interaction[Any]) -> None:
        client: Respite = interaction.client
        database, person = client.house.database, client.person(interaction)
        circle = await requests.approve(database, person, self.number, at=interaction.created_at)
        await ui.replace(interaction, messages.answered(circle))


class Decline(ui.Button, template=rf"request:decline:{_NUMBER}"):
    """Offers the person no seat this time."""

    def __init__(self, number: int, label: str = messages.DECLINE) -> None:
        self.number = number
        super().__init__(f"request:decline:{number}", label)

    @classmethod
    def restore(cls, match: re.Match[str]) -> Self:
        return cls(int(match["number"]))

    async def pressed(self, interaction: discord.Interaction[Any]) -> None:
        client: Respite = interaction.client
        database, person = client.house.database, client.person(interaction)
        circle = await requests.decline(database, person, self.number, at=interaction.created_at)
        await ui.replace(interaction, messages.answered(circle))


class Invite(CircleButton, template=rf"circle:invite:{CIRCLE}"):
    """Opens the form in which somebody is invited."""

    word = "invite"
    says = messages.INVITE

    async def pressed(self, interaction: discord.Interaction[Any]) -> None:
        client: Respite = interaction.client
        database, person = client.house.database, client.person(interaction)
        circle = await circles.to_steer(database, Action.INVITE, person, self.circle_id)
        await ui.show(interaction, InviteForm(circle))


def buttons_of(found: Requests) -> discord.ui.View:
    """Return two buttons for each request, each pair in a row of its own; then the invitation."""
    view = discord.ui.View(timeout=None)
    for row, request in enumerate(found.first):
        for button in (
            Approve(request.number, messages.approve(row + 1)),
            Decline(request.number, messages.decline(row + 1)),
        ):
            button.row = row
            view.add_item(button)
    if len(found.first) < requests.SHOWN:
        view.add_item(Invite(found.circle.circle_id))
    return view
