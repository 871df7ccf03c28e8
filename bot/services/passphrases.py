"""The passphrase that a member may set on their private copies: set, changed, removed, and tried.

Nobody can open copies whose passphrase is forgotten. Tries are counted in memory and stored nowhere.
"""

from __future__ import annotations

import asyncio
import unicodedata
from collections.abc import Callable
from datetime import datetime, timedelta

from bot.services import trends
from bot.services.member_keys import MemberKeys
from bot.services.people import Person
from bot.services.refusals import Because, Refusal
from bot.services.rules import private_copies
from bot.services.rules.private_copies import Sheet, SpoiltSheet, Unlocked, WrongPassphrase
from bot.services.trends import Keeping, Kept, Stored, Trends
from db import Database

SHORTEST, LONGEST = 10, 200
"""Fewest and most characters of a passphrase."""

MOST_TRIES, SPAN = 5, timedelta(minutes=10)
"""So many tries without success in so long a time, for each member."""


class Passphrases:
    """Tries and changes passphrases, one at a time: each takes a quarter of a second and 64 MiB."""

    def __init__(self, database: Database, member_keys: MemberKeys) -> None:
        self._database = database
        self._member_keys = member_keys
        self._turn = asyncio.Lock()
        self._tries: dict[bytes, list[datetime]] = {}

    async def unlock(self, person: Person, passphrase: str, *, weeks: int, at: datetime) -> Trends:
        """Return what the passphrase opens of the last weeks. Refuses a wrong one."""
        kept = await self.read(person, passphrase, at=at)
        async with self._database.transaction() as tx:
            return trends.within(kept, weeks=weeks, today=await trends.today(tx, person, at))

    async def read(self, person: Person, passphrase: str, *, at: datetime) -> Kept:
        """Return all copies, and rid their sheet of what was replaced or taken back. Refuses a wrong one."""
        found: list[Unlocked] = []

        def tidied(sheet: Sheet) -> Sheet:
            found.append(private_copies.unlock(sheet, _tidy(passphrase)))
            return found[-1].kept_locked

        sheet = await self._rewrite(person, tidied, at)
        keeping = Keeping.PLAIN if sheet.lock is None else Keeping.UNLOCKED
        return Kept(keeping, private_copies.copies(found[-1].plain))

    async def protect(self, person: Person, passphrase: str, again: str, *, at: datetime) -> None:
        """Set a passphrase. Refuses a short one, one that was typed in two ways, and where there is one."""
        new = _chosen(passphrase, again)

        def locked(sheet: Sheet) -> Sheet:
            if sheet.lock is not None:
                raise Refusal(Because.PASSPHRASE_IS_SET)
            return private_copies.lock(sheet, new)

        await self._rewrite(person, locked, at)

    async def change(self, person: Person, old: str, passphrase: str, again: str, *, at: datetime) -> None:
        """Set another passphrase, and other keys with it. Refuses a wrong old one."""
        new = _chosen(passphrase, again)
        await self._rewrite(person, lambda sheet: private_copies.lock(_opened(sheet, old), new), at)

    async def remove(self, person: Person, old: str, *, at: datetime) -> None:
        """Go on without a passphrase. Refuses a wrong one."""
        await self._rewrite(person, lambda sheet: _opened(sheet, old), at)

    async def _rewrite(self, person: Person, change: Callable[[Sheet], Sheet], at: datetime) -> Sheet:
        """Put a changed sheet in the place of the one before, and return it."""
        self._count(person.locator, at)
        try:
            async with self._turn:
                while (sheet := await self._attempt(person, change, at)) is None:
                    pass
        except WrongPassphrase:
            raise Refusal(Because.WRONG_PASSPHRASE) from None
        except SpoiltSheet:
            raise Refusal(Because.TRENDS_SPOILT) from None
        self._tries.pop(person.locator, None)
        await self._database.forget()
        return sheet

    async def _attempt(self, person: Person, change: Callable[[Sheet], Sheet], at: datetime) -> Sheet | None:
        """Change the sheet outside of any transaction. None: the person has checked in meanwhile."""
        async with self._database.transaction() as tx:
            before = _required(await trends.find(tx, self._member_keys.find(person.locator)))
            oldest = trends.oldest_kept(await trends.today(tx, person, at))
        sheet = before.sheet()
        after = await asyncio.to_thread(change, private_copies.without_older(sheet, oldest))
        if after != sheet:
            async with self._database.transaction() as tx:
                held = await self._member_keys.held(tx, person.locator)
                now = _required(await trends.find(tx, held))
                if now.sealed != before.sealed:
                    return None
                await trends.save(tx, now.member, after)
        return after

    def _count(self, locator: bytes, at: datetime) -> None:
        """Count one more try. Refuses where there were too many lately."""
        lately = {
            who: [moment for moment in tried if at - moment < SPAN] for who, tried in self._tries.items()
        }
        self._tries = {who: tried for who, tried in lately.items() if tried}
        tried = self._tries.setdefault(locator, [])
        if len(tried) >= MOST_TRIES:
            raise Refusal(Because.TOO_MANY_TRIES, most=MOST_TRIES, minutes=SPAN.seconds // 60)
        tried.append(at)


def _required(found: Stored | None) -> Stored:
    if found is None:
        raise Refusal(Because.NOTHING_KEPT)
    return found


def _opened(sheet: Sheet, passphrase: str) -> Sheet:
    if sheet.lock is None:
        raise Refusal(Because.NO_PASSPHRASE)
    return private_copies.unlock(sheet, _tidy(passphrase)).plain


def _chosen(passphrase: str, again: str) -> str:
    new = _tidy(passphrase)
    if new != _tidy(again):
        raise Refusal(Because.PASSPHRASES_DIFFER)
    if not SHORTEST <= len(new) <= LONGEST:
        raise Refusal(Because.PASSPHRASE_LENGTH, fewest=SHORTEST, most=LONGEST)
    return new


def _tidy(passphrase: str) -> str:
    """Return a passphrase as any keyboard means it: one form for each letter, single spaces."""
    return " ".join(unicodedata.normalize("NFKC", passphrase).split())
