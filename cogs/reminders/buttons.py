"""The buttons under a reminder. In direct messages they know the server from their custom_id."""

from __future__ import annotations

import re
from typing import Any, Self

import discord

from bot import ui
from bot.client import Respite
from bot.services import reminders
from bot.services.deliveries import Delivery
from cogs.reminders import messages

_PLACE = rf"(?P<server>{ui.PLACE}):(?P<slot>[0-9]{{1,2}})"


class _ReminderButton(ui.Button, template="(?!)"):
    """A button about one reminder of whoever presses it: nobody can reach another person's."""

    def __init__(self, word: str, server_id: int, slot: int, label: str) -> None:
        self.server_id, self.slot = server_id, slot
        super().__init__(f"reminder:{word}:{ui.place(server_id)}:{slot}", label)

    def locator(self, interaction: discord.Interaction[Any]) -> bytes:
        """Return who is pressing, as that server's key folder knows them."""
        client: Respite = interaction.client
        return client.house.member_keys.locate(self.server_id, interaction.user.id)

    async def answer(self, interaction: discord.Interaction[Any], *, snooze: bool) -> None:
        """Note that the reminder was minded, and say when it comes again."""
        client: Respite = interaction.client
        found = await reminders.answer(
            client.house.database,
            client.house.member_keys,
            self.locator(interaction),
            self.slot,
            snooze=snooze,
            at=interaction.created_at,
        )
        await ui.replace(interaction, messages.minded(found))


class Minded(_ReminderButton, template=rf"reminder:minded:{_PLACE}"):
    """Says that it was seen, or that it should go on coming."""

    def __init__(self, server_id: int, slot: int, label: str = messages.MINDED) -> None:
        super().__init__("minded", server_id, slot, label)

    @classmethod
    def restore(cls, match: re.Match[str]) -> Self:
        return cls(ui.read_place(match["server"]), int(match["slot"]))

    async def pressed(self, interaction: discord.Interaction[Any]) -> None:
        await self.answer(interaction, snooze=False)


class Snooze(_ReminderButton, template=rf"reminder:snooze:{_PLACE}"):
    """Lets it come again in half an hour."""

    def __init__(self, server_id: int, slot: int) -> None:
        super().__init__("snooze", server_id, slot, messages.SNOOZE)

    @classmethod
    def restore(cls, match: re.Match[str]) -> Self:
        return cls(ui.read_place(match["server"]), int(match["slot"]))

    async def pressed(self, interaction: discord.Interaction[Any]) -> None:
        await self.answer(interaction, snooze=True)


class Stop(_ReminderButton, template=rf"reminder:stop:{_PLACE}"):
    """Ends this reminder."""

    def __init__(self, server_id: int, slot: int) -> None:
        super().__init__("stop", server_id, slot, messages.STOP)

    @classmethod
    def restore(cls, match: re.Match[str]) -> Self:
        return cls(ui.read_place(match["server"]), int(match["slot"]))

    async def pressed(self, interaction: discord.Interaction[Any]) -> None:
        client: Respite = interaction.client
        house = client.house
        await reminders.remove(house.database, house.member_keys, self.locator(interaction), self.slot)
        await ui.replace(interaction, messages.ended())


class Directly(ui.Button, template=r"reminder:directly:(?P<yes>[01])"):
    """Says yes or no to direct messages."""

    def __init__(self, directly: bool) -> None:
        self.directly = directly
        label = messages.DIRECTLY if directly else messages.NOT_DIRECTLY
        super().__init__(f"reminder:directly:{int(directly)}", label)

    @classmethod
    def restore(cls, match: re.Match[str]) -> Self:
        return cls(match["yes"] == "1")

    async def pressed(self, interaction: discord.Interaction[Any]) -> None:
        client: Respite = interaction.client
        house, person = client.house, client.person(interaction)
        await reminders.write_directly(house.database, house.member_keys, person, directly=self.directly)
        await ui.reply(interaction, embed=messages.reached(directly=self.directly))


def under(said: Delivery) -> discord.ui.View:
    """Return the buttons under a reminder."""
    server_id, slot = said.reminder.server_id, said.reminder.slot
    seen = Minded(server_id, slot, messages.KEEP if said.asks else messages.MINDED)
    return ui.row(seen, Snooze(server_id, slot), Stop(server_id, slot))
