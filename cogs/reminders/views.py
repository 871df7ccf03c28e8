"""Ending one of several reminders, and making one of a step of the plan."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import time
from typing import Any, Self

import discord

from bot import ui
from bot.client import Respite
from bot.services import plans, reminders
from bot.services.plans import Plan
from bot.services.refusals import Because, Refusal
from bot.services.reminder_rows import Reminder
from bot.services.rules.recurrence import parse_days, parse_time
from cogs.reminders import messages
from cogs.reminders.buttons import Directly

MOST_STEPS = 25


class EndOne(ui.Button, template=r"reminder:end:(?P<slot>[0-9]{1,2})"):
    """Ends one of the reminders that are listed."""

    def __init__(self, slot: int, label: str = messages.END_ONE) -> None:
        self.slot = slot
        super().__init__(f"reminder:end:{slot}", label)

    @classmethod
    def restore(cls, match: re.Match[str]) -> Self:
        return cls(int(match["slot"]))

    async def pressed(self, interaction: discord.Interaction[Any]) -> None:
        client: Respite = interaction.client
        house, person = client.house, client.person(interaction)
        await reminders.remove(house.database, house.member_keys, person.locator, self.slot)
        await ui.replace(interaction, messages.ended())


class StepForm(ui.Form):
    """Which step, on which days, at what time."""

    word = "step-form"

    def __init__(self, plan: Plan) -> None:
        super().__init__(messages.STEP_TITLE)
        options = [
            discord.SelectOption(label=step[:100], value=str(number))
            for number, step in enumerate(plan.steps[:MOST_STEPS])
        ]
        choice = discord.ui.Select[Any](custom_id="step", options=options)
        self.add_item(discord.ui.Label(text=messages.STEP, component=choice))
        days = discord.ui.TextInput[Any](custom_id="days", default="weekdays", max_length=60)
        self.add_item(discord.ui.Label(text=messages.DAYS, description=messages.DAYS_HINT, component=days))
        at = discord.ui.TextInput[Any](custom_id="at", max_length=5)
        self.add_item(discord.ui.Label(text=messages.TIME, description=messages.TIME_HINT, component=at))

    @classmethod
    async def submitted(cls, interaction: discord.Interaction[Any], state: str, fields: ui.Fields) -> None:
        client: Respite = interaction.client
        house, person = client.house, client.person(interaction)
        plan = await plans.find(house.database, house.member_keys, person)
        made = await reminders.remind(
            house.database,
            house.member_keys,
            house.library,
            person,
            interaction.user.id,
            days=_days(fields),
            at_time=_time(fields),
            step=_step(plan, fields),
            at=interaction.created_at,
        )
        await ui.reply(interaction, embed=messages.made(made), view=ui.row(Directly(not made.directly)))


class RemindOfStep(ui.Button, template=r"reminder:step"):
    """Opens the form for a step of the plan."""

    def __init__(self) -> None:
        super().__init__("reminder:step", messages.REMIND_OF_STEP)

    @classmethod
    def restore(cls, match: re.Match[str]) -> Self:
        return cls()

    async def pressed(self, interaction: discord.Interaction[Any]) -> None:
        client: Respite = interaction.client
        house, person = client.house, client.person(interaction)
        plan = await plans.find(house.database, house.member_keys, person)
        if not plan.steps:
            raise Refusal(Because.NO_SUCH_STEP)
        await ui.show(interaction, StepForm(plan))


def controls(found: Sequence[Reminder]) -> discord.ui.View | None:
    """Return what one can do with one's reminders: how they come, and a button to end each."""
    if not found:
        return None
    view = ui.row(Directly(not found[0].directly))
    for each in found[: 25 - 1]:
        view.add_item(EndOne(each.slot, f"End: {messages.line(each)}"[:80]))
    return view


def _step(plan: Plan, fields: ui.Fields) -> str:
    chosen: Any = fields.get("step")
    number = chosen[0] if isinstance(chosen, list) and len(chosen) == 1 else chosen  # pyright: ignore
    if not (isinstance(number, str) and number.isascii() and number.isdecimal() and len(number) < 3):
        raise Refusal(Because.NO_SUCH_STEP)
    if int(number) >= len(plan.steps):
        raise Refusal(Because.NO_SUCH_STEP)
    return plan.steps[int(number)]


def _days(fields: ui.Fields) -> frozenset[int]:
    try:
        return parse_days(ui.text(fields, "days"))
    except ValueError:
        raise Refusal(Because.UNKNOWN_DAYS) from None


def _time(fields: ui.Fields) -> time:
    try:
        return parse_time(ui.text(fields, "at"))
    except ValueError:
        raise Refusal(Because.UNKNOWN_TIME) from None
