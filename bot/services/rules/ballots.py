"""How one answer is sealed so that it can be counted once, changed, withdrawn, and never traced.

A window has a key of its own that lives outside the database and is destroyed at the close. Before
that, the key is needed to tell whose ballot is whose; after it, nobody can. One answer counts in one
window. In every other window that is open then lies a blank, which nobody without the key can tell from it.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from bot.services.rules.anonymity import CONTINUUM, Answers

KEY_BYTES = 32
TOKEN_BYTES = 16
NONCE_BYTES = 12
LOCATOR_BYTES = 16
_WINDOW_BYTES = 8
_BLANK = bytes(4)


class SpoiltBallot(ValueError):
    """A ballot that the window's key does not open: it was damaged, or forged."""


@dataclass(frozen=True, slots=True)
class Vote:
    """What a ballot says: whose it is, which window counts that person, and there, what they answered."""

    locator: bytes
    counts_in: int
    answers: Answers | None

    @property
    def blank(self) -> bool:
        """Whether this person's answer counts in another window than the one where this lies."""
        return self.answers is None


class BallotBox:
    """Seals and opens the ballots of one window. Holds its key only as long as it is referred to."""

    __slots__ = ("_seal", "_token_key", "_window_id")

    def __init__(self, window_id: int, window_key: bytes) -> None:
        self._window_id = window_id.to_bytes(8, "big")
        self._token_key = _derive(window_key, b"token")
        self._seal = AESGCM(_derive(window_key, b"seal"))

    def token(self, locator: bytes) -> bytes:
        """Return the name under which this person's ballot lies: the same each time in this window."""
        return hmac.digest(self._token_key, locator, sha256)[:TOKEN_BYTES]

    def seal(self, vote: Vote, *, nonce: bytes) -> bytes:
        """Seal a vote. Every ballot has the same length; `nonce` must be new and random."""
        return nonce + self._seal.encrypt(nonce, _pack(vote), self._window_id + self.token(vote.locator))

    def open(self, token: bytes, sealed: bytes) -> Vote:
        """Return the vote. Raises SpoiltBallot for anything that was not sealed here."""
        nonce, ciphertext = sealed[:NONCE_BYTES], sealed[NONCE_BYTES:]
        try:
            return _unpack(self._seal.decrypt(nonce, ciphertext, self._window_id + token))
        except (InvalidTag, ValueError, IndexError):
            raise SpoiltBallot("a ballot could not be opened") from None


def _derive(window_key: bytes, purpose: bytes) -> bytes:
    if len(window_key) != KEY_BYTES:
        raise ValueError("a window's key has 32 bytes")
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose).derive(window_key)


def _pack(vote: Vote) -> bytes:
    if len(vote.locator) != LOCATOR_BYTES:
        raise ValueError("a locator has 16 bytes")
    answers = vote.answers
    steps = (
        _BLANK
        if answers is None
        else bytes((CONTINUUM.index(answers.continuum), answers.energy, answers.load, answers.connection))
    )
    return steps + vote.counts_in.to_bytes(_WINDOW_BYTES, "big") + vote.locator


def _unpack(packed: bytes) -> Vote:
    steps, window, locator = packed[:4], packed[4 : 4 + _WINDOW_BYTES], packed[4 + _WINDOW_BYTES :]
    if len(locator) != LOCATOR_BYTES:
        raise ValueError("a ballot of another length")
    continuum, energy, load, connection = steps
    answers = None if steps == _BLANK else Answers(CONTINUUM[continuum], energy, load, connection)
    return Vote(locator, int.from_bytes(window, "big"), answers)
