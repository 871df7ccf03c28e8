"""The library of practices: what it accepts, what it finds, and the tone of what we ship."""

from __future__ import annotations

import re
import tomllib
from dataclasses import astuple
from pathlib import Path

import pytest

from bot.services.practices import (
    FOLDER,
    LONGEST,
    Evidence,
    Kind,
    Library,
    Practice,
    Theme,
    When,
    load_library,
)
from bot.services.rules.anonymity import CONTINUUM, Question

LIBRARY = load_library()
CONTINUUM_WORDS = tomllib.loads((FOLDER.parent / "continuum.toml").read_text("utf-8"))

FINE = """
id = "tea"
title = "A cup of tea"
kind = "rest"
minutes = 3
themes = ["stress"]
when = ["between"]
steps = ["Boil water.", "Wait."]
alternative = "Drink water."
skip_if = "Skip this if tea keeps you awake."
[evidence]
note = "People have always done so."
source = "practice wisdom"
"""


def texts(practice: Practice) -> str:
    """Everything of a practice that a person reads."""
    parts = (practice.title, *practice.steps, practice.alternative, practice.skip_if)
    return "\n".join((*parts, *astuple(practice.evidence)))


def complaint(folder: Path, text: str, name: str = "tea.toml") -> str:
    """What the library says about a folder with this file in it."""
    (folder / name).write_text(text, "utf-8")
    with pytest.raises(ValueError) as refused:
        load_library(folder)
    return str(refused.value)


def a_practice(id: str, minutes: int, *themes: Theme) -> Practice:  # noqa: A002
    return Practice(
        id=id,
        title=id,
        kind=Kind.REST,
        minutes=minutes,
        themes=themes,
        when=(When.BETWEEN,),
        steps=("Wait.",),
        alternative="Walk.",
        skip_if="Never.",
        evidence=Evidence("None.", "practice wisdom"),
    )


# What the library accepts


def test_a_file_becomes_a_practice(tmp_path: Path) -> None:
    (tmp_path / "tea.toml").write_text(FINE, "utf-8")
    tea = load_library(tmp_path).get("tea")
    assert tea is not None
    assert (tea.title, tea.minutes, tea.steps) == ("A cup of tea", 3, ("Boil water.", "Wait."))
    assert tea.kind is Kind.REST
    assert tea.themes == (Theme.STRESS,)
    assert tea.when == (When.BETWEEN,)
    assert tea.evidence == Evidence("People have always done so.", "practice wisdom")


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("minutes = 3", "minutes = 30", ["minutes", "less than or equal to 10"]),
        ("minutes = 3", 'minutes = "3"', ["minutes", "integer"]),
        ("minutes = 3", "minutes = true", ["minutes", "integer"]),
        ("minutes = 3\n", "", ["minutes", "required"]),
        ('["stress"]', '["strain"]', ["themes.0", *Theme]),
        ('["stress"]', "[]", ["themes", "at least 1"]),
        ('"rest"', '"nap"', ["kind", *Kind]),
        ('["between"]', '["lunch"]', ["when.0", *When]),
        ('["Boil water.", "Wait."]', '"Boil water."', ["steps", "array"]),
        ('["Boil water.", "Wait."]', '["Boil water.", " "]', ["steps.1", "at least 1"]),
        ('"A cup of tea"', f'"{"tea " * 30}"', ["title", "at most 100"]),
        ('"tea"', '"Tea time"', ["id", "pattern"]),
        ('"tea"', '"coffee"', ["id", "'tea'", "name of the file"]),
        ("skip_if", "skip", ["skip: there is no such field", "skip_if", "alternative"]),
        ("note =", "notes =", ["evidence.notes: there is no such field", "note, source"]),
        ('"Boil water."', f'"{"Boil water. " * 200}"', ["all texts", f"at most {LONGEST}"]),
        ("minutes = 3", "minutes = ", ["line 5"]),
    ],
)
def test_a_mistake_is_told_with_its_file_its_field_and_what_is_allowed(
    tmp_path: Path, old: str, new: str, told: list[str]
) -> None:
    said = complaint(tmp_path, FINE.replace(old, new, 1))
    assert said.startswith("tea.toml: ")
    assert all(words in said for words in told), said


def test_every_mistake_in_every_file_is_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "coffee.toml").write_text(FINE.replace("minutes = 3", "minutes = 0"), "utf-8")
    said = complaint(tmp_path, FINE.replace("between", "lunch").replace("stress", "strain"))
    assert [line.split(": ")[:2] for line in said.splitlines() if "at least 1 item" not in line] == [
        ["coffee.toml", "minutes"],
        ["tea.toml", "themes.0"],
        ["tea.toml", "when.0"],
    ]


