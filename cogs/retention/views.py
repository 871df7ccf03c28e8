"""Shortening how long something stays: a form, what would go now, and one more press."""

from __future__ import annotations

import re
from typing import Any, Self

import discord

from bot import ui
from bot.client import Respite
from bot.services import retention
from bot.services.refusals import Because, Refusal
from bot.services.rules.retention import Limit
from cogs.retention import messages


class Shorten(ui.Button, template=r"retention:shorten"):
    """Opens the form, from memory alone."""

    def __init__(self) -> None:
        super().__init__("retention:shorten", messages.CHANGE)

    @classmethod
    def restore(cls, match: re.Match[str]) -> Self:
        return cls()

    async def pressed(self, interaction: discord.Interaction[Any]) -> None:
        await ui.show(interaction, ShortenForm())


class ShortenForm(ui.Form):
    """Asks what is to be kept for how many days."""

    word = "retention-form"

    def __init__(self) -> None:
        super().__init__(messages.FORM_TITLE)
        options = [discord.SelectOption(label=messages.NAMES[limit], value=limit.value) for limit in Limit]
        self.add_item(
            discord.ui.Label(
                text=messages.FORM_WHAT, component=discord.ui.Select[Any](custom_id="what", options=options)
            )
        )
        self.add_item(
            discord.ui.Label(
                text=messages.FORM_DAYS,
                description=messages.FORM_DAYS_HINT,
                component=discord.ui.TextInput(custom_id="days", max_length=4),
            )
        )

    @classmethod
    async def submitted(cls, interaction: discord.Interaction[Any], state: str, fields: ui.Fields) -> None:
        client: Respite = interaction.client
        limit, days = _limit(ui.choice(fields, "what")), _days(ui.text(fields, "days"))
        would = await retention.what_would_go(
            client.house.database, client.person(interaction), limit, days, at=interaction.created_at
        )
        await ui.reply(interaction, embed=messages.would_go(would), view=ui.row(Keep(limit, days)))


class Keep(ui.Button, template=r"retention:keep:(?P<what>[a-z]{1,20}):(?P<days>[0-9]{1,4})"):
    """Lets the server keep something for so many days. Whoever presses has read what goes."""

    def __init__(self, what: str, days: int) -> None:
        self.what = what
        self.days = days
        super().__init__(f"retention:keep:{what}:{days}", messages.KEEP, style=discord.ButtonStyle.primary)

    @classmethod
    def restore(cls, match: re.Match[str]) -> Self:
        return cls(match["what"], int(match["days"]))

    async def pressed(self, interaction: discord.Interaction[Any]) -> None:
        client: Respite = interaction.client
        chosen = await retention.choose(
            client.house.database,
            client.person(interaction),
            _limit(self.what),
            self.days,
            at=interaction.created_at,
        )
        await ui.replace(interaction, messages.chosen(chosen))


def _limit(name: str) -> Limit:
    try:
        return Limit(name)
    except ValueError:
        raise Refusal(Because.EXPIRED) from None


def _days(typed: str) -> int:
    """Return the number of days; what is not a number is too few."""
    return int(typed) if typed.isascii() and typed.isdecimal() else 0
