"""The one channel of the pretend server that is being shown, and the demo's hand on its clock."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncGenerator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zlib import crc32

import simcord
from yarl import URL

from bot.demo import clock
from bot.demo.environment import Bot
from bot.demo.world import World

if TYPE_CHECKING:
    from simcord import Preview

# How long somebody waits for a turn before the page says that the demo is busy.
_PATIENCE_SECONDS = 3.0


class Busy(RuntimeError):
    """Raised when something else is going on; says so in one sentence for the page."""


class NoSuchChannel(LookupError):
    """Raised for a channel that is not there, or that nobody on the page may read."""


@dataclass(frozen=True, slots=True)
class Upstream:
    """Where simcord serves the channel being shown, and the key it asks for."""

    origin: URL
    key: str


class Stage:
    """Shows one channel at a time and moves the clock, never two things at once."""

    upstream: Upstream
    showing: str  # changes with every channel, so that other open pages know that theirs has gone
    _preview: Preview

    def __init__(self, environment: simcord.Env, bot: Bot, world: World) -> None:
        self._environment = environment
        self._bot = bot
        self._world = world
        self._turn = asyncio.Lock()
        self._shown = AsyncExitStack()
        self._doing: str | None = None

    async def __aenter__(self) -> Stage:
        await self._open(self._world.first_channel, viewer_id=None)
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        await self._shown.aclose()

    @asynccontextmanager
    async def turn(self) -> AsyncGenerator[None]:
        """Wait for one's turn, as long as it takes: simcord refuses actions that overlap."""
        async with self._turn:
            yield

    async def catch_up(self) -> None:
        """Let a page that is about to be opened begin at the newest message, for whoever may read it now."""
        async with self._turn:
            channel, viewers = self._preview.channel, self._preview.viewers
            if {one.id for one in self._world.readers(channel)} != {one.id for one in viewers}:
                await self._open(channel, viewer_id=viewers[0].id)
            if seen := channel.history(viewer=self._preview.viewers[0]):
                await self._preview.show(seen[-1])

    async def advance(self, days: int) -> None:
        """Move the clock by whole days and let open pages show what happened.

        Raises:
            Busy: the demo is doing something else and did not finish soon.
        """
        until = self._environment.now() + timedelta(days=days)
        async with self._alone(f"Moving to {self._day(until)}…"):
            await clock.move(self._environment, self._bot, until, after_each=self._world.go_on)
            await self._preview.refresh()

    async def show(self, channel_id: int, *, viewer_id: int | None) -> None:
        """Show another channel, through the eyes of the same person where that person may read it.

        Raises:
            NoSuchChannel: nobody on the page may read it.
            Busy: the demo is doing something else and did not finish soon.
        """
        channel = next((one for one in self._world.channels() if one.id == channel_id), None)
        if channel is None:
            raise NoSuchChannel(str(channel_id))
        async with self._alone(f"Opening # {channel.name}…"):
            await self._open(channel, viewer_id=viewer_id)

    def state(self) -> dict[str, object]:
        """Describe the demo for the control bar."""
        now = self._environment.now()
        return {
            "now": now.isoformat(),
            "clock": f"{self._day(now)} {now.astimezone(self._world.zone):%Y, %H:%M}",
            "zone": self._world.zone.key,
            "after": {str(days): self._day(now + timedelta(days=days)) for days in (1, 7)},
            "channels": [{"id": str(one.id), "name": one.name} for one in self._world.channels()],
            "channel": str(self._preview.channel.id),
            "newest": self._newest(),
            "changed": self._changed(),
            "showing": self.showing,
            "doing": self._doing,
        }

    async def _open(self, channel: simcord.ChannelHandle, *, viewer_id: int | None) -> None:
        await self._shown.aclose()
        zone = self._world.zone.key
        # A page begins with the first viewer.
        viewers = sorted(self._world.readers(channel), key=lambda person: person.id != viewer_id)
        preview = self._environment.preview(
            channel, viewers=viewers, layout="channel", locale="en-GB", timezone=zone, port=0
        )
        self._preview = await self._shown.enter_async_context(preview)
        address = URL(preview.url)
        self.upstream = Upstream(address.origin(), address.fragment)
        self.showing = secrets.token_urlsafe(8)

    def _newest(self) -> str:
        """Name the last message that everybody sees, so that a page which lacks it can fetch it."""
        return str(max((number for number, private, _ in self._messages() if not private), default=0))

    def _changed(self) -> str:
        """Tell one state of the private answers from another: a breath of the guide changes one by itself."""
        # By what they say and not by when it was changed: the clock here stands still.
        shown = [embeds for _, private, embeds in self._messages() if private]
        return str(crc32(repr(shown).encode()))

    def _messages(self) -> Iterator[tuple[int, bool, object]]:
        """Return of each message in the channel its id, whether it is private, and what it shows.

        Every open page asks for this every other second, so it is not worth making messages of it.
        """
        for message in self._environment.backend.messages.get(self._preview.channel.id, {}).values():
            yield message.id, message.is_ephemeral, message.embeds

    @asynccontextmanager
    async def _alone(self, doing: str) -> AsyncGenerator[None]:
        """Take a turn soon or not at all, and tell every open page what is being done."""
        if self._doing is not None:
            raise Busy(f"{self._doing} One moment, please.")
        try:
            async with asyncio.timeout(_PATIENCE_SECONDS):
                await self._turn.acquire()
        except TimeoutError:
            raise Busy("The last step is not finished yet. Try again in a moment.") from None
        self._doing = doing
        try:
            yield
        finally:
            self._doing = None
            self._turn.release()

    def _day(self, instant: datetime) -> str:
        local = instant.astimezone(self._world.zone)
        return f"{local:%A} {local.day} {local:%B}"
