"""`/practice remind` and `/practice reminders`."""

from __future__ import annotations

from datetime import time

from discord import app_commands
from discord.ext import commands

from bot import ui
from bot.client import Respite
from bot.services import member_settings, reminders
from cogs import words
from cogs.options import DaysOption, Interaction, TimeOption
from cogs.reminders import messages
from cogs.reminders.buttons import Directly
from cogs.reminders.views import controls

_THEMES = [app_commands.Choice(name=name, value=theme) for theme, name in words.THEMES.items()]


class Reminders(commands.Cog):
    """Commands about one's own reminders."""

    def __init__(self, client: Respite) -> None:
        self.house = client.house
        self.person = client.person

    @app_commands.command(description=messages.REMIND)
    @app_commands.describe(days=messages.DAYS_OPTION, at=words.TIME_OPTION, theme=messages.THEME_OPTION)
    @app_commands.choices(theme=_THEMES)
    async def remind(
        self,
        interaction: Interaction,
        days: app_commands.Transform[frozenset[int], DaysOption],
        at: app_commands.Transform[time, TimeOption],
        theme: str | None = None,
    ) -> None:
        made = await reminders.remind(
            self.house.database,
            self.house.member_keys,
            self.house.library,
            self.person(interaction),
            interaction.user.id,
            days=days,
            at_time=at,
            theme=theme,
            at=interaction.created_at,
        )
        await ui.reply(interaction, embed=messages.made(made), view=ui.row(Directly(not made.directly)))

    @app_commands.command(description=messages.LIST)
    async def reminders(self, interaction: Interaction) -> None:
        house, person = self.house, self.person(interaction)
        found = await reminders.listed(house.database, house.member_keys, person)
        settings = await member_settings.find(house.database, house.member_keys, person)
        await ui.reply(interaction, embed=messages.listed(found, settings), view=controls(found))


def add_commands(client: Respite) -> None:
    """Put the commands under `/practice`, which has to be there already."""
    group = client.tree.get_command("practice")
    assert isinstance(group, app_commands.Group)  # noqa: S101 - the order of COGS
    for command in Reminders(client).get_app_commands():
        group.add_command(command)
