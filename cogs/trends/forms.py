"""The forms for setting, changing and removing a passphrase. None of them ever shows one."""

from __future__ import annotations

from typing import Any

import discord

from bot import ui
from bot.client import Respite
from bot.services.passphrases import LONGEST, SHORTEST
from cogs.trends import messages


class ProtectForm(ui.Form):
    """Sets a passphrase, after saying what it does and what nobody can do."""

    word = "trends-protect"

    def __init__(self) -> None:
        super().__init__(messages.PROTECT)
        self.add_item(discord.ui.TextDisplay(messages.BEFORE_PROTECTING))
        for each in _new():
            self.add_item(each)

    @classmethod
    async def submitted(cls, interaction: discord.Interaction[Any], state: str, fields: ui.Fields) -> None:
        client: Respite = interaction.client
        await client.house.passphrases.protect(
            client.person(interaction),
            ui.text(fields, "passphrase"),
            ui.text(fields, "again"),
            at=interaction.created_at,
        )
        await ui.replace(interaction, messages.protected())


class ChangeForm(ui.Form):
    """Sets another passphrase in the place of the old one."""

    word = "trends-change"

    def __init__(self) -> None:
        super().__init__(messages.CHANGE)
        for each in (passphrase("old", messages.OLD), *_new()):
            self.add_item(each)

    @classmethod
    async def submitted(cls, interaction: discord.Interaction[Any], state: str, fields: ui.Fields) -> None:
        client: Respite = interaction.client
        await client.house.passphrases.change(
            client.person(interaction),
            ui.text(fields, "old"),
            ui.text(fields, "passphrase"),
            ui.text(fields, "again"),
            at=interaction.created_at,
        )
        await ui.replace(interaction, messages.changed())


class RemoveForm(ui.Form):
    """Goes on without a passphrase."""

    word = "trends-remove"

    def __init__(self) -> None:
        super().__init__(messages.REMOVE)
        self.add_item(discord.ui.TextDisplay(messages.BEFORE_REMOVING))
        self.add_item(passphrase("old", messages.OLD))

    @classmethod
    async def submitted(cls, interaction: discord.Interaction[Any], state: str, fields: ui.Fields) -> None:
        client: Respite = interaction.client
        old = ui.text(fields, "old")
        await client.house.passphrases.remove(client.person(interaction), old, at=interaction.created_at)
        await ui.replace(interaction, messages.removed())


def passphrase(name: str, label: str, hint: str | None = None, *, shortest: int = 1) -> discord.ui.Label[Any]:
    """Return a field for a passphrase."""
    field = discord.ui.TextInput[Any](custom_id=name, min_length=shortest, max_length=LONGEST)
    return discord.ui.Label(text=label, description=hint, component=field)


def _new() -> tuple[discord.ui.Label[Any], ...]:
    return (
        passphrase("passphrase", messages.NEW, messages.NEW_HINT, shortest=SHORTEST),
        passphrase("again", messages.AGAIN, shortest=SHORTEST),
    )
