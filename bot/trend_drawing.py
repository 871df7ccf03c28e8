"""Draws somebody's own check-ins over the weeks; imported only inside the worker process."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import ceil

from bot.card import DATE, INNER, MARGIN, MUTED, NAME, TRACK, WIDTH, Card, Setting, legible, width_of
from bot.pictures import PictureOfScale, PictureOfTrends

MARK = "#A9CFE6"
"""One colour for every step: where a mark is says enough, and no colour says whether that is well."""

LEVEL = Setting(26, 40, MUTED)
TOP, PITCH, PANEL = 150, 232, 160
RIGHT = WIDTH - MARGIN
WIDEST_MARK, NARROWEST_MARK = 44, 10


def draw_trends(picture: PictureOfTrends) -> bytes:
    """Return a PNG: one scale below the other, over the same weeks. A week without a mark breaks the line.

    Raises:
        ValueError: there is nothing to draw, or the font cannot write the words.
    """
    if not picture.scales or not picture.weeks:
        raise ValueError("a picture needs scales and weeks")
    bottom = TOP + PITCH * len(picture.scales)
    card = Card(bottom + 36, legible(picture.title), picture.caption)
    words = (word for scale in picture.scales for word in scale.levels)
    left = MARGIN + min(max(width_of(word, LEVEL) for word in words), INNER * 0.3) + 24
    for place, scale in enumerate(picture.scales):
        _draw_scale(card, scale, left, TOP + place * PITCH, len(picture.weeks))
    _draw_weeks(card, picture.weeks, left, bottom - 12)
    return card.png()


def _draw_scale(card: Card, scale: PictureOfScale, left: float, top: float, weeks: int) -> None:
    card.write(MARGIN, top, scale.name, INNER, NAME)
    step = PANEL / len(scale.levels)
    middles = [top + 34 + (level + 0.5) * step for level in range(len(scale.levels))]
    for word, middle in zip(scale.levels, middles, strict=True):
        card.box(left, middle - step / 2 + 2, RIGHT - left, step - 4, TRACK)
        card.write(MARGIN, middle, word, left - MARGIN - 16, LEVEL)
    column = (RIGHT - left) / weeks
    wide = max(min(column * 0.6, WIDEST_MARK), NARROWEST_MARK)
    marks = [
        (day // 7, _inside(left + (day + 0.5) * column / 7, wide / 2, left), middles[level])
        for day, level in sorted(scale.marks)
    ]
    for (week, x, y), (later_week, later_x, later_y) in pairwise(marks):
        if later_week - week <= 1:
            card.line((x, y), (later_x, later_y))
    for _, x, middle in marks:
        card.box(x - wide / 2, middle - step / 2 + 4, wide, step - 8, MARK)


def _draw_weeks(card: Card, weeks: Sequence[str], left: float, middle: float) -> None:
    """Write under the scales when weeks began: the last, and as many before it as have room, evenly."""
    column = (RIGHT - left) / len(weeks)
    width = max(width_of(week, DATE) for week in weeks)
    pushed = max(0, (width - column) / 2)  # so far the last one stands left of its week
    for place in range(len(weeks) - 1, -1, -ceil((width + pushed + 24) / column)):
        centre = _inside(left + (place + 0.5) * column, width / 2, left)
        card.write(centre, middle, weeks[place], width, DATE)


def _inside(x: float, half: float, left: float) -> float:
    return min(max(x, left + half), RIGHT - half)
