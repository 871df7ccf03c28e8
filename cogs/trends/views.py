"""What is shown of somebody's own check-ins: words, picture, and the buttons that fit."""

from __future__ import annotations

import re
from typing import Any, Self

import discord

from bot import ui
from bot.client import Respite
from bot.services.trends import FEWEST_WEEKS, MOST_WEEKS, Keeping, Trends
from cogs.trends import messages
from cogs.trends.buttons import Change, Keep, Protect, Remove, Stop
from cogs.trends.forms import passphrase
from cogs.trends.pictures import draw


class Unlock(ui.Button, template=r"trends:unlock:(?P<weeks>[0-9]{1,3})"):
    """Asks for the passphrase, to show so many weeks."""

    def __init__(self, weeks: int) -> None:
        self.weeks = weeks
        super().__init__(f"trends:unlock:{weeks}", messages.UNLOCK, style=discord.ButtonStyle.primary)

    @classmethod
    def restore(cls, match: re.Match[str]) -> Self:
        return cls(int(match["weeks"]))

    async def pressed(self, interaction: discord.Interaction[Any]) -> None:
        await ui.show(interaction, UnlockForm(self.weeks))


class UnlockForm(ui.Form):
    """Opens the copies with the passphrase, for one answer."""

    word = "trends-unlock"

    def __init__(self, weeks: int) -> None:
        super().__init__(messages.UNLOCK, str(weeks))
        self.add_item(passphrase("passphrase", messages.YOURS))

    @classmethod
    async def submitted(cls, interaction: discord.Interaction[Any], state: str, fields: ui.Fields) -> None:
        client: Respite = interaction.client
        found = await client.house.passphrases.unlock(
            client.person(interaction),
            ui.text(fields, "passphrase"),
            weeks=min(max(ui.numbers(state)[0], FEWEST_WEEKS), MOST_WEEKS),
            at=interaction.created_at,
        )
        await show(interaction, found)


async def show(interaction: discord.Interaction[Any], found: Trends) -> None:
    """Answer privately with everything that may be seen, which takes a moment where there is a picture."""
    client: Respite = interaction.client
    files: list[discord.File] = []
    if found.copies:
        await ui.take_time(interaction)
        files = await draw(client.house.pictures, found)
    embed = messages.shown(found, with_picture=bool(files))
    await ui.reply(interaction, embed=embed, view=_buttons(found), files=files)


def _buttons(found: Trends) -> discord.ui.View:
    match found.keeping:
        case Keeping.OFF:
            return ui.row(Keep())
        case Keeping.PLAIN:
            return ui.row(Protect(), Stop())
        case Keeping.LOCKED:
            return ui.row(Unlock(found.weeks), Stop())
        case Keeping.UNLOCKED:
            return ui.row(Change(), Remove(), Stop())
        case Keeping.SPOILT:
            return ui.row(Stop())
