"""The practices that we ship: enough of them, each unlike the others, plain, and fit for a phone."""

from __future__ import annotations

import re
from collections import Counter
from itertools import combinations

import pytest
import textstat

from bot.services.practices import EXPERIENCE, Kind, Practice, Theme, When, load_library
from cogs.practices import messages

LIBRARY = load_library()
BY_KIND = Counter(practice.kind for practice in LIBRARY.all)

GRADE = 8
"""The school year (Flesch and Kincaid) for whose readers the steps are easy enough."""

NEAR = 0.12
"""From this likeness on, one practice is a near copy of another. The closest two that we ship have 0.044."""


def instructions(practice: Practice) -> str:
    """What one is told to do, in one way or the other."""
    return " ".join((practice.title, *practice.steps, practice.alternative))


def likeness(one: str, other: str) -> float:
    """Return which share of all runs of three words the two texts have in common."""

    def runs(text: str) -> set[tuple[str, ...]]:
        words = re.findall(r"[\w']+", text.lower())
        return set(zip(words, words[1:], words[2:], strict=False))

    return len(runs(one) & runs(other)) / len(runs(one) | runs(other))


def grade(*texts: str) -> float:
    return textstat.textstat.flesch_kincaid_grade(" ".join(texts))


# Enough for everybody, at every hour


def test_there_are_at_least_96_practices_and_no_two_share_a_title() -> None:
    assert len(LIBRARY.all) >= 96
    assert len({practice.title for practice in LIBRARY.all}) == len(LIBRARY.all)


@pytest.mark.parametrize("theme", Theme)
def test_each_trouble_has_at_least_eight_and_two_that_take_three_minutes_at_most(theme: Theme) -> None:
    assert len(LIBRARY.fitting(theme, None)) >= 8
    assert len(LIBRARY.fitting(theme, 3)) >= 2


@pytest.mark.parametrize("kind", Kind)
def test_each_family_has_at_least_six(kind: Kind) -> None:
    assert BY_KIND[kind] >= 6


@pytest.mark.parametrize("moment", When)
def test_each_moment_of_a_working_day_has_at_least_twenty_and_some_for_two_minutes(moment: When) -> None:
    fitting = [practice for practice in LIBRARY.all if moment in practice.when]
    assert len(fitting) >= 20
    assert len([practice for practice in fitting if practice.minutes <= 2]) >= 3


def test_a_third_takes_three_minutes_at_most_and_some_take_ten() -> None:
    minutes = [practice.minutes for practice in LIBRARY.all]
    assert sum(each <= 3 for each in minutes) >= len(minutes) / 3
    assert minutes.count(10) >= 3


# No two alike


def test_no_two_practices_are_near_copies() -> None:
    pairs = combinations(LIBRARY.all, 2)
    alike = {(one.id, other.id): likeness(instructions(one), instructions(other)) for one, other in pairs}
    assert {pair: value for pair, value in alike.items() if value >= NEAR} == {}


@pytest.mark.parametrize("practice", LIBRARY.all, ids=lambda practice: practice.id)
def test_a_copy_with_every_fourth_word_changed_would_be_found(practice: Practice) -> None:
    words = instructions(practice).split()
    changed = ["other" if place % 4 == 0 else word for place, word in enumerate(words)]
    assert likeness(" ".join(words), " ".join(changed)) >= NEAR


@pytest.mark.parametrize("practice", LIBRARY.all, ids=lambda practice: practice.id)
def test_a_copy_with_its_steps_in_another_order_and_two_left_out_would_be_found(practice: Practice) -> None:
    shuffled = " ".join([*practice.steps[:1:-1], practice.alternative])
    assert likeness(instructions(practice), shuffled) >= NEAR


def test_no_step_stands_in_two_practices() -> None:
    steps = Counter(step for practice in LIBRARY.all for step in practice.steps)
    assert [step for step, times in steps.items() if times > 1] == []


# Plain, a choice, and fit for a phone


@pytest.mark.parametrize("practice", LIBRARY.all, ids=lambda practice: practice.id)
class TestEachPractice:
    def test_fits_the_message_that_the_bot_sends(self, practice: Practice) -> None:
        embed = messages.practice(practice)
        assert len(embed) <= 6000
        assert len(embed.title or "") <= 256
        assert len(embed.description or "") <= 4096
        assert len(embed.footer.text or "") <= 2048
        assert [field.name for field in embed.fields if len(field.value or "") > 1024] == []

    def test_can_be_read_on_a_phone_without_much_scrolling(self, practice: Practice) -> None:
        assert 3 <= len(practice.steps) <= 7
        assert len("\n".join(practice.steps)) <= 700
        assert max(map(len, practice.steps)) <= 140

    def test_is_easy_to_read(self, practice: Practice) -> None:
        assert grade(*practice.steps) <= GRADE
        assert grade(*practice.steps, practice.alternative, practice.skip_if) <= GRADE

    def test_is_written_in_short_sentences(self, practice: Practice) -> None:
        instructed = " ".join((*practice.steps, practice.alternative, practice.skip_if))
        sentences = re.split(r"(?<=[.?:;])\s", instructed)
        assert [sentence for sentence in sentences if len(sentence.split()) > 22] == []

    def test_gives_no_orders(self, practice: Practice) -> None:
        texts = " ".join((instructions(practice), practice.skip_if, practice.evidence.note))
        assert re.findall(r"\b(?:must|should)\b", texts.lower()) == []
        assert not re.search(r"(?:^|[.:] )close your eyes", instructions(practice).lower())

    def test_says_in_one_plain_line_who_leaves_it_out(self, practice: Practice) -> None:
        assert practice.skip_if.startswith("Skip ")
        assert "\n" not in practice.skip_if

    def test_has_another_way_that_does_not_lead_back_to_the_breath(self, practice: Practice) -> None:
        assert not re.search(r"\bbreathe\b|\bbreathing\b", practice.alternative.lower())

    def test_names_experience_or_works_that_can_be_looked_up(self, practice: Practice) -> None:
        citation = r"[\w&' -]+ (et al\. )?\(\d{4}\)\. .+ https://\S+"
        sources = practice.evidence.source.split("; ")
        assert practice.evidence.source == EXPERIENCE or all(
            re.fullmatch(citation, source) for source in sources
        )


def test_a_text_for_scholars_would_not_be_easy_enough() -> None:
    assert (
        grade("Interoceptive attention facilitates emotional regulation in psychotherapeutic settings.")
        > GRADE
    )
