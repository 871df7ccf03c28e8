"""`/my settings`: seen, and changed by naming what is to be otherwise."""

from __future__ import annotations

from datetime import time

from discord import app_commands
from discord.ext import commands

from bot import ui
from bot.client import Respite
from bot.services import member_settings, reminders
from bot.services.member_settings import Changes
from cogs.options import Interaction, TimeOption, TimeZoneOption
from cogs.settings import messages
from cogs.settings.sessions import Sessions, SessionsOption


class OwnSettings(commands.Cog):
    """The command about one's own settings."""

    def __init__(self, client: Respite) -> None:
        self.house = client.house
        self.person = client.person

    @app_commands.command(description=messages.SETTINGS)
    @app_commands.describe(
        time_zone=messages.TIME_ZONE_OPTION,
        quiet_from=messages.QUIET_FROM_OPTION,
        quiet_until=messages.QUIET_UNTIL_OPTION,
        pause=messages.PAUSE_OPTION,
        most_a_day=messages.MOST_OPTION,
        sessions=messages.SESSIONS_OPTION,
        reduced_text=messages.REDUCED_OPTION,
    )
    async def settings(
        self,
        interaction: Interaction,
        time_zone: app_commands.Transform[str, TimeZoneOption] | None = None,
        quiet_from: app_commands.Transform[time, TimeOption] | None = None,
        quiet_until: app_commands.Transform[time, TimeOption] | None = None,
        pause: bool | None = None,
        most_a_day: app_commands.Range[int, 1, 10] | None = None,
        sessions: app_commands.Transform[Sessions, SessionsOption] | None = None,
        reduced_text: bool | None = None,
    ) -> None:
        quiet = (quiet_from, quiet_until) if quiet_from is not None and quiet_until is not None else None
        changes = Changes(time_zone, quiet, pause, most_a_day, reduced_text, sessions)
        house, person, at = self.house, self.person(interaction), interaction.created_at
        if changes.nothing:
            found = await member_settings.find(house.database, house.member_keys, person)
        else:
            user_id = interaction.user.id
            found = await reminders.change_settings(
                house.database, house.member_keys, person, user_id, changes, at=at
            )
        half = (quiet_from is None) != (quiet_until is None)
        await ui.reply(interaction, embed=messages.settings(found, half_of_quiet=half))
