"""Private copies of one's own check-ins: kept for whoever asked for that, and for their eyes only."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.services import authority, erasure
from bot.services.authority import Action
from bot.services.keys import WindowKeys
from bot.services.member_keys import MemberKey, MemberKeys, SpoiltRow
from bot.services.people import NOBODY, Person
from bot.services.personal_data import Kind
from bot.services.refusals import Because, Refusal
from bot.services.rules import private_copies
from bot.services.rules.anonymity import Answers
from bot.services.rules.private_copies import Copy, Sheet, SpoiltSheet
from db import Database, Transaction, private_pages
from db.private_pages import Page

KEPT_MONTHS = 24
"""Nothing older is kept. `db/registry.py` says so to members, and no server shortens it."""

FEWEST_WEEKS, USUAL_WEEKS, MOST_WEEKS = 4, 12, 104


class Keeping(StrEnum):
    """How somebody's copies are kept: not at all, readable, under a passphrase, opened by it, or damaged."""

    OFF = "off"
    PLAIN = "plain"
    LOCKED = "locked"
    UNLOCKED = "unlocked"
    SPOILT = "spoilt"


@dataclass(frozen=True, slots=True)
class Kept:
    """All copies that can be read, in the order in which they were added."""

    keeping: Keeping
    copies: tuple[Copy, ...] = ()


@dataclass(frozen=True, slots=True)
class Stored:
    """Somebody's sheet as it lies in the database."""

    member: MemberKey
    sealed: bytes

    def sheet(self) -> Sheet:
        """Return it opened. Raises SpoiltSheet."""
        try:
            return private_copies.unpack(self.member.open(Page.TRENDS, self.sealed))
        except SpoiltRow:
            raise SpoiltSheet("a sheet could not be opened") from None

    def kept(self) -> Kept:
        """Return all copies, or why they cannot be read: `passphrases` opens locked ones."""
        try:
            sheet = self.sheet()
            return Kept(Keeping.LOCKED) if sheet.lock else Kept(Keeping.PLAIN, private_copies.copies(sheet))
        except SpoiltSheet:
            return Kept(Keeping.SPOILT)


@dataclass(frozen=True, slots=True)
class Trends:
    """Somebody's copies of so many weeks, the oldest first. The first day is a Monday, the last is today."""

    keeping: Keeping
    weeks: int
    first_day: date
    last_day: date
    copies: tuple[Copy, ...] = ()


async def keep(database: Database, member_keys: MemberKeys, person: Person) -> None:
    """Keep copies of this person's check-ins from now on. Asking twice is asking once."""
    async with database.transaction() as tx:
        await authority.authorize(tx, Action.KEEP_OWN, person)
        member = await member_keys.of(tx, person.locator)
        if await find(tx, member) is None:
            await save(tx, member, Sheet(person.server_id))


async def erase(database: Database, member_keys: MemberKeys, window_keys: WindowKeys, person: Person) -> None:
    """Keep none any more, and erase what was kept; no passphrase is needed. Refuses where nothing is kept.

    Where nothing else is stored about this person their data key goes too.
    """
    erased = await erasure.erase(database, member_keys, window_keys, person, (Kind.TRENDS,))
    if not erased.entries[Kind.TRENDS]:
        raise Refusal(Because.NOTHING_KEPT)


async def look(
    database: Database, member_keys: MemberKeys, person: Person, *, weeks: int, at: datetime
) -> Trends:
    """Return what this person may see without a passphrase."""
    async with database.transaction() as tx:
        kept = await entries(tx, member_keys.find(person.locator))
        return within(kept, weeks=weeks, today=await today(tx, person, at))


async def keep_copy(
    tx: Transaction,
    member_keys: MemberKeys,
    person: Person,
    window_id: int,
    answers: Answers | None,
    *,
    at: datetime,
) -> bool:
    """Keep a copy of an answer, in the place of an earlier one in the same window, or (None) take it back.

    Returns whether a copy was kept: only for whoever asked for it. A damaged sheet keeps nobody from
    checking in.
    """
    found = None if person.key == NOBODY else await find(tx, await member_keys.held(tx, person.locator))
    if found is None:
        return False
    day = await today(tx, person, at)
    try:
        copy = Copy(day, window_id, answers)
        sheet = private_copies.add(found.sheet(), copy, oldest=oldest_kept(day))
    except SpoiltSheet:
        return False
    await save(tx, found.member, sheet)
    return answers is not None


async def entries(tx: Transaction, member: MemberKey | None) -> Kept:
    """Return all copies of a member, or that there are none, or that they are locked or damaged."""
    found = await find(tx, member)
    return Kept(Keeping.OFF) if found is None else found.kept()


async def forget_old(
    database: Database, member_keys: MemberKeys, oldest: Callable[[int], date], *, dry_run: bool = False
) -> int:
    """Erase copies from before the oldest day that their server (its id is passed) keeps, by whole months.

    Returns how many copies went, or would go; taken-back ones under a passphrase count as well.
    """
    async with database.transaction() as tx:
        owners = await private_pages.list_owners(tx, Page.TRENDS)
    found = await asyncio.to_thread(
        lambda: [locator for locator, member in member_keys.all() if _owner(member) in owners]
    )
    gone = 0
    for locator in found:
        gone += await _forget_old_of(database, member_keys, locator, oldest, dry_run=dry_run)
    if gone and not dry_run:
        await database.forget()
    return gone


def within(kept: Kept, *, weeks: int, today: date) -> Trends:
    """Return the copies of the last so many weeks, of which the running one is the last."""
    first_day = today - timedelta(days=today.weekday(), weeks=weeks - 1)
    shown = (copy for copy in kept.copies if first_day <= copy.day <= today)
    return Trends(kept.keeping, weeks, first_day, today, tuple(sorted(shown, key=lambda copy: copy.day)))


def oldest_kept(today: date) -> date:
    """Return the first day of what is kept at most."""
    year, month = divmod(today.year * 12 + today.month - 1 - KEPT_MONTHS, 12)
    return date(year, month + 1, min(today.day, 28))


async def today(tx: Transaction, person: Person, at: datetime) -> date:
    """Return the day by the clock of the person's server."""
    server = await authority.authorize(tx, Action.KEEP_OWN, person)
    return at.astimezone(ZoneInfo(server.time_zone)).date()


async def find(tx: Transaction, member: MemberKey | None) -> Stored | None:
    """Return somebody's sheet, or None where nothing is kept."""
    if member is None:
        return None
    sealed = await private_pages.find_page(tx, Page.TRENDS, _owner(member))
    return None if sealed is None else Stored(member, sealed)


async def save(tx: Transaction, member: MemberKey, sheet: Sheet) -> None:
    """Put this sheet in the place of the one before. The member is held since that one was read."""
    sealed = member.seal(Page.TRENDS, private_copies.pack(sheet))
    await private_pages.save_page(tx, Page.TRENDS, _owner(member), sealed)


async def _forget_old_of(
    database: Database,
    member_keys: MemberKeys,
    locator: bytes,
    oldest: Callable[[int], date],
    *,
    dry_run: bool,
) -> int:
    async with database.transaction() as tx:
        found = await find(tx, await member_keys.held(tx, locator))
        if found is None:
            return 0  # erased meanwhile
        try:
            sheet = found.sheet()
        except SpoiltSheet:
            return 0
        kept = private_copies.without_older(sheet, oldest(sheet.server_id))
        if kept != sheet and not dry_run:
            await save(tx, found.member, kept)
        return len(sheet.records) - len(kept.records)


def _owner(member: MemberKey) -> bytes:
    return member.index(Page.TRENDS)
