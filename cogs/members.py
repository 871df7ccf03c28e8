"""Members of a server: asked for at Discord one at a time, since the bot keeps no list of them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, cast

import discord

from bot import ui
from bot.services.refusals import Because, Refusal

_UNKNOWN_MEMBER, _UNKNOWN_USER = 10007, 10013


async def find(guild: discord.Guild, discord_id: int) -> discord.Member | None:
    """Return the member with this id, or None when they have left the server."""
    try:
        return await guild.fetch_member(discord_id)
    except discord.NotFound as error:
        if error.code in {_UNKNOWN_MEMBER, _UNKNOWN_USER}:
            return None
        raise


async def chosen(guild: discord.Guild, fields: ui.Fields, name: str) -> discord.Member:
    """Return the one person who was chosen in a form."""
    found = await all_chosen(guild, fields, name, most=1)
    if not found:
        raise Refusal(Because.NO_SUCH_PERSON)
    return found[0]


async def all_chosen(
    guild: discord.Guild, fields: ui.Fields, name: str, *, most: int
) -> Sequence[discord.Member]:
    """Return who was chosen in a form. The choice comes from outside, so Discord is asked about it."""
    ids = cast("Any", fields.get(name) or [])
    if not isinstance(ids, list) or len(ids := cast("list[Any]", ids)) > most:
        raise Refusal(Because.NO_SUCH_PERSON)
    return [await _person(guild, each) for each in dict.fromkeys(ids)]


async def _person(guild: discord.Guild, discord_id: Any) -> discord.Member:
    if not (isinstance(discord_id, str) and re.fullmatch("[0-9]{1,19}", discord_id)):
        raise Refusal(Because.NO_SUCH_PERSON)
    found = await find(guild, int(discord_id))
    if found is None or found.bot:
        raise Refusal(Because.NO_SUCH_PERSON)
    return found
