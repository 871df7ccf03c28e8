"""The twelve cards: what their files may say, and what those that we ship do say."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from textstat import textstat

from bot.services.cards import FOLDER, LONGEST, Card, load_cards
from bot.services.practices import Library, Theme, load_library
from bot.services.refusals import Because, Refusal

CARDS = load_cards()
LIBRARY = load_library()
HARDEST = 9.0  # the grade of United States schools in which a text can be read
ABOUT_THE_BOARD = (Theme.IMPOSTER_FEELINGS, Theme.ISOLATION, Theme.BOUNDARIES, Theme.SUBSTANCE_USE)


def texts(card: Card) -> str:
    """Everything of a card that is prose, as sentences and without markup."""
    signs = [sign if sign.endswith(".") else f"{sign}." for sign in card.early_signs]
    parts = (card.what, card.at_work, *signs, *card.helps, card.talk, card.colleagues)
    return re.sub(r"[*`]", "", "\n".join(parts))


def changed(folder: Path, old: str, new: str) -> str:
    """What is said of the cards when one of them has this mistake."""
    for path in FOLDER.glob("*.toml"):
        (folder / path.name).write_bytes(path.read_bytes())
    sleep = folder / "sleep.toml"
    before = sleep.read_text("utf-8")
    assert old in before
    sleep.write_text(before.replace(old, new, 1), "utf-8")
    with pytest.raises(ValueError) as refused:
        load_cards(folder)
    return str(refused.value)


# What the files may say


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('theme = "sleep"', 'theme = "naps"', ["theme", *Theme]),
        ('theme = "sleep"', 'theme = "stress"', ["'sleep'", "name of the file"]),
        ('title = "Sleep"\n', "", ["title", "required"]),
        ("colleagues =", "friends =", ["friends: there is no such field", "colleagues"]),
        ("supports =", "proves =", ["sources.0.proves: there is no such field", "work, url, supports"]),
        (
            'practices = ["tomorrow-on-paper", "time-for-worry", ',
            "practices = [",
            ["practices", "at least 2"],
        ),
        ('url = "http', 'url = "see http', ["sources.0.url", "pattern"]),
        ('what = "', f'what = "{"Sleep well. " * 80}', ["what", "at most 900"]),
    ],
)
def test_a_mistake_is_told_with_its_file_its_field_and_what_is_allowed(
    tmp_path: Path, old: str, new: str, told: list[str]
) -> None:
    said = changed(tmp_path, old, new)
    assert said.startswith("sleep.toml: ")
    assert all(words in said for words in told), said


def test_a_card_that_is_missing_is_told(tmp_path: Path) -> None:
    for path in FOLDER.glob("*.toml"):
        if path.stem not in {"sleep", "stress"}:
            (tmp_path / path.name).write_bytes(path.read_bytes())
    with pytest.raises(ValueError, match="no card for sleep, stress"):
        load_cards(tmp_path)


# Finding one


@pytest.mark.parametrize("theme", Theme)
def test_there_is_a_card_for_each_trouble_with_the_practices_that_it_names(theme: Theme) -> None:
    shown = CARDS.show(LIBRARY, theme)
    assert shown.card.theme is theme
    assert tuple(practice.id for practice in shown.practices) == shown.card.practices


def test_a_practice_that_has_been_taken_out_is_left_out() -> None:
    fewer = Library(practice for practice in LIBRARY.all if practice.id != "time-for-worry")
    assert len(CARDS.show(fewer, "sleep").practices) == 2


def test_what_is_no_trouble_is_refused() -> None:
    with pytest.raises(Refusal) as refused:
        CARDS.show(LIBRARY, "happiness")
    assert refused.value.because is Because.OPTION_UNKNOWN


# What we ship


@pytest.mark.parametrize("card", CARDS.all, ids=lambda card: card.theme)
class TestEachCard:
    def test_names_practices_that_exist_and_are_about_its_theme(self, card: Card) -> None:
        found = [LIBRARY.get(name) for name in card.practices]
        assert all(practice is not None and card.theme in practice.themes for practice in found)
        assert len(set(card.practices)) == len(card.practices)

    def test_is_easy_to_read(self, card: Card) -> None:
        assert textstat.flesch_kincaid_grade(texts(card)) <= HARDEST

    def test_is_short_enough(self, card: Card) -> None:
        assert len(texts(card)) <= LONGEST

    def test_has_none_of_the_tones_we_avoid(self, card: Card) -> None:
        avoided = r"!|you missed|streak|\bcures?\b|should have|\bshould\b|\bmust\b|don't forget|guarantee"
        assert re.findall(avoided, texts(card).lower()) == []

    def test_sends_people_to_a_person_and_to_a_command(self, card: Card) -> None:
        assert re.search(r"supervis|doctor|therap", card.talk.lower())
        assert any("`/" in step for step in card.next_steps)

    def test_names_works_that_can_be_looked_up_and_what_they_support(self, card: Card) -> None:
        assert all(source.url.startswith("http") and source.supports for source in card.sources)


@pytest.mark.parametrize("theme", ABOUT_THE_BOARD)
def test_where_people_fear_for_their_licence_the_card_speaks_of_it(theme: Theme) -> None:
    card = CARDS.show(LIBRARY, theme).card
    assert re.search(r"board|licence|confidential|report", texts(card).lower())


def test_the_card_on_substances_warns_of_stopping_at_once() -> None:
    card = CARDS.show(LIBRARY, "substance-use").card
    assert any("do not stop at once" in line for line in card.helps)
