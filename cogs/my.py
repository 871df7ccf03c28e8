"""The group `/my`, for what is about oneself: each feature brings its own commands along."""

from __future__ import annotations

from discord import app_commands
from discord.ext import commands

from bot.client import Respite

_NAME = "my"
_DESCRIPTION = "What is about yourself, for your eyes only"


def add(client: Respite, feature: commands.Cog) -> None:
    """Put a feature's commands under `/my`. Call it instead of `add_cog`, which would put them at the top.

    The group is made with its first command (Discord takes no empty ones) and belongs to this client:
    the next one, after a restart in the same process, makes its own.
    """
    group = client.tree.get_command(_NAME)
    if not isinstance(group, app_commands.Group):
        group = app_commands.guild_only(app_commands.Group(name=_NAME, description=_DESCRIPTION))
        client.tree.add_command(group)
    for command in feature.get_app_commands():
        group.add_command(command)
