"""Forgeries come from everybody, and none of them is something that somebody may do."""

from __future__ import annotations

import re

from tests.authority.forging import OWN, forgeries
from tests.authority.matrix import MATRIX
from tests.authority.rows import DONE, FORM, SHOWN, Column, Kind

FORGED = list(forgeries(20_000, seed=7, server="abc"))


def test_everybody_replays_every_button_and_form_that_they_are_refused() -> None:
    refused = {
        (column, entry.name.replace("{server}", "abc"))
        for kind in (Kind.BUTTON, Kind.FORM)
        for entry in MATRIX[kind]
        for column in Column
        if entry.answers[column] not in {DONE, SHOWN, FORM}
        and not OWN.get(column, frozenset()) & {int(each) for each in re.findall("[0-9]+", entry.name)}
    }
    assert refused - {(forged.column, forged.custom_id) for forged in FORGED} == set()


def test_no_forgery_is_a_press_that_is_allowed_in_the_matrix() -> None:
    allowed = {
        (column, entry.name)
        for kind in (Kind.BUTTON, Kind.FORM)
        for entry in MATRIX[kind]
        for column in Column
        if entry.answers[column] in {DONE, SHOWN, FORM}
    }
    assert not allowed & {(forged.column, forged.custom_id) for forged in FORGED}


def test_the_same_seed_forges_the_same_again() -> None:
    assert list(forgeries(5_000, seed=7, server="abc")) == FORGED[:5_000]
    assert list(forgeries(5_000, seed=8, server="abc")) != FORGED[:5_000]
