"""Options that several commands share: circles, time zones, days and times, as people type them."""

from __future__ import annotations

from abc import abstractmethod
from datetime import time
from typing import Any

import discord
from discord import app_commands

from bot import errors
from bot.client import Respite
from bot.services import circles, servers
from bot.services.circles import Which
from bot.services.refusals import Because, Refusal
from bot.services.rules.recurrence import parse_days, parse_time

MOST_CHOICES = 25
CHOICE_LENGTH = 100

Interaction = discord.Interaction[Respite]


class Suggested(app_commands.Transformer):
    """An option whose choices are looked up while somebody types. What fails offers nothing."""

    async def autocomplete(
        self, interaction: discord.Interaction[Any], value: str | float, /
    ) -> list[app_commands.Choice[Any]]:
        """Offer what contains the typed text."""
        typed = str(value).casefold()
        try:
            offered = await self.suggest(interaction.client, interaction)
        except Exception as error:
            await errors.answer(interaction, error)
            return []
        fitting = [choice for choice in offered if typed in choice.name.casefold()]
        return fitting[:MOST_CHOICES]

    @abstractmethod
    async def suggest(
        self, client: Respite, interaction: discord.Interaction[Any]
    ) -> list[app_commands.Choice[Any]]:
        """Return all choices there are for this person."""


class CircleOption(Suggested):
    """Any open circle of the server, by its id; the list shows names."""

    which = Which.OPEN

    async def transform(self, interaction: discord.Interaction[Any], value: Any, /) -> int:
        """Return the circle's id, also where its name was typed and no suggestion tapped.

        Whether there is such a circle is for the service to say.
        """
        typed = str(value)
        if typed.isascii() and typed.isdecimal() and len(typed) < 16:
            return int(typed)
        for choice in await self.suggest(interaction.client, interaction):
            if choice.name.casefold() == typed.strip().casefold():
                return int(choice.value)
        raise Refusal(Because.NO_SUCH_CIRCLE)

    async def suggest(
        self, client: Respite, interaction: discord.Interaction[Any]
    ) -> list[app_commands.Choice[Any]]:
        """Offer the circles on which the person may use this command."""
        found = await circles.choices(
            client.house.database,
            client.person(interaction),
            self.which,
        )
        return [app_commands.Choice(name=circle.name, value=str(circle.circle_id)) for circle in found]


class EnteredCircleOption(CircleOption):
    """A circle in which the person has a seat."""

    which = Which.ENTERED


class InsideCircleOption(CircleOption):
    """A circle in which the person has a seat, or which they hold."""

    which = Which.INSIDE


class OwnCircleOption(CircleOption):
    """A circle in which the person has a seat, or waits for one."""

    which = Which.OWN


class HeldCircleOption(CircleOption):
    """A circle that the person holds; for moderators, any."""

    which = Which.HELD


class RememberedCircleOption(CircleOption):
    """A circle that the person holds; for moderators, any, also those that are over."""

    which = Which.REMEMBERED


class TimeZoneOption(app_commands.Transformer):
    """An IANA time zone; the list finds it by any part of its name."""

    async def transform(self, interaction: discord.Interaction[Any], value: Any, /) -> str:
        """Return what was typed; the service knows whether there is such a zone."""
        return str(value)

    async def autocomplete(
        self, interaction: discord.Interaction[Any], value: str | float, /
    ) -> list[app_commands.Choice[Any]]:
        """Offer zones that contain what was typed."""
        return [
            app_commands.Choice(name=zone, value=zone)
            for zone in servers.time_zones_like(str(value), MOST_CHOICES)
        ]


class CountryOption(app_commands.Transformer):
    """A country by its code; the list finds it by any part of its name. Works without the database."""

    async def transform(self, interaction: discord.Interaction[Any], value: Any, /) -> str:
        """Return what was typed; whoever lists something knows whether there is a list for it."""
        return str(value)

    async def autocomplete(
        self, interaction: discord.Interaction[Any], value: str | float, /
    ) -> list[app_commands.Choice[Any]]:
        """Offer countries that contain what was typed."""
        client: Respite = interaction.client
        return [
            app_commands.Choice(name=country.name, value=country.code.upper())
            for country in client.house.directory.like(str(value), MOST_CHOICES)
        ]


class DaysOption(app_commands.Transformer):
    """Days of the week: `weekdays`, `daily`, `mon, wed, fri`."""

    async def transform(self, interaction: discord.Interaction[Any], value: Any, /) -> frozenset[int]:
        """Return the days, 0 for Monday."""
        try:
            return parse_days(str(value))
        except ValueError:
            raise Refusal(Because.UNKNOWN_DAYS) from None


class TimeOption(app_commands.Transformer):
    """A local time, such as 08:30."""

    async def transform(self, interaction: discord.Interaction[Any], value: Any, /) -> time:
        """Return the time, to the minute."""
        try:
            return parse_time(str(value))
        except ValueError:
            raise Refusal(Because.UNKNOWN_TIME) from None


def channel_of(interaction: Interaction) -> int:
    """Return the channel in which a command was used."""
    return interaction.channel_id or 0
