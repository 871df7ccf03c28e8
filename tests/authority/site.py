"""One server in which everything exists that can be asked for, and somebody of every kind to ask for it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import simcord

from bot.client import NEEDED
from bot.demo import acting
from bot.house import open_house
from bot.services import circles
from bot.services.circles import Access, Description
from db import Database
from tests.authority.keeping import Kept, keep
from tests.authority.rows import Column
from tests.discord import forgery
from tests.discord.conftest import ANSWERS, EVENTS, Town, open_town, settings_in

CIRCLES = ("Tuesday", "Thursday", "Sunday")
"""By their ids, from 1: that which everything is about, its neighbour, and one that has ended."""

PURPOSE, AGREEMENT = "quiet-purpose-17", "quiet-agreement-29"
"""Words of the first circle, by which an answer shows that it gives something away."""

MEETING = {"when": "tomorrow 17:30", "length": "60", "topic": "", "place": PURPOSE}

Actor = simcord.MemberActor | simcord.UserHandle


@dataclass(frozen=True)
class Site:
    """The server, who asks from where, and how everything was before anybody asked."""

    town: Town
    people: Mapping[Column, tuple[Actor, simcord.ChannelHandle]]
    kept: Kept
    folder: Path
    roles: Mapping[int, Sequence[int]]
    events: frozenset[int]

    @property
    def database(self) -> Database:
        """What everything is stored in."""
        return self.town.house.database

    def tidy(self) -> None:
        """End what only waits for time to pass: the pretend Discord looks at all of it at each step."""
        for task in asyncio.all_tasks():
            if getattr(task.get_coro(), "__name__", "") == "__timeout_task_impl":  # discord.py's, of a view
                task.cancel()

    async def restore(self) -> None:
        """Let everything be as it was, on disk, in memory and at Discord."""
        await self.kept.restore(self.database, self.folder)
        await self.town.bot.open_windows.refresh(self.database)
        await self.town.bot.server_lines.refresh(self.database)
        members = self.town.env.backend.get_guild(self.town.guild.id).members
        for user_id, roles in self.roles.items():
            members[user_id].role_ids[:] = roles
        backend = self.town.env.backend
        for event_id in backend.get_guild(self.town.guild.id).scheduled_events.keys() - self.events:
            backend.delete_scheduled_event(self.town.guild.id, event_id)


@asynccontextmanager
async def open_site(folder: Path) -> AsyncGenerator[Site]:
    """Yield two circles and one that is over, an open check-in, prompts, a request, and a reminder."""
    settings = settings_in(folder)
    async with open_house(settings) as house, open_town(house) as town:
        town.env.idle = 0.002
        member, neighbour, stranger, asker, other = town.members[:5]
        await town.set_up()
        for name in CIRCLES:
            await town.create_circle(name)
        await town.appoint(other, [], circle="2")
        await town.join(member)
        await town.join(neighbour, "Thursday")
        await _fill(town, member, asker)
        elsewhere, channel = await _elsewhere(town)
        people: dict[Column, tuple[Actor, simcord.ChannelHandle]] = {
            Column.STRANGER: (stranger, town.lobby),
            Column.NEIGHBOUR: (neighbour, town.lobby),
            Column.MEMBER: (member, town.lobby),
            Column.FACILITATOR: (town.facilitator, town.lobby),
            Column.MODERATOR: (town.moderator, town.lobby),
            Column.OWNER: (town.owner, town.lobby),
            Column.DIRECT: (town.facilitator.user, town.facilitator.user.dm_channel),
            Column.ELSEWHERE: (elsewhere, channel),
        }
        guild = town.env.backend.get_guild(town.guild.id)
        everybody, events = guild.members, frozenset(guild.scheduled_events)
        roles = {user_id: tuple(each.role_ids) for user_id, each in everybody.items()}
        keys = settings.storage.keys
        yield Site(town, people, await keep(house.database, keys), keys, roles, events)


async def _fill(town: Town, member: simcord.MemberActor, asker: simcord.MemberActor) -> None:
    """Let there be something to steer in the first circle, and one that has ended."""
    owner, database = town.owner, town.house.database
    described = Description(CIRCLES[0], PURPOSE, 10, Access.REQUEST)
    person = town.person(owner, manages_server=True)
    await circles.describe(database, person, 1, described)
    await town.join(asker)
    await town.let_run()  # one post at a time, for several wait for each other
    for circle in ("1", "2"):
        await acting.slash(owner, town.lobby, "prompts schedule", days="daily", at="08:30", circle=circle)
        await acting.slash(owner, town.lobby, "checkins open", circle=circle)
    await acting.slash(owner, town.lobby, "checkins schedule", weekday=0, at="09:00", circle="1", days=7)
    town.permit(NEEDED | EVENTS)
    for feature in ("shared-checkins", "meetings"):
        await forgery.press(owner, town.lobby, f"setup:feature:{feature}:on")
    await forgery.submit(owner, town.lobby, "meeting-plan:1.1:0", MEETING)
    await acting.slash(town.facilitator, town.lobby, "checkins share", circle="1", with_circle="2")
    await acting.fill(member, await acting.slash(member, town.lobby, "checkin", circle="1"), ANSWERS)
    await acting.slash(town.facilitator, town.lobby, "practice remind", days="daily", at="08:30")
    await forgery.submit(owner, town.lobby, "circle-agreement:1", {"agreement": AGREEMENT})
    await forgery.submit(owner, town.lobby, "circle-end:3.0", {"channel": "keep", "name": CIRCLES[2]})
    await town.let_run()


async def _elsewhere(town: Town) -> tuple[simcord.MemberActor, simcord.ChannelHandle]:
    """Return the owner of another server that the bot is on, and a channel there."""
    owner = town.env.create_user("elsa")
    guild = town.env.create_guild("Elsewhere", owner=owner)
    assert guild.me is not None
    town.env.backend.edit_role(guild.id, guild.me.top_role.id, {"permissions": NEEDED.value})
    moderators, lobby, member = (
        guild.create_role("Mods"),
        guild.create_text_channel("hall"),
        guild.add_member(owner),
    )
    await acting.slash(member, lobby, "setup start", moderators=moderators, time_zone="Europe/Berlin")
    return member, lobby
