"""`/checkin` for everyone, `/checkins` for whoever holds a circle."""

from __future__ import annotations

from collections.abc import Callable
from datetime import time

from discord import app_commands
from discord.ext import commands

from bot import ui
from bot.client import Respite
from bot.services import checkin_schedules, checkins, releases, sharing, windows
from bot.services.checkin_schedules import Timing
from bot.services.refusals import Because, Refusal
from bot.services.windows import OpenWindow
from cogs import words
from cogs.checkins import form, messages
from cogs.checkins.pictures import draw
from cogs.checkins.views import CheckinForm
from cogs.options import (
    CircleOption,
    EnteredCircleOption,
    HeldCircleOption,
    Interaction,
    RememberedCircleOption,
    TimeOption,
    channel_of,
)
from cogs.sharing import messages as together
from cogs.sharing.buttons import sharing_buttons

_WEEKDAYS = [app_commands.Choice(name=name, value=day) for day, name in enumerate(words.DAYS)]
_EVERY = [
    app_commands.Choice(name=messages.EVERY_WEEKS[weeks], value=weeks) for weeks in messages.EVERY_WEEKS
]
_Days = app_commands.Range[int, windows.SHORTEST_DAYS, windows.LONGEST_DAYS]


class Checkin(commands.Cog):
    """The one command that everybody needs."""

    def __init__(self, client: Respite) -> None:
        self.client = client

    @app_commands.command(description=messages.CHECKIN)
    @app_commands.describe(circle=messages.CHECKIN_CIRCLE)
    @app_commands.guild_only()
    async def checkin(
        self, interaction: Interaction, circle: app_commands.Transform[int, EnteredCircleOption] | None = None
    ) -> None:
        found = self._from_memory(interaction, circle) or await self._from_database(interaction, circle)
        if not found:
            raise Refusal(Because.NO_OPEN_WINDOW)
        await ui.show(interaction, CheckinForm(form.offer(found, first=_meant(interaction, circle))))

    def _from_memory(self, interaction: Interaction, circle: int | None) -> list[OpenWindow]:
        """Return what is open to the person, judged by the roles that Discord sent along."""
        person = self.client.person(interaction)
        return _with(circle, self.client.open_windows.open_to(person, interaction.created_at))

    async def _from_database(self, interaction: Interaction, circle: int | None) -> list[OpenWindow]:
        """Ask again where memory knows of nothing: it may lag behind by a moment."""
        await self.client.open_windows.refresh(self.client.house.database)
        ids = await checkins.windows_open_to(
            self.client.house.database, self.client.person(interaction), at=interaction.created_at
        )
        found = [self.client.open_windows.find(window_id) for window_id in ids]
        return _with(circle, [window for window in found if window])


def _meant(interaction: Interaction, circle: int | None) -> Callable[[OpenWindow], bool]:
    """Return what knows the window of the circle that was named, or else the one of this channel."""
    if circle is not None:
        return lambda window: circle in window.circle_ids
    return lambda window: window.speaks_in(interaction.channel_id)


def _with(circle: int | None, found: list[OpenWindow]) -> list[OpenWindow]:
    """Return nothing where the circle that was named is not asking."""
    return found if circle is None or any(circle in window.circle_ids for window in found) else []


