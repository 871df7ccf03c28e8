"""From releases to a picture with an alternative text."""

from __future__ import annotations

import io
from zoneinfo import ZoneInfo

import discord

from bot.pictures import PictureOfQuestion, PictureOfRelease, Pictures, shares_from_the_low_end
from bot.services.releases import Published, Results
from bot.services.rules.anonymity import Band, Finding
from cogs.checkins import messages


async def draw(pictures: Pictures, results: Results) -> list[discord.File]:
    """Return the picture as an attachment, or nothing where there is nothing to show or to draw with."""
    if not any(published.release for published in results.past):
        return []
    oldest_first = [_release(published, results.time_zone) for published in reversed(results.past)]
    drawn = await pictures.draw_releases(messages.picture_title(results), oldest_first)
    if drawn is None:
        return []
    return [
        discord.File(io.BytesIO(drawn), messages.PICTURE_NAME, description=messages.alternative_text(results))
    ]


def _release(published: Published, time_zone: str) -> PictureOfRelease:
    closed_on = messages.day(published.closes_at.astimezone(ZoneInfo(time_zone)).date())
    if published.release is None:
        return PictureOfRelease(closed_on, withheld=messages.WITHHELD_SHORT)
    return PictureOfRelease(
        closed_on, questions=tuple(_question(finding) for finding in published.release.findings)
    )


def _question(finding: Finding) -> PictureOfQuestion:
    bands = messages.BANDS[finding.question]
    return PictureOfQuestion(
        name=bands.name,
        low=bands.low,
        mixed=bands.mixed,
        good=bands.good,
        band=finding.band,
        not_low=bands.of(Band.NOT_LOW),
        note=messages.mean(finding),
        shares=shares_from_the_low_end(finding),
    )
