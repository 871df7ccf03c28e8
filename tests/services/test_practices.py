"""The library of practices: what it accepts, and what it finds."""

from __future__ import annotations

import tomllib
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


# The words of a check-in


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
