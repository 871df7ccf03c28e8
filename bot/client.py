"""The Discord client: owns what the house holds and the scheduler, and loads the cogs by name."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import hashlib
import json
import logging
import signal
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import discord
from discord import app_commands
from discord.ext import commands

from bot import errors, ui
from bot.house import House, sweep
from bot.scheduler import Scheduler
from bot.services import installation
from bot.services.breathing import Guides, Spawn
from bot.services.listings import ServerLines
from bot.services.people import Person
from bot.services.posts import Post, PostKind
from bot.services.practice_offers import Opinions
from bot.services.refusals import Because, Refusal
from bot.services.windows import OpenWindows

log = logging.getLogger(__name__)

COGS = (
    "cogs.setup",
    "cogs.circles",
    "cogs.seats",
    "cogs.requests",
    "cogs.agreements",
    "cogs.holding",
    "cogs.endings",
    "cogs.hours",
    "cogs.meetings",
    "cogs.checkins",
    "cogs.sharing",
    "cogs.trends",
    "cogs.prompts",
    "cogs.practices",
    "cogs.plan",
    "cogs.load",
    "cogs.personal",
    "cogs.settings",
    "cogs.reminders",
    "cogs.retention",
    "cogs.features",
    "cogs.privacy",
    "cogs.learn",
    "cogs.resources",
    "cogs.help",
    "cogs.backups",
    "cogs.posts",
)
NEEDED = discord.Permissions(
    view_channel=True,
    send_messages=True,
    embed_links=True,
    attach_files=True,
    read_message_history=True,
    manage_channels=True,
    manage_roles=True,
)
"""The smallest permissions with which everything works that is always on; the invitation asks for these."""

PATIENCE = 10.0
"""Seconds that begun work is given when the program is asked to stop."""

Job = Callable[[datetime], Awaitable[None]]
Afterwards = Callable[[discord.Interaction[Any]], Awaitable[None]]
"""Something that is done once a command was answered."""


@dataclass(frozen=True, slots=True)
class Message:
    """What a post says.

    `to`: the Discord id of whom it is written to directly. `sent` is told the message's id afterwards.
    `silent`: it makes no phone ring.
    """

    embed: discord.Embed
    view: discord.ui.View | None = None
    files: Sequence[discord.File] = ()
    to: int | None = field(default=None, repr=False)
    sent: Callable[[int], Awaitable[None]] | None = None
    silent: bool = False


Writer = Callable[[Post], Awaitable[Message | None]]
"""Finds the words of a post, or None when there is nothing to say any more."""


class WrongToken(Exception):
    """Discord does not know the token."""


class Tree(app_commands.CommandTree["Respite"]):
    """The slash commands, with the same door for errors as every button."""

    async def interaction_check(self, interaction: discord.Interaction[Respite], /) -> bool:
        """Take no new work while stopping; note what has begun."""
        client = interaction.client
        if client.stopping:
            await errors.answer(interaction, Refusal(Because.STOPPING))
            return False
        if interaction.type is discord.InteractionType.application_command:
            client.begin(interaction)
        return True

    async def on_error(
        self, interaction: discord.Interaction[Respite], error: app_commands.AppCommandError, /
    ) -> None:
        """Answer, and note that the work has ended."""
        try:
            await errors.answer(interaction, error)
        finally:
            interaction.client.end(interaction)


class Respite(commands.AutoShardedBot):
    """The bot. `clock` says what time it is; only jobs and the scheduler ask it.

    `spawn` begins what goes on after its interaction has been answered.
    """

    def __init__(
        self,
        house: House,
        *,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        scheduled: bool = True,
        shard_count: int | None = None,
        spawn: Spawn = asyncio.create_task,
    ) -> None:
        super().__init__(
            command_prefix=commands.when_mentioned,
            help_command=None,
            tree_cls=Tree,
            intents=discord.Intents(guilds=True, guild_scheduled_events=True),
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
            max_messages=None,
            allowed_mentions=discord.AllowedMentions.none(),
            shard_count=shard_count,
        )
        # Discord tells who is interested in an event along with the events. It is thrown away unread.
        for told in ("GUILD_SCHEDULED_EVENT_USER_ADD", "GUILD_SCHEDULED_EVENT_USER_REMOVE"):
            del self._connection.parsers[told]
        self.house = house
        self.clock = clock
        self.open_windows = OpenWindows()
        self.opinions = Opinions()
        self.guides = Guides(spawn=spawn)
        self.server_lines = ServerLines()
        self.stopping = False
        self._jobs: list[Job] = []
        self._afterwards: list[Afterwards] = []
        self._buttons: list[type[ui.Button]] = []
        self._forms: dict[str, type[ui.Form]] = {}
        self._announce: Callable[[str], None] = log.debug
        self._writers: dict[PostKind, Writer] = {}
        self._begun: dict[int, ui.Patience] = {}
        self._idle = asyncio.Event()
        self._idle.set()
        self._ticking = asyncio.Lock()
        self._scheduler = Scheduler(self._tick) if scheduled else None

    # ------------------------------------------------------------------ what cogs bring along

    def add_jobs(self, *jobs: Job) -> None:
        """Let these run at every tick, in this order."""
        self._jobs.extend(jobs)

    def add_buttons(self, *buttons: type[ui.Button]) -> None:
        """Let these buttons work, also those sent before a restart."""
        self._buttons.extend(buttons)
        self.add_dynamic_items(*buttons)

    def add_under(
        self, group: str, *brought: app_commands.Command[Any, ..., Any] | app_commands.Group
    ) -> None:
        """Let these commands stand in a group that another cog has brought along before."""
        found = self.tree.get_command(group)
        if not isinstance(found, app_commands.Group):
            raise TypeError(f"no group of commands is called {group}")
        for each in brought:
            found.add_command(each)

    def add_forms(self, *forms: type[ui.Form]) -> None:
        """Let these forms be submitted, also those opened before a restart."""
        self._forms |= {form.word: form for form in forms}

    def add_afterwards(self, *afterwards: Afterwards) -> None:
        """Let these run after a slash command was answered with a message, in this order."""
        self._afterwards.extend(afterwards)

    def add_writer(self, kind: PostKind, writer: Writer) -> None:
        """Let this write the posts of that kind."""
        self._writers[kind] = writer

    async def write(self, post: Post) -> Message | None:
        """Return what a post says, or None when there is nothing to say any more."""
        return await self._writers[post.kind](post)

    # ------------------------------------------------------------------ starting

    async def setup_hook(self) -> None:
        """Load the cogs, tidy up after a crash, tell Discord of changed commands, start the clock."""
        for cog in COGS:
            await self.load_extension(cog)
        await sweep(self.house)
        await self.open_windows.refresh(self.house.database)
        await self.server_lines.refresh(self.house.database)
        await self._tell_commands()
        if self._scheduler is not None:
            self._scheduler.start()
        self._announce(f"To invite the bot, open {self.invitation}")

    async def on_ready(self) -> None:
        """Spare the garbage collector what stays: fewer and shorter pauses."""
        gc.collect()
        gc.freeze()
        log.info("Ready.", extra={"count": len(self.guilds)})

    async def _tell_commands(self) -> None:
        described = [command.to_dict(self.tree) for command in self.tree.get_commands()]
        fingerprint = hashlib.sha256(json.dumps(described, sort_keys=True).encode()).hexdigest()
        if await installation.commands_are_known(self.house.database, fingerprint):
            return
        try:
            await self.tree.sync()
        except discord.HTTPException as error:
            errors.report(error, job="sync")
        else:
            await installation.remember_commands(self.house.database, fingerprint)

    # ------------------------------------------------------------------ people

    def person(self, interaction: discord.Interaction[Any]) -> Person:
        """Return who is acting, without their id. Refuses outside a server."""
        user = interaction.user
        if interaction.guild_id is None or not isinstance(user, discord.Member):
            raise Refusal(Because.ONLY_IN_A_SERVER)
        locator, key = self.house.member_keys.recognise(interaction.guild_id, user.id)
        return Person(
            server_id=interaction.guild_id,
            locator=locator,
            key=key,
            # `roles` leaves out those of a server that is still arriving.
            roles=frozenset(user._roles),  # pyright: ignore[reportPrivateUsage]
            manages_server=interaction.permissions.manage_guild,
        )

    # ------------------------------------------------------------------ work that has begun

    def begin(self, interaction: discord.Interaction[Any]) -> None:
        """Note that something was begun which a stop should wait for."""
        self._begun[interaction.id] = ui.Patience(interaction)
        self._idle.clear()

    def end(self, interaction: discord.Interaction[Any]) -> None:
        """Note that it has ended."""
        patience = self._begun.pop(interaction.id, None)
        if patience is not None:
            patience.end()
        if not self._begun:
            self._idle.set()

    async def attend(
        self,
        interaction: discord.Interaction[Any],
        act: Callable[[discord.Interaction[Any]], Awaitable[None]],
    ) -> None:
        """Do what a button or form asks. Whatever it raises becomes one sentence."""
        if self.stopping:
            await errors.answer(interaction, Refusal(Because.STOPPING))
            return
        self.begin(interaction)
        try:
            await act(interaction)
        except Exception as error:
            await errors.answer(interaction, error)
        finally:
            self.end(interaction)

    async def on_app_command_completion(
        self, interaction: discord.Interaction[Any], _command: app_commands.Command[Any, ..., Any]
    ) -> None:
        """Note that a slash command has ended well, and do what comes afterwards."""
        self.end(interaction)
        if interaction.response.type is discord.InteractionResponseType.modal:
            return
        for each in self._afterwards:
            try:
                await each(interaction)
            except Exception as error:
                errors.report(error, job=each.__qualname__)

    async def on_interaction(self, interaction: discord.Interaction[Any]) -> None:
        """Route submitted forms by their custom_id, and answer what nobody knows any more."""
        custom_id = str((interaction.data or {}).get("custom_id", ""))
        if interaction.type is discord.InteractionType.modal_submit:
            word, _, state = custom_id.partition(":")
            form = self._forms.get(word)
            if form is None:
                await errors.answer(interaction, Refusal(Because.EXPIRED))
            else:
                await self.attend(
                    interaction, lambda given: form.submitted(given, state, ui.read_fields(given))
                )
        elif interaction.type is discord.InteractionType.component and not self._knows(custom_id):
            await errors.answer(interaction, Refusal(Because.EXPIRED))

    def _knows(self, custom_id: str) -> bool:
        return any(button.knows(custom_id) for button in self._buttons)

    # ------------------------------------------------------------------ time

    async def run_due(self, at: datetime) -> None:
        """Do everything that is due at this moment. One job's failure does not stop the others."""
        async with self._ticking:
            for job in self._jobs:
                try:
                    await job(at)
                except Exception as error:
                    errors.report(error, job=job.__qualname__)

    async def next_due(self) -> datetime | None:
        """Return the next moment at which something falls due, or None."""
        return await installation.next_due(self.house.database, after=self.clock())

    async def _tick(self) -> None:
        await self.run_due(self.clock())

    # ------------------------------------------------------------------ running and stopping

    async def live(self, token: str, announce: Callable[[str], None]) -> None:
        """Run until asked to stop by the operator or the system; tell how to invite the bot.

        Raises: WrongToken
        """
        self._announce = announce
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            # Windows has no such handlers; there Ctrl-C ends the program by an exception.
            with contextlib.suppress(NotImplementedError):
                loop.add_signal_handler(number, lambda: asyncio.ensure_future(self.close()))
        try:
            await self.start(token)
        except discord.LoginFailure:
            raise WrongToken(
                "Discord does not accept this token. Copy it again from the developer portal."
            ) from None
        finally:
            await self.close()

    @property
    def invitation(self) -> str:
        """The address with which a server's manager invites the bot, asking for no more than it needs."""
        return discord.utils.oauth_url(
            self.application_id or 0, permissions=NEEDED, scopes=("bot", "applications.commands")
        )

    async def close(self) -> None:
        """Stop taking new work, give what was begun ten seconds, then leave Discord."""
        if not self.stopping:
            self.stopping = True
            if self._scheduler is not None:
                self._scheduler.stop()
            try:
                async with asyncio.timeout(PATIENCE):
                    await self._idle.wait()
                    async with self._ticking:
                        pass
            except TimeoutError:
                log.warning("Some work had not ended in time.", extra={"count": len(self._begun)})
        await super().close()
