"""Where help is: what the files may say, and what those that we ship do say."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from bot.services.resources import FOLDER, Country, Kind, Resource, Standing, load_directory

DIRECTORY = load_directory()
EVERYWHERE = (*DIRECTORY.countries, DIRECTORY.international)
ALL = list(DIRECTORY.all())

FINE = """
code = "zz"
name = "Zedland"

[[resources]]
id = "zz-emergency"
kind = "emergency"
name = "Emergency services"
numbers = ["112"]
hours = "day and night"
for_whom = "when a life is in danger"
source = "https://example.org/emergency"
checked_on = 2026-11-27

[[resources]]
id = "zz-line"
kind = "crisis"
name = "A line"
text = "0477 13 11 14"
url = "https://example.org"
hours = "9 to 21"
for_whom = "anybody"
source = "https://example.org/line"
unconfirmed = true
"""
INTERNATIONAL = FINE.replace("zz", "international").replace("Zedland", "Wherever you are")


def complaint(folder: Path, text: str) -> str:
    (folder / "zz.toml").write_text(text, "utf-8")
    (folder / "international.toml").write_text(INTERNATIONAL, "utf-8")
    with pytest.raises(ValueError) as refused:
        load_directory(folder)
    return str(refused.value)


# What the files may say


def test_a_file_becomes_a_country_with_its_resources(tmp_path: Path) -> None:
    (tmp_path / "zz.toml").write_text(FINE, "utf-8")
    (tmp_path / "international.toml").write_text(INTERNATIONAL, "utf-8")
    directory = load_directory(tmp_path)
    [country] = directory.countries
    assert (country.code, country.name) == ("zz", "Zedland")
    emergency, line = country.resources
    assert (emergency.numbers, emergency.checked_on) == (("112",), date(2026, 11, 27))
    assert (line.kind, line.text, line.checked_on) == (Kind.CRISIS, "0477 13 11 14", None)
    assert directory.find("zz-line") == line
    assert directory.find("zz-lines") is None


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('code = "zz"', 'code = "ZZ"', ["code", "pattern"]),
        ('code = "zz"', 'code = "yy"', ["code", "'zz'", "name of the file"]),
        ('"zz-line"', '"zz-emergency"', ["zz-emergency", "used once"]),
        ('"zz-line"', '"line"', ["line", "begins with zz-"]),
        ('"crisis"', '"crises"', ["resources.1.kind", *Kind]),
        ('["112"]', '["one one two"]', ["resources.0.numbers.0", "pattern"]),
        ('["112"]', '"112"', ["resources.0.numbers", "array"]),
        ('numbers = ["112"]\n', "", ["zz-emergency", "numbers, text or url"]),
        ('"https://example.org"', '"example.org"', ["resources.1.url", "pattern"]),
        ('source = "https://example.org/line"\n', "", ["zz-line", "source"]),
        ("unconfirmed = true", "", ["zz-line", "checked_on or unconfirmed"]),
        ("unconfirmed = true", "unconfirmed = true\nchecked_on = 2026-11-27", ["zz-line", "either"]),
        ("2026-11-27", '"yesterday"', ["resources.0.checked_on", "date"]),
        ("hours =", "houres =", ["resources.0.houres: there is no such field", "hours", "for_whom"]),
        ('"9 to 21"', f'"{"9 to 21 " * 30}"', ["resources.1.hours", "at most 120"]),
        ('name = "Zedland"', "name = ", ["line 3"]),
    ],
)
def test_a_mistake_is_told_with_its_file_its_field_and_what_is_allowed(
    tmp_path: Path, old: str, new: str, told: list[str]
) -> None:
    said = complaint(tmp_path, FINE.replace(old, new, 1))
    assert said.startswith("zz.toml: ")
    assert all(words in said for words in told), said


def test_without_what_holds_everywhere_there_is_no_directory(tmp_path: Path) -> None:
    (tmp_path / "zz.toml").write_text(FINE, "utf-8")
    with pytest.raises(ValueError, match=r"international\.toml is missing"):
        load_directory(tmp_path)


# Finding a country


@pytest.mark.parametrize("typed", ["DE", "de", "Germany", " germany "])
def test_a_country_is_found_by_its_code_and_by_its_name(typed: str) -> None:
    found = DIRECTORY.country(typed)
    assert found is not None
    assert found.code == "de"


@pytest.mark.parametrize("typed", [None, "", "ZZ", "Atlantis", "international"])
def test_there_is_no_country_where_there_is_none(typed: str | None) -> None:
    assert DIRECTORY.country(typed) is None


def test_what_is_typed_finds_countries_by_any_part_of_their_name() -> None:
    assert [country.name for country in DIRECTORY.like("united", 25)] == ["United Kingdom", "United States"]
    assert [country.code for country in DIRECTORY.like("JP", 25)] == ["jp"]
    assert len(DIRECTORY.like("", 25)) == 25


# How old something is


def an_entry(checked_on: date | None) -> Resource:
    return Resource(
        id="zz-line",
        kind=Kind.CRISIS,
        name="A line",
        hours="always",
        for_whom="anybody",
        checked_on=checked_on,
    )


def test_an_entry_says_how_far_it_can_be_relied_on() -> None:
    today = date(2027, 11, 28)
    assert an_entry(None).standing(today) is Standing.UNCONFIRMED
    assert an_entry(date(2026, 11, 27)).standing(today) is Standing.OLD
    assert an_entry(date(2026, 11, 28)).standing(today) is Standing.CHECKED


def test_what_was_checked_long_ago_is_listed_and_what_never_was_is_not() -> None:
    assert DIRECTORY.old(date(2026, 12, 1)) == []
    in_two_years = DIRECTORY.old(date(2028, 12, 1))
    assert len(in_two_years) == len([entry for entry in ALL if not entry.unconfirmed])


# What we ship


def test_there_are_at_least_twenty_countries_and_what_holds_everywhere() -> None:
    assert len(DIRECTORY.countries) >= 20
    assert len({country.name for country in EVERYWHERE}) == len(EVERYWHERE)


def test_there_are_never_more_countries_than_one_list_of_choices_holds_without_typing() -> None:
    assert all(DIRECTORY.like(country.name, 25) for country in DIRECTORY.countries)


@pytest.mark.parametrize("country", EVERYWHERE, ids=lambda country: country.code)
def test_every_country_has_an_emergency_number_and_somebody_to_talk_to(country: Country) -> None:
    kinds = {
        resource.kind for resource in country.resources if resource.numbers or country.code == "international"
    }
    assert {Kind.EMERGENCY, Kind.CRISIS} <= kinds


@pytest.mark.parametrize("entry", ALL, ids=lambda entry: entry.id)
def test_an_entry_names_a_number_that_one_can_dial_and_a_page_that_says_so(entry: Resource) -> None:
    for number in filter(None, (*entry.numbers, entry.text)):
        digits = re.sub(r"[ ()/-]", "", number)
        assert re.fullmatch(r"\+?\d{3,15}", digits), number
    assert entry.source is not None
    assert entry.source.startswith("http")
    assert entry.checked_on is None or date(2026, 11, 27) <= entry.checked_on <= date(2036, 1, 1)


def test_an_emergency_number_is_short() -> None:
    emergency = [entry for entry in ALL if entry.kind is Kind.EMERGENCY]
    assert all(re.fullmatch(r"\d{3}", number) for entry in emergency for number in entry.numbers)
    assert all(len(entry.numbers) == 1 for entry in emergency)


def test_every_kind_of_help_is_there_somewhere() -> None:
    assert {entry.kind for entry in ALL} == set(Kind)


@pytest.mark.parametrize(
    ("entry_id", "number"),
    [
        ("us-988", "988"),
        ("ca-988", "988"),
        ("gb-samaritans", "116 123"),
        ("ie-samaritans", "116 123"),
        ("au-lifeline", "13 11 14"),
        ("nz-1737", "1737"),
        ("de-telefonseelsorge", "0800 1110111"),
        ("fr-3114", "3114"),
        ("es-024", "024"),
        ("nl-113", "113"),
        ("at-telefonseelsorge", "142"),
        ("ch-143", "143"),
        ("us-physician-support-line", "1-888-409-0141"),
        ("au-drs4drs", "1300 374 377"),
    ],
)
def test_the_best_known_lines_are_there(entry_id: str, number: str) -> None:
    found = DIRECTORY.find(entry_id)
    assert found is not None
    assert number in found.numbers


def test_where_a_country_has_two_first_lines_both_are_there() -> None:
    for code, both in {"no": {"116 123", "22 40 00 40"}, "be": {"1813", "0800 32 123"}}.items():
        country = DIRECTORY.country(code)
        assert country is not None
        assert both <= {number for entry in country.resources for number in entry.numbers}


def test_a_line_of_the_pandemic_that_may_have_ended_is_not_shipped() -> None:
    files = sorted(FOLDER.parent.rglob("*.toml"))
    assert len(files) > 40
    assert not [path for path in files if "1317000" in re.sub(r"\D", "", path.read_text("utf-8"))]
