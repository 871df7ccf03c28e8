"""Designs that were weakened on purpose, so that each attack can be seen to succeed. Nobody runs these."""

from __future__ import annotations

import hmac
import json
import secrets
import sqlite3
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from bot.services import ballots, checkins
from bot.services.keys import WindowKeys
from bot.services.refusals import Because, Refusal
from bot.services.rules.anonymity import FLOOR, Answers, Release, release
from bot.services.rules.ballots import Vote
from db import checkins as stored
from tests.attacks.copies import DATABASE
from tests.attacks.designs import Respite
from tests.attacks.population import packed


class KeptKeys(WindowKeys):
    """Keys that outlive their window."""

    def destroy(self, window_id: int) -> None:
        """Forget to destroy the key."""


class UnlinkedKeys(WindowKeys):
    """Keys whose name is removed, while their bytes stay where they were."""

    def destroy(self, window_id: int) -> None:
        self._path(window_id).unlink(missing_ok=True)


class OneKeyForAll(WindowKeys):
    """The same key for every window of an installation."""

    def create(self, window_id: int) -> bytes:
        super().create(window_id)
        first = self._folder.parent / "first.key"
        if not first.exists():
            first.write_bytes(secrets.token_bytes(32))
        self._path(window_id).write_bytes(first.read_bytes())
        return first.read_bytes()


def kept_keys(folder: Path) -> Respite:
    """Make the real thing, but for keys that are never destroyed."""
    return Respite(folder, KeptKeys)


def unlinked_keys(folder: Path) -> Respite:
    """Make the real thing, but for keys that are not overwritten."""
    return Respite(folder, UnlinkedKeys)


def one_key_for_all(folder: Path) -> Respite:
    """Make the real thing, but for windows that share a key."""
    return Respite(folder, OneKeyForAll)


class CountedAnew(Respite):
    """The real thing, but for answers: each window counts them, whatever the others have counted."""

    async def answer(self, window: int, member: int, answers: Answers, at: datetime) -> None:
        house, person = self.house, self.person(member)
        box = ballots.box_of(house.window_keys, window)
        if box is None or window not in await checkins.windows_open_to(house.database, person, at=at):
            raise Refusal(Because.WINDOW_CLOSED)
        ballot = ballots.sealed_in(box, Vote(person.locator, window, answers))
        async with house.database.transaction() as tx:
            await stored.save_ballots(tx, [(window, ballot)])


class NamelessRows:
    """Rows without a name but with a running number, as one would first write it down.

    The token stands for the member by a secret that no thief has. It is how a change finds its row.
    """

    def __init__(self, folder: Path) -> None:
        self.keys = folder / "keys"
        self._file = folder / DATABASE
        self._pepper = secrets.token_bytes(32)
        self._truth: dict[int, dict[int, Answers]] = {}
        self._database: sqlite3.Connection

    async def start(self, members: Sequence[int]) -> None:
        self._database = sqlite3.connect(self._file, isolation_level=None)
        self._database.execute("PRAGMA journal_mode = WAL")
        self._database.execute(
            "CREATE TABLE IF NOT EXISTS answer"
            " (id INTEGER PRIMARY KEY AUTOINCREMENT, window_id INTEGER, token BLOB, content BLOB)"
        )

    async def stop(self) -> None:
        self._database.close()

    async def open_window(self, at: datetime, *, days: int) -> int:
        window = len(self._truth) + 1
        self._truth[window] = {}
        return window

    async def answer(self, window: int, member: int, answers: Answers, at: datetime) -> None:
        self._truth[window][member] = answers
        token = hmac.digest(self._pepper, f"{window} {member}".encode(), sha256)[:16]
        self._database.execute("DELETE FROM answer WHERE token = ?", (token,))
        self._database.execute(
            "INSERT INTO answer (window_id, token, content) VALUES (?, ?, ?)",
            (window, token, self.content(member, answers)),
        )

    async def close(self, at: datetime) -> None:
        """Keep everything: the rows hold no name, after all."""

    async def cancel(self) -> None:
        """Keep everything here too."""

    async def released(self, window: int) -> Release | None:
        return release(list(self._truth[window].values()), minimum=FLOOR)

    def content(self, member: int, answers: Answers) -> bytes:
        """Return what is stored of an answer."""
        return packed(answers)


class Fingerprints(NamelessRows):
    """Instead of an answer, a fingerprint of who gave which: one can look it up, but not read it."""

    def content(self, member: int, answers: Answers) -> bytes:
        return sha256(str(member).encode() + packed(answers)).digest()


class SealedText(NamelessRows):
    """Answers sealed as text: nobody reads them, but a long word makes a long ballot."""

    def content(self, member: int, answers: Answers) -> bytes:
        nonce = secrets.token_bytes(12)
        return nonce + AESGCM(self._pepper).encrypt(nonce, json.dumps(asdict(answers)).encode(), None)


def whole_histogram(counts: tuple[int, ...]) -> tuple[int, ...]:
    """Publish how many took each step of the continuum, however few they are."""
    return counts


def live_mean(moods: tuple[int, ...], closed: bool) -> float | None:
    """Publish the mean of the continuum from the fifth answer on, while others still answer."""
    return round(sum(moods) / len(moods), 2) if len(moods) >= FLOOR else None
