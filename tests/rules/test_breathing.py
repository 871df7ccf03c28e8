"""Patterns of breathing: no gap, no hurry, no long hold for ever."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.services.rules.breathing import LEAD_IN, MOST_ROUNDS, PHASES, Breath, Pattern, phases, rounds_in

PATTERNS = st.sampled_from(Pattern)
MINUTES = st.integers(1, 10)


@given(PATTERNS, MINUTES)
def test_each_phase_begins_where_the_last_one_ends(pattern: Pattern, minutes: int) -> None:
    every = list(phases(pattern, minutes))
    assert every[0].begins == LEAD_IN
    assert all(one.begins + one.seconds == following.begins for one, following in pairwise(every))
    assert [phase.breath for phase in every] == [breath for breath, _ in PHASES[pattern]] * every[0].rounds


@given(PATTERNS, MINUTES)
def test_a_guide_takes_at_most_the_time_that_was_asked_for_and_nearly_all_of_it(
    pattern: Pattern, minutes: int
) -> None:
    one_round = sum(seconds for _, seconds in PHASES[pattern])
    took = rounds_in(pattern, minutes) * one_round
    assert took <= 60 * minutes
    assert took > 60 * minutes - one_round or rounds_in(pattern, minutes) == MOST_ROUNDS.get(pattern)


@given(PATTERNS, MINUTES, st.integers(1, 999))
def test_after_a_pause_the_rest_of_the_rounds_comes_and_at_least_one(
    pattern: Pattern, minutes: int, first: int
) -> None:
    rest = list(phases(pattern, minutes, first_round=first))
    assert rest[0].begins == LEAD_IN
    assert rest[0].round == min(first, rest[0].rounds)
    assert rest[-1].round == rest[-1].rounds


@pytest.mark.parametrize("pattern", Pattern)
def test_no_phase_is_too_short_to_be_shown_and_a_guide_ends_on_a_breath_out_or_a_rest(
    pattern: Pattern,
) -> None:
    assert all(seconds >= 2 for _, seconds in PHASES[pattern])
    assert PHASES[pattern][-1][0] in {Breath.OUT, Breath.REST}


def test_a_long_hold_comes_at_most_four_times() -> None:
    assert rounds_in(Pattern.FOUR_SEVEN_EIGHT, 10) == 4
