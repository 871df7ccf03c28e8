"""Sealed ballots: what opens, what does not, and what a thief of the rows is left with."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from hashlib import sha256
from itertools import product

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from hypothesis import given
from hypothesis import strategies as st

from bot.services.rules.anonymity import Answers, Continuum
from bot.services.rules.ballots import BallotBox, SpoiltBallot, Vote

SCALES = st.integers(1, 5)
ANSWERS = st.builds(Answers, st.sampled_from(Continuum), SCALES, SCALES, SCALES)
WINDOWS = st.integers(1, 2**63 - 1)
WINDOW_KEYS = st.binary(min_size=32, max_size=32)
LOCATORS = st.binary(min_size=16, max_size=16)
VOTES = st.builds(Vote, LOCATORS, WINDOWS, st.none() | ANSWERS)
NONCES = st.binary(min_size=12, max_size=12)


@dataclass(frozen=True)
class Cast:
    """One ballot as it lies in the database, and the box that it belongs to."""

    window_id: int
    window_key: bytes
    token: bytes
    sealed: bytes

    @property
    def box(self) -> BallotBox:
        return BallotBox(self.window_id, self.window_key)


@st.composite
def casts(draw: st.DrawFn) -> Cast:
    """Any ballot of anybody in any window."""
    window_id, window_key = draw(WINDOWS), draw(WINDOW_KEYS)
    box = BallotBox(window_id, window_key)
    vote = draw(VOTES)
    return Cast(window_id, window_key, box.token(vote.locator), box.seal(vote, nonce=draw(NONCES)))


def derived(window_key: bytes, purpose: bytes) -> bytes:
    """One of the two keys that docs/privacy.md derives from a window's key."""
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose).derive(window_key)


@given(WINDOWS, WINDOW_KEYS, VOTES, NONCES)
def test_what_was_sealed_is_what_is_counted(
    window_id: int, window_key: bytes, vote: Vote, nonce: bytes
) -> None:
    box = BallotBox(window_id, window_key)
    token = box.token(vote.locator)
    assert BallotBox(window_id, window_key).open(token, box.seal(vote, nonce=nonce)) == vote
    assert vote.blank is (vote.answers is None)


def test_every_ballot_has_the_same_length_and_so_has_a_blank() -> None:
    box = BallotBox(1, bytes(32))
    everything = (Answers(*row) for row in product(Continuum, *[range(1, 6)] * 3))
    votes = [Vote(bytes(16), 1, answers) for answers in everything]
    votes += [Vote(bytes(16), window, None) for window in (1, 255, 2**63 - 1)]
    assert {len(box.seal(vote, nonce=bytes(12))) for vote in votes} == {56}


@given(st.binary(max_size=40).filter(lambda locator: len(locator) != 16))
def test_a_ballot_is_for_whoever_has_a_locator(locator: bytes) -> None:
    with pytest.raises(ValueError, match="16 bytes"):
        BallotBox(1, bytes(32)).seal(Vote(locator, 1, None), nonce=bytes(12))


@given(WINDOWS, WINDOW_KEYS, LOCATORS)
def test_a_person_has_one_token_in_a_window(window_id: int, window_key: bytes, locator: bytes) -> None:
    tokens = {BallotBox(window_id, window_key).token(locator) for _ in range(3)}
    assert {len(token) for token in tokens} == {16}
    assert len(tokens) == 1


@given(st.lists(WINDOW_KEYS, min_size=2, max_size=4, unique=True), st.sets(LOCATORS, min_size=2, max_size=4))
def test_tokens_differ_between_windows_and_between_people(
    window_keys: list[bytes], locators: set[bytes]
) -> None:
    tokens = {
        BallotBox(number, window_key).token(locator)
        for number, window_key in enumerate(window_keys)
        for locator in locators
    }
    assert len(tokens) == len(window_keys) * len(locators)
    assert not tokens & locators


@given(casts(), LOCATORS)
def test_a_ballot_moved_to_another_person_is_spoilt(cast: Cast, locator: bytes) -> None:
    token = cast.box.token(locator)
    if token != cast.token:
        with pytest.raises(SpoiltBallot):
            cast.box.open(token, cast.sealed)


@given(casts(), WINDOWS)
def test_a_ballot_moved_to_another_window_is_spoilt_even_under_the_same_key(cast: Cast, other: int) -> None:
    if other != cast.window_id:
        with pytest.raises(SpoiltBallot):
            BallotBox(other, cast.window_key).open(cast.token, cast.sealed)


@given(casts(), WINDOW_KEYS)
def test_a_ballot_does_not_open_under_another_key(cast: Cast, window_key: bytes) -> None:
    if window_key != cast.window_key:
        with pytest.raises(SpoiltBallot):
            BallotBox(cast.window_id, window_key).open(cast.token, cast.sealed)


@given(casts(), st.integers(0, 8 * 56 - 1))
def test_a_ballot_with_any_flipped_bit_is_spoilt(cast: Cast, bit: int) -> None:
    flipped = (int.from_bytes(cast.sealed, "big") ^ (1 << bit)).to_bytes(56, "big")
    with pytest.raises(SpoiltBallot):
        cast.box.open(cast.token, flipped)


@given(casts(), st.integers(0, 55), st.binary(max_size=40))
def test_a_ballot_that_is_cut_or_has_grown_is_spoilt(cast: Cast, end: int, more: bytes) -> None:
    with pytest.raises(SpoiltBallot):
        cast.box.open(cast.token, cast.sealed[:end])
    if more:
        with pytest.raises(SpoiltBallot):
            cast.box.open(cast.token, cast.sealed + more)


@given(casts(), st.binary(max_size=40), st.binary(max_size=80))
def test_any_bytes_at_all_are_spoilt_and_nothing_worse(cast: Cast, token: bytes, sealed: bytes) -> None:
    with pytest.raises(SpoiltBallot):
        cast.box.open(token, sealed)


@given(WINDOWS, WINDOW_KEYS, VOTES, NONCES)
def test_a_ballot_is_made_as_the_privacy_page_says(
    window_id: int, window_key: bytes, vote: Vote, nonce: bytes
) -> None:
    box = BallotBox(window_id, window_key)
    token = hmac.digest(derived(window_key, b"token"), vote.locator, sha256)[:16]
    assert box.token(vote.locator) == token
    sealed = box.seal(vote, nonce=nonce)
    bound_to = window_id.to_bytes(8, "big") + token
    packed = AESGCM(derived(window_key, b"seal")).decrypt(nonce, sealed[12:], bound_to)
    assert (len(packed), packed[4:12], packed[12:]) == (28, vote.counts_in.to_bytes(8, "big"), vote.locator)


@given(casts(), st.binary(max_size=8) | st.binary(min_size=28, max_size=28), NONCES)
def test_nonsense_sealed_under_the_right_key_is_a_vote_or_spoilt(
    cast: Cast, nonsense: bytes, nonce: bytes
) -> None:
    bound_to = cast.window_id.to_bytes(8, "big") + cast.token
    sealed = nonce + AESGCM(derived(cast.window_key, b"seal")).encrypt(nonce, nonsense, bound_to)
    try:
        opened = cast.box.open(cast.token, sealed)
    except SpoiltBallot:
        return
    assert nonsense[12:] == opened.locator
    answers = opened.answers
    steps = (0, 0, 0) if answers is None else (answers.energy, answers.load, answers.connection)
    assert tuple(nonsense[1:4]) == steps


@given(st.binary(max_size=64).filter(lambda key: len(key) != 32))
def test_a_box_is_not_made_with_half_a_key(window_key: bytes) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        BallotBox(1, window_key)
