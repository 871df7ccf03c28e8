"""Whoever looks for traces finds those that were planted, in every spelling and in the middle of anything."""

from __future__ import annotations

from base64 import b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.secrecy.traces import places, spellings, wordings

PERSON, SOMEBODY_ELSE = 1_203_040_506_070_809_101, 1_203_040_506_070_809_102


@pytest.mark.parametrize("spelling", spellings(PERSON))
def test_an_id_is_found_in_every_spelling_and_nobody_elses_is(spelling: bytes) -> None:
    files = {"file": b"before" + spelling + b"behind", "clean": b"nothing"}
    assert places(spellings(PERSON), files) == ["file"]
    assert places([str(SOMEBODY_ELSE).encode()], files) == []


@given(st.binary(max_size=30), st.binary(max_size=30))
def test_an_id_or_a_word_inside_of_something_in_base64_is_found(before: bytes, behind: bytes) -> None:
    for inside in (str(PERSON).encode(), PERSON.to_bytes(8, "big"), PERSON.to_bytes(8, "little")):
        assert places(spellings(PERSON), {"file": b64encode(before + inside + behind)}) == ["file"]
    assert places(wordings("zq00001xw"), {"file": b64encode(before + b"zq00001xw" + behind)}) == ["file"]


def test_a_name_of_a_file_counts_as_well() -> None:
    assert places(spellings(PERSON), {f"{PERSON}.log": b""}) == [f"{PERSON}.log"]
