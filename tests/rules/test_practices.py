"""Which practice comes next."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.services.rules.practices import Taste, When, choose, outvoted, part_of_day

IDS = st.text("abcdefghij-", min_size=1, max_size=12)
LIBRARIES = st.lists(IDS, min_size=1, max_size=25, unique=True)
SALTS = st.text(max_size=20)


def offered(library: list[str], times: int, salt: str, **opinions: frozenset[str]) -> list[str]:
    """What a channel that begins from nothing is offered."""
    shown, series = Counter[str](), list[str]()
    for _ in range(times):
        taste = Taste(shown, series[-1] if series else None, **opinions)
        series.append(choose(always(library), taste, salt=salt))
        shown[series[-1]] += 1
    return series


def always(library: Iterable[str]) -> dict[str, tuple[When, ...]]:
    """Practices that fit at every time of day."""
    return dict.fromkeys(library, tuple(When))


@given(LIBRARIES, SALTS, st.integers(1, 4))
def test_everything_is_seen_before_anything_is_repeated(library: list[str], salt: str, laps: int) -> None:
    seen = Counter(offered(library, laps * len(library), salt))
    assert seen == Counter(dict.fromkeys(library, laps))


@given(LIBRARIES.filter(lambda library: len(library) > 1), SALTS)
def test_nothing_is_offered_twice_in_a_row(library: list[str], salt: str) -> None:
    series = offered(library, 3 * len(library), salt)
    assert all(earlier != later for earlier, later in pairwise(series))


@given(LIBRARIES, st.dictionaries(IDS, st.integers(0, 50)), st.none() | IDS, SALTS)
def test_whatever_was_shown_before_the_choice_is_a_candidate_shown_least(
    library: list[str], shown: dict[str, int], last: str | None, salt: str
) -> None:
    chosen = choose(always(library), Taste(shown, last), salt=salt)
    others = [candidate for candidate in library if candidate != last] or library
    assert chosen in others
    assert shown.get(chosen, 0) == min(shown.get(other, 0) for other in others)


@given(LIBRARIES, SALTS)
def test_the_order_of_the_candidates_does_not_matter(library: list[str], salt: str) -> None:
    shuffled = sorted(library, reverse=True)
    assert choose(always(library), Taste(), salt=salt) == choose(always(shuffled), Taste(), salt=salt)


def test_circles_walk_through_the_library_in_different_orders() -> None:
    library = [f"practice-{number}" for number in range(12)]
    orders = {tuple(offered(library, 12, f"circle {number}")) for number in range(20)}
    assert len(orders) == 20


def test_the_choice_is_the_same_after_a_restart() -> None:
    library = ["longer-out-breath", "end-of-the-day", "five-minutes-of-rest"]
    assert offered(library, 3, "circle 7") == ["longer-out-breath", "end-of-the-day", "five-minutes-of-rest"]


def test_the_only_practice_there_is_may_be_repeated() -> None:
    assert choose(always(["alone"]), Taste({"alone": 3}, "alone"), salt="") == "alone"


def test_what_is_new_in_the_library_comes_before_what_is_known() -> None:
    assert choose(always(["known", "new"]), Taste({"known": 1}, "known"), salt="") == "new"


def test_an_empty_library_is_refused() -> None:
    with pytest.raises(ValueError, match="nothing to choose"):
        choose({}, Taste(), salt="circle 7")


@given(LIBRARIES.filter(lambda library: len(library) > 2), SALTS, st.data())
def test_what_was_useful_comes_more_often_and_everything_else_still_comes(
    library: list[str], salt: str, data: st.DataObject
) -> None:
    useful = data.draw(st.sampled_from(library))
    seen = Counter(offered(library, 6 * len(library), salt, useful=frozenset({useful})))
    assert set(seen) == set(library)
    assert seen[useful] == max(seen.values())


@given(LIBRARIES.filter(lambda library: len(library) > 2), SALTS, st.data())
def test_what_is_not_for_somebody_is_left_out_unless_nothing_else_is_there(
    library: list[str], salt: str, data: st.DataObject
) -> None:
    unsuitable = data.draw(st.frozensets(st.sampled_from(library), min_size=1))
    seen = set(offered(library, 3 * len(library), salt, unsuitable=unsuitable))
    assert seen == (set(library) - unsuitable or set(library))


@given(LIBRARIES.filter(lambda library: len(library) > 3), SALTS, st.data())
def test_what_fits_the_time_of_day_comes_first_and_the_rest_is_seen_in_the_end(
    library: list[str], salt: str, data: st.DataObject
) -> None:
    at_night = data.draw(st.frozensets(st.sampled_from(library), min_size=2))
    belongs = {each: (When.NIGHT,) if each in at_night else (When.BEFORE,) for each in library}
    shown, last = Counter[str](), None
    for turn in range(6 * len(library)):
        last = choose(belongs, Taste(shown, last), salt=salt, moment=When.NIGHT)
        assert last in at_night or turn >= len(at_night)
        shown[last] += 1
    assert set(shown) == set(library)


def test_a_circle_drops_a_practice_when_three_say_so_and_they_are_more_than_those_who_like_it() -> None:
    assert outvoted(0, 3)
    assert outvoted(2, 3)
    assert not outvoted(0, 2)
    assert not outvoted(3, 3)


def test_every_hour_belongs_to_one_part_of_the_day() -> None:
    parts = [part_of_day(time(hour)) for hour in range(24)]
    assert parts[5:9] == [When.BEFORE] * 4
    assert parts[9:17] == [When.BETWEEN] * 8
    assert parts[17:21] == [When.AFTER] * 4
    assert set(parts[21:] + parts[:5]) == {When.NIGHT}
