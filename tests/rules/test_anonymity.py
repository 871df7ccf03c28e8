"""What may be published: promises about every group of answers, not about a few of them."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import combinations_with_replacement

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.services.rules.anonymity import (
    CONTINUUM,
    FLOOR,
    FLOOR_WITH_FACILITATOR,
    Answers,
    Band,
    Continuum,
    Finding,
    Question,
    Release,
    Size,
    chance_of_a_result,
    floor_for,
    release,
    steps,
)

SCALES = st.integers(1, 5)
ANSWERS = st.builds(Answers, st.sampled_from(Continuum), SCALES, SCALES, SCALES)
LOW = {
    Question.CONTINUUM: (3, 4),
    Question.ENERGY: (1, 2),
    Question.LOAD: (4, 5),
    Question.CONNECTION: (1, 2),
}
GOOD = {
    Question.CONTINUUM: (1,),
    Question.ENERGY: (4, 5),
    Question.LOAD: (1, 2),
    Question.CONNECTION: (4, 5),
}


def groups(fewest: int, most: int) -> st.SearchStrategy[list[Answers]]:
    """Any answers of so many people."""
    return st.lists(ANSWERS, min_size=fewest, max_size=most)


def answering(question: Question, step: int) -> Answers:
    """Somebody who takes this step of one question; the other three do not matter."""
    middle = Answers(Continuum.REACTING, 3, 3, 3)
    if question is Question.CONTINUUM:
        return replace(middle, continuum=CONTINUUM[step - 1])
    return replace(middle, **{question.value: step})


def step_of(question: Question, answers: Answers) -> int:
    """Which step of the question somebody took."""
    if question is Question.CONTINUUM:
        return CONTINUUM.index(answers.continuum) + 1
    return int(getattr(answers, question.value))


def published(answers: Sequence[Answers]) -> Release:
    """What is published of enough answers."""
    found = release(answers, minimum=FLOOR)
    assert found is not None
    return found


def finding(question: Question, taken: Sequence[int]) -> Finding:
    """What is published about a question of which these steps were taken."""
    found = published([answering(question, step) for step in taken])
    return next(each for each in found.findings if each.question is question)


# How many answers it takes (R1, R3)


@given(groups(0, 30), st.integers(-10, 40))
def test_nothing_is_published_under_the_minimum_nor_under_five_whatever_the_minimum(
    answers: list[Answers], minimum: int
) -> None:
    withheld = len(answers) < minimum or len(answers) < 5
    assert (release(answers, minimum=minimum) is None) is withheld


@given(st.integers(-10, 100), st.booleans())
def test_settings_raise_the_minimum_and_never_lower_it(chosen: int, facilitator: bool) -> None:
    floor = floor_for(chosen=chosen, facilitator_may_answer=facilitator)
    assert floor == max(chosen, 6 if facilitator else 5)


def test_the_floors_are_five_and_six() -> None:
    assert (FLOOR, FLOOR_WITH_FACILITATOR) == (5, 6)


@given(groups(5, 40))
def test_how_many_answered_is_said_in_three_words_only(answers: list[Answers]) -> None:
    size = published(answers).size
    assert size.value == ("5–7" if len(answers) <= 7 else "8–12" if len(answers) <= 12 else "13+")
    assert len(Size) == 3


# How much is said of how many (R2)


@given(groups(5, 12))
def test_up_to_twelve_answers_give_a_band_for_each_question_and_nothing_else(answers: list[Answers]) -> None:
    found = published(answers).findings
    assert [each.question for each in found] == list(Question)
    assert all(each.mean is None and each.shares is None for each in found)


@given(groups(13, 30))
def test_means_come_with_thirteen_answers_to_the_half_point_and_never_at_the_ends(
    answers: list[Answers],
) -> None:
    for each in published(answers).findings:
        assert each.mean is not None
        assert (2 * each.mean).is_integer()
        assert 1 < each.mean < steps(each.question)
        true = Fraction(sum(step_of(each.question, answer) for answer in answers), len(answers))
        at_an_end = not Fraction(5, 4) <= true < steps(each.question) - Fraction(1, 4)
        assert at_an_end or abs(true - Fraction(each.mean)) <= Fraction(1, 4)


@given(groups(30, 60))
def test_shares_come_with_forty_answers_in_steps_of_ten_and_never_above_90(answers: list[Answers]) -> None:
    for each in published(answers).findings:
        assert (each.shares is not None) is (len(answers) >= 40)
        for step, share in enumerate(each.shares or (), start=1):
            taken = sum(step_of(each.question, answer) == step for answer in answers)
            assert share in range(0, 100, 10)
            if taken < 3:
                assert share == 0
            else:
                assert share == 90 or abs(Fraction(100 * taken, len(answers)) - share) <= 5


@pytest.mark.parametrize("question", Question)
@pytest.mark.parametrize("end", [min, max])
def test_even_when_everybody_answers_alike_no_mean_and_no_share_says_so(
    question: Question, end: type[min]
) -> None:
    step = end(range(1, steps(question) + 1))
    beside = 2 if step == 1 else step - 1
    alike = finding(question, [step] * 42)
    assert alike.mean in {1.5, steps(question) - 0.5}
    assert alike.shares is not None
    assert max(alike.shares) == 90
    assert alike == finding(question, [step] * 40 + [beside] * 2)


# Which way is up


@pytest.mark.parametrize(
    ("question", "step", "band"),
    [
        (Question.CONTINUUM, 1, Band.GOOD),
        (Question.CONTINUUM, 2, Band.MIXED),
        (Question.CONTINUUM, 3, Band.LOW),
        (Question.CONTINUUM, 4, Band.LOW),
        (Question.ENERGY, 1, Band.LOW),
        (Question.ENERGY, 2, Band.LOW),
        (Question.ENERGY, 3, Band.MIXED),
        (Question.ENERGY, 4, Band.GOOD),
        (Question.ENERGY, 5, Band.GOOD),
        (Question.LOAD, 1, Band.GOOD),
        (Question.LOAD, 2, Band.GOOD),
        (Question.LOAD, 3, Band.MIXED),
        (Question.LOAD, 4, Band.LOW),
        (Question.LOAD, 5, Band.LOW),
        (Question.CONNECTION, 1, Band.LOW),
        (Question.CONNECTION, 5, Band.GOOD),
    ],
)
def test_good_is_the_better_end_of_every_question(question: Question, step: int, band: Band) -> None:
    assert finding(question, [step] * 8).band is band


@given(groups(5, 40))
def test_low_and_good_speak_for_three_in_five(answers: list[Answers]) -> None:
    for each in published(answers).findings:
        taken = [step_of(each.question, answer) for answer in answers]
        low, good = (
            5 * sum(step in ends[each.question] for step in taken) >= 3 * len(taken) for ends in (LOW, GOOD)
        )
        told_apart = each.question is not Question.CONTINUUM or len(answers) >= 8
        better = (Band.GOOD if good else Band.MIXED) if told_apart else Band.NOT_LOW
        assert each.band is (Band.LOW if low else better)


@given(groups(5, 7))
def test_of_fewer_than_eight_answers_the_continuum_says_only_whether_most_are_low(
    answers: list[Answers],
) -> None:
    assert published(answers).findings[0].band in {Band.LOW, Band.NOT_LOW}


# What one who answered can conclude from it


def others_all_low(question: Question, many: int) -> Iterator[tuple[int, ...]]:
    """Every set of answers in which each of so many people is at the low end."""
    return combinations_with_replacement(LOW[question], many)


def others_not_all_low(question: Question, many: int) -> Iterator[tuple[int, ...]]:
    """Sets of answers in which one of so many people is not at the low end."""
    for step in range(1, steps(question) + 1):
        if step not in LOW[question]:
            yield from ((step, *rest) for rest in others_all_low(question, many - 1))


@pytest.mark.parametrize("count", range(5, 20))
@pytest.mark.parametrize("question", Question)
def test_nobody_can_conclude_that_all_the_others_are_low(question: Question, count: int) -> None:
    """Whatever one answered, and even knowing how many did: somebody else may have been better.

    If all others are low, what is published could as well come from others of whom one is not.
    From 40 answers on there are shares, which say more.
    """
    for own in range(1, steps(question) + 1):
        with_low = {finding(question, [own, *others]) for others in others_all_low(question, count - 1)}
        without = {finding(question, [own, *others]) for others in others_not_all_low(question, count - 1)}
        assert with_low <= without


# What does not matter


@given(groups(5, 30), st.randoms(use_true_random=False))
def test_who_gave_which_answers_together_is_not_published(
    answers: list[Answers], chance: random.Random
) -> None:
    """A release is a function of each question's answers alone: of no order, and of no joint row."""
    columns = [
        [answer.continuum for answer in answers],
        [answer.energy for answer in answers],
        [answer.load for answer in answers],
        [answer.connection for answer in answers],
    ]
    for column in columns:
        chance.shuffle(column)
    assert published([Answers(*row) for row in zip(*columns, strict=True)]) == published(answers)


# How rarely a small circle sees a result (R8)


@pytest.mark.parametrize(("people", "per_cent"), [(5, 17), (6, 42), (8, 81), (10, 95)])
def test_small_circles_are_told_how_rarely_they_will_see_a_result(people: int, per_cent: int) -> None:
    assert round(100 * chance_of_a_result(people)) == per_cent


@given(st.integers(1, 40), st.integers(5, 12))
def test_more_people_make_a_result_likelier_and_a_higher_minimum_rarer(people: int, minimum: int) -> None:
    chance = chance_of_a_result(people, minimum=minimum)
    assert 0 <= chance <= 1 + 1e-9
    assert chance_of_a_result(people + 1, minimum=minimum) >= chance
    assert chance_of_a_result(people, minimum=minimum + 1) <= chance


# What an answer is


@given(
    st.integers().filter(lambda step: not 1 <= step <= 5), st.sampled_from(["energy", "load", "connection"])
)
def test_an_answer_outside_its_scale_cannot_be_made(step: int, scale: str) -> None:
    fine = Answers(Continuum.READY, 3, 3, 3)
    with pytest.raises(ValueError, match="1 to 5"):
        replace(fine, **{scale: step})
