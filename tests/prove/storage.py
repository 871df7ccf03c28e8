"""Proofs about what is stored: no file and no key that is left links an answer to a member."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from tests.attacks import weakened
from tests.attacks.attackers import Attacker, Score, attack, recurring
from tests.attacks.designs import Respite
from tests.attacks.season import Season, live_through
from tests.attacks.sizes import Sizes, compare, compare_places
from tests.prove.proof import Form, Row

_WINDOWS = {Form.SHORT: 4, Form.LONG: 20}
_WEAK_WINDOWS = 2
"""Enough to see an attack succeed."""

_WEAKENED = {
    Attacker.FILE: (("rows with a running number", weakened.NamelessRows),),
    Attacker.LOG: (("rows with a running number", weakened.NamelessRows),),
    Attacker.BACKUPS: (("a fingerprint instead of the answer", weakened.Fingerprints),),
    Attacker.OPERATOR_AFTER: (
        ("keys kept", weakened.kept_keys),
        ("keys removed, not overwritten", weakened.unlinked_keys),
    ),
}


@cache
def _season(form: Form) -> Season:
    return live_through(Respite, windows=_WINDOWS[form], seed=1)


def stored_answers(form: Form) -> Iterator[Row]:
    """Let the five attackers loose on a season of windows with eight members each."""
    season = _season(form)
    for attacker in Attacker:
        score = attack(attacker, season)
        if attacker is Attacker.OPERATOR_BEFORE:
            yield Row(
                f"{attacker.value}: answers linked to their member",
                "none: said openly, expected 1.00",
                _share(score),
                score.linked == score.answers,
                "shows that the same attack opens ballots as soon as it has the key",
            )
            continue
        others = [
            (name, attack(attacker, live_through(make, windows=_WEAK_WINDOWS, seed=1)))
            for name, make in _WEAKENED[attacker]
        ]
        yield Row(
            f"{attacker.value}: answers linked to their member",
            "0",
            f"{_share(score)}; ballots tied to a member by their order: {score.tied};"
            f" read with {score.tried} possible keys: {score.opened};"
            f" guessed blindly: {score.blind[0]}, the mood alone {score.blind[1]}",
            score.linked == 0,
            "; ".join(f"{name}: {_share(other)}" for name, other in others),
            all(other.linked == other.answers for _, other in others),
        )


def recurrences(form: Form) -> Iterator[Row]:
    """Look for anything that stands for the same person twice."""
    season = _season(form)
    found, windows = recurring(season), len({act.window for act in season.acts})
    one_key = recurring(live_through(weakened.one_key_for_all, windows=_WEAK_WINDOWS, seed=1))
    yield Row(
        "tokens that recur in another window, nonces that recur at all",
        "0",
        f"{found} in {windows} windows",
        found == 0,
        f"one key for all windows: {one_key} in {_WEAK_WINDOWS + 1} windows",
        one_key > 0,
    )


def sizes(form: Form) -> Iterator[Row]:
    """Look for answers that show in the size of a file, of its log or of a ballot."""
    found = compare(Respite, windows=4 if form is Form.LONG else 2)
    text = compare(weakened.SealedText, windows=_WEAK_WINDOWS)
    yield Row(
        "answers that change any size: of the file, its log, a ballot",
        "0",
        _showing(found),
        found.showing == 0,
        f"answers sealed as text: {_showing(text)}",
        text.showing > 0,
    )


def places(form: Form) -> Iterator[Row]:
    """Look for a size, or a row, that shows in which of several open windows somebody's answer counts."""
    acts = 40 if form is Form.LONG else 12
    found = compare_places(Respite, acts=acts)
    anew = compare_places(weakened.CountedAnew, acts=acts)
    yield Row(
        "answers of which a size, or a row, shows in which of two open windows they count",
        "0",
        _showing(found),
        found.showing == 0,
        f"a row in the chosen window only: {_showing(anew)}",
        anew.showing > 0,
    )


def _share(score: Score) -> str:
    wrong = f", {score.wrong} named wrongly" if score.wrong else ""
    return f"{score.linked / score.answers:.2f} ({score.linked} of {score.answers}{wrong})"


def _showing(found: Sizes) -> str:
    return f"{found.showing} of {found.compared}"
