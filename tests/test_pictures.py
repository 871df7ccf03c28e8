"""Pictures are drawn by a real worker process, which is started, killed and watched here."""

from __future__ import annotations

import asyncio
import colorsys
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable
from io import BytesIO
from multiprocessing import active_children
from pathlib import Path

import pytest
import pytest_asyncio
from PIL import Image

from bot.pictures import PictureOfQuestion, PictureOfRelease, Pictures, shares_from_the_low_end
from bot.services.rules.anonymity import Band, Finding, Question

ROOT = Path(__file__).parents[1]
LONGEST = 30  # seconds that anything may take on a busy machine before a test gives up

HOSTILE = {
    "empty": "",
    "formulas": r"$\frac{1}{0}$ $\unknown{ $ $$ \begin{x} %s {0} ^_ \\",
    "zalgo": "Z" + "\u0351\u0489\u0316" * 1200 + "a" + "\u20dd" * 50,
    "emoji": "🫠🧑🏽‍⚕️🏳️‍🌈 night shift 🎉",
    "lines and control signs": "one\ntwo\r\n\tthree\x00\x07\x1b[31m\u2028\u202eevil\u200b\ufeff\ud800",
    "4000 characters": "W" * 4000,
    "4000 words": "i " * 2000,
    "no letter that the font has": "夜勤のサークル",
}


def question(band: Band, *, name: str = "Energy", **more: object) -> PictureOfQuestion:
    return PictureOfQuestion(name=name, low="running low", mixed="mixed", good="steady", band=band, **more)


def release(band: Band = Band.GOOD, closed_on: str = "8 Jan") -> PictureOfRelease:
    names = ("Continuum", "Energy", "Load", "Connection")
    return PictureOfRelease(closed_on, tuple(question(band, name=name) for name in names))


def opened(png: bytes | None) -> Image.Image:
    assert png is not None
    return Image.open(BytesIO(png)).convert("RGB")


def filled(picture: Image.Image, box: tuple[int, int, int, int]) -> list[bool]:
    """Say for each column of a part of the picture whether a band's colour is in it."""
    part = picture.crop(box)

    def coloured(pixel: tuple[int, int, int]) -> bool:
        _, saturation, value = colorsys.rgb_to_hsv(*(channel / 255 for channel in pixel))
        return saturation > 0.23 and value > 0.7

    return [
        any(coloured(part.getpixel((x, y))) for y in range(0, part.height, 4)) for x in range(part.width)
    ]


def runs(columns: list[bool]) -> int:
    return sum(here and not before for before, here in zip([False, *columns], columns, strict=False))


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(LONGEST):
        while not condition():
            await asyncio.sleep(0.01)


async def worker_of(drawing: asyncio.Task[bytes | None]) -> int:
    """Return the process id of the worker, as soon as it has been started."""
    await until(lambda: bool(active_children()))
    assert not drawing.done()
    [worker] = active_children()
    assert worker.pid is not None
    return worker.pid


@pytest_asyncio.fixture
async def pictures() -> AsyncIterator[Pictures]:
    pictures = Pictures(longest_seconds=LONGEST)
    yield pictures
    await pictures.close()
    assert active_children() == []


@pytest.mark.asyncio
async def test_one_release_is_a_picture_of_four_rows_with_one_filled_segment_each(pictures: Pictures) -> None:
    for band, segment in ((Band.LOW, 0), (Band.MIXED, 1), (Band.GOOD, 2)):
        picture = opened(await pictures.draw_releases("Night shift", [release(band)]))
        assert picture.width == 1200
        assert 600 <= picture.height <= 700
        columns = filled(picture, (0, 150, 1200, picture.height))
        assert runs(columns) == 1
        assert columns[200 + 400 * segment]


@pytest.mark.asyncio
async def test_a_withheld_window_is_a_gap_without_any_band(pictures: Pictures) -> None:
    withheld = PictureOfRelease("15 Jan", withheld="not enough answers")
    months = [release(closed_on="8 Jan"), release(closed_on="15 Jan"), release(closed_on="22 Jan")]
    panel = (44, 180, 574, 340)
    complete = opened(await pictures.draw_releases("Night shift", months))
    assert runs(filled(complete, panel)) == 3
    with_a_gap = opened(await pictures.draw_releases("Night shift", [months[0], withheld, months[2]]))
    columns = filled(with_a_gap, panel)
    assert runs(columns) == 2
    middle = with_a_gap.crop((44, 180, 574, 340)).crop((columns.index(True), 0, 530, 160))
    assert len(middle.getcolors(100_000) or []) > 10


@pytest.mark.asyncio
async def test_a_single_withheld_window_says_so_and_shows_no_band(pictures: Pictures) -> None:
    nothing = PictureOfRelease("8 Jan", withheld="not enough answers")
    picture = opened(await pictures.draw_releases("Night shift", [nothing]))
    assert runs(filled(picture, (0, 0, 1200, picture.height))) == 0
    assert len(picture.getcolors(100_000) or []) > 10


@pytest.mark.asyncio
async def test_no_title_however_hostile_costs_the_picture(pictures: Pictures) -> None:
    for name, title in HOSTILE.items():
        for releases in ([release()], [release()] * 30):
            started = time.monotonic()
            assert opened(await pictures.draw_releases(title, releases)).width == 1200, name
            assert time.monotonic() - started < LONGEST / 2, name


@pytest.mark.asyncio
async def test_words_that_the_font_cannot_write_are_refused_and_the_worker_lives_on(
    pictures: Pictures, caplog: pytest.LogCaptureFixture
) -> None:
    assert await pictures.draw_releases("", [release(closed_on="1月8日")]) is None
    assert await pictures.draw_releases("", []) is None
    assert "月" not in caplog.text
    [worker] = active_children()
    assert await pictures.draw_releases("", [release()])
    assert active_children() == [worker]


@pytest.mark.asyncio
async def test_shares_stand_on_their_segments(pictures: Pictures) -> None:
    with_shares = question(Band.GOOD, shares=((5, 10), (20,), (40, 25)))
    plain = opened(await pictures.draw_releases("", [PictureOfRelease("8 Jan", (question(Band.GOOD),))]))
    drawn = opened(await pictures.draw_releases("", [PictureOfRelease("8 Jan", (with_shares,))]))
    assert drawn.height > plain.height


def test_shares_are_turned_so_that_the_low_end_comes_first() -> None:
    shares = (5, 10, 20, 40, 25)
    load = Finding(Question.LOAD, Band.LOW, shares=shares)
    assert shares_from_the_low_end(load) == ((25, 40), (20,), (10, 5))
    energy = Finding(Question.ENERGY, Band.GOOD, shares=shares)
    assert shares_from_the_low_end(energy) == ((5, 10), (20,), (40, 25))
    continuum = Finding(Question.CONTINUUM, Band.GOOD, shares=(50, 30, 15, 5))
    assert shares_from_the_low_end(continuum) == ((5, 15), (30,), (50,))
    assert shares_from_the_low_end(Finding(Question.ENERGY, Band.GOOD)) is None
