"""The buttons under a card: the practices that it names."""

from __future__ import annotations

import re
from typing import Any, Self

import discord

from bot import ui
from bot.client import Respite
from bot.services.refusals import Because, Refusal
from cogs.practices.messages import practice as words_of

_LABEL_LENGTH = 80


class ShowPractice(ui.Button, template=r"learn:practice:(?P<practice>[a-z0-9-]{1,50})"):
    """Shows one practice, privately."""

    def __init__(self, practice_id: str, title: str = "") -> None:
        self.practice_id = practice_id
        super().__init__(f"learn:practice:{practice_id}", title[:_LABEL_LENGTH])

    @classmethod
    def restore(cls, match: re.Match[str]) -> Self:
        return cls(match["practice"])

    async def pressed(self, interaction: discord.Interaction[Any]) -> None:
        client: Respite = interaction.client
        practice = client.house.library.get(self.practice_id)
        if practice is None:
            raise Refusal(Because.EXPIRED)
        await ui.reply(interaction, embed=words_of(practice))
