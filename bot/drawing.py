"""Draws released check-ins with matplotlib; imported only inside the worker process.

Everything is placed in pixels on a card 1200 wide. A phone shows it at a third of that, so type is large
and shrinks only where words are too long for their place.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from functools import cache, lru_cache
from io import BytesIO
from pathlib import Path
from textwrap import wrap
from typing import Literal, NamedTuple

import matplotlib
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, get_font  # pyright: ignore[reportUnknownVariableType]
from matplotlib.lines import Line2D
from matplotlib.patches import FancyBboxPatch
from matplotlib.text import Text

from bot.pictures import PictureOfQuestion, PictureOfRelease
from bot.services.rules.anonymity import Band

matplotlib.rcdefaults()  # an operator's own matplotlibrc must not change a picture

WIDTH, MARGIN, INNER = 1200, 44, 1200 - 2 * 44
MOST_RELEASES, MOST_LETTERS, SMALLEST = 12, 160, 20

# A slate card is at home in Discord's dark theme and does not glare in the light one. The three
# fills differ in lightness as well as hue, none is red, and place and words say the same again.
CARD, TRACK, LINE = "#233140", "#324352", "#8FA3B2"
LIGHT, MUTED, DARK = "#F4F1EA", "#BAC8D1", "#14202A"
FILL = {Band.GOOD: "#86D6C0", Band.MIXED: "#EBDBA9", Band.LOW: "#B9A3E8"}

# By their files, because the system's fonts differ from one machine to the next; these are matplotlib's.
REGULAR = Path(matplotlib.get_data_path(), "fonts", "ttf", "DejaVuSans.ttf")
BOLD = REGULAR.with_name("DejaVuSans-Bold.ttf")


class _Type(NamedTuple):
    """How words are set: how large where they have the room, and how high all their lines may be."""

    size: int
    height: int
    colour: str = LIGHT
    align: Literal["left", "center", "right"] = "left"
    font: Path = REGULAR


TITLE, NAME, NOTICE = _Type(44, 106), _Type(34, 44), _Type(40, 100, align="center")
CAPTION, DATE = _Type(28, 68, MUTED, "right"), _Type(26, 32, MUTED, "center")
SEGMENT, CURRENT_SEGMENT = _Type(32, 66, MUTED, "center"), _Type(32, 66, DARK, "center", font=BOLD)
LEVEL, CURRENT_LEVEL = _Type(28, 54, MUTED), _Type(28, 54, font=BOLD)


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
        return _draw_nothing(_legible(title), shown[-1])
    if len(shown) == 1:
        return _draw_rows(_legible(title), latest)
    return _draw_timelines(_legible(title), shown, latest)


def _draw_nothing(title: str, release: PictureOfRelease) -> bytes:
    card = _Card(325, title, release.closed_on)
    card.box(MARGIN, 150, INNER, 131)
    card.write(WIDTH / 2, 215, release.withheld, INNER - 60, NOTICE)
    return card.png()


def _draw_rows(title: str, release: PictureOfRelease) -> bytes:
    shares = [share for question in release.questions for group in question.shares or () for share in group]
    skyline = 64 if shares else 0
    pitch = 128 + skyline
    card = _Card(152 + pitch * len(release.questions), title, release.closed_on)
    for row, question in enumerate(release.questions):
        top = 156 + row * pitch
        card.write(MARGIN, top, question.name, INNER * 0.6, NAME)
        card.write(WIDTH - MARGIN, top, question.note, INNER * 0.38, CAPTION)
        _draw_segments(card, top + 26 + skyline, question, scale=60 / max(shares, default=1))
    return card.png()


def _draw_segments(card: _Card, top: float, question: PictureOfQuestion, *, scale: float) -> None:
    """Draw the three bands in a row, and the shares standing on them."""
    width = (INNER - 2 * 10) / 3
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
    card = _Card(140 + 266 * ((len(latest.questions) + 1) // 2), title, gap, key=bool(gap))
    panel = (INNER - 52) / 2
    widest = max(_width(words, CURRENT_LEVEL) for question in latest.questions for _, words in question.bands)
    room = min(widest, panel * 0.48)
    for place, question in enumerate(latest.questions):
        left, top = MARGIN + (place % 2) * (panel + 52), 156 + (place // 2) * 266
        card.write(left, top, question.name, panel, NAME)
        bands = [release.questions[place].band if release.questions else None for release in releases]
        for level, (band, words) in enumerate(reversed(question.bands)):
            setting = CURRENT_LEVEL if band is bands[-1] else LEVEL
            card.write(left, top + 53 + level * 54, words, room, setting)
        start, end = left + room + 16, left + panel
        _draw_line(card, start, end, top + 28, bands)
        _draw_dates(card, start, end, top + 208, [release.closed_on for release in releases])
    return card.png()


def _draw_line(card: _Card, left: float, right: float, top: float, bands: Sequence[Band | None]) -> None:
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
        middle = top + 25 + 54 * [*FILL].index(band)
        if end:
            card.line(end, (start, middle))
        card.box(start, middle - 20, tile, 40, FILL[band])
        end = start + tile, middle


def _draw_dates(card: _Card, left: float, right: float, middle: float, dates: Sequence[str]) -> None:
    """Write the last date, the first one if there is room, and as many of the others as there is room for."""
    written: list[tuple[float, float]] = []
    for place in (len(dates) - 1, *range(len(dates) - 1)):
        half = min(_width(dates[place], DATE), right - left) / 2
        centre = min(left + (place + 0.5) * (right - left) / len(dates), right - half)
        if all(abs(centre - other) >= half + other_half + 16 for other, other_half in written):
            card.write(centre, middle, dates[place], 2 * half, DATE)
            written.append((centre, half))


class _Card:
    """A card to draw on in pixels from the top left, with a title and a caption at its right."""

    def __init__(self, height: int, title: str, caption: str, *, key: bool = False) -> None:
        # At 72 dots per inch a point is a pixel.
        self._figure = Figure(figsize=(WIDTH / 72, height / 72), dpi=72, facecolor=CARD)
        # matplotlib leaves its keyword arguments without types, here and in print_png and get_font.
        self._axes = self._figure.add_axes((0, 0, 1, 1), xlim=(0, WIDTH), ylim=(height, 0))  # pyright: ignore[reportUnknownMemberType]
        self._axes.set_axis_off()
        width = min(_width(caption, CAPTION), INNER * 0.36)
        self.write(WIDTH - MARGIN, 68, caption, width, CAPTION)
        if key:
            width += 44
            self.box(WIDTH - MARGIN - width, 52, 28, 32)
        self.write(MARGIN, 68, title, INNER - width - 32, TITLE)

    def box(self, left: float, top: float, width: float, height: float, fill: str = "") -> None:
        """Draw a box; one without a fill is a gap, and dashed."""
        corner = min(8, width / 2, height / 2)
        shape = FancyBboxPatch((left, top), width, height, boxstyle=f"round,pad=0,rounding_size={corner}")
        shape.set(facecolor=fill or CARD, edgecolor="none" if fill else LINE, linestyle="--", linewidth=2.5)
        self._axes.add_patch(shape)

    def line(self, start: tuple[float, float], end: tuple[float, float]) -> None:
        self._axes.add_line(Line2D(*zip(start, end, strict=True), color=LINE, linewidth=4, zorder=1))

    def write(self, x: float, middle: float, words: str, width: float, setting: _Type) -> None:
        """Write words no wider than this, and level with others that have the same middle."""
        if not _writable().issuperset(map(ord, words)):
            raise ValueError("the font cannot write these words")
        lines, size = _fit(words, width, setting)
        font = FontProperties(fname=setting.font, size=size)
        for place, line in enumerate(lines):
            # Half a capital below: aligned by their boxes, "low" and "energy" would not be level.
            y = middle + 0.36 * size + (place - (len(lines) - 1) / 2) * 1.2 * size
            text = Text(x, y, line, color=setting.colour, fontproperties=font, parse_math=False)
            text.set_horizontalalignment(setting.align)
            self._axes.add_artist(text)

    def png(self) -> bytes:
        picture, canvas = BytesIO(), FigureCanvasAgg(self._figure)
        canvas.print_png(picture, metadata={"Software": None})  # pyright: ignore[reportUnknownMemberType]
        return picture.getvalue()


def _fit(words: str, width: float, setting: _Type) -> tuple[list[str], int]:
    """Set words in the largest size and the fewest, evenest lines; cut off only what no size can hold."""
    sizes = [(size, False) for size in range(setting.size, SMALLEST - 1, -2)]
    for size, breaking in [*sizes, (SMALLEST, True)]:
        for allowed in range(1, int(setting.height / (1.2 * size)) + 1):
            for letters in range(len(words) // allowed or 1, len(words) + 2):
                lines = wrap(words, letters, break_long_words=breaking)
                if len(lines) <= allowed and _fits(lines, width, setting, size):
                    return lines, size
    most = int(setting.height / (1.2 * SMALLEST))
    wrapped = (wrap(words, letters)[:most] for letters in range(len(words), 0, -1))
    cut = ([*lines[:-1], lines[-1][:-1] + "…"] for lines in wrapped)
    return next((lines for lines in cut if _fits(lines, width, setting, SMALLEST)), [words]), SMALLEST


def _fits(lines: list[str], width: float, setting: _Type, size: int) -> bool:
    return all(_width(line, setting) * size <= width * setting.size for line in lines)


@lru_cache(maxsize=4096)
def _width(words: str, setting: _Type) -> float:
    """Return how wide the words are in their largest size, and a little to spare for rounding."""
    font = get_font(setting.font)
    font.set_size(setting.size, 72)
    font.set_text(words)
    return font.get_width_height()[0] / 64 * 1.02


@cache
def _writable() -> frozenset[int]:
    return frozenset(get_font(REGULAR).get_charmap()) & frozenset(get_font(BOLD).get_charmap())


def _legible(text: str) -> str:
    """Return what can be written of a text in one line: no control signs, two marks a letter at most."""
    kept, marks = "", 0
    for sign in unicodedata.normalize("NFC", " ".join(text[:2000].split())):
        category = unicodedata.category(sign)
        marks = marks + 1 if category.startswith("M") else 0
        if marks <= 2 and not category.startswith("C") and ord(sign) in _writable():
            kept += sign
    kept = " ".join(kept.split())
    return kept if len(kept) <= MOST_LETTERS else f"{kept[:MOST_LETTERS]}…"
