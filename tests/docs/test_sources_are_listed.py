"""docs/sources.md is what the content files say of their sources."""

from __future__ import annotations

import re
from pathlib import Path

from bot.services.practices import EXPERIENCE, load_library
from bot.sources import describe_sources

PAGE = Path(__file__).parents[2] / "docs" / "sources.md"


def test_the_page_of_sources_is_the_one_that_the_program_writes() -> None:
    assert PAGE.read_text("utf-8") == describe_sources() + "\n", "python -m bot sources > docs/sources.md"


def test_a_work_stands_there_once_with_everything_that_it_is_cited_for() -> None:
    page = describe_sources()
    works = re.findall(r"(?m)^[^#\n-].* https://\S+$", page)
    assert len(works) == len(set(works)) > 50
    for practice in load_library().all:
        entry = f"- *{practice.title}*: {practice.evidence.note}"
        named = 0 if practice.evidence.source == EXPERIENCE else len(practice.evidence.source.split("; "))
        assert page.count(entry) == named, practice.id
