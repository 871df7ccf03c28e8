"""`/prompts`: for whoever holds a circle."""

from __future__ import annotations

from datetime import time
from typing import Any

import discord
from discord import app_commands
from discord.ext import commands

from bot import ui
from bot.client import Respite
from bot.services import prompts
from bot.services.prompts import Wish
from bot.services.refusals import Because, Refusal
from cogs import words
from cogs.options import DaysOption, HeldCircleOption, Interaction, Suggested, TimeOption, TimeZoneOption
from cogs.practices import messages as practices
from cogs.prompts import messages

_THEMES = [app_commands.Choice(name=name, value=theme) for theme, name in words.THEMES.items()]
_Minutes = app_commands.Range[int, 1, 10]


class PromptOption(Suggested):
    """One of the prompts that the person may steer."""

    async def transform(self, interaction: discord.Interaction[Any], value: Any, /) -> int:
        """Return the prompt's id."""
        if not (isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) < 16):
            raise Refusal(Because.NO_SUCH_PROMPT)
        return int(value)

    async def suggest(
        self, client: Respite, interaction: discord.Interaction[Any]
    ) -> list[app_commands.Choice[Any]]:
        """Offer the prompts, as they would be said."""
        found = await prompts.listed(client.house.database, client.person(interaction))
        return [
            app_commands.Choice(name=messages.choice(prompt), value=str(prompt.schedule.schedule_id))
            for prompt in found
        ]


@app_commands.guild_only()
class Prompts(commands.GroupCog, group_name="prompts", group_description=messages.GROUP):
    """Commands for whoever holds a circle."""

    def __init__(self, client: Respite) -> None:
        self.house = client.house
        self.person = client.person

    @app_commands.command(description=messages.SCHEDULE)
    @app_commands.describe(
        days=messages.DAYS_OPTION,
        at=words.TIME_OPTION,
        circle=words.CIRCLE_OPTION,
        theme=messages.THEME_OPTION,
        minutes=messages.MINUTES_OPTION,
        time_zone=messages.TIME_ZONE_OPTION,
    )
    @app_commands.choices(theme=_THEMES)
    async def schedule(
        self,
        interaction: Interaction,
        days: app_commands.Transform[frozenset[int], DaysOption],
        at: app_commands.Transform[time, TimeOption],
        circle: app_commands.Transform[int, HeldCircleOption] | None = None,
        theme: str | None = None,
        minutes: _Minutes | None = None,
        time_zone: app_commands.Transform[str, TimeZoneOption] | None = None,
    ) -> None:
        made = await prompts.schedule(
            self.house.database,
            self.house.library,
            self.person(interaction),
            Wish(days=days, at=at, time_zone=time_zone, theme=theme, minutes=minutes),
            circle_id=circle,
            channel_id=interaction.channel_id or 0,
            at=interaction.created_at,
        )
        await ui.reply(interaction, embed=messages.scheduled(made))

    @app_commands.command(description=messages.LIST)
    async def list(self, interaction: Interaction) -> None:
        found = await prompts.listed(self.house.database, self.person(interaction))
        await ui.reply(interaction, embed=messages.listed(found))

    @app_commands.command(description=messages.PAUSE)
    @app_commands.describe(prompt=messages.PROMPT_OPTION)
    async def pause(
        self, interaction: Interaction, prompt: app_commands.Transform[int, PromptOption]
    ) -> None:
        turned = await prompts.turn(
            self.house.database, self.person(interaction), prompt, at=interaction.created_at
        )
        await ui.reply(interaction, embed=messages.turned(turned))

    @app_commands.command(description=messages.REMOVE)
    @app_commands.describe(prompt=messages.PROMPT_OPTION)
    async def remove(
        self, interaction: Interaction, prompt: app_commands.Transform[int, PromptOption]
    ) -> None:
        removed = await prompts.remove(self.house.database, self.person(interaction), prompt)
        await ui.reply(interaction, embed=messages.removed(removed))

    @app_commands.command(name="try", description=messages.TRY)
    @app_commands.describe(
        circle=words.CIRCLE_OPTION, theme=messages.THEME_OPTION, minutes=messages.MINUTES_OPTION
    )
    @app_commands.choices(theme=_THEMES)
    async def preview(
        self,
        interaction: Interaction,
        circle: app_commands.Transform[int, HeldCircleOption] | None = None,
        theme: str | None = None,
        minutes: _Minutes | None = None,
    ) -> None:
        practice = await prompts.preview(
            self.house.database,
            self.house.library,
            self.person(interaction),
            circle_id=circle,
            channel_id=interaction.channel_id or 0,
            theme=theme,
            minutes=minutes,
            at=interaction.created_at,
        )
        await ui.reply(interaction, embed=practices.practice(practice))