def test_a_folder_without_practices_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no practices"):
        load_library(tmp_path)


# What the library finds


def test_what_fits_touches_the_theme_and_is_no_longer_than_asked() -> None:
    library = Library(
        [
            a_practice("b", 5, Theme.SLEEP),
            a_practice("a", 2, Theme.SLEEP, Theme.STRESS),
            a_practice("c", 2, Theme.STRESS),
        ]
    )

    def found(theme: str | None, minutes: int | None) -> list[str]:
        return [practice.id for practice in library.fitting(theme, minutes)]

    assert found(None, None) == ["a", "b", "c"]
    assert found("sleep", None) == ["a", "b"]
    assert found(Theme.SLEEP, 4) == ["a"]
    assert found(None, 2) == ["a", "c"]
    assert library.themes == (Theme.STRESS, Theme.SLEEP)


def test_nothing_is_offered_in_place_of_what_does_not_fit() -> None:
    library = Library([a_practice("a", 5, Theme.SLEEP)])
    assert library.fitting("sleep", 4) == ()
    assert library.fitting("stress", None) == ()
    assert library.fitting("no such theme", None) == ()


def test_an_id_that_the_library_does_not_have_finds_nothing() -> None:
    assert LIBRARY.get("no-such-practice") is None


# What we ship


def test_there_is_something_for_each_of_the_twelve_troubles() -> None:
    assert len(Theme) == 12
    assert LIBRARY.themes == tuple(Theme)


def test_each_trouble_has_a_choice_of_at_least_two() -> None:
    assert [theme for theme in Theme if len(LIBRARY.fitting(theme, None)) < 2] == []


def test_each_moment_of_a_working_day_has_something_of_at_most_five_minutes() -> None:
    assert {moment for practice in LIBRARY.fitting(None, 5) for moment in practice.when} == set(When)


def test_no_two_practices_share_a_title_or_an_id() -> None:
    assert len(LIBRARY.all) >= 16
    assert len({practice.id for practice in LIBRARY.all}) == len(LIBRARY.all)
    assert len({practice.title for practice in LIBRARY.all}) == len(LIBRARY.all)


@pytest.mark.parametrize("practice", LIBRARY.all, ids=lambda practice: practice.id)
class TestEachPractice:
    def test_fits_into_an_embed(self, practice: Practice) -> None:
        assert len(practice.title) <= 100
        assert len(texts(practice)) <= 1800
        assert len("\n".join(practice.steps)) <= 1024

    def test_has_none_of_the_tones_we_avoid(self, practice: Practice) -> None:
        avoided = r"!|you missed|streak|\bcures?\b|should have|\bshould\b|\bmust\b|don't forget|guarantee"
        assert re.findall(avoided, texts(practice).lower()) == []

    def test_says_in_one_plain_line_who_leaves_it_out(self, practice: Practice) -> None:
        assert practice.skip_if.startswith("Skip ")
        assert "\n" not in practice.skip_if

    def test_is_written_in_short_lines(self, practice: Practice) -> None:
        sentences = re.split(
            r"(?<=[.?:;])\s", " ".join((*practice.steps, practice.alternative, practice.skip_if))
        )
        assert [sentence for sentence in sentences if len(sentence.split()) > 22] == []

    def test_names_practice_wisdom_or_a_work_that_can_be_looked_up(self, practice: Practice) -> None:
        citation = r"[\w& -]+ (et al\. )?\(\d{4}\)\. .+ https://\S+"
        sources = practice.evidence.source.split("; ")
        assert practice.evidence.source == "practice wisdom" or all(
            re.fullmatch(citation, source) for source in sources
        )


def test_the_continuum_has_its_four_steps_in_order_and_names_its_source() -> None:
    assert list(CONTINUUM_WORDS["steps"]) == [step.value for step in CONTINUUM]
    assert [step["emoji"] for step in CONTINUUM_WORDS["steps"].values()] == ["🟢", "🟡", "🟠", "🔴"]
    assert all(len(step["description"]) <= 100 for step in CONTINUUM_WORDS["steps"].values())
    assert "Stress First Aid" in CONTINUUM_WORDS["attribution"]


def test_each_scale_of_a_check_in_has_a_name_for_both_ends_that_fits_a_form() -> None:
    scales = CONTINUUM_WORDS["scales"]
    assert list(scales) == [question.value for question in Question if question is not Question.CONTINUUM]
    assert all(set(ends) == {"one", "five"} for ends in scales.values())
    assert all(0 < len(name) <= 20 for ends in scales.values() for name in ends.values())
