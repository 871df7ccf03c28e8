"""Proofs about private copies: what whoever has every file and key reads of them, and what nobody does."""

from __future__ import annotations

from collections.abc import Iterator

from tests.attacks.private_copies import (
    EARLY,
    LATE,
    PLAIN,
    keep_a_diary,
    read_by_operator,
    read_by_thief,
    under_the_data_key,
)
from tests.prove.proof import Form, Row

_WINDOWS = {Form.SHORT: 2, Form.LONG: 12}

Places = set[tuple[int, int]]


def private_copies(form: Form) -> Iterator[Row]:
    """Let seven people keep copies, and read whatever can be read."""
    diary, operator = keep_a_diary(windows=_WINDOWS[form])
    weak_diary, weak_operator = keep_a_diary(windows=2, weakened=under_the_data_key)
    ever = read_by_operator(diary, operator, from_the_beginning=True)
    later = read_by_operator(diary, operator, from_the_beginning=False)
    weak = read_by_operator(weak_diary, weak_operator, from_the_beginning=False)
    everything = set(diary.truth)
    plain = {place for place in everything if place[0] in PLAIN}
    locked = {place for place in everything if place[0] in (*LATE, *EARLY)}
    weak_locked = {place for place in weak_diary.truth if place[0] in (*LATE, *EARLY)}
    stolen = read_by_thief(diary)
    yield Row(
        "private copies, read by a thief of the database, its log and every backup",
        "0",
        _share(stolen, everything),
        not stolen,
        f"the same with every key, and no passphrase: {_share(ever, plain)}",
        ever >= plain,
    )
    yield Row(
        "private copies under a passphrase, read by the operator with every key and every backup since then",
        "0",
        _share(later, locked),
        not later & locked,
        f"locked under a key of the program: {_share(weak, weak_locked)}",
        weak >= weak_locked,
    )
    yield Row(
        "private copies from before a passphrase was set, read by the operator with older backups",
        "none: said openly, expected 1.00",
        f"{_share(ever, diary.before)}; of later ones: {len(ever & (locked - diary.before))}",
        ever & locked == diary.before,
        "shows that the same attack reads copies as soon as nothing is locked",
    )


def _share(read: Places, of: Places) -> str:
    return f"{len(read & of) / len(of):.2f} ({len(read & of)} of {len(of)})"
