"""The buttons around private copies. None of them says anything about whoever presses it."""

from __future__ import annotations

import re
from typing import Any, ClassVar, Self

import discord

from bot import ui
from bot.client import Respite
from bot.services import trends
from cogs.trends import messages
from cogs.trends.forms import ChangeForm, ProtectForm, RemoveForm


class _Plain(ui.Button, template="(?!)"):
    """A button without any state: its custom_id is one word."""

    word: ClassVar[str]
    name: ClassVar[str]
    look = discord.ButtonStyle.secondary

    def __init__(self) -> None:
        super().__init__(self.word, self.name, style=self.look)

    @classmethod
    def restore(cls, match: re.Match[str]) -> Self:
        return cls()


class Keep(_Plain, template="trends:keep"):
    """Keeps a copy of each check-in from now on."""

    word, name, look = "trends:keep", messages.KEEP, discord.ButtonStyle.primary

    async def pressed(self, interaction: discord.Interaction[Any]) -> None:
        client: Respite = interaction.client
        await trends.keep(client.house.database, client.house.member_keys, client.person(interaction))
        await ui.replace(interaction, messages.keeping(), view=ui.row(Protect(), Stop()))


class Protect(_Plain, template="trends:protect"):
    """Asks for a passphrase to set."""

    word, name = "trends:protect", messages.PROTECT

    async def pressed(self, interaction: discord.Interaction[Any]) -> None:
        await ui.show(interaction, ProtectForm())


class Change(_Plain, template="trends:change"):
    """Asks for the old passphrase and another one."""

    word, name = "trends:change", messages.CHANGE

    async def pressed(self, interaction: discord.Interaction[Any]) -> None:
        await ui.show(interaction, ChangeForm())


class Remove(_Plain, template="trends:remove"):
    """Asks for the passphrase, to go on without it."""

    word, name = "trends:remove", messages.REMOVE

    async def pressed(self, interaction: discord.Interaction[Any]) -> None:
        await ui.show(interaction, RemoveForm())


class Stop(_Plain, template="trends:stop"):
    """Asks once more before everything is erased."""

    word, name = "trends:stop", messages.STOP

    async def pressed(self, interaction: discord.Interaction[Any]) -> None:
        await ui.reply(interaction, embed=messages.about_to_erase(), view=ui.row(Erase()))


class Erase(_Plain, template="trends:erase"):
    """Erases everything, and offers to begin anew."""

    word, name, look = "trends:erase", messages.ERASE, discord.ButtonStyle.danger

    async def pressed(self, interaction: discord.Interaction[Any]) -> None:
        client: Respite = interaction.client
        house = client.house
        await trends.erase(house.database, house.member_keys, house.window_keys, client.person(interaction))
        await ui.replace(interaction, messages.erased(), view=ui.row(Keep()))
