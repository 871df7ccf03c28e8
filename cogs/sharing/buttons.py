"""The buttons with which circles agree to check in together, or go apart again."""

from __future__ import annotations

import re
from typing import Any, ClassVar, Self

import discord

from bot import ui
from bot.client import Respite
from bot.services import sharing
from bot.services.sharing import Proposal, Sharing
from cogs.circle_buttons import CIRCLE, CircleButton
from cogs.sharing import messages

_MOST_OFFERED = 10
"""A message has room for 25 buttons; nobody reads so many proposals."""

_GROUP = r"(?P<group>[0-9]{1,15})"


class _ProposalButton(ui.Button, template="(?!)"):
    """A button about one proposal, whose number is in its custom_id."""

    word: ClassVar[str]
    says: ClassVar[str]
    looks: ClassVar[discord.ButtonStyle] = discord.ButtonStyle.secondary

    def __init__(self, group_id: int, number: int | None = None) -> None:
        self.group_id = group_id
        label = messages.which(self.says, number)
        super().__init__(f"share:{self.word}:{group_id}", label, style=self.looks)

    @classmethod
    def restore(cls, match: re.Match[str]) -> Self:
        return cls(int(match["group"]))


class Agree(_ProposalButton, template=rf"share:agree:{_GROUP}"):
    """Agrees for every circle of the proposal that the person may steer."""

    word = "agree"
    says = messages.AGREE
    looks = discord.ButtonStyle.primary

    async def pressed(self, interaction: discord.Interaction[Any]) -> None:
        client: Respite = interaction.client
        found = await sharing.agree(
            client.house.database, client.person(interaction), self.group_id, at=interaction.created_at
        )
        await ui.replace(interaction, messages.proposal(found), view=proposal_buttons(found))


class Decline(_ProposalButton, template=rf"share:decline:{_GROUP}"):
    """Takes the proposal off the table."""

    word = "decline"
    says = messages.DECLINE

    async def pressed(self, interaction: discord.Interaction[Any]) -> None:
        client: Respite = interaction.client
        await sharing.decline(client.house.database, client.person(interaction), self.group_id)
        await ui.replace(interaction, messages.declined())


class StepOut(CircleButton, template=rf"circle:by-itself:{CIRCLE}"):
    """Lets a circle check in by itself again."""

    word = "by-itself"
    says = messages.STEP_OUT

    async def pressed(self, interaction: discord.Interaction[Any]) -> None:
        client: Respite = interaction.client
        circle = await sharing.step_out(
            client.house.database, client.person(interaction), self.circle_id, at=interaction.created_at
        )
        await ui.replace(interaction, messages.stepped_out(circle))


def proposal_buttons(found: Proposal) -> discord.ui.View | None:
    """Return what can be done about a proposal, as long as somebody has yet to agree."""
    return ui.row(Agree(found.group_id), Decline(found.group_id)) if found.waiting else None


def sharing_buttons(found: Sharing) -> discord.ui.View | None:
    """Return what can be done about how a circle checks in, and about each proposal.

    To agree is offered only where nobody has yet agreed for this circle.
    """
    buttons: list[ui.Button] = []
    several = len(found.proposals) > 1
    for number, each in enumerate(found.proposals[:_MOST_OFFERED], start=1):
        shown = number if several else None
        if found.circle.name in each.waiting:
            buttons.append(Agree(each.group_id, shown))
        buttons.append(Decline(each.group_id, shown))
    if found.others:
        buttons.append(StepOut(found.circle.circle_id))
    return ui.row(*buttons) if buttons else None
