"""Builds the pretend server the way people would: through the bot's own commands, buttons and forms."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import discord
import simcord

from bot.demo import acting, clock
from bot.demo.environment import Bot
from bot.demo.people import CIRCLES, PEOPLE, SERVER, WELCOME, Circle, Meets, Part
from bot.demo.world import World

_BOT_NAME = "Respite"
_ZONE = ZoneInfo("Europe/London")

_OWNER = next(one.name for one in PEOPLE if one.part is Part.OWNER)
_MODERATOR = next(one.name for one in PEOPLE if one.part is Part.MODERATOR)

# A Monday morning for the first steps, and the moment in which the page is first seen: three weeks later,
# just after one check-in has closed and the next has opened.
_BEGINNING = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)
_PRESENT = datetime(2026, 1, 26, 9, 5, tzinfo=UTC)

# What the bot asks for when it is invited, and Create Events, which meetings take. The pretend Discord wants
# Manage Events for these.
_BOT_PERMISSIONS = discord.Permissions(
    view_channel=True,
    send_messages=True,
    embed_links=True,
    attach_files=True,
    read_message_history=True,
    manage_channels=True,
    manage_roles=True,
    create_events=True,
    manage_events=True,
)


async def build(environment: simcord.Env, bot: Bot) -> World:
    """Build the server, its circles and three weeks of their life."""
    await environment.advance_time((_BEGINNING - environment.now()).total_seconds())
    world, moderators, lobby = await _found(environment, bot)
    await set_up(world, lobby, moderators)
    await world.cast[_OWNER].send(lobby, WELCOME)
    for circle in CIRCLES:
        await create_circle(world, lobby, circle)
        for name in circle.members:
            await join(world, lobby, circle, name)
        await schedule(world, circle)
        if circle.meets is not None:
            await plan_meeting(world, circle, circle.meets)
        for name, words in circle.first_words:
            await world.cast[name].send(world.channel_of(circle), words)
    await clock.move(environment, bot, _PRESENT, after_each=world.go_on)
    world.dismiss_all()
    return world


async def _found(
    environment: simcord.Env, bot: Bot
) -> tuple[World, simcord.RoleHandle, simcord.ChannelHandle]:
    """Make what is there before the bot comes: the server, its people, a role and a channel."""
    if bot.user is not None:
        await bot.user.edit(username=_BOT_NAME)
    users = {one.name: environment.create_user(one.name.lower(), global_name=one.name) for one in PEOPLE}
    guild = environment.create_guild(SERVER, owner=users[_OWNER])
    allowed = {"permissions": _BOT_PERMISSIONS.value}
    environment.backend.edit_role(guild.id, guild.roles[_BOT_NAME].id, allowed)
    moderators = guild.create_role("Moderators")
    lobby = guild.create_text_channel("lobby", topic="For everyone on the server")
    cast: dict[str, simcord.MemberActor] = {}
    for one in PEOPLE:
        roles = [moderators] if one.part is Part.MODERATOR else []
        cast[one.name] = guild.add_member(users[one.name], roles=roles, nick=one.nickname)
    return World(environment, guild, cast, _ZONE), moderators, lobby


async def set_up(world: World, lobby: simcord.ChannelHandle, moderators: simcord.RoleHandle) -> None:
    """Let the owner set the server up."""
    owner = world.cast[_OWNER]
    plan = await acting.slash(
        owner, lobby, "setup start", moderators=moderators, time_zone=world.zone.key, country="GB"
    )
    await acting.press(owner, acting.answer(plan), "setup:create")
    page = await acting.slash(owner, lobby, "setup features")
    await acting.press(owner, acting.answer(page), "setup:feature:meetings:on")


async def create_circle(world: World, lobby: simcord.ChannelHandle, circle: Circle) -> None:
    """Let the moderator open a circle for whoever holds it."""
    moderator = world.cast[_MODERATOR]
    form = await acting.slash(moderator, lobby, "circle create", hours=circle.hours)
    await acting.fill(
        moderator,
        form,
        {
            "name": circle.name,
            "purpose": circle.purpose,
            "seats": str(circle.seats),
            "agreement": acting.suggested(form, "agreement"),
            "holder": [world.cast[circle.held_by]],
        },
    )


async def join(world: World, lobby: simcord.ChannelHandle, circle: Circle, name: str) -> None:
    """Let somebody read the agreement of a circle, accept it and enter."""
    person = world.cast[name]
    chosen = await acting.choose(person, lobby, "circle join", "circle", circle.name)
    invitation = await acting.slash(person, lobby, "circle join", circle=chosen)
    await acting.press(person, acting.answer(invitation), "circle:agree:")


async def schedule(world: World, circle: Circle) -> None:
    """Let the facilitator schedule weekly check-ins and a practice on working days."""
    holder, channel = world.cast[circle.held_by], world.channel_of(circle)
    await acting.slash(holder, channel, "checkins schedule", weekday=0, at="09:00")
    await acting.slash(holder, channel, "prompts schedule", days="weekdays", at="12:30")


async def plan_meeting(world: World, circle: Circle, meets: Meets) -> None:
    """Let the facilitator plan a meeting every week."""
    holder, channel = world.cast[circle.held_by], world.channel_of(circle)
    form = await acting.slash(holder, channel, "meeting plan", repeats=1)
    await acting.fill(
        holder,
        form,
        {"when": meets.when, "length": meets.minutes, "topic": meets.topic, "place": meets.place},
    )
