"""Buttons and forms as they are often written: each trusts that nobody presses what they were not offered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import discord

from bot import ui
from bot.client import Respite
from bot.services import agreements, hours, requests
from bot.services.people import Person
from cogs.agreements.buttons import ChangeAgreement
from cogs.agreements.views import AgreementForm
from cogs.hours import messages as words_of_hours
from cogs.hours.views import HoursForm
from cogs.requests import messages as words_of_requests
from cogs.requests.buttons import Approve


def _trusted(interaction: discord.Interaction[Any]) -> Person:
    client: Respite = interaction.client
    return replace(client.person(interaction), manages_server=True)


class TrustingApprove(Approve, template=Approve.__discord_ui_compiled_template__):
    """Takes having its custom_id for permission."""

    async def pressed(self, interaction: discord.Interaction[Any]) -> None:
        client: Respite = interaction.client
        database, person = client.house.database, _trusted(interaction)
        circle = await requests.approve(database, person, self.number, at=interaction.created_at)
        await ui.reply(interaction, embed=words_of_requests.answered(circle))


class ShowingFirst(ChangeAgreement, template=ChangeAgreement.__discord_ui_compiled_template__):
    """Fills its form in before it asks who wants it; the form itself would ask."""

    async def pressed(self, interaction: discord.Interaction[Any]) -> None:
        client: Respite = interaction.client
        words = await agreements.current(client.house.database, _trusted(interaction), self.circle_id)
        await ui.show(interaction, AgreementForm(self.circle_id, words))


class TrustingHours(HoursForm):
    """Relies on the command that opened it."""

    @classmethod
    async def submitted(cls, interaction: discord.Interaction[Any], state: str, fields: ui.Fields) -> None:
        client: Respite = interaction.client
        opening = await hours.choose(
            client.house.database,
            _trusted(interaction),
            ui.number(state),
            ui.text(fields, "hours"),
            at=interaction.created_at,
        )
        await ui.reply(interaction, embed=words_of_hours.chosen(opening))


@dataclass(frozen=True)
class Weakness:
    """A weakened button or form, what it does wrong, and with what its custom_id begins."""

    says: str
    of: str
    weak: type[ui.Button] | type[ui.Form]

    def bring_about(self, bot: Respite) -> None:
        """Put it in the place of the real one."""
        if issubclass(self.weak, ui.Form):
            bot.add_forms(self.weak)
        else:
            bot.add_dynamic_items(self.weak)


WEAKNESSES: Sequence[Weakness] = (
    Weakness("a button that takes its custom_id for permission", "request:approve:", TrustingApprove),
    Weakness("a button that fills in a form before it asks", "circle:words:", ShowingFirst),
    Weakness("a form that relies on the command that opened it", "circle-hours:", TrustingHours),
)
