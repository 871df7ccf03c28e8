"""How one answer is sealed so that it can be counted once, changed, withdrawn, and never traced.

A window has a key of its own that lives outside the database and is destroyed at the close. Before
that, the key is needed to tell whose ballot is whose; after it, nobody can.
"""

from __future__ import annotations

import hmac
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from bot.services.rules.anonymity import CONTINUUM, Answers

KEY_BYTES = 32
TOKEN_BYTES = 16
NONCE_BYTES = 12


class SpoiltBallot(ValueError):
    """A ballot that the window's key does not open: it was damaged, or forged."""


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

    def seal(self, token: bytes, answers: Answers, *, nonce: bytes) -> bytes:
        """Seal the answers. Every ballot has the same length; `nonce` must be new and random."""
        return nonce + self._seal.encrypt(nonce, _pack(answers), self._window_id + token)

    def open(self, token: bytes, sealed: bytes) -> Answers:
        """Return the answers. Raises SpoiltBallot for anything that was not sealed here."""
        nonce, ciphertext = sealed[:NONCE_BYTES], sealed[NONCE_BYTES:]
        try:
            return _unpack(self._seal.decrypt(nonce, ciphertext, self._window_id + token))
        except (InvalidTag, ValueError, IndexError):
            raise SpoiltBallot("a ballot could not be opened") from None


def _derive(window_key: bytes, purpose: bytes) -> bytes:
    if len(window_key) != KEY_BYTES:
        raise ValueError("a window's key has 32 bytes")
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose).derive(window_key)


def _pack(answers: Answers) -> bytes:
    return bytes((CONTINUUM.index(answers.continuum), answers.energy, answers.load, answers.connection))


def _unpack(packed: bytes) -> Answers:
    continuum, energy, load, connection = packed
    return Answers(CONTINUUM[continuum], energy, load, connection)
