"""The tone of everything that a member reads. Files that come later are read as well."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.content.texts import ROOT, files, written

# Each is a word or a piece of a sentence, found in any spelling of capitals and with a number behind it.
AVOIDED = {
    "shouting": [r"\S*!\S*"],
    "what somebody did not do": [
        "you(?:'ve| have)? (?:missed|forgotten|neglected|skipped|failed)",
        "you (?:forgot|haven't|have not yet)",
        "(?:do not|don't) forget",
    ],
    "counting days": ["streaks?", "days in a row", "keep it up", "leaderboards?", "personal best"],
    "guilt": [
        "you ought to",
        "should(?:n't| not)? have",
        "no excuses?",
        "lazy",
        "weak-willed",
        "shame on",
        r"let(?:ting)? (?:us|them|everybody|everyone|your \w+) down",
    ],
    "a promise to cure": [
        "cure[sd]?",
        "(?:proven|proved|guaranteed|sure) to",
        "(?:scientifically|clinically) proven",
        r"guarantee\w*",
        "miracles?",
        "works for (?:everyone|everybody)",
        "always works",
        "100 ?%",
    ],
    "cheering": [
        "congratulations",
        "well done",
        "(?:great|good) job",
        "awesome",
        "amazing",
        "you(?:'ve)? got this",
        "stay (?:strong|positive)",
    ],
    "watching": ["we(?:'ve| have)? noticed (?:that )?you"],
    "a wrong name for a person or a post": ["(?:user|patient|anonymous post)s?"],
    "a licensed instrument": ["MBI", "Maslach", "ProQOL", "PHQ", "GAD", "CBI", "OLBI", "STSS", "PERMA"],
    "a branded method": [
        "Schwartz",
        "Balint",
        "MBSR",
        "MBCT",
        "Headspace",
        "Tetris",
        "Critical Incident Stress",
    ],
}
PATTERNS = {
    name: re.compile(rf"(?<!\w)(?:{'|'.join(pieces)})(?![^\W\d])", re.IGNORECASE)
    for name, pieces in AVOIDED.items()
}

PLANTED = [
    ("shouting", "Time to breathe!"),
    ("what somebody did not do", "You missed your check-in on Monday."),
    ("what somebody did not do", "You haven't practised this week."),
    ("what somebody did not do", "Don't forget to rest."),
    ("counting days", "That makes a streak of five."),
    ("counting days", "Four days in a row: keep it up."),
    ("guilt", "You ought to look after yourself."),
    ("guilt", "You should have rested."),
    ("guilt", "Your circle waits; do not let them down."),
    ("a promise to cure", "This cures burnout."),
    ("a promise to cure", "Slow breathing is proven to reduce stress."),
    ("a promise to cure", "Calm is guaranteed."),
    ("cheering", "Well done. You got this."),
    ("watching", "We noticed you are low today."),
    ("a wrong name for a person or a post", "Every user sees this."),
    ("a licensed instrument", "Your MBI score"),
    ("a licensed instrument", "The PHQ-9 and the GAD7"),
    ("a licensed instrument", "ProQOL and PERMA"),
    ("a branded method", "A Schwartz Round for your team"),
    ("a branded method", "Our balint group"),
]


def found(text: str) -> set[str]:
    """Return the names of the tones we avoid that are in a text. Addresses of pages are no tone."""
    words = re.sub(r"https?://\S+", "", text)
    return {name for name, pattern in PATTERNS.items() if pattern.search(words)}


@pytest.mark.parametrize("path", files(), ids=lambda path: str(path.relative_to(ROOT)).replace("/", "-"))
def test_no_text_that_a_member_reads_has_a_tone_we_avoid(path: Path) -> None:
    texts = list(written(path))
    assert texts
    assert {text: found(text) for text in texts if found(text)} == {}


@pytest.mark.parametrize(("name", "sentence"), PLANTED, ids=lambda value: value)
def test_a_sentence_in_such_a_tone_is_found(name: str, sentence: str) -> None:
    assert name in found(sentence)


def test_every_tone_we_avoid_has_been_planted_once() -> None:
    assert {name for name, _ in PLANTED} == set(AVOIDED)


def test_an_innocent_sentence_is_let_through() -> None:
    assert (
        found("Secure the door. Gadgets, a permanent place, patience. See https://example.org/mbi!") == set()
    )


def test_a_file_that_comes_later_is_read_as_well(tmp_path: Path) -> None:
    card = tmp_path / "bot" / "content" / "cards" / "deeper" / "burnout.toml"
    words = tmp_path / "cogs" / "learning" / "messages.py"
    for path, text in ((card, '[[parts]]\nlines = ["Rest!"]'), (words, 'TITLE = f"Rest{1}!"')):
        path.parent.mkdir(parents=True)
        path.write_text(text, "utf-8")
    assert files(tmp_path) == [card, words]
    assert [found(text) for path in files(tmp_path) for text in written(path) if found(text)] == [
        {"shouting"},
        {"shouting"},
    ]
