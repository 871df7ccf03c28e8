"""What has changed between two versions of an agreement."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.services.rules.changes import Changes, changes

LINES = st.lists(st.text("abc ?+-", min_size=1, max_size=6), max_size=8)


def test_new_lines_and_lines_that_are_gone_are_told_apart() -> None:
    before = "What is said here stays here.\n\nNo client details.\nWe listen."
    after = "What is said here stays here.\n\nNo client details, no pictures.\nWe listen.\nWe begin on time."
    assert changes(before, after) == Changes(
        added=["No client details, no pictures.", "We begin on time."], removed=["No client details."]
    )


def test_empty_lines_do_not_count() -> None:
    assert changes("One.\nTwo.", "One.\n\nTwo.\n") == Changes([], [])


@given(LINES)
def test_a_text_does_not_differ_from_itself(lines: list[str]) -> None:
    assert changes("\n".join(lines), "\n".join(lines)) == Changes([], [])


@given(LINES, LINES)
def test_what_is_added_is_in_the_new_text_and_what_is_removed_was_in_the_old(
    before: list[str], after: list[str]
) -> None:
    found = changes("\n".join(before), "\n".join(after))
    assert set(found.added) <= set(after)
    assert set(found.removed) <= set(before)
    kept = [line for line in before if line.strip()]
    for line in found.removed:
        kept.remove(line)
    assert sorted([*kept, *found.added]) == sorted(line for line in after if line.strip())
