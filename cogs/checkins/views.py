"""The check-in form and the buttons around it: Answer, Change, Withdraw."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Self

import discord

from bot import ui
from bot.client import Respite
from bot.services import agreements, checkins
from bot.services.checkins import Receipt
from bot.services.refusals import Because, Refusal
from bot.services.windows import OpenWindow
from cogs.agreements.messages import remind
from cogs.checkins import form, messages

_IDS = r"(?P<ids>[0-9.]{1,80})"


class CheckinForm(ui.Form):
    """Asks where somebody is today. Its custom_id holds the windows that would count the answer."""

    word = "checkin-form"

    def __init__(self, windows: Sequence[OpenWindow]) -> None:
        asked = windows[: form.MOST_WINDOWS]
        super().__init__(messages.FORM_TITLE, form.state_of(asked))
        for part in form.parts(asked):
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
            form.windows_of(state, fields),
            form.answers_of(fields),
            at=interaction.created_at,
        )
        changed = await agreements.changed_for(client.house.database, person)
        embed = remind(messages.receipt(receipt), changed)
        await ui.reply(interaction, embed=embed, view=receipt_buttons(receipt))


class _WindowButton(ui.Button, template="(?!)"):
    """A button about some windows, whose ids are in its custom_id."""

    def __init__(self, word: str, ids: str, label: str, style: discord.ButtonStyle) -> None:
        self.ids = ids
        super().__init__(f"{word}:{ids}", label, style=style)


class Answer(_WindowButton, template=rf"checkin:answer:{_IDS}"):
    """Under the post that announces a window: opens the form, from memory alone."""

    def __init__(self, ids: str) -> None:
        super().__init__("checkin:answer", ids, messages.ANSWER, discord.ButtonStyle.primary)

    @classmethod
    def restore(cls, match: re.Match[str]) -> Self:
        return cls(match["ids"])

    async def pressed(self, interaction: discord.Interaction[Any]) -> None:
        if not await _form_opened(interaction, self.ids):
            raise Refusal(Because.WINDOW_CLOSED)


class Change(_WindowButton, template=rf"checkin:change:{_IDS}"):
    """Under a receipt: opens the form again; the new answer takes the place of the old one."""

    def __init__(self, ids: str) -> None:
        super().__init__("checkin:change", ids, messages.CHANGE, discord.ButtonStyle.secondary)

    @classmethod
    def restore(cls, match: re.Match[str]) -> Self:
        return cls(match["ids"])

    async def pressed(self, interaction: discord.Interaction[Any]) -> None:
        if not await _form_opened(interaction, self.ids):
            raise Refusal(Because.TOO_LATE_TO_CHANGE)


class Withdraw(_WindowButton, template=rf"checkin:withdraw:{_IDS}"):
    """Under a receipt: takes the answer back."""

    def __init__(self, ids: str) -> None:
        super().__init__("checkin:withdraw", ids, messages.WITHDRAW, discord.ButtonStyle.secondary)

    @classmethod
    def restore(cls, match: re.Match[str]) -> Self:
        return cls(match["ids"])

    async def pressed(self, interaction: discord.Interaction[Any]) -> None:
        client: Respite = interaction.client
        await checkins.withdraw(
            client.house.database,
            client.house.window_keys,
            client.house.member_keys,
            client.person(interaction),
            ui.numbers(self.ids),
            at=interaction.created_at,
        )
        await ui.replace(interaction, messages.withdrawn())


def receipt_buttons(receipt: Receipt) -> discord.ui.View:
    """Return the buttons under a receipt."""
    ids = ".".join(str(counted.window_id) for counted in receipt.counted)
    return ui.row(Change(ids), Withdraw(ids))


async def _form_opened(interaction: discord.Interaction[Any], ids: str) -> bool:
    """Open the form for those of the windows that are still open. False where there are none."""
    client: Respite = interaction.client
    found = [client.open_windows.find(window_id) for window_id in ui.numbers(ids)]
    windows = [
        window
        for window in found
        if window and window.server_id == interaction.guild_id and interaction.created_at < window.closes_at
    ]
    if windows:
        await ui.show(interaction, CheckinForm(windows))
    return bool(windows)