@app_commands.guild_only()
class Checkins(commands.GroupCog, group_name="checkins", group_description=messages.GROUP):
    """Commands for whoever holds a circle."""

    def __init__(self, client: Respite) -> None:
        self.client = client
        self.house = client.house

    @app_commands.command(description=messages.OPEN)
    @app_commands.describe(
        circle=words.CIRCLE_OPTION, whole_server=messages.WHOLE_SERVER_OPTION, days=messages.DAYS_OPTION
    )
    async def open(
        self,
        interaction: Interaction,
        circle: app_commands.Transform[int, HeldCircleOption] | None = None,
        whole_server: bool = False,
        days: _Days = windows.SHORTEST_DAYS,
    ) -> None:
        opened = await windows.open_window(
            self.house.database,
            self.house.window_keys,
            self.client.person(interaction),
            circle_id=circle,
            whole_server=whole_server,
            channel_id=channel_of(interaction),
            days=days,
            minimum=self.house.minimum_answers,
            at=interaction.created_at,
        )
        await self.client.open_windows.refresh(self.house.database)
        await ui.reply(interaction, embed=messages.opened(opened))
        await self.client.run_due(interaction.created_at)

    @app_commands.command(description=messages.SCHEDULE)
    @app_commands.describe(
        weekday=messages.WEEKDAY_OPTION,
        at=words.TIME_OPTION,
        every=messages.EVERY_OPTION,
        circle=words.CIRCLE_OPTION,
        whole_server=messages.WHOLE_SERVER_OPTION,
        days=messages.DAYS_OPTION,
    )
    @app_commands.choices(weekday=_WEEKDAYS, every=_EVERY)
    async def schedule(
        self,
        interaction: Interaction,
        weekday: int,
        at: app_commands.Transform[time, TimeOption],
        every: int = 1,
        circle: app_commands.Transform[int, HeldCircleOption] | None = None,
        whole_server: bool = False,
        days: _Days = windows.SHORTEST_DAYS,
    ) -> None:
        kept = await checkin_schedules.schedule(
            self.house.database,
            self.client.person(interaction),
            Timing(weekday=weekday, at=at, every_weeks=every, days=days),
            circle_id=circle,
            whole_server=whole_server,
            channel_id=channel_of(interaction),
            at=interaction.created_at,
        )
        await ui.reply(interaction, embed=messages.scheduled(kept))

    @app_commands.command(description=messages.CANCEL)
    @app_commands.describe(
        what=messages.CANCEL_WHAT, circle=words.CIRCLE_OPTION, whole_server=messages.WHOLE_SERVER_OPTION
    )
    @app_commands.choices(
        what=[app_commands.Choice(name=name, value=key) for key, name in messages.CANCELS.items()]
    )
    async def cancel(
        self,
        interaction: Interaction,
        what: str = "window",
        circle: app_commands.Transform[int, HeldCircleOption] | None = None,
        whole_server: bool = False,
    ) -> None:
        person, channel_id = self.client.person(interaction), channel_of(interaction)
        if what == "schedule":
            name = await checkin_schedules.stop(
                self.house.database,
                person,
                circle_id=circle,
                whole_server=whole_server,
                channel_id=channel_id,
            )
            await ui.reply(interaction, embed=messages.schedule_stopped(name))
            return
        cancelled = await windows.cancel(
            self.house.database,
            self.house.window_keys,
            person,
            circle_id=circle,
            whole_server=whole_server,
            channel_id=channel_id,
        )
        await self.client.open_windows.refresh(self.house.database)
        await ui.reply(interaction, embed=messages.cancelled(cancelled))

    @app_commands.command(description=together.SHARE)
    @app_commands.describe(
        with_circle=together.WITH,
        and_circle=together.AND,
        and_another=together.AND,
        circle=words.CIRCLE_OPTION,
    )
    async def share(
        self,
        interaction: Interaction,
        with_circle: app_commands.Transform[int, CircleOption] | None = None,
        and_circle: app_commands.Transform[int, CircleOption] | None = None,
        and_another: app_commands.Transform[int, CircleOption] | None = None,
        circle: app_commands.Transform[int, HeldCircleOption] | None = None,
    ) -> None:
        person, channel_id = self.client.person(interaction), channel_of(interaction)
        others = [each for each in (with_circle, and_circle, and_another) if each is not None]
        at = interaction.created_at
        found = await sharing.share(self.house.database, person, circle, others, channel_id=channel_id, at=at)
        await ui.reply(interaction, embed=together.sharing(found), view=sharing_buttons(found))

    @app_commands.command(description=messages.RESULTS)
    @app_commands.describe(circle=words.CIRCLE_OPTION, whole_server=messages.WHOLE_SERVER_OPTION)
    async def results(
        self,
        interaction: Interaction,
        circle: app_commands.Transform[int, RememberedCircleOption] | None = None,
        whole_server: bool = False,
    ) -> None:
        person = self.client.person(interaction)
        if whole_server:
            found = await releases.of_server(self.house.database, person)
        else:
            found = await releases.of_circle(self.house.database, person, circle, channel_of(interaction))
        await ui.take_time(interaction)
        files = await draw(self.house.pictures, found)
        await ui.reply(interaction, embed=messages.results(found, with_picture=bool(files)), files=files)
