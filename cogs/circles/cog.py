"""`/circle`: for everyone who looks for a circle, and for moderators who open one."""

from __future__ import annotations

from discord import app_commands
from discord.ext import commands

from bot import errors, ui
from bot.client import Respite
from bot.services import circles
from cogs.circles import messages, places
from cogs.circles.buttons import Agree
from cogs.circles.views import CircleForm
from cogs.options import CircleOption, EnteredCircleOption, Interaction


@app_commands.guild_only()
class Circles(commands.GroupCog, group_name="circle", group_description=messages.GROUP):
    """Commands about circles."""

    def __init__(self, client: Respite) -> None:
        self.house = client.house
        self.database = client.house.database
        self.person = client.person

    @app_commands.command(description=messages.CREATE)
    async def create(self, interaction: Interaction) -> None:
        await circles.require_may_create(self.database, self.person(interaction))
        await ui.show(interaction, CircleForm(interaction.user))

    @app_commands.command(description=messages.BROWSE)
    async def browse(self, interaction: Interaction) -> None:
        found = await circles.browse(self.database, self.person(interaction))
        await ui.reply(interaction, embed=messages.browse(found))

    @app_commands.command(description=messages.INFO)
    @app_commands.describe(circle=messages.INFO_CIRCLE)
    async def info(self, interaction: Interaction, circle: app_commands.Transform[int, CircleOption]) -> None:
        found = await circles.info(self.database, self.person(interaction), circle)
        await ui.reply(interaction, embed=messages.info(found))

    @app_commands.command(description=messages.JOIN)
    @app_commands.describe(circle=messages.JOIN_CIRCLE)
    async def join(self, interaction: Interaction, circle: app_commands.Transform[int, CircleOption]) -> None:
        invitation = await circles.invite(self.database, self.person(interaction), circle)
        agree = Agree(circle, invitation.circle.agreement_version)
        await ui.reply(interaction, embed=messages.invitation(invitation), view=ui.row(agree))

    @app_commands.command(description=messages.LEAVE)
    @app_commands.describe(circle=messages.LEAVE_CIRCLE)
    async def leave(
        self, interaction: Interaction, circle: app_commands.Transform[int, EnteredCircleOption]
    ) -> None:
        left = await circles.leave(self.database, self.house.member_keys, self.person(interaction), circle)
        # With the role they would read on, and could not leave again.
        async with errors.taking_back(lambda: circles.undo(self.database, self.house.member_keys, left)):
            await places.go(ui.member_of(interaction), left.circle)
        await ui.reply(interaction, embed=messages.left(left.circle))
