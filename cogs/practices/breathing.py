"""The breathing guide: one private message that changes with each breath, and its buttons."""

from __future__ import annotations

import re
from typing import Any, Self

import discord

from bot import ui
from bot.client import Respite
from bot.services.breathing import Course, Show
from bot.services.rules.breathing import Pattern, Phase
from cogs.practices import messages

_NAME = r"(?P<name>[0-9a-f]{8})"
_COURSE = r"(?P<pattern>[a-z0-9-]{1,10}):(?P<minutes>[0-9]{1,2}):(?P<round>[0-9]{1,3})"


class Pause(ui.Button, template=rf"breathe:pause:{_NAME}:{_COURSE}"):
    """Lets a guide rest. Should it have run before a restart, it can go on from its beginning."""

    def __init__(self, name: str, course: Course) -> None:
        self.name, self.course = name, course
        super().__init__(f"breathe:pause:{name}:{_state(course)}", messages.PAUSE)

    @classmethod
    def restore(cls, match: re.Match[str]) -> Self:
        return cls(match["name"], _course(match))

    async def pressed(self, interaction: discord.Interaction[Any]) -> None:
        client: Respite = interaction.client
        left = client.guides.stop(self.name) or self.course
        await ui.replace(interaction, messages.paused(), view=ui.row(GoOn(left), End()))


class GoOn(ui.Button, template=rf"breathe:on:{_COURSE}"):
    """Goes on with the round in which the guide was paused."""

    def __init__(self, course: Course) -> None:
        self.course = course
        super().__init__(f"breathe:on:{_state(course)}", messages.GO_ON, style=discord.ButtonStyle.primary)

    @classmethod
    def restore(cls, match: re.Match[str]) -> Self:
        return cls(_course(match))

    async def pressed(self, interaction: discord.Interaction[Any]) -> None:
        await begin(interaction, self.course)


class End(ui.Button, template=r"breathe:end:(?P<name>[0-9a-f]{0,8})"):
    """Ends a guide for good."""

    def __init__(self, name: str = "") -> None:
        self.name = name
        super().__init__(f"breathe:end:{name}", messages.END)

    @classmethod
    def restore(cls, match: re.Match[str]) -> Self:
        return cls(match["name"])

    async def pressed(self, interaction: discord.Interaction[Any]) -> None:
        client: Respite = interaction.client
        client.guides.stop(self.name)
        await ui.replace(interaction, messages.ended())


async def begin(interaction: discord.Interaction[Any], course: Course) -> None:
    """Show what is to come, in a message of its own or in that of the button, and begin."""
    client: Respite = interaction.client
    name = client.guides.begin(course, _show(interaction, course))
    view = ui.row(Pause(name, course), End(name))
    try:
        if interaction.type is discord.InteractionType.component:
            await ui.replace(interaction, messages.beginning(course), view=view)
        else:
            await ui.reply(interaction, embed=messages.beginning(course), view=view)
    except BaseException:
        client.guides.stop(name)
        raise


def _show(interaction: discord.Interaction[Any], course: Course) -> Show:
    async def show(phase: Phase | None) -> None:
        if phase is None:
            await interaction.edit_original_response(embed=messages.over(), view=None)
        else:
            await interaction.edit_original_response(embed=messages.phase(phase, course))

    return show


def _state(course: Course) -> str:
    return f"{course.pattern}:{course.minutes}:{course.first_round}"


def _course(match: re.Match[str]) -> Course:
    """Return what a custom_id says, as far as it can be true."""
    try:
        pattern = Pattern(match["pattern"])
    except ValueError:
        pattern = Pattern.FOUR_SIX
    minutes = min(max(int(match["minutes"]), 1), 10)
    return Course(pattern, minutes, int(match["round"]))
