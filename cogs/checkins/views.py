"""The check-in form and the buttons around it: Answer, Change, Withdraw."""

from __future__ import annotations

import re
from typing import Any, Self

import discord

from bot import ui
from bot.client import Respite
from bot.services import agreements, checkins
from bot.services.checkins import Receipt
from bot.services.refusals import Because, Refusal
from cogs.agreements.messages import remind
from cogs.checkins import form, messages

_ID = r"(?P<window>[0-9]{1,15})"


class CheckinForm(ui.Form):
    """Asks where somebody is today. Its custom_id holds the windows of which one will count the answer."""

    word = "answer-in"  # an earlier form, "checkin-form", could count an answer in several circles

    def __init__(self, offered: form.Offer) -> None:
        super().__init__(messages.FORM_TITLE, offered.state)
        for part in form.parts(offered):
            self.add_item(part)

    @classmethod
    async def submitted(cls, interaction: discord.Interaction[Any], state: str, fields: ui.Fields) -> None:
        client: Respite = interaction.client
        person = client.person(interaction)
        receipt = await checkins.record(
            client.house.database,
            client.house.window_keys,
            client.house.member_keys,
            person,
            form.window_of(state, fields),
            form.answers_of(fields),
            at=interaction.created_at,
        )
        changed = await agreements.changed_for(client.house.database, person)
        embed = remind(messages.receipt(receipt), changed)
        await ui.reply(interaction, embed=embed, view=receipt_buttons(receipt))


class _WindowButton(ui.Button, template="(?!)"):
    """A button about one window, whose id is in its custom_id."""

    def __init__(self, word: str, window_id: str, label: str, style: discord.ButtonStyle) -> None:
        self.window_id = int(window_id)
        super().__init__(f"{word}:{window_id}", label, style=style)


class Answer(_WindowButton, template=rf"checkin:answer:{_ID}"):
    """Under the post that announces a window: opens the form, from memory alone."""

    def __init__(self, window_id: str) -> None:
        super().__init__("checkin:answer", window_id, messages.ANSWER, discord.ButtonStyle.primary)

    @classmethod
    def restore(cls, match: re.Match[str]) -> Self:
        return cls(match["window"])

    async def pressed(self, interaction: discord.Interaction[Any]) -> None:
        if not await _form_opened(interaction, self.window_id):
            raise Refusal(Because.WINDOW_CLOSED)


class Change(_WindowButton, template=rf"checkin:change:{_ID}"):
    """Under a receipt: opens the form again; the new answer takes the place of the old one."""

    def __init__(self, window_id: str) -> None:
        super().__init__("checkin:change", window_id, messages.CHANGE, discord.ButtonStyle.secondary)

    @classmethod
    def restore(cls, match: re.Match[str]) -> Self:
        return cls(match["window"])

    async def pressed(self, interaction: discord.Interaction[Any]) -> None:
        if not await _form_opened(interaction, self.window_id):
            raise Refusal(Because.TOO_LATE_TO_CHANGE)


class Withdraw(_WindowButton, template=rf"checkin:withdraw:{_ID}"):
    """Under a receipt: takes the answer back."""

    def __init__(self, window_id: str) -> None:
        super().__init__("checkin:withdraw", window_id, messages.WITHDRAW, discord.ButtonStyle.secondary)

    @classmethod
    def restore(cls, match: re.Match[str]) -> Self:
        return cls(match["window"])

    async def pressed(self, interaction: discord.Interaction[Any]) -> None:
        client: Respite = interaction.client
        await checkins.withdraw(
            client.house.database,
            client.house.window_keys,
            client.house.member_keys,
            client.person(interaction),
            self.window_id,
            at=interaction.created_at,
        )
        await ui.replace(interaction, messages.withdrawn())


def receipt_buttons(receipt: Receipt) -> discord.ui.View:
    """Return the buttons under a receipt."""
    window_id = str(receipt.counted.window_id)
    return ui.row(Change(window_id), Withdraw(window_id))


async def _form_opened(interaction: discord.Interaction[Any], window_id: int) -> bool:
    """Open the form with this window before all others. False where it is no longer open."""
    client: Respite = interaction.client
    window = client.open_windows.find(window_id)
    if (
        window is None
        or window.server_id != interaction.guild_id
        or window.closes_at <= interaction.created_at
    ):
        return False
    person = client.person(interaction)
    others = client.open_windows.open_to(person, interaction.created_at)
    windows = dict.fromkeys((window.shown_to(person.roles), *others))
    first = form.offer(windows, first=lambda each: each.window_id == window_id)
    await ui.show(interaction, CheckinForm(first))
    return True
