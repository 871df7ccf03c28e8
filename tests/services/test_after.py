"""What helps after a hard event: what the file may say, and what ours does say."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
from textstat import textstat

from bot.services.after import DEFAULT, FILE, Event, advise, load_aftermath
from bot.services.listings import Known
from bot.services.refusals import Because, Refusal
from bot.services.resources import Kind, load_directory

AFTERMATH = load_aftermath()
DIRECTORY = load_directory()
TODAY = date(2026, 12, 1)


def changed(folder: Path, old: str, new: str) -> str:
    path = folder / "after.toml"
    before = FILE.read_text("utf-8")
    assert old in before
    path.write_text(before.replace(old, new, 1), "utf-8")
    with pytest.raises(ValueError) as refused:
        load_aftermath(path)
    return str(refused.value)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('id = "any"', 'id = "other"', ["'any'", "unless another is chosen"]),
        ("avoid = [", "leave = [", ["events.0.leave: there is no such field", "avoid"]),
        ("no_retelling =", "retelling =", ["retelling: there is no such field", "no_retelling"]),
        ('peer = "', f'peer = "{"Call somebody. " * 70}', ["peer", "at most 900"]),
    ],
)
def test_a_mistake_is_told_with_its_field_and_what_is_allowed(
    tmp_path: Path, old: str, new: str, told: list[str]
) -> None:
    said = changed(tmp_path, old, new)
    assert said.startswith("after.toml: ")
    assert all(words in said for words in told), said


def test_the_first_event_holds_unless_another_is_chosen() -> None:
    assert AFTERMATH.events[0].id == DEFAULT


@pytest.mark.parametrize("event", AFTERMATH.events, ids=lambda event: event.id)
def test_every_text_is_easy_to_read_and_without_reproach(event: Event) -> None:
    shared = (AFTERMATH.no_retelling, AFTERMATH.peer, AFTERMATH.later)
    text = "\n".join((*event.first_hours, *event.tell, *event.avoid, *shared))
    assert textstat.flesch_kincaid_grade(re.sub(r"[*`]", "", text)) <= 9
    assert not re.search(r"!|should|must\b|your fault|cure", text)


def test_nobody_is_asked_to_tell_what_happened_and_the_guideline_is_named() -> None:
    assert "do not have to tell" in AFTERMATH.no_retelling
    assert any("VA/DoD" in source.work for source in AFTERMATH.sources)


def test_advice_carries_the_lines_for_clinicians_of_the_servers_country() -> None:
    advice = advise(AFTERMATH, DIRECTORY, Known(country="AU"), "loss", TODAY)
    assert advice.event.id == "loss"
    ids = [entry.resource.id for entry in advice.lines]
    assert "au-drs4drs" in ids
    assert "international-clinician-survivors" in ids
    assert {entry.resource.kind for entry in advice.lines} == {Kind.CLINICIAN}


def test_an_event_that_there_is_nothing_about_is_refused() -> None:
    with pytest.raises(Refusal) as refused:
        advise(AFTERMATH, DIRECTORY, Known(), "holiday", TODAY)
    assert refused.value.because is Because.OPTION_UNKNOWN
