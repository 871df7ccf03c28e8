"""The form in which a week is noted, and the button that opens it."""

from __future__ import annotations

import re
from typing import Any, Self

import discord

from bot import ui
from bot.client import Respite
from bot.services import workloads
from bot.services.workloads import Note
from cogs.load import messages


class LoadForm(ui.Form):
    """Three numbers and two steps."""

    word = "load-form"

    def __init__(self) -> None:
        super().__init__(messages.FORM_TITLE)
        for name, label in (
            ("hours", messages.HOURS),
            ("heavy", messages.HEAVY),
            ("other", messages.OTHER),
        ):
            box = discord.ui.TextInput[Any](custom_id=name, max_length=2)
            self.add_item(discord.ui.Label(text=label, description=messages.COUNT_HINT, component=box))
        for name, label in (("breaks", messages.BREAKS), ("boundaries", messages.BOUNDARIES)):
            options = [
                discord.RadioGroupOption(label=text, value=str(step))
                for step, text in enumerate(messages.STEPS, start=1)
            ]
            group = discord.ui.RadioGroup[Any](custom_id=name, options=options)
            self.add_item(discord.ui.Label(text=label, component=group))

    @classmethod
    async def submitted(cls, interaction: discord.Interaction[Any], state: str, fields: ui.Fields) -> None:
        client: Respite = interaction.client
        house, person, at = client.house, client.person(interaction), interaction.created_at
        found = await workloads.note(house.database, house.member_keys, person, _note(fields), at=at)
        await ui.reply(interaction, embed=messages.load(found, on=at.date()), view=ui.row(NoteWeek()))


class NoteWeek(ui.Button, template=r"load:note"):
    """Opens the form for the week that it is."""

    def __init__(self) -> None:
        super().__init__("load:note", messages.NOTE, style=discord.ButtonStyle.primary)

    @classmethod
    def restore(cls, match: re.Match[str]) -> Self:
        return cls()

    async def pressed(self, interaction: discord.Interaction[Any]) -> None:
        await ui.show(interaction, LoadForm())


def _note(fields: ui.Fields) -> Note:
    return Note(
        hours=_number(fields, "hours"),
        heavy=_number(fields, "heavy"),
        other=_number(fields, "other"),
        breaks=_number(fields, "breaks"),
        boundaries=_number(fields, "boundaries"),
    )


def _number(fields: ui.Fields, name: str) -> int:
    """Return what was filled in as a number, or one that is refused."""
    text = ui.text(fields, name)
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 2 else -1
