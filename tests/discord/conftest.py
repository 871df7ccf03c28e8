"""A pretend Discord with the real bot in it, on a database file, with people who press real buttons."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import discord
import pytest
import simcord

from bot.client import NEEDED, Respite
from bot.config import Settings
from bot.demo import acting
from bot.house import House, open_house

ANSWERS = {"continuum": "reacting", "energy": "2", "load": "4", "connection": "3"}


def settings_in(folder: Path) -> Settings:
    """Return settings whose files all lie in this folder."""
    return Settings.model_validate(
        {"storage": {"database": "sqlite:///respite.db", "keys": "keys"}}, context=folder
    )


@dataclass
class Town:
    """A server that has been invited to the bot, with the people that a test needs."""

    env: simcord.Env
    house: House
    guild: simcord.GuildHandle
    lobby: simcord.ChannelHandle
    owner: simcord.MemberActor
    moderators: simcord.RoleHandle
    facilitator: simcord.MemberActor
    members: Sequence[simcord.MemberActor]

    @property
    def bot(self) -> Respite:
        """The bot as it runs now; a restart makes another one."""
        assert isinstance(self.env.bot, Respite)
        return self.env.bot

    def channel(self, name: str) -> simcord.ChannelHandle:
        """Return a channel by its name."""
        return self.guild.channels[name]

    async def set_up(self) -> None:
        """Let the owner set the server up."""
        plan = await acting.slash(
            self.owner, self.lobby, "setup start", moderators=self.moderators, time_zone="Europe/Berlin"
        )
        await acting.press(self.owner, acting.answer(plan), "setup:create")

    async def create_circle(self, name: str = "Tuesday", seats: int = 10) -> simcord.ChannelHandle:
        """Let the owner open a circle that the facilitator holds, and return its channel."""
        form = await acting.slash(self.owner, self.lobby, "circle create")
        result = await acting.fill(
            self.owner,
            form,
            {
                "name": name,
                "purpose": "For testing.",
                "seats": str(seats),
                "agreement": "We keep it here.",
                "holder": [self.facilitator],
            },
        )
        assert acting.answer(result).embeds[0].title == "The circle is open"
        return self.channel(name.lower().replace(" ", "-"))

    async def join(self, person: simcord.MemberActor, name: str = "Tuesday") -> simcord.InteractionResult:
        """Let somebody accept the agreement and enter."""
        circle = await acting.choose(person, self.lobby, "circle join", "circle", name)
        invitation = await acting.slash(person, self.lobby, "circle join", circle=circle)
        return await acting.press(person, acting.answer(invitation), "circle:agree:")

    async def check_in(
        self, person: simcord.MemberActor, channel: simcord.ChannelHandle, **changed: str
    ) -> simcord.InteractionResult:
        """Let somebody type /checkin and fill in the form."""
        form = await acting.slash(person, channel, "checkin")
        return await acting.fill(person, form, ANSWERS | changed)

    async def pass_time(self, **span: float) -> None:
        """Move the clock on and do what is due, at the moment when it is due."""
        until = self.env.now() + timedelta(**span)
        while (due := await self.bot.next_due()) is not None and due <= until:
            await self._stop_at(due)
        await self._stop_at(until)

    async def restart(self) -> None:
        """End the program and start it again, on the same files and the same server."""
        await self.env.restart_bot(make_bot(self.house, self.env.now))

    async def _stop_at(self, moment: datetime) -> None:
        await self.env.advance_time(max(0.0, (moment - self.env.now()).total_seconds()))
        await self.bot.run_due(self.env.now())
        await self.env.settle()


def make_bot(house: House, clock: object) -> Respite:
    """Return the real bot with a clock that the test moves."""
    assert callable(clock)
    return Respite(house, clock=clock, scheduled=False, shard_count=1)


def sentence(result: simcord.InteractionResult) -> str:
    """Return the one private sentence that somebody got as an answer."""
    answered = acting.answer(result)
    assert answered.ephemeral
    return answered.content


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    """Open everything that the bot stands on, in a folder of its own."""
    async with open_house(settings_in(tmp_path)) as opened:
        yield opened


@pytest.fixture
async def town(house: House) -> AsyncIterator[Town]:
    """Yield a server to which the bot has just been invited, with exactly the permissions it asks for."""
    env: simcord.Env

    def clock() -> datetime:
        return env.now()

    env = simcord.Env(make_bot(house, clock), shard_count=1, check_errors=False, settle_timeout=30)
    await env.start()
    try:
        owner = env.create_user("olga")
        guild = env.create_guild("Clinic", owner=owner)
        assert guild.me is not None
        env.backend.edit_role(guild.id, guild.me.top_role.id, {"permissions": NEEDED.value})
        yield Town(
            env=env,
            house=house,
            guild=guild,
            lobby=guild.create_text_channel("lobby"),
            owner=guild.add_member(owner),
            moderators=guild.create_role("Moderators"),
            facilitator=guild.add_member(env.create_user("fay")),
            members=[guild.add_member(env.create_user(f"member{number}")) for number in range(12)],
        )
    finally:
        await env.shutdown()


@pytest.fixture
async def circle(town: Town) -> simcord.ChannelHandle:
    """Set the server up with one circle of ten seats, eight of them taken, and return its channel."""
    await town.set_up()
    channel = await town.create_circle()
    for person in town.members[:8]:
        await town.join(person)
    return channel


def last_embed(channel: simcord.ChannelHandle) -> discord.Embed:
    """Return the embed of the newest post in a channel."""
    message = channel.last_message
    assert message is not None
    return message.embeds[0]
