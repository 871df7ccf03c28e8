"""A pretend Discord with the real bot in it, on a database file, with people who press real buttons."""

from __future__ import annotations

import asyncio
import io
import logging
import sys
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import discord
import pytest
import simcord
from simcord.backend.serializers import guild_create_payload

from bot import logs
from bot.client import NEEDED, Respite
from bot.config import Settings
from bot.demo import acting, aside
from bot.house import House, open_house
from bot.services.people import Person
from tests.members import known_person

EVENTS = discord.Permissions(create_events=True, manage_events=True, connect=True)
"""What meetings take. The pretend Discord asks for Manage Events, where Discord asks for Create Events."""

ANSWERS = {"continuum": "reacting", "energy": "2", "load": "4", "connection": "3"}


def settings_in(folder: Path) -> Settings:
    """Return settings whose files all lie in this folder."""
    return Settings.model_validate(
        {
            "storage": {"database": "sqlite:///respite.db", "keys": "keys"},
            "backup": {"every_hours": 0},  # only tests of backups want one
        },
        context=folder,
    )


class Quick(simcord.Env):
    """The pretend Discord. After each action it waits for stragglers in steps of `idle` seconds.

    Short steps are quicker where much is done, and busier where little is.
    """

    idle = 0.05

    async def _settle_internal(self, *, idle: float | None = None, **options: Any) -> None:
        await super()._settle_internal(idle=self.idle if idle is None else idle, **options)


@dataclass
class Town:
    """A server that has been invited to the bot, with the people that a test needs."""

    env: Quick
    house: House
    guild: simcord.GuildHandle
    lobby: simcord.ChannelHandle
    owner: simcord.MemberActor
    moderators: simcord.RoleHandle
    moderator: simcord.MemberActor
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

    async def ask_for_circle(
        self, person: simcord.MemberActor, **changed: acting.Answer
    ) -> simcord.InteractionResult:
        """Let somebody fill in the form for a new circle, which the facilitator is to hold."""
        form = await acting.slash(person, self.lobby, "circle create", hours="ALWAYS")
        return await acting.fill(person, form, self.described() | changed)

    def described(self) -> dict[str, acting.Answer]:
        """Return what the form for a new circle is usually filled in with."""
        return {
            "name": "Tuesday",
            "purpose": "For testing.",
            "seats": "10",
            "agreement": "We keep it here.",
            "holder": [self.facilitator],
        }

    async def create_circle(self, name: str = "Tuesday", seats: int = 10) -> simcord.ChannelHandle:
        """Let the owner open a circle that the facilitator holds, and return its channel."""
        result = await self.ask_for_circle(self.owner, name=name, seats=str(seats))
        assert embed(result).title == "The circle is open"
        return self.channel(name.lower().replace(" ", "-"))

    async def join(self, person: simcord.MemberActor, name: str = "Tuesday") -> simcord.InteractionResult:
        """Let somebody accept the agreement and enter."""
        circle = await acting.choose(person, self.lobby, "circle join", "circle", name)
        invitation = await acting.slash(person, self.lobby, "circle join", circle=circle)
        return await acting.press(person, acting.answer(invitation), "circle:agree:")

    async def appoint(
        self, facilitator: simcord.MemberActor, others: Sequence[simcord.MemberActor], circle: str = "1"
    ) -> simcord.InteractionResult:
        """Let the owner choose who holds a circle."""
        shown = acting.answer(await acting.slash(self.owner, self.lobby, "circle edit", circle=circle))
        form = await acting.press(self.owner, shown, "circle:holders:")
        chosen = {"facilitator": [facilitator], "co_facilitators": list(others)}
        return await acting.fill(self.owner, form, chosen)

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

    def lose_sight(self) -> None:
        """Let the bot know no more of the server than its id, as in the first moments after a start."""
        state = self.bot._connection
        state._add_guild(discord.Guild._create_unavailable(state=state, guild_id=self.guild.id, data=None))

    async def see_again(self) -> None:
        """Let the server arrive."""
        backend = self.env.backend
        backend.emit("GUILD_CREATE", guild_create_payload(backend, backend.get_guild(self.guild.id)))
        await self.env.settle()

    async def let_run(self) -> None:
        """Do what is due right now."""
        await self.bot.run_due(self.env.now())
        await self.env.settle()

    def allow(self, command: str, *people: simcord.MemberActor) -> None:
        """Show a command to people to whom Discord would not show it."""
        found = self.env.backend.find_command(command, self.guild.id)
        assert found is not None
        self.guild.set_command_permissions(int(found["id"]), dict.fromkeys(people, True))

    def permit(self, permissions: discord.Permissions) -> None:
        """Give the bot these permissions on the server, and no others."""
        me = self.guild.me
        assert me is not None
        self.env.backend.edit_role(self.guild.id, me.top_role.id, {"permissions": permissions.value})

    def said(self, method: str, path: str) -> list[Any]:
        """Return what the bot sent to Discord under this path, oldest first; `*` stands for anything."""
        return [
            request.json
            for request in self.env.http_requests
            if request.method == method and fnmatchcase(request.path, path)
        ]

    async def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """Read from the database."""
        async with self.house.database.transaction() as tx:
            return [tuple(row.values()) for row in await tx.fetch(sql)]

    def person(self, actor: simcord.MemberActor, *, manages_server: bool = False) -> Person:
        """Return somebody as the services know them."""
        return known_person(self.house.member_keys, self.guild.id, actor.id, manages=manages_server)

    async def while_busy(
        self, act: Coroutine[Any, Any, simcord.InteractionResult], seconds: float = 3
    ) -> simcord.InteractionResult:
        """Let somebody act, and keep the database busy from before that until so long after it."""
        async with self.busy():
            acts = asyncio.create_task(act)
            for _ in range(int(4 * seconds)):
                await asyncio.sleep(0.06)  # in which the pretend Discord looks at its clock
                self.env.backend.advance_clock(0.25)
        return await acts

    @asynccontextmanager
    async def busy(self, seconds: float = 10) -> AsyncIterator[Callable[[], bool]]:
        """Keep everybody else out of the database for the block, but at most so long.

        Yields what says whether it is still so.
        """
        held, released = asyncio.Event(), asyncio.Event()

        async def hold() -> None:
            async with self.house.database.transaction():
                held.set()
                with suppress(TimeoutError):
                    await asyncio.wait_for(released.wait(), seconds)

        holding = asyncio.create_task(hold())
        await held.wait()
        try:
            yield lambda: not holding.done()
        finally:
            released.set()
            await holding

    async def _stop_at(self, moment: datetime) -> None:
        await self.env.advance_time(max(0.0, (moment - self.env.now()).total_seconds()))
        await self.bot.run_due(self.env.now())
        await self.env.settle()


