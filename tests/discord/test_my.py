"""The group `/my`: several features share it, two clients do not."""

from __future__ import annotations

import pytest
from discord import app_commands
from discord.ext import commands

from bot import ui
from bot.client import Respite
from bot.demo import acting
from bot.house import House
from cogs import my
from cogs.options import Interaction
from tests.discord.conftest import Town, make_bot, sentence


class Shoes(commands.Cog):
    """Something of one's own."""

    def __init__(self, size: int) -> None:
        self.size = size

    @app_commands.command(description="What size they are")
    async def shoes(self, interaction: Interaction) -> None:
        await ui.reply(interaction, f"Size {self.size}.")


class Hat(commands.Cog):
    """Something else of one's own."""

    @app_commands.command(description="Where it is")
    async def hat(self, interaction: Interaction) -> None:
        await ui.reply(interaction, "On the shelf.")


def commands_under_my(client: Respite) -> set[str]:
    group = client.tree.get_command("my")
    assert isinstance(group, app_commands.Group)
    assert group.guild_only
    return {command.name for command in group.commands}


def test_features_share_the_group_and_clients_do_not(house: House) -> None:
    first, second = make_bot(house, lambda: None), make_bot(house, lambda: None)
    my.add(first, Shoes(39))
    my.add(first, Hat())
    my.add(second, Shoes(42))
    assert commands_under_my(first) == {"shoes", "hat"}
    assert commands_under_my(second) == {"shoes"}


def test_two_features_cannot_bring_the_same_command(house: House) -> None:
    client = make_bot(house, lambda: None)
    my.add(client, Hat())
    with pytest.raises(app_commands.CommandAlreadyRegistered):
        my.add(client, Hat())


async def test_a_command_under_the_group_answers_with_what_its_feature_holds(town: Town) -> None:
    my.add(town.bot, Shoes(39))
    await town.bot.tree.sync()
    assert sentence(await acting.slash(town.members[0], town.lobby, "my shoes")) == "Size 39."
