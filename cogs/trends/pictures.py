"""From somebody's copies to a picture with an alternative text."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import timedelta

import discord

from bot.pictures import PictureOfScale, PictureOfTrends, Pictures
from bot.services.rules.anonymity import CONTINUUM, Answers
from bot.services.trends import Trends
from cogs.checkins.messages import SCALES
from cogs.trends import messages

_FROM_THE_TOP: dict[str, Callable[[Answers], int]] = {
    "continuum": lambda answers: CONTINUUM.index(answers.continuum),
    "energy": lambda answers: 5 - answers.energy,
    "load": lambda answers: answers.load - 1,
    "connection": lambda answers: 5 - answers.connection,
}
"""On which level an answer is drawn: the better end is on top, as in the pictures that circles see."""


async def draw(pictures: Pictures, found: Trends) -> list[discord.File]:
    """Return the picture as an attachment, or nothing where it cannot be drawn."""
    drawn = await pictures.draw_trends(
        PictureOfTrends(
            title=messages.PICTURE_TITLE,
            caption=messages.span(found),
            weeks=tuple(
                messages.day(found.first_day + timedelta(weeks=week), found) for week in range(found.weeks)
            ),
            scales=tuple(_scale(name, found) for name in _FROM_THE_TOP),
        )
    )
    if drawn is None:
        return []
    description = messages.alternative_text(found)
    return [discord.File(io.BytesIO(drawn), messages.PICTURE_NAME, description=description)]


def _scale(name: str, found: Trends) -> PictureOfScale:
    level = _FROM_THE_TOP[name]
    return PictureOfScale(
        name=SCALES[name].question if name in SCALES else messages.WHERE,
        levels=messages.levels(name),
        marks=tuple(
            ((copy.day - found.first_day).days, level(copy.answers)) for copy in found.copies if copy.answers
        ),
    )
