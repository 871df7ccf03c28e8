"""Mending what the bot can mend: lost channels and roles, and what they allow."""

from __future__ import annotations

from collections.abc import Sequence

import discord

from bot import errors
from bot.client import Respite
from bot.services import mending, servers
from bot.services.circles import Circle
from bot.services.mending import People
from bot.services.people import Person
from cogs import members
from cogs.channels import let_by_name
from cogs.circles.places import make_channel, make_role
from cogs.setup import messages
from cogs.setup.places import (
    ENTERING,
    category_for_circles,
    change_moderators,
    facilitators_channel,
    hide,
    require_permissions,
    shown_to_everybody,
    shut_to,
    turn,
)


async def mend(client: Respite, guild: discord.Guild, person: Person) -> Sequence[str]:
    """Mend the server as far as that can be done from here, and return what was done, a line for each.

    What cannot be mended is left; done twice, nothing is made twice.
    """
    database, done = client.house.database, list[str]()
    circles = await mending.to_mend(database, person)
    require_permissions(guild)
    async with turn(guild.id):
        before = await servers.find(database, person)
        category = await category_for_circles(client, guild, person)
        if category.id != before.category_id:
            done.append(messages.mended_category())
        facilitators = await facilitators_channel(client, guild, person)
        if facilitators.id != before.facilitators_channel_id:
            done.append(messages.mended_facilitators())
        if shown_to_everybody(facilitators):
            await hide(facilitators)
            done.append(messages.mended_hiding(facilitators.id))
        now = await servers.find(database, person)
        await change_moderators(guild, now, guild.get_role(now.moderator_role_id))
        holding = set[int]()
        for circle in circles:
            people = await mending.people_of(database, client.house.member_keys, circle)
            holding |= set(people.holding)
            try:
                done += await _mend_circle(client, guild, category, circle, people)
            except (discord.HTTPException, errors.TakenBack) as error:
                # The others are not to wait for this one; the status goes on naming it.
                errors.report(error, job="mending a circle")
        await _let_holders_in(facilitators, holding)
    return done


async def _mend_circle(
    client: Respite, guild: discord.Guild, category: discord.CategoryChannel, circle: Circle, people: People
) -> Sequence[str]:
    database, done = client.house.database, list[str]()
    role = None if circle.role_id is None else guild.get_role(circle.role_id)
    channel = None if circle.channel_id is None else guild.get_channel(circle.channel_id)
    if role is None:
        role = await make_role(guild, circle)
        async with errors.taking_back(role.delete):
            # Noted last: a role that some of its people lack would never be named as missing.
            there = await _let_in(guild, role, people)
            await mending.remember(database, circle, role_id=role.id, channel_id=circle.channel_id)
        done.append(messages.mended_role(circle.name, there))
    if channel is None:
        holders = [discord.Object(each, type=discord.User) for each in people.holding]
        channel = await make_channel(guild, category, circle, role, holders)
        async with errors.taking_back(channel.delete):
            await mending.remember(database, circle, role_id=role.id, channel_id=channel.id)
        done.append(messages.mended_channel(circle.name, channel.id))
    elif isinstance(channel, discord.TextChannel):
        done += await _mend_entries(channel, circle, role)
    if done:
        await mending.follow_again(database, circle)
    return done


async def _mend_entries(channel: discord.TextChannel, circle: Circle, role: discord.Role) -> Sequence[str]:
    done = list[str]()
    if shown_to_everybody(channel):
        await hide(channel)
        done.append(messages.mended_hiding(channel.id))
    if shut_to(role, channel):
        await channel.set_permissions(role, overwrite=ENTERING, reason=messages.REASON)
        done.append(messages.mended_entry(circle.name))
    return done


async def _let_in(guild: discord.Guild, role: discord.Role, people: People) -> int:
    """Give the role to everybody who has a seat and is still here; return to how many."""
    found = [await members.find(guild, each) for each in people.seated]
    there = [member for member in found if member is not None]
    for member in there:
        await member.add_roles(role, reason=messages.REASON)
    return len(there)


async def _let_holders_in(channel: discord.TextChannel, holding: set[int]) -> None:
    inside = {target.id for target in channel.overwrites}
    await let_by_name(channel, sorted(holding - inside), [])
