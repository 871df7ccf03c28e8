"""The forms of the plan, and the buttons that open them."""

from __future__ import annotations

import re
from typing import Any, Self

import discord

from bot import ui
from bot.client import Respite
from bot.services import plans
from bot.services.plans import PART_LENGTH, Plan
from bot.services.refusals import Because, Refusal
from bot.services.rules.text import tidy
from cogs.plan import messages
from cogs.reminders.views import RemindOfStep


class PlanForm(ui.Form):
    """One half of the plan, filled in with what is written already."""

    word = "plan-form"

    def __init__(self, form: messages.PlanFormWords, found: Plan) -> None:
        super().__init__(form.title, form.id)
        for part in form.parts:
            self.add_item(
                discord.ui.Label(
                    text=part.label,
                    description=part.hint,
                    component=discord.ui.TextInput(
                        custom_id=part.id,
                        style=discord.TextStyle.paragraph,
                        default=found.parts.get(part.id),
                        max_length=PART_LENGTH,
                        required=False,
                    ),
                )
            )

    @classmethod
    async def submitted(cls, interaction: discord.Interaction[Any], state: str, fields: ui.Fields) -> None:
        client: Respite = interaction.client
        form = messages.FORMS.get(state)
        if form is None:
            raise Refusal(Because.EXPIRED)
        written = {part.id: tidy(ui.text(fields, part.id), lines=True) for part in form.parts}
        house, person = client.house, client.person(interaction)
        found = await plans.write(house.database, house.member_keys, person, written)
        await ui.reply(interaction, embed=messages.plan(found), view=buttons(found))


class Write(ui.Button, template=r"plan:write:(?P<form>[a-z]{1,20})"):
    """Opens one of the forms."""

    def __init__(self, form: str) -> None:
        self.form = form
        label = messages.FORMS[form].button if form in messages.FORMS else form
        super().__init__(f"plan:write:{form}", label)

    @classmethod
    def restore(cls, match: re.Match[str]) -> Self:
        return cls(match["form"])

    async def pressed(self, interaction: discord.Interaction[Any]) -> None:
        client: Respite = interaction.client
        form = messages.FORMS.get(self.form)
        if form is None:
            raise Refusal(Because.EXPIRED)
        house, person = client.house, client.person(interaction)
        await ui.show(
            interaction, PlanForm(form, await plans.find(house.database, house.member_keys, person))
        )


def buttons(found: Plan) -> discord.ui.View:
    """Return a button for each form, and one for reminders where there are steps."""
    forms: list[ui.Button] = [Write(form) for form in messages.FORMS]
    return ui.row(*forms, *([RemindOfStep()] if found.steps else []))
