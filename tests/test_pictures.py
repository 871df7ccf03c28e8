"""Pictures are drawn by a real worker process, which is started, killed and watched here."""

from __future__ import annotations

import asyncio
import colorsys
import gc
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from io import BytesIO
from multiprocessing import active_children
from pathlib import Path
from threading import active_count

import pytest
from PIL import Image

from bot.pictures import PictureOfQuestion, PictureOfRelease, Pictures, shares_from_the_low_end
from bot.services.rules.anonymity import Band, Finding, Question

Log = pytest.LogCaptureFixture
ROOT = Path(__file__).parents[1]
LONGEST = 30  # seconds that anything may take on a busy machine before a test gives up

HOSTILE = {
    "empty": "",
    "formulas": r"$\frac{1}{0}$ $\unknown{ $ $$ \begin{x} %s {0} ^_ \\",
    "zalgo": "Z" + "\u0351\u0489\u0316" * 1200 + "a" + "\u20dd" * 50,
    "emoji": "🫠🧑🏽‍⚕️🏳️‍🌈 night shift 🎉",
    "lines and control signs": "one\ntwo\r\n\tthree\x00\x07\x1b[31m\u2028\u202eevil\u200b\ufeff\ud800",
    "4000 characters": "W" * 4000,
    "no letter that the font has": "夜勤のサークル",
    "right to left": "دائرة المناوبة الليلية للعاملين في الصحة النفسية " * 2,
}
WITHHELD = PictureOfRelease("15 Jan", withheld="not enough answers")

# Runs by itself: a test's own process may have loaded anything.
PROGRAM = """
import asyncio, sys
from multiprocessing import active_children
from bot.pictures import PictureOfRelease, Pictures

async def main():
    assert await Pictures().draw_releases("", [PictureOfRelease("8 Jan", withheld="nothing")])
    assert not {"matplotlib", "numpy", "PIL", "discord"} & set(sys.modules)
    print(len(active_children()), flush=True)
    await asyncio.sleep(60)

asyncio.run(main())
"""


def release(band: Band = Band.GOOD, closed_on: str = "8 Jan") -> PictureOfRelease:
    names = ("Continuum", "Energy", "Load", "Connection")
    return PictureOfRelease(
        closed_on,
        tuple(
            PictureOfQuestion(name, "mostly low", "mixed", "mostly good", band, "not low") for name in names
        ),
    )


def opened(png: bytes | None) -> Image.Image:
    assert png is not None
    return Image.open(BytesIO(png), formats=["PNG"]).convert("RGB")


def tiles(picture: Image.Image, left: int, top: int, right: int, bottom: int) -> list[int]:
    """Return where from left to right something filled with a band's colour begins."""
    part = picture.crop((left, top, right, bottom))

    def filled(x: int) -> bool:
        colours = (colorsys.rgb_to_hsv(*part.getpixel((x, y))) for y in range(0, part.height, 4))
        return any(saturation > 0.23 and value > 180 for _, saturation, value in colours)

    columns = [False, *(filled(x) for x in range(part.width))]
    return [left + x for x in range(part.width) if columns[x + 1] and not columns[x]]


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(LONGEST):
        while not condition():  # noqa: ASYNC110 - the end of a process sets no event
            await asyncio.sleep(0.01)


async def started_worker() -> int:
    """Return the process id of the worker as soon as it has one, long before it has drawn anything."""
    await until(lambda: bool(active_children()))
    [worker] = active_children()
    return worker.pid or 0


@pytest.fixture
async def pictures() -> AsyncIterator[Pictures]:
    pictures = Pictures(longest_seconds=LONGEST)
    yield pictures
    await pictures.close()
    assert active_children() == []


async def test_one_release_has_one_segment_filled_and_low_is_at_the_left(pictures: Pictures) -> None:
    for band, left in ((Band.LOW, 44), (Band.MIXED, 418), (Band.GOOD, 792)):
        picture = opened(await pictures.draw_releases("Night shift", [release(band)]))
        assert picture.width == 1200
        assert 600 <= picture.height <= 700
        assert tiles(picture, 0, 180, 1200, picture.height) == [left]


async def test_where_mixed_and_good_are_not_told_apart_they_are_filled_as_one(pictures: Pictures) -> None:
    rows = opened(await pictures.draw_releases("Night shift", [release(Band.NOT_LOW)]))
    assert tiles(rows, 0, 180, 1200, rows.height) == [418]
    many = [release(Band.NOT_LOW, "8 Jan"), release(Band.MIXED, "15 Jan")]
    lines = opened(await pictures.draw_releases("Night shift", many))
    # The three levels of the first question: both tiles reach the middle one, the first also the upper one.
    first, second = tiles(lines, 0, 248, 580, 280)
    assert tiles(lines, 0, 194, 580, 226) == [first]
    assert tiles(lines, 0, 302, 580, 334) == []
    assert first < second


async def test_a_withheld_window_is_a_gap_without_any_band(pictures: Pictures) -> None:
    first, last = release(Band.LOW, "8 Jan"), release(Band.LOW, "22 Jan")
    complete = opened(await pictures.draw_releases("", [first, release(Band.LOW, "15 Jan"), last]))
    gap = opened(await pictures.draw_releases("", [first, WITHHELD, last]))
    before, middle, after = tiles(complete, 0, 180, 580, 350)
    assert tiles(gap, 0, 180, 580, 350) == [before, after]
    # It is drawn all the same: the column is not what it would be had the window not been there.
    assert len(gap.crop((middle + 20, 180, middle + 30, 350)).getcolors() or []) > 1


