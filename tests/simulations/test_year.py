"""The page about a year says what the rules and the library really give."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import pytest

from bot.services.practices import load_library
from bot.services.rules.reminders import IGNORED, Turn
from tests.simulations.year import CIRCLES, PAGE, Offering, live, occurrences, page, reminders


def test_the_page_is_what_the_rules_give() -> None:
    assert PAGE.read_text("utf-8") == page(), "type: .venv/bin/python -m tests.simulations.year"


@pytest.mark.parametrize("offering", CIRCLES, ids=lambda offering: offering.name)
def test_in_a_year_everything_that_fits_comes_and_nothing_twice_in_a_row(offering: Offering) -> None:
    year = live(offering, load_library(), salt="somebody")
    assert all(one != following for one, following in pairwise(year.offered))
    if len(year.offered) >= 2 * year.fitting:
        assert len(set(year.offered)) == year.fitting
    days = Counter(moment.date() for moment in occurrences(offering.rule))
    assert set(days.values()) == {1}


def test_whoever_never_answers_is_left_alone_and_whoever_answers_is_never_asked() -> None:
    silent, answering = reminders(minds=False), reminders(minds=True)
    assert answering[Turn.ASK] == answering[Turn.REST] == 0
    assert silent[Turn.SAY] == IGNORED * silent[Turn.ASK]
    assert silent[Turn.REST] > 0
