"""docs/practices.md tells clinicians everything that a practice may hold, with an example that works."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import pytest

from bot.services.practices import EXPERIENCE, LONGEST, Evidence, Kind, Practice, Theme, When, load_library

PAGE = (Path(__file__).parents[2] / "docs" / "practices.md").read_text("utf-8")
FIELDS = [field.name for field in fields(Practice) if field.name != "evidence"]
FIELDS += [f"evidence.{field.name}" for field in fields(Evidence)]


def test_the_page_has_a_row_for_each_field_in_order() -> None:
    assert re.findall(r"(?m)^\| `([a-z_.]+)` \|", PAGE) == FIELDS


@pytest.mark.parametrize("name", [*Kind, *Theme, *When])
def test_the_page_names_everything_that_can_be_chosen(name: str) -> None:
    assert f"`{name}`" in PAGE


def test_the_example_on_the_page_is_a_practice(tmp_path: Path) -> None:
    (example,) = re.findall(r"```toml\n(.+?)```", PAGE, re.DOTALL)
    (tmp_path / "a-cup-of-tea.toml").write_text(example, "utf-8")
    assert [practice.title for practice in load_library(tmp_path).all] == ["A cup of tea"]


def test_the_figures_on_the_page_are_those_of_the_library() -> None:
    resting = [practice for practice in load_library().all if practice.evidence.source == EXPERIENCE]
    assert 0.35 < len(resting) / len(load_library().all) < 0.45
    assert "about four in ten" in PAGE
    assert f"{LONGEST} characters" in PAGE
