"""Pictures of one's own check-ins: every answer where it belongs, in one colour, and gaps as gaps."""

from __future__ import annotations

from collections.abc import AsyncIterator
from io import BytesIO
from itertools import groupby, pairwise

import pytest
from PIL import Image

from bot.pictures import PictureOfScale, PictureOfTrends, Pictures

MARK, LINE = (0xA9, 0xCF, 0xE6), (0x8F, 0xA3, 0xB2)
LEVELS = ("ready", "reacting", "injured", "ill")


def picture_of(
    *marks: tuple[int, int], weeks: int = 8, scales: int = 1, word: str = "ill"
) -> PictureOfTrends:
    scale = PictureOfScale("Where I am", (*LEVELS[:3], word), marks)
    return PictureOfTrends(
        "My check-ins", f"{weeks} weeks", tuple(f"{week + 1} Mar" for week in range(weeks)), (scale,) * scales
    )


@pytest.fixture
async def pictures() -> AsyncIterator[Pictures]:
    pictures = Pictures(longest_seconds=60)  # on a busy machine
    yield pictures
    await pictures.close()


async def draw(pictures: Pictures, picture: PictureOfTrends) -> Image.Image:
    png = await pictures.draw_trends(picture)
    assert png is not None
    return Image.open(BytesIO(png), formats=["PNG"]).convert("RGB")


def runs(picture: Image.Image, colour: tuple[int, int, int], *, down: bool = False) -> list[tuple[int, int]]:
    """Return where from left to right (or downwards) this colour begins and ends."""
    length = picture.height if down else picture.width

    def has(place: int) -> bool:
        box = (0, place, picture.width, place + 1) if down else (place, 0, place + 1, picture.height)
        return colour in colours(picture.crop(box))

    groups = [(found, list(places)) for found, places in groupby(range(length), has)]
    return [(places[0], places[-1]) for found, places in groups if found]


def colours(picture: Image.Image) -> set[object]:
    return {colour for _, colour in picture.getcolors(picture.width * picture.height) or []}


async def test_each_answer_is_a_mark_on_its_level_and_its_day(pictures: Pictures) -> None:
    drawn = await draw(pictures, picture_of((3, 0), (17, 1), (31, 2), (45, 3)))
    assert drawn.width == 1200
    marks = runs(drawn, MARK)
    assert len(marks) == 4
    between = [second[0] - first[0] for first, second in pairwise(marks)]
    assert max(between) - min(between) <= 2
    assert len(runs(drawn, MARK, down=True)) == 4
    later = await draw(pictures, picture_of((6, 0), (17, 1), (31, 2), (45, 3)))
    assert runs(later, MARK)[0][0] > marks[0][0]
    assert runs(later, MARK)[1:] == marks[1:]


async def test_a_week_without_an_answer_breaks_the_line_and_nothing_is_drawn_in_it(
    pictures: Pictures,
) -> None:
    joined = await draw(pictures, picture_of((0, 1), (7, 1), (14, 1)))
    broken = await draw(pictures, picture_of((0, 1), (14, 1)))
    first, _, last = runs(joined, MARK)
    assert runs(broken, MARK) == [first, last]
    inside = (first[1] + 3, 150, last[0] - 3, 380)
    assert LINE in colours(joined.crop(inside))
    empty = await draw(pictures, picture_of((49, 1)))
    assert broken.crop(inside).tobytes() == empty.crop(inside).tobytes()


async def test_two_answers_at_the_two_ends_of_neighbouring_weeks_are_joined(pictures: Pictures) -> None:
    drawn = await draw(pictures, picture_of((0, 1), (13, 1)))
    first, last = runs(drawn, MARK)
    assert LINE in colours(drawn.crop((first[1] + 3, 150, last[0] - 3, 380)))


async def test_no_level_has_a_colour_of_its_own(pictures: Pictures) -> None:
    best, worst = [await draw(pictures, picture_of((21, level))) for level in (0, 3)]
    assert colours(best) == colours(worst)


async def test_two_years_stay_on_the_card_whatever_was_answered(pictures: Pictures) -> None:
    marks = tuple((day, day % 4) for day in range(0, 728, 3))
    drawn = await draw(pictures, picture_of(*marks, weeks=104, scales=4))
    assert 1000 <= drawn.height <= 1200
    assert runs(drawn, MARK)[-1][1] <= 1156
    assert len(drawn.crop((1158, 100, 1200, drawn.height)).getcolors() or []) == 1


async def test_what_cannot_be_drawn_costs_the_picture_and_nothing_else(pictures: Pictures) -> None:
    assert await pictures.draw_trends(picture_of((0, 0), word="夜勤")) is None
    assert await pictures.draw_trends(picture_of((0, 0), scales=0)) is None
    assert await pictures.draw_trends(picture_of((0, 0), weeks=0)) is None
    assert await pictures.draw_trends(picture_of())
