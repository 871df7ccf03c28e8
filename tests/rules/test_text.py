"""What people type, made safe to show: nothing hidden stays, and nothing that anybody means is lost."""

from __future__ import annotations

import unicodedata
from itertools import groupby

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.services.rules.text import tidy

JOINERS = "\u200c\u200d"
ZALGO = [chr(point) for point in (*range(0x300, 0x370), *range(0x483, 0x48A), 0x20DD, 0xE47, 0xE4D)]
INVISIBLE = "\u200b\u200d\u200c\u2060\u00ad\ufeff\u034f\u202e\u2066\u3164\u2800\ufe0f"
DIRECTIONS = "\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"

# Ordinary text never brings together what troublemakers do, so it is mixed in by hand.
TEXTS = st.text(st.characters() | st.sampled_from([*ZALGO, *INVISIBLE, *DIRECTIONS, "e", "क", " ", "\n"]))

ORDINARY = {
    "German": "Größe, Maße, Übung – „Grüße“ aus Köln & Straße 5½ €",
    "Vietnamese": "Tiếng Việt, chữ Quốc ngữ",
    "Arabic": "السَّلامُ عليكم ورحمة الله",
    "Persian with a joiner": "می‌خواهم بنویسم",
    "Hebrew": "שלום לכולם",
    "Hindi": "क्या हिन्दी में लिखना ठीक है? क्‍ष, ज़िंदगी, हूँ",
    "Bengali": "আমার সোনার বাংলা, কো",
    "Tamil": "தமிழ் மொழி",
    "Sinhala with a joiner": "ශ්‍රී ලංකා",
    "Thai": "สวัสดีค่ะ น้ำใจ ที่นี่",
    "Burmese": "ကျေးဇူးတင်ပါသည် ကြွှေ့",
    "Tibetan": "བསྒྲུབས་པ",
    "Japanese": "日本語で「こんにちは」、ガギグ ー々",
    "Korean": "안녕하세요",
    "Chinese": "你好，我们一起。",
    "Greek": "Ἀθῆναι, ψυχή",
    "Lithuanian": "kirpčias, į̃ ė̃",
    "a family": "👩‍👩‍👧‍👦 and 👨🏾‍⚕️",
    "a heart that mends": "❤️‍🩹 🏳️‍🌈 🇩🇪 1️⃣",
    "an emoji newer than this Python": "\U0001fae8 \U0001faea",
    "signs": "#1: a_b *c* `d` <e> @f ~ ^ | \\ / → ★ ½ ² № ™",
}


def clusters(text: str) -> list[str]:
    """The marks and joiners of each letter, as they stand together."""
    found = groupby(
        text, key=lambda character: character in JOINERS or unicodedata.category(character)[0] == "M"
    )
    return ["".join(run) for attached, run in found if attached]


@given(TEXTS, st.booleans())
@example("e\u200b\u0301", False)
@example("a\u0316\u200d\u0301\u0316", False)
def test_what_is_tidy_stays_as_it_is(text: str, lines: bool) -> None:
    once = tidy(text, lines=lines)
    assert tidy(once, lines=lines) == once
    assert unicodedata.is_normalized("NFC", once)


@given(TEXTS)
def test_no_control_or_direction_character_is_left(text: str) -> None:
    kept = set(tidy(text))
    assert {unicodedata.category(character) for character in kept - set(JOINERS)}.isdisjoint(
        {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}
    )
    assert kept.isdisjoint(DIRECTIONS)


@given(TEXTS)
@example("a" + "\u0301\u200b" * 50)
@example("a" + "\u0301\u200d" * 50)
@example("a" + "\u0301\u034f" * 50)
@example("\u0e01" + "\u0e47" * 50)
@example("a" + "\u20dd" * 50)
def test_no_letter_carries_a_tower_of_marks(text: str) -> None:
    for cluster in clusters(tidy(text)):
        assert sum(unicodedata.combining(mark) != 0 for mark in cluster) <= 2
        assert sum(mark not in JOINERS for mark in cluster) <= 8


@given(TEXTS, st.booleans())
@example("\u200d", False)
@example("\u3164\u3164", False)
@example("a \u0301", False)
@example("\ufe0f\u034f", True)
def test_whatever_is_left_can_be_seen(text: str, lines: bool) -> None:
    for word in tidy(text, lines=lines).split():
        assert word[0] not in JOINERS
        assert not unicodedata.category(word[0]).startswith(("M", "Z", "C")) or word[0] >= "\U0001f000"
        assert not any(
            pair in word for pair in ("\u200c\u200c", "\u200c\u200d", "\u200d\u200c", "\u200d\u200d")
        )
    assert set(tidy(text)).isdisjoint("\u115f\u1160\u2800\u3164\uffa0")


@given(TEXTS)
def test_it_is_one_line_with_single_spaces(text: str) -> None:
    found = tidy(text)
    assert found.split() == found.split(" ") or not found
    assert "\n" not in found


@given(TEXTS)
def test_lines_are_kept_when_asked_for_each_tidy_in_itself(text: str) -> None:
    found = tidy(text, lines=True)
    assert " ".join(found.split()) == tidy(text)
    assert all(line == " ".join(line.split()) for line in found.split("\n"))


def test_an_agreement_keeps_its_paragraphs() -> None:
    typed = "  What is said here\tstays here. \r\n\r\n \u202eNobody has to speak. \n"
    assert tidy(typed, lines=True) == "What is said here stays here.\n\nNobody has to speak."
    assert tidy(typed) == "What is said here stays here. Nobody has to speak."


@pytest.mark.parametrize("name", ORDINARY)
def test_ordinary_text_is_not_touched(name: str) -> None:
    text = unicodedata.normalize("NFC", ORDINARY[name])
    assert tidy(text) == text
    assert tidy(text, lines=True) == text


@given(
    st.text(
        st.characters(categories=["L", "N", "P", "S"], exclude_characters="\u115f\u1160\u2800\u3164\uffa0")
    )
)
def test_letters_digits_and_signs_are_never_lost(text: str) -> None:
    assert tidy(text) == unicodedata.normalize("NFC", text)


@given(st.lists(st.sampled_from([*ZALGO, *INVISIBLE]), min_size=1, max_size=40))
def test_four_thousand_characters_of_zalgo_become_legible(tower: list[str]) -> None:
    words = "Respite"
    ruined = "".join(letter + "".join(tower * 600)[:600] for letter in words)
    found = unicodedata.normalize("NFD", tidy(ruined))
    assert [letter for letter in found if letter in words] == list(words)
    assert len(found) < 20 * len(words)
