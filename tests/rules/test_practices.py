"""Which practice comes next."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.services.rules.practices import choose

IDS = st.text("abcdefghij-", min_size=1, max_size=12)
LIBRARIES = st.lists(IDS, min_size=1, max_size=25, unique=True)
SALTS = st.text(max_size=20)


def offered(library: list[str], times: int, salt: str) -> list[str]:
    """What a channel that begins from nothing is offered."""
    shown, series = Counter[str](), list[str]()
    for _ in range(times):
        series.append(choose(library, shown, series[-1] if series else None, salt=salt))
        shown[series[-1]] += 1
    return series


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
    chosen = choose(library, shown, last, salt=salt)
    others = [candidate for candidate in library if candidate != last] or library
    assert chosen in others
    assert shown.get(chosen, 0) == min(shown.get(other, 0) for other in others)


@given(LIBRARIES, SALTS)
def test_the_order_of_the_candidates_does_not_matter(library: list[str], salt: str) -> None:
    shuffled = sorted(library, reverse=True)
    assert choose(library, {}, None, salt=salt) == choose(shuffled, {}, None, salt=salt)


def test_circles_walk_through_the_library_in_different_orders() -> None:
    library = [f"practice-{number}" for number in range(12)]
    orders = {tuple(offered(library, 12, f"circle {number}")) for number in range(20)}
    assert len(orders) == 20


def test_the_choice_is_the_same_after_a_restart() -> None:
    library = ["longer-out-breath", "end-of-the-day", "five-minutes-of-rest"]
    assert offered(library, 3, "circle 7") == ["longer-out-breath", "end-of-the-day", "five-minutes-of-rest"]


def test_the_only_practice_there_is_may_be_repeated() -> None:
    assert choose(["alone"], {"alone": 3}, "alone", salt="") == "alone"


def test_what_is_new_in_the_library_comes_before_what_is_known() -> None:
    assert choose(["known", "new"], {"known": 1}, "known", salt="") == "new"


def test_an_empty_library_is_refused() -> None:
    with pytest.raises(ValueError, match="nothing to choose"):
        choose([], {}, None, salt="circle 7")
