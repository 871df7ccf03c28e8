"""`/meeting`: for everybody in a circle, and for those who hold one."""

from __future__ import annotations

from typing import Any

import discord
from discord import app_commands
from discord.ext import commands

from bot import ui
from bot.client import Respite
from bot.services import meetings
from bot.services.refusals import Because, Refusal
from cogs.meetings import messages, places
from cogs.meetings.buttons import calendar_buttons, cancel_buttons
from cogs.meetings.views import PlanForm
from cogs.options import HeldCircleOption, InsideCircleOption, Interaction, Suggested, channel_of
from cogs.words import CIRCLE_OPTION

_REPEATS = [app_commands.Choice(name=said, value=weeks) for weeks, said in messages.REPEATS.items()]


class MeetingOption(Suggested):
    """One of the meetings that the person may cancel."""

    async def transform(self, interaction: discord.Interaction[Any], value: Any, /) -> int:
        """Return the meeting's id."""
        if not (isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) < 16):
            raise Refusal(Because.NO_SUCH_MEETING)
        return int(value)

    async def suggest(
        self, client: Respite, interaction: discord.Interaction[Any]
    ) -> list[app_commands.Choice[Any]]:
        """Offer the meetings, as they would be said."""
        found = await meetings.to_choose(
            client.house.database, client.person(interaction), at=interaction.created_at
        )
        return [
            app_commands.Choice(name=messages.choice(each), value=str(each.meeting.meeting_id))
            for each in found
        ]


@app_commands.guild_only()
class Meetings(commands.GroupCog, group_name="meeting", group_description=messages.GROUP):
    """Commands about meetings."""

    def __init__(self, client: Respite) -> None:
        self.database = client.house.database
        self.person = client.person

    @app_commands.command(description=messages.PLAN)
    @app_commands.describe(
        circle=CIRCLE_OPTION, voice_channel=messages.VOICE_OPTION, repeats=messages.REPEATS_OPTION
    )
    @app_commands.choices(repeats=_REPEATS)
    async def plan(
        self,
        interaction: Interaction,
        circle: app_commands.Transform[int, HeldCircleOption] | None = None,
        voice_channel: discord.VoiceChannel | None = None,
        repeats: int = 0,
    ) -> None:
        person, voice_id = self.person(interaction), None if voice_channel is None else voice_channel.id
        found = await meetings.to_plan(self.database, person, circle, channel_of(interaction))
        places.require(ui.server_of(interaction), found.circle, voice_id)
        await ui.show(interaction, PlanForm(found, voice_id, repeats))

    @app_commands.command(description=messages.LIST)
    @app_commands.describe(circle=messages.LIST_OPTION)
    async def list(
        self, interaction: Interaction, circle: app_commands.Transform[int, InsideCircleOption] | None = None
    ) -> None:
        at = interaction.created_at
        found = await meetings.listed(self.database, self.person(interaction), circle, at=at)
        await ui.reply(interaction, embed=messages.listed(found), view=calendar_buttons(found))

    @app_commands.command(description=messages.CANCEL)
    @app_commands.describe(meeting=messages.MEETING_OPTION)
    async def cancel(
        self, interaction: Interaction, meeting: app_commands.Transform[int, MeetingOption]
    ) -> None:
        at = interaction.created_at
        found = await meetings.to_cancel(self.database, self.person(interaction), meeting, at=at)
        embed = messages.before_cancelling(found, begun=found.begun(at))
        await ui.reply(interaction, embed=embed, view=cancel_buttons(found, begun=found.begun(at)))