async def test_a_single_withheld_window_shows_no_band(pictures: Pictures) -> None:
    picture = opened(await pictures.draw_releases("Night shift", [WITHHELD]))
    assert tiles(picture, 0, 0, 1200, picture.height) == []


async def test_no_title_however_hostile_costs_the_picture_or_runs_out_of_it(pictures: Pictures) -> None:
    for name, title in HOSTILE.items():
        for releases in ([release()], [release()] * 30):
            picture = opened(await pictures.draw_releases(title, releases))
            assert len(picture.crop((1160, 0, 1200, 600)).getcolors() or []) == 1, name


async def test_our_own_words_are_written_whole_or_not_at_all(pictures: Pictures, caplog: Log) -> None:
    assert await pictures.draw_releases("", [release(closed_on="1月8日")]) is None
    assert await pictures.draw_releases("", []) is None
    assert "月" not in caplog.text
    [worker] = active_children()
    assert await pictures.draw_releases("", [release()])
    assert active_children() == [worker]


async def test_shares_stand_on_their_segments(pictures: Pictures) -> None:
    plain = release(Band.LOW)
    questions = tuple(replace(each, shares=((5, 10), (20,), (40, 25))) for each in plain.questions)
    drawn = opened(await pictures.draw_releases("", [replace(plain, questions=questions)]))
    assert drawn.height > opened(await pictures.draw_releases("", [plain])).height


def test_shares_are_turned_so_that_the_low_end_comes_first() -> None:
    for question, shares, expected in (
        (Question.LOAD, (5, 10, 20, 40, 25), ((25, 40), (20,), (10, 5))),
        (Question.ENERGY, (5, 10, 20, 40, 25), ((5, 10), (20,), (40, 25))),
        (Question.CONTINUUM, (50, 30, 15, 5), ((5, 15), (30,), (50,))),
    ):
        assert shares_from_the_low_end(Finding(question, Band.GOOD, shares=shares)) == expected
    assert shares_from_the_low_end(Finding(Question.ENERGY, Band.GOOD)) is None


async def test_the_event_loop_runs_on_while_a_picture_is_drawn(pictures: Pictures) -> None:
    await pictures.draw_releases("", [release()])
    longest = []
    for _ in range(10):
        drawing = asyncio.create_task(pictures.draw_releases("", [release()] * 12))
        longest.append(0.0)
        while not drawing.done():
            before = time.monotonic()
            await asyncio.sleep(0.005)
            longest[-1] = max(longest[-1], time.monotonic() - before)
    # The best of ten: what holds up the loop does so each time, a busy machine does not.
    assert min(longest) < 0.05


async def test_calls_at_the_same_time_share_one_worker(pictures: Pictures) -> None:
    drawn = await asyncio.gather(*(pictures.draw_releases(f"No {each}", [release()]) for each in range(6)))
    assert len(active_children()) == 1
    assert len({*drawn} - {None}) == 6


async def test_an_idle_worker_is_let_go_and_the_next_picture_starts_another() -> None:
    pictures = Pictures(idle_seconds=0.2, longest_seconds=LONGEST)
    assert await pictures.draw_releases("", [release()])
    assert len(active_children()) == 1
    await until(lambda: not active_children())
    assert await pictures.draw_releases("", [release()])
    await pictures.close()
    assert active_children() == []


async def test_a_worker_killed_while_it_draws_costs_one_picture(pictures: Pictures) -> None:
    drawing = asyncio.create_task(pictures.draw_releases("", [release()]))
    os.kill(await started_worker(), signal.SIGKILL)
    assert await drawing is None
    assert await pictures.draw_releases("", [release()])


async def test_a_worker_killed_while_it_is_idle_costs_no_picture(pictures: Pictures) -> None:
    threads = active_count()
    assert await pictures.draw_releases("", [release()])
    active_children()[0].kill()
    await until(lambda: active_count() == threads)  # until the pool has seen it
    assert await pictures.draw_releases("", [release()])


async def test_a_picture_that_takes_too_long_is_given_up_and_so_is_its_worker() -> None:
    pictures = Pictures(longest_seconds=0.05)
    assert await pictures.draw_releases("", [release()]) is None
    await until(lambda: not active_children())
    await pictures.close()


async def test_a_cancelled_call_leaves_the_next_one_unharmed(pictures: Pictures, caplog: Log) -> None:
    drawing = asyncio.create_task(pictures.draw_releases("", [release()]))
    await started_worker()
    drawing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await drawing
    del drawing
    assert await pictures.draw_releases("", [release()])
    gc.collect()
    assert caplog.text == ""


@pytest.mark.parametrize("seconds", [0, 0.02, 0.3])
async def test_closing_ends_a_call_that_has_just_begun_and_leaves_no_process(seconds: float) -> None:
    pictures = Pictures()
    drawings = [asyncio.create_task(pictures.draw_releases("", [release()])) for _ in range(2)]
    await asyncio.sleep(seconds)
    await pictures.close()
    assert active_children() == []
    assert await asyncio.gather(*drawings) == [None, None]
    assert await pictures.draw_releases("", [release()]) is None


async def test_an_interrupt_from_the_keyboard_is_not_for_the_worker(pictures: Pictures) -> None:
    drawing = asyncio.create_task(pictures.draw_releases("", [release()]))
    os.kill(await started_worker(), signal.SIGINT)
    assert await drawing
    os.kill(await started_worker(), signal.SIGINT)
    assert await pictures.draw_releases("", [release()])


def test_the_program_loads_no_drawing_library_and_its_worker_does_not_outlive_it() -> None:
    command = [sys.executable, "-c", PROGRAM]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as program:
        assert program.stdout is not None
        assert program.stdout.readline() == "1\n"
        program.kill()
        program.communicate(timeout=5)  # returns when nobody is left who could write
