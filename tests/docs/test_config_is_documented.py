"""Every setting is explained to operators, in the example and in the manual."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from bot.config import Settings, load
from cogs.setup.places import NEEDED

HOUSE = Path(__file__).parents[2]
EXAMPLE = (HOUSE / "config.example.toml").read_text("utf-8")
MANUAL = (HOUSE / "docs" / "operating.md").read_text("utf-8")

DEFAULTS = Settings()
SETTINGS = [f"{section}.{key}" for section, keys in DEFAULTS for key in type(keys).model_fields]
WITHOUT_DEFAULT = {
    name for name in SETTINGS if getattr(getattr(DEFAULTS, name.split(".")[0]), name.split(".")[1]) is None
}


def uncommented(text: str) -> str:
    """Take the # away from every line that sets something."""
    return re.sub(r"(?m)^# (?=[a-z_]+ = )", "", text)


def loaded(folder: Path, text: str) -> Settings:
    file = folder / "config.toml"
    file.write_text(text, "utf-8")
    return load(file, {})


def test_there_are_settings_to_be_explained() -> None:
    assert "discord.token_file" in SETTINGS
    assert "checkins.minimum_answers" in SETTINGS


def test_the_example_names_every_setting_and_no_other() -> None:
    named = tomllib.loads(uncommented(EXAMPLE))
    assert {f"{section}.{key}" for section, keys in named.items() for key in keys} == set(SETTINGS)


def test_the_example_as_it_is_means_the_defaults(tmp_path: Path) -> None:
    assert loaded(tmp_path, EXAMPLE) == loaded(tmp_path, "")


def test_the_example_shows_the_default_of_every_setting_that_has_one(tmp_path: Path) -> None:
    shown, default = loaded(tmp_path, uncommented(EXAMPLE)).model_dump(), loaded(tmp_path, "").model_dump()
    for name in set(SETTINGS) - WITHOUT_DEFAULT:
        section, key = name.split(".")
        assert shown[section][key] == default[section][key], name


@pytest.mark.parametrize("name", SETTINGS)
def test_the_example_explains_the_setting_in_the_lines_above_it(name: str) -> None:
    paragraphs = EXAMPLE.split("\n\n")
    (paragraph,) = (each for each in paragraphs if re.search(rf"(?m)^# {name.split('.')[1]} = ", each))
    assert len(paragraph.splitlines()) > 1


@pytest.mark.parametrize("name", SETTINGS)
def test_the_manual_has_a_row_for_the_setting(name: str) -> None:
    assert f"| `{name}` |" in MANUAL


@pytest.mark.parametrize(
    "variable",
    ["RESPITE_CONFIG", "RESPITE_TOKEN", "RESPITE_TOKEN_FILE", "RESPITE_DATABASE", "RESPITE_MASTER_KEY_FILE"],
)
def test_the_manual_names_the_variable(variable: str) -> None:
    assert f"`{variable}`" in MANUAL


def test_the_manual_names_no_setting_that_does_not_exist() -> None:
    assert set(re.findall(r"(?m)^\| `([a-z_]+\.[a-z_]+)` \|", MANUAL)) == set(SETTINGS)


def test_the_invitation_in_the_manual_asks_for_what_the_bot_needs_and_no_more() -> None:
    assert re.findall(r"permissions=(\d+)", MANUAL) == [str(NEEDED.value)]
