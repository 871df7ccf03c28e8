"""The buttons and the form of `/my data`: take it along, or erase it once that was said twice."""

from __future__ import annotations

import re
from typing import Any, Self

import discord

from bot import ui
from bot.client import Respite
from bot.services import erasure, personal_data, personal_export
from bot.services.personal_data import Kind, Overview
from bot.services.refusals import Because, Refusal
from bot.services.rules.private_copies import Copy
from cogs.personal import messages
from cogs.personal.archive import archive
from cogs.personal.leaving import let_out
from cogs.trends.forms import passphrase

EVERYTHING = "everything"
"""Stands in a custom_id for every kind, also those that a later version adds."""


class ExportAll(ui.Button, template=r"personal:export"):
    """Attaches all that is stored about whoever presses."""

    def __init__(self) -> None:
        super().__init__("personal:export", messages.EXPORT, style=discord.ButtonStyle.primary)

    @classmethod
    def restore(cls, match: re.Match[str]) -> Self:
        return cls()

    async def pressed(self, interaction: discord.Interaction[Any]) -> None:
        await ui.take_time(interaction)
        await _export(interaction, None)


class Unlock(ui.Button, template=r"personal:unlock"):
    """Opens the form for the passphrase, from memory alone."""

    def __init__(self) -> None:
        super().__init__("personal:unlock", messages.UNLOCK)

    @classmethod
    def restore(cls, match: re.Match[str]) -> Self:
        return cls()

    async def pressed(self, interaction: discord.Interaction[Any]) -> None:
        await ui.show(interaction, UnlockForm())


class UnlockForm(ui.Form):
    """Asks for the passphrase that locks private copies, and exports once more."""

    word = "personal-unlock"

    def __init__(self) -> None:
        super().__init__(messages.UNLOCK)
        self.add_item(passphrase("passphrase", messages.YOURS))

    @classmethod
    async def submitted(cls, interaction: discord.Interaction[Any], state: str, fields: ui.Fields) -> None:
        client: Respite = interaction.client
        person = client.person(interaction)
        await ui.take_time(interaction)
        typed = ui.text(fields, "passphrase")
        kept = await client.house.passphrases.read(person, typed, at=interaction.created_at)
        await _export(interaction, kept.copies)


class ChooseKind(ui.Button, template=r"personal:choose"):
    """Opens the form in which one kind is chosen, from memory alone."""

    def __init__(self) -> None:
        super().__init__("personal:choose", messages.ERASE_ONE)

    @classmethod
    def restore(cls, match: re.Match[str]) -> Self:
        return cls()

    async def pressed(self, interaction: discord.Interaction[Any]) -> None:
        await ui.show(interaction, KindForm())


class KindForm(ui.Form):
    """Asks which kind is to be erased."""

    word = "personal-kind"

    def __init__(self) -> None:
        super().__init__(messages.ERASE_ONE)
        options = [discord.SelectOption(label=messages.name(kind), value=kind.value) for kind in Kind]
        self.add_item(
            discord.ui.Label(
                text=messages.WHICH_KIND,
                description=messages.WHICH_KIND_HINT,
                component=discord.ui.Select[Any](custom_id="kind", options=options),
            )
        )

    @classmethod
    async def submitted(cls, interaction: discord.Interaction[Any], state: str, fields: ui.Fields) -> None:
        await _ask_again(interaction, ui.choice(fields, "kind"))


class AskAgain(ui.Button, template=r"personal:ask"):
    """Says what would go if everything was erased, and asks again."""

    def __init__(self) -> None:
        super().__init__("personal:ask", messages.ERASE_ALL)

    @classmethod
    def restore(cls, match: re.Match[str]) -> Self:
        return cls()

    async def pressed(self, interaction: discord.Interaction[Any]) -> None:
        await _ask_again(interaction, EVERYTHING)


class Erase(ui.Button, template=r"personal:erase:(?P<what>[a-z-]{1,30})"):
    """Erases one kind, or everything. Whoever presses has read what will go."""

    def __init__(self, what: str) -> None:
        self.what = what
        super().__init__(f"personal:erase:{what}", messages.ERASE_NOW, style=discord.ButtonStyle.danger)

    @classmethod
    def restore(cls, match: re.Match[str]) -> Self:
        return cls(match["what"])

    async def pressed(self, interaction: discord.Interaction[Any]) -> None:
        client: Respite = interaction.client
        house, person, member = client.house, client.person(interaction), ui.member_of(interaction)
        erased = await erasure.erase(
            house.database, house.member_keys, house.window_keys, person, _kinds(self.what)
        )
        still_in = await let_out(member, erased)
        await ui.replace(interaction, messages.receipt(erased, still_in))


def overview_buttons(found: Overview) -> discord.ui.View | None:
    """Return the buttons under the overview; there are none where nothing is stored."""
    return None if found.empty else ui.row(ExportAll(), ChooseKind(), AskAgain())


async def _export(interaction: discord.Interaction[Any], unlocked: tuple[Copy, ...] | None) -> None:
    client: Respite = interaction.client
    house, person = client.house, client.person(interaction)
    found = await personal_export.export(
        house.database,
        house.member_keys,
        house.window_keys,
        person,
        unlocked=unlocked,
        at=interaction.created_at,
    )
    view = ui.row(Unlock()) if found.locked else None
    await ui.reply(interaction, embed=messages.exported(found), view=view, files=[await archive(found)])


async def _ask_again(interaction: discord.Interaction[Any], what: str) -> None:
    client: Respite = interaction.client
    kinds, house, person = _kinds(what), client.house, client.person(interaction)
    found = await personal_data.look(house.database, house.member_keys, house.window_keys, person)
    view = ui.row(Erase(what)) if found.holds(kinds) else None
    await ui.reply(interaction, embed=messages.question(found, kinds), view=view)


def _kinds(what: str) -> tuple[Kind, ...]:
    """Return the kinds that a custom_id or a form names. Refuses a name that there is not, or no more."""
    try:
        return tuple(Kind) if what == EVERYTHING else (Kind(what),)
    except ValueError:
        raise Refusal(Because.EXPIRED) from None
