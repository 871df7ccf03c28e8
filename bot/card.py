"""A card to draw on with matplotlib, and how words are set on it; imported only inside the worker process.

Everything is placed in pixels on a card 1200 wide. A phone shows it at a third of that, so type is large
and shrinks only where words are too long for their place.
"""

from __future__ import annotations

import unicodedata
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

matplotlib.rcdefaults()  # an operator's own matplotlibrc must not change a picture

WIDTH, MARGIN, INNER = 1200, 44, 1200 - 2 * 44
MOST_LETTERS, SMALLEST = 160, 20

# A slate card is at home in Discord's dark theme and does not glare in the light one.
CARD, TRACK, LINE = "#233140", "#324352", "#8FA3B2"
LIGHT, MUTED, DARK = "#F4F1EA", "#BAC8D1", "#14202A"

# By their files, because the system's fonts differ from one machine to the next; these are matplotlib's.
REGULAR = Path(matplotlib.get_data_path(), "fonts", "ttf", "DejaVuSans.ttf")
BOLD = REGULAR.with_name("DejaVuSans-Bold.ttf")


class Setting(NamedTuple):
    """How words are set: how large where they have the room, and how high all their lines may be."""

    size: int
    height: int
    colour: str = LIGHT
    align: Literal["left", "center", "right"] = "left"
    font: Path = REGULAR


TITLE, NAME = Setting(44, 106), Setting(34, 44)
CAPTION, DATE = Setting(28, 68, MUTED, "right"), Setting(26, 32, MUTED, "center")


class Card:
    """A card to draw on in pixels from the top left, with a title and a caption at its right."""

    def __init__(self, height: int, title: str, caption: str, *, key: bool = False) -> None:
        # At 72 dots per inch a point is a pixel.
        self._figure = Figure(figsize=(WIDTH / 72, height / 72), dpi=72, facecolor=CARD)
        # matplotlib leaves its keyword arguments without types, here and in print_png and get_font.
        self._axes = self._figure.add_axes((0, 0, 1, 1), xlim=(0, WIDTH), ylim=(height, 0))  # pyright: ignore[reportUnknownMemberType]
        self._axes.set_axis_off()
        width = min(width_of(caption, CAPTION), INNER * 0.36)
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

    def write(self, x: float, middle: float, words: str, width: float, setting: Setting) -> None:
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


def legible(text: str) -> str:
    """Return what can be written of a text in one line: no control signs, two marks a letter at most."""
    kept, marks = "", 0
    for sign in unicodedata.normalize("NFC", " ".join(text[:2000].split())):
        category = unicodedata.category(sign)
        marks = marks + 1 if category.startswith("M") else 0
        if marks <= 2 and not category.startswith("C") and ord(sign) in _writable():
            kept += sign
    kept = " ".join(kept.split())
    return kept if len(kept) <= MOST_LETTERS else f"{kept[:MOST_LETTERS]}…"


def _fit(words: str, width: float, setting: Setting) -> tuple[list[str], int]:
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


def _fits(lines: list[str], width: float, setting: Setting, size: int) -> bool:
    return all(width_of(line, setting) * size <= width * setting.size for line in lines)


@lru_cache(maxsize=4096)
def width_of(words: str, setting: Setting) -> float:
    """Return how wide the words are in their largest size, and a little to spare for rounding."""
    font = get_font(setting.font)
    font.set_size(setting.size, 72)
    font.set_text(words)
    return font.get_width_height()[0] / 64 * 1.02


@cache
def _writable() -> frozenset[int]:
    return frozenset(get_font(REGULAR).get_charmap()) & frozenset(get_font(BOLD).get_charmap())
