"""The form in which a moderator describes an entry."""

from __future__ import annotations

from typing import Any

import discord

from bot import ui
from bot.client import Respite
from bot.services import server_resources
from bot.services.resources import FOR_WHOM_LENGTH, HOURS_LENGTH, NAME_LENGTH, Resource
from bot.services.server_resources import Draft
from cogs.resources import messages

_ADD = "add"
_NUMBER_LENGTH = 25
_URL_LENGTH = 300


class EntryForm(ui.Form):
    """Name, number, link, hours, and for whom. Its state says which kind is added, or what is replaced."""

    word = "resource-form"

    def __init__(self, state: str, shown: Resource | None = None) -> None:
        super().__init__(messages.FORM_TITLE, state)
        number = shown.numbers[0] if shown and shown.numbers else None
        self._ask("name", messages.FORM_NAME, None, NAME_LENGTH, shown and shown.name)
        self._ask(
            "number", messages.FORM_NUMBER, messages.FORM_NUMBER_HINT, _NUMBER_LENGTH, number, needed=False
        )
        self._ask(
            "url", messages.FORM_URL, messages.FORM_URL_HINT, _URL_LENGTH, shown and shown.url, needed=False
        )
        self._ask("hours", messages.FORM_HOURS, None, HOURS_LENGTH, shown and shown.hours)
        self._ask(
            "for_whom",
            messages.FORM_FOR_WHOM,
            messages.FORM_FOR_WHOM_HINT,
            FOR_WHOM_LENGTH,
            shown and shown.for_whom,
        )

    @classmethod
    def to_add(cls, kind: str) -> EntryForm:
        """Return the form for a new entry."""
        return cls(f"{_ADD}:{kind}")

    @classmethod
    def to_replace(cls, shown: Resource) -> EntryForm:
        """Return the form filled in with an entry as it is."""
        return cls(f"replace:{shown.id}", shown)

    @classmethod
    async def submitted(cls, interaction: discord.Interaction[Any], state: str, fields: ui.Fields) -> None:
        client: Respite = interaction.client
        database, lines, person = client.house.database, client.server_lines, client.person(interaction)
        draft, today = _draft(fields), interaction.created_at.date()
        how, _, what = state.partition(":")
        if how == _ADD:
            saved = await server_resources.add(database, lines, person, what, draft, today=today)
        else:
            directory = client.house.directory
            saved = await server_resources.replace(
                database, lines, directory, person, what, draft, today=today
            )
        await ui.reply(interaction, embed=messages.saved(saved))

    def _ask(
        self, name: str, label: str, hint: str | None, most: int, now: str | None, *, needed: bool = True
    ) -> None:
        typed = discord.ui.TextInput[Any](custom_id=name, max_length=most, default=now, required=needed)
        self.add_item(discord.ui.Label(text=label, description=hint, component=typed))


def _draft(fields: ui.Fields) -> Draft:
    return Draft(
        name=ui.text(fields, "name"),
        number=ui.text(fields, "number"),
        url=ui.text(fields, "url"),
        hours=ui.text(fields, "hours"),
        for_whom=ui.text(fields, "for_whom"),
    )
