"""`/circle`: for everyone who looks for a circle, and for those who open, hold and end one."""

from __future__ import annotations

from discord import app_commands
from discord.ext import commands

from bot import ui
from bot.client import Respite
from bot.services import archiving, circles, holding, requests, seats
from bot.services.circles import Access
from bot.services.hours import Usual, to_change
from cogs.circles import messages
from cogs.circles.buttons import edit_buttons
from cogs.circles.views import CircleForm
from cogs.endings import messages as endings
from cogs.endings.buttons import End
from cogs.holding import messages as holders
from cogs.hours import messages as opening
from cogs.hours.views import HoursForm
from cogs.options import CircleOption, HeldCircleOption, Interaction, OwnCircleOption, channel_of
from cogs.requests import messages as asking
from cogs.requests.buttons import buttons_of
from cogs.requests.posts import names_of
from cogs.seats import buttons, places
from cogs.seats import messages as seating
from cogs.seats.buttons import Release
from cogs.words import CIRCLE_OPTION

_USUAL = [app_commands.Choice(name=said, value=usual.name) for usual, said in opening.USUAL.items()]
_ACCESS = [app_commands.Choice(name=said, value=access.value) for access, said in messages.ACCESS.items()]


@app_commands.guild_only()
class Circles(commands.GroupCog, group_name="circle", group_description=messages.GROUP):
    """Commands about circles."""

    def __init__(self, client: Respite) -> None:
        self.client = client
        self.database = client.house.database
        self.keys = client.house.member_keys
        self.person = client.person

    # ------------------------------------------------------------------ everyone

    @app_commands.command(description=messages.BROWSE)
    async def browse(self, interaction: Interaction) -> None:
        found = await circles.browse(self.database, self.person(interaction))
        await ui.reply(interaction, embed=messages.browse(found))

    @app_commands.command(description=messages.INFO)
    @app_commands.describe(circle=messages.WHICH)
    async def info(self, interaction: Interaction, circle: app_commands.Transform[int, CircleOption]) -> None:
        found = await seats.info(self.database, self.person(interaction), circle)
        view = buttons.buttons_of(circle, found.standing)
        await ui.reply(interaction, embed=messages.info(found), view=view)

    @app_commands.command(description=messages.JOIN)
    @app_commands.describe(circle=messages.WHICH)
    async def join(self, interaction: Interaction, circle: app_commands.Transform[int, CircleOption]) -> None:
        found = await seats.invite(self.database, self.person(interaction), circle)
        view = buttons.buttons_before(found)
        await ui.reply(interaction, embed=seating.invitation(found), view=view)

    @app_commands.command(description=messages.LEAVE)
    @app_commands.describe(circle=messages.WHICH)
    async def leave(
        self, interaction: Interaction, circle: app_commands.Transform[int, OwnCircleOption]
    ) -> None:
        person, member = self.person(interaction), ui.member_of(interaction)
        left = await seats.leave(self.database, self.keys, person, circle)
        await places.let_out(self.client, member, left.entry)
        await ui.reply(interaction, embed=seating.left(left))

    # ------------------------------------------------------------------ those who hold a circle

    @app_commands.command(description=messages.CREATE)
    @app_commands.describe(access=messages.ACCESS_OPTION, hours=opening.USUAL_OPTION)
    @app_commands.choices(access=_ACCESS, hours=_USUAL)
    async def create(
        self, interaction: Interaction, access: str = Access.OPEN.value, hours: str = Usual.DAILY.name
    ) -> None:
        await circles.require_may_create(self.database, self.person(interaction))
        await ui.show(interaction, CircleForm(interaction.user, Access(access), Usual[hours]))

    @app_commands.command(description=messages.EDIT)
    @app_commands.describe(circle=CIRCLE_OPTION)
    async def edit(
        self, interaction: Interaction, circle: app_commands.Transform[int, HeldCircleOption] | None = None
    ) -> None:
        person, channel_id = self.person(interaction), channel_of(interaction)
        found = await holding.overview(self.database, self.keys, person, circle, channel_id)
        await ui.reply(interaction, embed=messages.edit(found.listing.circle), view=edit_buttons(found))

    @app_commands.command(description=messages.MEMBERS)
    @app_commands.describe(circle=CIRCLE_OPTION)
    async def members(
        self, interaction: Interaction, circle: app_commands.Transform[int, HeldCircleOption] | None = None
    ) -> None:
        person, channel_id = self.person(interaction), channel_of(interaction)
        found = await holding.overview(self.database, self.keys, person, circle, channel_id)
        view = ui.row(Release(found.listing.circle.circle_id))
        await ui.reply(interaction, embed=holders.overview(found), view=view)

    @app_commands.command(description=messages.APPROVE)
    @app_commands.describe(circle=CIRCLE_OPTION)
    async def approve(
        self, interaction: Interaction, circle: app_commands.Transform[int, HeldCircleOption] | None = None
    ) -> None:
        person, channel_id = self.person(interaction), channel_of(interaction)
        found = await requests.waiting(self.database, self.keys, person, circle, channel_id)
        names = await names_of(ui.server_of(interaction), found.first)
        await ui.reply(interaction, embed=asking.waiting(found, names), view=buttons_of(found))

    @app_commands.command(description=opening.HOURS)
    @app_commands.describe(circle=CIRCLE_OPTION)
    async def hours(
        self, interaction: Interaction, circle: app_commands.Transform[int, HeldCircleOption] | None = None
    ) -> None:
        person, channel_id = self.person(interaction), channel_of(interaction)
        found = await to_change(self.database, person, circle, channel_id)
        await ui.show(interaction, HoursForm(found))

    @app_commands.command(description=messages.ARCHIVE)
    @app_commands.describe(circle=CIRCLE_OPTION)
    async def archive(
        self, interaction: Interaction, circle: app_commands.Transform[int, HeldCircleOption] | None = None
    ) -> None:
        person, channel_id = self.person(interaction), channel_of(interaction)
        found = await archiving.plan(self.database, person, circle, channel_id)
        view = ui.row(End(found.circle.circle_id, found.window_id or 0))
        await ui.reply(interaction, embed=endings.plan(found), view=view)