def make_bot(house: House, clock: object) -> Respite:
    """Return the real bot with a clock that the test moves."""
    assert callable(clock)
    return Respite(house, clock=clock, scheduled=False, shard_count=1, spawn=aside)


def sentence(result: simcord.InteractionResult) -> str:
    """Return the one private sentence that somebody got as an answer."""
    answered = acting.answer(result)
    assert answered.ephemeral
    assert not answered.embeds
    assert not result.followups
    return answered.content


def embed(result: simcord.InteractionResult) -> discord.Embed:
    """Return the one embed that somebody got as a private answer."""
    answered = acting.answer(result)
    assert answered.ephemeral
    assert not result.followups
    [only] = answered.embeds
    return only


def text_of(shown: discord.Embed) -> str:
    """Return all words of an embed."""
    fields = [f"{field.name}\n{field.value}" for field in shown.fields]
    return "\n".join([shown.title or "", shown.description or "", *fields, shown.footer.text or ""])


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    """Open everything that the bot stands on, in a folder of its own."""
    async with open_house(settings_in(tmp_path)) as opened:
        yield opened


@pytest.fixture
async def town(house: House) -> AsyncIterator[Town]:
    """Yield a server to which the bot has just been invited."""
    async with open_town(house) as opened:
        yield opened


@asynccontextmanager
async def open_town(house: House) -> AsyncIterator[Town]:
    """Yield a server to which the bot has just been invited, with exactly the permissions it asks for."""
    env: Quick

    def clock() -> datetime:
        return env.now()

    env = Quick(make_bot(house, clock), shard_count=1, check_errors=False, settle_timeout=30)
    await env.start()
    try:
        owner = env.create_user("olga")
        guild = env.create_guild("Clinic", owner=owner)
        assert guild.me is not None
        env.backend.edit_role(guild.id, guild.me.top_role.id, {"permissions": NEEDED.value})
        moderators = guild.create_role("Moderators")
        yield Town(
            env=env,
            house=house,
            guild=guild,
            lobby=guild.create_text_channel("lobby"),
            owner=guild.add_member(owner),
            moderators=moderators,
            moderator=guild.add_member(env.create_user("moritz"), roles=[moderators]),
            facilitator=guild.add_member(env.create_user("fayette")),
            members=[guild.add_member(env.create_user(f"member{number}")) for number in range(12)],
        )
    finally:
        await env.shutdown()


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], str]]:
    """Set the log up as the operator sees it; calling this returns all that was written."""
    root, hook, raising = logging.root, sys.excepthook, logging.raiseExceptions
    handlers, level = root.handlers[:], root.level
    names = ("bot", "cogs", "db", "apscheduler")
    levels = {name: logging.getLogger(name).level for name in names}
    stream = io.StringIO()
    with monkeypatch.context() as patched:
        patched.setattr(sys, "stderr", stream)
        logs.set_up("INFO", "text")
    yield stream.getvalue
    root.handlers[:], sys.excepthook, logging.raiseExceptions = handlers, hook, raising
    root.setLevel(level)
    for name, before in levels.items():
        logging.getLogger(name).setLevel(before)


@pytest.fixture
async def circle(town: Town) -> simcord.ChannelHandle:
    """Set the server up with one circle of ten seats, eight of them taken, and return its channel."""
    await town.set_up()
    channel = await town.create_circle()
    for person in town.members[:8]:
        await town.join(person)
    return channel


@pytest.fixture
async def planning(town: Town, circle: simcord.ChannelHandle) -> simcord.ChannelHandle:
    """Let the bot make events, and return the channel of the circle."""
    off = await acting.slash(town.facilitator, circle, "meeting plan")
    assert "Meetings are off on this server" in sentence(off)
    page = acting.answer(await acting.slash(town.owner, town.lobby, "setup features"))
    await acting.press(town.owner, page, "setup:feature:meetings:on")
    town.permit(NEEDED | EVENTS)
    await town.env.advance_time((datetime(2026, 3, 2, 8, tzinfo=UTC) - town.env.now()).total_seconds())
    return circle


def buttons(message: acting.Message) -> list[dict[str, Any]]:
    """Return the buttons of a message, in order."""
    return [part for part in acting.parts(message) if part.get("type") == discord.ComponentType.button.value]


def last_embed(channel: simcord.ChannelHandle) -> discord.Embed:
    """Return the embed of the newest post in a channel."""
    message = channel.last_message
    assert message is not None
    return message.embeds[0]
