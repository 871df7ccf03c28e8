"""`/learn`: one card on each of the twelve troubles."""

from __future__ import annotations

from discord import app_commands
from discord.ext import commands

from bot import ui
from bot.client import Respite
from cogs import words
from cogs.learn import messages
from cogs.learn.buttons import ShowPractice
from cogs.options import Interaction

_THEMES = [app_commands.Choice(name=name, value=theme) for theme, name in words.THEMES.items()]


class Learn(commands.Cog):
    """Reading, for oneself."""

    def __init__(self, client: Respite) -> None:
        self.house = client.house

    @app_commands.command(description=messages.LEARN)
    @app_commands.describe(theme=messages.THEME_OPTION)
    @app_commands.choices(theme=_THEMES)
    @app_commands.allowed_contexts(guilds=True, dms=True)
    async def learn(self, interaction: Interaction, theme: str) -> None:
        shown = self.house.cards.show(self.house.library, theme)
        buttons = [ShowPractice(practice.id, practice.title) for practice in shown.practices]
        await ui.reply(interaction, embed=messages.card(shown), view=ui.row(*buttons))
