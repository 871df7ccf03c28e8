"""What the journal says, and what has to lie on the disk accordingly."""

from __future__ import annotations

import json
from typing import Any

from tests.crash.inspection import Flaw, Flaws, compare
from tests.crash.ledger import Ledger

WELL, UNWELL = (0, 5, 1, 5), (3, 1, 5, 1)
CIRCLE, OTHER_CIRCLE, WHOLE_SERVER = 1, 2, 3
WHO = 7


def recorded(act: int, answer: tuple[int, ...], window: int, *, done: bool = True) -> list[dict[str, Any]]:
    """Return the lines of an answer, acknowledged or not."""
    began = {"act": act, "did": "record", "who": WHO, "windows": [window], "answers": answer}
    return [began, *([{"act": act, "windows": [window]}] if done else [])]


def ledger_of(*lines: dict[str, Any]) -> Ledger:
    """Return the ledger of a life that ended after these lines."""
    ledger = Ledger()
    ledger.read(b"".join(json.dumps(line).encode() + b"\n" for line in lines))
    ledger.died()
    return ledger


def flaws(ledger: Ledger, **answers: tuple[int, ...] | None) -> Flaws:
    """Return what is wrong with one person's answers."""
    windows = {"circle": CIRCLE, "other_circle": OTHER_CIRCLE, "whole_server": WHOLE_SERVER}
    lying = {(WHO, windows[name]): answer for name, answer in answers.items()}
    return +compare(lying, ledger)


def test_an_acknowledged_answer_has_to_be_there_as_it_was_given() -> None:
    ledger = ledger_of(*recorded(1, WELL, CIRCLE))
    assert flaws(ledger, circle=WELL) == {}
    assert flaws(ledger, circle=None) == {Flaw.LOST: 1}
    assert flaws(ledger, circle=UNWELL) == {Flaw.WRONG: 1}


def test_a_withdrawn_answer_must_not_come_back() -> None:
    withdrawn = {"act": 2, "did": "withdraw", "who": WHO, "windows": [CIRCLE]}
    ledger = ledger_of(*recorded(1, WELL, CIRCLE), withdrawn, {"act": 2, "windows": [CIRCLE]})
    assert flaws(ledger, circle=None) == {}
    assert flaws(ledger, circle=WELL) == {Flaw.WRONG: 1}


def test_what_was_under_way_may_be_there_or_not_but_whole() -> None:
    ledger = ledger_of(*recorded(1, WELL, CIRCLE), *recorded(2, UNWELL, OTHER_CIRCLE, done=False))
    assert flaws(ledger, circle=WELL, other_circle=None) == {}
    assert flaws(ledger, circle=None, other_circle=UNWELL) == {}
    assert flaws(ledger, circle=None, other_circle=None) == {Flaw.HALF_DONE: 1}
    assert flaws(ledger, circle=WELL, other_circle=UNWELL) == {Flaw.HALF_DONE: 1, Flaw.TWICE: 1}


def test_what_was_refused_changes_nothing() -> None:
    began, _ = recorded(2, UNWELL, CIRCLE)
    ledger = ledger_of(*recorded(1, WELL, CIRCLE), began, {"act": 2, "refused": "window_closed"})
    assert flaws(ledger, circle=WELL) == {}
    assert flaws(ledger, circle=UNWELL) == {Flaw.WRONG: 1}


def test_an_answer_in_one_window_takes_the_place_of_that_in_another() -> None:
    ledger = ledger_of(*recorded(1, WELL, CIRCLE), *recorded(2, UNWELL, WHOLE_SERVER))
    assert flaws(ledger, circle=None, whole_server=UNWELL) == {}
    assert flaws(ledger, circle=WELL, whole_server=UNWELL) == {Flaw.WRONG: 1, Flaw.TWICE: 1}


def test_what_has_been_found_once_has_to_stay() -> None:
    ledger = ledger_of(*recorded(1, WELL, CIRCLE, done=False))
    assert flaws(ledger, circle=WELL) == {}
    ledger.found({(WHO, CIRCLE): None})
    assert flaws(ledger, circle=WELL) == {Flaw.WRONG: 1}


def test_a_line_that_was_cut_off_was_never_said() -> None:
    ledger = Ledger()
    ledger.read(b'{"act": 1, "did": "close", "at": 9999999999}\n{"act": 1')
    assert ledger.acknowledged == 0
    assert ledger.under_way == 1
