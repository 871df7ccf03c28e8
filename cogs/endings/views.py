"""The form in which the end of a circle is confirmed."""

from __future__ import annotations

from typing import Any

import discord

from bot import ui
from bot.client import Respite
from bot.services import archiving
from bot.services.circles import NAME_LENGTH
from bot.services.rules.text import tidy
from cogs.endings import messages, places

_KEEP, _DELETE = "keep", "delete"


class EndForm(ui.Form):
    """What becomes of the channel, and the circle's name, typed: nobody ends a circle by a slip."""

    word = "circle-end"

    def __init__(self, circle_id: int, window_id: int) -> None:
        super().__init__(messages.FORM_TITLE, f"{circle_id}.{window_id}")
        options = [
            discord.RadioGroupOption(label=messages.KEEP, value=_KEEP, description=messages.KEEP_HINT),
            discord.RadioGroupOption(label=messages.DELETE, value=_DELETE, description=messages.DELETE_HINT),
        ]
        self.add_item(
            discord.ui.Label(
                text=messages.CHANNEL,
                component=discord.ui.RadioGroup[Any](custom_id="channel", options=options),
            )
        )
        self.add_item(
            discord.ui.Label(
                text=messages.NAME,
                description=messages.NAME_HINT,
                component=discord.ui.TextInput(custom_id="name", max_length=NAME_LENGTH),
            )
        )

    @classmethod
    async def submitted(cls, interaction: discord.Interaction[Any], state: str, fields: ui.Fields) -> None:
        client: Respite = interaction.client
        person, guild = client.person(interaction), ui.server_of(interaction)
        circle_id, window_id = (*ui.numbers(state), 0)[:2]
        await ui.take_time(interaction)
        ended = await archiving.archive(
            client.house.database,
            client.house.window_keys,
            person,
            circle_id,
            window_id,
            name=tidy(ui.text(fields, "name")),
            keep_channel=ui.text(fields, "channel") != _DELETE,
            at=interaction.created_at,
        )
        await client.open_windows.refresh(client.house.database)
        done = await places.carry_through(client, guild, circle_id)
        await ui.reply(interaction, embed=messages.ended(ended, done))
