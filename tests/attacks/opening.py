"""What ballots say: read as they are, opened with any key that can be found or guessed, or looked up."""

from __future__ import annotations

import hmac
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from bot.services.rules.anonymity import CONTINUUM, Answers
from bot.services.rules.ballots import KEY_BYTES, LOCATOR_BYTES, NONCE_BYTES, TOKEN_BYTES
from tests.attacks.carving import Sighting, pages
from tests.attacks.copies import Copy
from tests.attacks.population import EVERY_ANSWER, packed

_ZEROS = re.compile(rb"\x00{24,}")
_HEX = re.compile(rb"[0-9a-fA-F]{64}")
_PURPOSES = (b"wrap", b"locator", b"check", b"member", b"index", b"token", b"seal")
_VOTE_BYTES = 4 + 8 + LOCATOR_BYTES
_FEWEST_DIFFERENT_BYTES = 20
"""Of 32 random bytes fewer than 20 are different less than once in a million times; of words, mostly."""

Contents = dict[Sighting, Answers]

Identities = Mapping[int, Sequence[bytes]]
"""The forms in which each member may have gone into a fingerprint: Discord id, locator, member key."""


def read(content: bytes) -> Answers | None:
    """Return the answers that these four bytes are, or that a vote begins with; a blank has none."""
    try:
        continuum, energy, load, connection = content[:4] if len(content) == _VOTE_BYTES else content
        return Answers(CONTINUUM[continuum], energy, load, connection)
    except (ValueError, IndexError):
        return None


def plainly(ballots: Sequence[Sighting]) -> Contents:
    """Read what was never sealed."""
    found = ((ballot, read(ballot.content)) for ballot in ballots)
    return {ballot: answers for ballot, answers in found if answers is not None}


def with_keys(ballots: Sequence[Sighting], keys: Iterable[bytes]) -> tuple[Contents, dict[int, bytes]]:
    """Try each key on one ballot of each window, and where it fits on all of them.

    Each is tried as the window's key and as what would be derived from it. Also returns the window's
    keys that were found.
    """
    windows: dict[int, list[Sighting]] = {}
    for ballot in ballots:
        windows.setdefault(ballot.window, []).append(ballot)
    opened: Contents = {}
    found: dict[int, bytes] = {}
    for key in keys:
        for sealing in (derived(key, b"seal"), key):
            box = AESGCM(sealing)
            for window in [number for number, inside in windows.items() if _opened(box, inside[0])]:
                found[window] = key
                contents = ((ballot, _opened(box, ballot)) for ballot in windows.pop(window))
                opened |= {ballot: answers for ballot, answers in contents if answers is not None}
    return opened, found


def by_lookup(
    ballots: Sequence[Sighting], keys: Sequence[bytes], identities: Identities
) -> tuple[Contents, dict[Sighting, int]]:
    """Compare tokens and contents with the fingerprint of every answer of every member under every key.

    A fingerprint names its member as well: the second result.
    """
    wanted: dict[bytes, list[Sighting]] = {}
    for ballot in ballots:
        for part in (ballot.token, ballot.content[:TOKEN_BYTES], ballot.content[NONCE_BYTES:][:TOKEN_BYTES]):
            wanted.setdefault(part, []).append(ballot)
    contents: Contents = {}
    tied: dict[Sighting, int] = {}
    for member, forms in identities.items():
        for answers in EVERY_ANSWER:
            for message in (form + packed(answers) for form in forms):
                digests = [sha256(message).digest(), *(hmac.digest(key, message, sha256) for key in keys)]
                for ballot in (one for digest in digests for one in wanted.get(digest[:TOKEN_BYTES], ())):
                    contents[ballot], tied[ballot] = answers, member
    return contents, tied


def key_files(files: Iterable[bytes]) -> list[bytes]:
    """Return the keys that these files hold, raw or in hexadecimal."""
    found: list[bytes] = []
    for content in files:
        found += [content] if len(content) == KEY_BYTES else []
        found += [bytes.fromhex(text.decode()) for text in _HEX.findall(content)]
    return list(dict.fromkeys(found))


def and_derived(keys: Iterable[bytes]) -> Iterator[bytes]:
    """Yield each key, its fingerprint and everything that the program derives from keys."""
    for key in keys:
        yield from (key, sha256(key).digest())
        yield from (derived(key, purpose) for purpose in _PURPOSES)


def key_like(copies: Sequence[Copy]) -> Iterator[bytes]:
    """Yield every 32 bytes of any page of any copy that might be a key, at any offset, and in hexadecimal."""
    seen: set[bytes] = set()
    for page in (page for copy in copies for _, _, page in pages(copy)):
        if page in seen:
            continue
        seen.add(page)
        yield from (bytes.fromhex(text.decode()) for text in _HEX.findall(page))
        for piece in _ZEROS.split(page):
            for start in range(len(piece) - KEY_BYTES + 1):
                key = piece[start : start + KEY_BYTES]
                if key not in seen and len(set(key)) >= _FEWEST_DIFFERENT_BYTES:
                    seen.add(key)
                    yield key


def derived(key: bytes, purpose: bytes) -> bytes:
    """Derive as the program does (HKDF with SHA-256), many times faster than through its library."""
    extracted = hmac.digest(bytes(32), key, sha256)
    return hmac.digest(extracted, purpose + b"\x01", sha256)


def _opened(box: AESGCM, ballot: Sighting) -> Answers | None:
    nonce, sealed = ballot.content[:NONCE_BYTES], ballot.content[NONCE_BYTES:]
    try:
        return read(box.decrypt(nonce, sealed, ballot.window.to_bytes(8, "big") + ballot.token))
    except (InvalidTag, ValueError):
        return None
