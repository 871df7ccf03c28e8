"""The base of every button about one circle."""

from __future__ import annotations

import re
from typing import ClassVar, Self

import discord

from bot import ui

CIRCLE = r"(?P<circle>[0-9]{1,15})"


class CircleButton(ui.Button, template="(?!)"):
    """A button that carries the number of a circle and nothing else: `circle:word:number`."""

    word: ClassVar[str]
    says: ClassVar[str]
    looks: ClassVar[discord.ButtonStyle] = discord.ButtonStyle.secondary

    def __init__(self, circle_id: int) -> None:
        self.circle_id = circle_id
        super().__init__(f"circle:{self.word}:{circle_id}", self.says, style=self.looks)

    @classmethod
    def restore(cls, match: re.Match[str]) -> Self:
        return cls(int(match["circle"]))
