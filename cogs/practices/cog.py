"""`/practice`: for everyone."""

from __future__ import annotations

from discord import app_commands
from discord.ext import commands

from bot import ui
from bot.client import Respite
from bot.services.breathing import Course
from bot.services.rules.breathing import Pattern
from cogs import words
from cogs.options import Interaction
from cogs.practices import messages
from cogs.practices.breathing import begin
from cogs.practices.buttons import send_offer

_THEMES = [app_commands.Choice(name=name, value=theme) for theme, name in words.THEMES.items()]
_PATTERNS = [
    app_commands.Choice(name=name, value=pattern.value) for pattern, name in messages.PATTERNS.items()
]
_MOTIONS = [app_commands.Choice(name=name, value=motion) for motion, name in messages.MOTIONS.items()]
_Minutes = app_commands.Range[int, 1, 10]


@app_commands.guild_only()
class Practices(commands.GroupCog, group_name="practice", group_description=messages.GROUP):
    """Practices when one wants them."""

    def __init__(self, client: Respite) -> None:
        self.guides = client.guides

    async def cog_unload(self) -> None:
        """Stop the guides that are running."""
        self.guides.stop_all()

    @app_commands.command(description=messages.NOW)
    @app_commands.describe(minutes=messages.MINUTES_OPTION, theme=messages.THEME_OPTION)
    @app_commands.choices(theme=_THEMES)
    async def now(
        self, interaction: Interaction, minutes: _Minutes | None = None, theme: str | None = None
    ) -> None:
        await send_offer(interaction, theme, minutes, instead_of=None)

    @app_commands.command(description=messages.BREATHE)
    @app_commands.describe(
        pattern=messages.PATTERN_OPTION,
        minutes=messages.BREATHE_MINUTES_OPTION,
        motion=messages.MOTION_OPTION,
    )
    @app_commands.choices(pattern=_PATTERNS, motion=_MOTIONS)
    async def breathe(
        self, interaction: Interaction, pattern: str = "4-6", minutes: _Minutes = 2, motion: str = "moving"
    ) -> None:
        course = Course(Pattern(pattern), minutes)
        if motion == "still":
            await ui.reply(interaction, embed=messages.still(course))
        else:
            await begin(interaction, course)
