"""The buttons of `/privacy`: each turns to another page of the same private message."""

from __future__ import annotations

import re
from typing import Any, Self

import discord

from bot import ui
from bot.client import Respite
from bot.services import privacy
from bot.services.refusals import Because, Refusal
from cogs.privacy import messages
from cogs.privacy.messages import Page


class Turn(ui.Button, template=r"privacy:(?P<page>[a-z]{1,20}):(?P<part>[0-9]{1,2})"):
    """Turns to a page, or to one part of it where it is too long for one message."""

    def __init__(self, page: str, part: int, label: str) -> None:
        self.page = page
        self.part = part
        super().__init__(f"privacy:{page}:{part}", label)

    @classmethod
    def restore(cls, match: re.Match[str]) -> Self:
        return cls(match["page"], int(match["part"]), match["page"])

    async def pressed(self, interaction: discord.Interaction[Any]) -> None:
        client: Respite = interaction.client
        house, person = client.house, client.person(interaction)
        here = await privacy.here(house.database, person, minimum=house.minimum_answers)
        page = _page(self.page)
        parts = messages.parts(page, here)
        if self.part >= len(parts):
            raise Refusal(Because.EXPIRED)
        await ui.replace(interaction, parts[self.part], view=page_buttons(page, self.part, len(parts)))


def page_buttons(page: Page = Page.PROMISE, part: int = 0, parts: int = 1) -> discord.ui.View:
    """Return the buttons to the next part of this page, and to every other page."""
    further = [Turn(page, part + 1, messages.FURTHER)] if part + 1 < parts else []
    return ui.row(*further, *(Turn(other, 0, messages.TITLES[other]) for other in Page if other is not page))


def _page(name: str) -> Page:
    try:
        return Page(name)
    except ValueError:
        raise Refusal(Because.EXPIRED) from None
