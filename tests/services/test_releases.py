"""What was published: kept as it was said, for those who may read it, and never changed."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.services import releases
from bot.services.refusals import Because
from bot.services.releases import PAST_SHOWN, pack, unpack
from bot.services.rules.anonymity import Answers, Continuum, release
from tests.services.conftest import BERLIN, NOW, UNWELL, WEEK, Clinic, refused

SCALES = st.integers(1, 5)
ANSWERS = st.builds(Answers, st.sampled_from(Continuum), SCALES, SCALES, SCALES)


@given(st.lists(ANSWERS, min_size=5, max_size=30))
def test_a_release_is_read_as_it_was_written(answers: list[Answers]) -> None:
    written = release(answers, minimum=5)
    assert written is not None
    assert unpack(pack(written)) == written
    assert pack(unpack(pack(written))) == pack(written)


async def test_past_results_come_newest_first_with_gaps_where_too_few_answered(clinic: Clinic) -> None:
    people = clinic.people(6)
    circle = await clinic.circle(seated=people)
    for number in range(PAST_SHOWN + 2):
        at = NOW + number * WEEK
        window = await clinic.open(circle, at=at)
        for person in people if number % 2 else people[:4]:
            await clinic.answer(person, window, answers=UNWELL, at=at)
        await clinic.close(at + WEEK)
    results = await releases.of_circle(clinic.database, clinic.holder, circle.circle_id, 0)
    assert (results.circle_name, results.time_zone) == (circle.name, BERLIN)
    assert len(results.past) == PAST_SHOWN
    closes = [published.closes_at for published in results.past]
    assert closes == sorted(closes, reverse=True)
    assert [published.release is not None for published in results.past] == [True, False] * (PAST_SHOWN // 2)


async def test_an_open_window_and_a_cancelled_one_are_not_among_past_results(clinic: Clinic) -> None:
    people = clinic.people(6)
    circle = await clinic.circle(seated=people)
    await clinic.all_answer(people, await clinic.open(circle))
    await clinic.cancel(circle)
    window = await clinic.open(circle)
    await clinic.all_answer(people, window)
    assert (await releases.of_circle(clinic.database, clinic.holder, circle.circle_id, 0)).past == ()
    assert await clinic.released(window) is None


async def test_each_circle_and_the_whole_server_have_their_own_results(clinic: Clinic) -> None:
    people = clinic.people(12)
    circle, other = await clinic.circle(seated=people[:6]), await clinic.circle()
    await clinic.all_answer(people[:6], await clinic.open(circle))
    await clinic.all_answer(people[6:], await clinic.open(), answers=UNWELL)
    await clinic.close()
    of_circle = (await releases.of_circle(clinic.database, clinic.holder, circle.circle_id, 0)).past
    of_server = await releases.of_server(clinic.database, clinic.moderator)
    assert (await releases.of_circle(clinic.database, clinic.holder, other.circle_id, 0)).past == ()
    assert len(of_circle) == len(of_server.past) == 1
    assert of_circle[0].release != of_server.past[0].release
    assert of_server.circle_name is None


async def test_a_release_is_the_same_for_ever(clinic: Clinic) -> None:
    people = clinic.people(6)
    circle = await clinic.circle(seated=people)
    window = await clinic.open(circle)
    await clinic.all_answer(people, window)
    await clinic.close()
    said = await clinic.released(window)
    again = await clinic.open(circle, at=NOW + WEEK)
    for person in people:
        await clinic.answer(person, again, answers=UNWELL, at=NOW + WEEK)
        late = clinic.answer(person, window, answers=UNWELL, at=NOW + WEEK)
        assert await refused(late) is Because.WINDOW_CLOSED
    await clinic.close(NOW + 2 * WEEK)
    assert said is not None
    assert await clinic.released(window) == said != await clinic.released(again)


async def test_a_window_that_is_gone_has_no_results_to_post(clinic: Clinic, tmp_path: Path) -> None:
    with pytest.raises(LookupError):
        await releases.of_window(clinic.database, 4711)
