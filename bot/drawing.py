"""Draws released check-ins; imported only inside the worker process."""

from __future__ import annotations

from collections.abc import Sequence

from bot.card import (
    BOLD,
    CAPTION,
    DARK,
    DATE,
    INNER,
    LINE,
    MARGIN,
    MUTED,
    NAME,
    TRACK,
    WIDTH,
    Card,
    Setting,
    legible,
    width_of,
)
from bot.pictures import PictureOfQuestion, PictureOfRelease
from bot.services.rules.anonymity import Band

MOST_RELEASES = 12

# The three fills differ in lightness as well as hue, none is red, and place and words say the same again.
FILL = {Band.GOOD: "#86D6C0", Band.MIXED: "#EBDBA9", Band.LOW: "#B9A3E8", Band.NOT_LOW: "#B4D69C"}
LEVELS = {Band.GOOD: (0, 1), Band.NOT_LOW: (0, 2), Band.MIXED: (1, 1), Band.LOW: (2, 1)}
"""On which of three levels, good at the top, a band begins, and over how many it goes."""

NOTICE = Setting(40, 100, align="center")
SEGMENT, CURRENT_SEGMENT = Setting(32, 66, MUTED, "center"), Setting(32, 66, DARK, "center", font=BOLD)
LEVEL, CURRENT_LEVEL = Setting(28, 54, MUTED), Setting(28, 54, font=BOLD)


def draw_releases(title: str, releases: Sequence[PictureOfRelease]) -> bytes:
    """Return a PNG: one release as rows, several (the latest twelve, oldest first) over time.

    Any title can be drawn; what the font cannot write is left out of it.

    Raises:
        ValueError: there is nothing to draw, or the font cannot write the other words.
    """
    shown = releases[-MOST_RELEASES:]
    if not shown:
        raise ValueError("a picture needs a release")
    latest = next((release for release in reversed(shown) if release.questions), None)
    if latest is None:
        return _draw_nothing(legible(title), shown[-1])
    if len(shown) == 1:
        return _draw_rows(legible(title), latest)
    return _draw_timelines(legible(title), shown, latest)


def _draw_nothing(title: str, release: PictureOfRelease) -> bytes:
    card = Card(325, title, release.closed_on)
    card.box(MARGIN, 150, INNER, 131)
    card.write(WIDTH / 2, 215, release.withheld, INNER - 60, NOTICE)
    return card.png()


def _draw_rows(title: str, release: PictureOfRelease) -> bytes:
    shares = [share for question in release.questions for group in question.shares or () for share in group]
    skyline = 64 if shares else 0
    pitch = 128 + skyline
    card = Card(152 + pitch * len(release.questions), title, release.closed_on)
    for row, question in enumerate(release.questions):
        top = 156 + row * pitch
        card.write(MARGIN, top, question.name, INNER * 0.6, NAME)
        card.write(WIDTH - MARGIN, top, question.note, INNER * 0.38, CAPTION)
        _draw_segments(card, top + 26 + skyline, question, scale=60 / max(shares, default=1))
    return card.png()


def _draw_segments(card: Card, top: float, question: PictureOfQuestion, *, scale: float) -> None:
    """Draw the three bands in a row (two as one where they are not told apart), and the shares on them."""
    width = (INNER - 2 * 10) / 3
    if question.band is Band.NOT_LOW:
        left, wide = MARGIN + width + 10, 2 * width + 10
        card.box(MARGIN, top, width, 66, TRACK)
        card.write(MARGIN + width / 2, top + 33, question.low, width - 24, SEGMENT)
        card.box(left, top, wide, 66, FILL[Band.NOT_LOW])
        card.write(left + wide / 2, top + 33, question.not_low, wide - 24, CURRENT_SEGMENT)
        return
    for place, (band, words) in enumerate(question.bands):
        left, current = MARGIN + place * (width + 10), band is question.band
        card.box(left, top, width, 66, FILL[band] if current else TRACK)
        card.write(left + width / 2, top + 33, words, width - 24, CURRENT_SEGMENT if current else SEGMENT)
        shares = question.shares[place] if question.shares else ()
        for step, share in enumerate(shares):
            middle = left + (step + 0.5) * width / len(shares)
            card.box(middle - 12, top - 4 - share * scale, 24, share * scale, LINE)


def _draw_timelines(title: str, releases: Sequence[PictureOfRelease], latest: PictureOfRelease) -> bytes:
    gap = next((release.withheld for release in releases if not release.questions), "")
    card = Card(140 + 266 * ((len(latest.questions) + 1) // 2), title, gap, key=bool(gap))
    panel = (INNER - 52) / 2
    widest = max(
        width_of(words, CURRENT_LEVEL) for question in latest.questions for _, words in question.bands
    )
    room = min(widest, panel * 0.48)
    for place, question in enumerate(latest.questions):
        left, top = MARGIN + (place % 2) * (panel + 52), 156 + (place // 2) * 266
        card.write(left, top, question.name, panel, NAME)
        bands = [release.questions[place].band if release.questions else None for release in releases]
        for level, (band, words) in enumerate(reversed(question.bands)):
            setting = CURRENT_LEVEL if bands[-1] and question.says(band) else LEVEL
            card.write(left, top + 53 + level * 54, words, room, setting)
        start, end = left + room + 16, left + panel
        _draw_line(card, start, end, top + 28, bands)
        _draw_dates(card, start, end, top + 208, [release.closed_on for release in releases])
    return card.png()


def _draw_line(card: Card, left: float, right: float, top: float, bands: Sequence[Band | None]) -> None:
    """Draw three levels, good at the top, and each release's tile on its own; a gap breaks the line."""
    for level in range(3):
        card.box(left, top + level * 54, right - left, 50, TRACK)
    column = (right - left) / len(bands)
    tile = min(column - 5, 72)
    end: tuple[float, float] | None = None
    for place, band in enumerate(bands):
        start = left + (place + 0.5) * column - tile / 2
        if band is None:
            card.box(start, top - 2, tile, 162)
            end = None
            continue
        level, levels = LEVELS[band]
        middle = top + 25 + 54 * (level + (levels - 1) / 2)
        if end:
            card.line(end, (start, middle))
        card.box(start, middle - 27 * levels + 7, tile, 54 * levels - 14, FILL[band])
        end = start + tile, middle


def _draw_dates(card: Card, left: float, right: float, middle: float, dates: Sequence[str]) -> None:
    """Write the last date, the first one if there is room, and as many of the others as there is room for."""
    written: list[tuple[float, float]] = []
    for place in (len(dates) - 1, *range(len(dates) - 1)):
        half = min(width_of(dates[place], DATE), right - left) / 2
        centre = min(left + (place + 0.5) * (right - left) / len(dates), right - half)
        if all(abs(centre - other) >= half + other_half + 16 for other, other_half in written):
            card.write(centre, middle, dates[place], 2 * half, DATE)
            written.append((centre, half))
