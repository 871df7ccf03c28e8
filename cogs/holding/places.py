"""What holding a circle is on Discord: being let, by name, into its channel and the facilitators'."""

from __future__ import annotations

from collections.abc import Sequence

import discord

from bot import errors
from bot.client import Respite
from bot.services import appointing
from bot.services.appointing import Appointment
from bot.services.people import Person
from cogs.channels import let_by_name
from cogs.setup.places import facilitators_channel, turn


async def appoint(
    client: Respite,
    guild: discord.Guild,
    person: Person,
    circle_id: int,
    facilitator: discord.Member,
    others: Sequence[discord.Member],
) -> Appointment:
    """Let these people hold a circle, here and on Discord, or leave everything as it was."""
    database, keys = client.house.database, client.house.member_keys
    async with turn(guild.id):
        made = await appointing.appoint(
            database, keys, person, circle_id, facilitator.id, [member.id for member in others]
        )
        async with errors.taking_back(lambda: appointing.undo(database, keys, made)):
            channel = None if made.circle.channel_id is None else guild.get_channel(made.circle.channel_id)
            if isinstance(channel, discord.TextChannel):
                await let_by_name(channel, made.appointed, made.dismissed)
            gone = [each for each in made.dismissed if each not in made.elsewhere]
            await let_by_name(await facilitators_channel(client, guild, person), made.appointed, gone)
        return made
