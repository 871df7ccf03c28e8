"""What a seat is on Discord: the role of the circle."""

from __future__ import annotations

import discord

from bot import errors
from bot.client import Respite
from bot.services import seats
from bot.services.circles import Circle
from bot.services.refusals import Because, Refusal
from bot.services.seats import Entry
from cogs.seats import messages


async def let_in(client: Respite, member: discord.Member, entry: Entry | None) -> None:
    """Give the role to whoever got a seat; without it the seat would be empty and yet taken.

    Refuses, and takes the seat back, when the role is gone.
    """
    if entry is not None:
        async with errors.taking_back(lambda: _undo(client, entry)):
            await _enter(member, entry.circle)


async def let_out(client: Respite, member: discord.Member, entry: Entry | None) -> None:
    """Take the role from whoever gave a seat up: else they would read on, and could not leave again."""
    if entry is not None:
        async with errors.taking_back(lambda: _undo(client, entry)):
            await go(member, entry.circle)


async def go(member: discord.Member, circle: Circle) -> None:
    """Let a member out of the channel. Where the role is gone, they are out already."""
    role = None if circle.role_id is None else member.guild.get_role(circle.role_id)
    if role is not None:
        await member.remove_roles(role, reason=messages.REASON)


async def _enter(member: discord.Member, circle: Circle) -> None:
    role = None if circle.role_id is None else member.guild.get_role(circle.role_id)
    if role is None:
        raise Refusal(Because.CHANNEL_GONE)
    await member.add_roles(role, reason=messages.REASON)


async def _undo(client: Respite, entry: Entry) -> None:
    await seats.undo(client.house.database, client.house.member_keys, entry)
