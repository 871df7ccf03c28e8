"""Reminders whose time has come: claimed first, then said, at most once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.services import reminder_rows
from bot.services.member_keys import MemberKey, MemberKeys
from bot.services.practices import Library, when_each
from bot.services.reminder_rows import Reminder
from bot.services.rules.practices import Taste, choose
from bot.services.rules.reminders import Turn, turn
from db import Database, Transaction, reminders
from db.reminders import TABLE, ReminderRow

AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Delivery:
    """A reminder that is to be said now, once."""

    reminder: Reminder
    practice_id: str | None
    asks: bool


async def claim_due(
    database: Database, member_keys: MemberKeys, library: Library, *, at: datetime
) -> Sequence[Delivery]:
    """Move every reminder whose time has come on to its next one, and return those that are to be said.

    What is returned is said at most once: a reminder that is cut short by a crash is left out rather than
    repeated.
    """
    async with database.transaction() as tx:
        due = await reminders.list_due_reminders(tx, at, AT_ONCE)
    deliveries: list[Delivery] = []
    for row in due:
        member = await member_keys.owner_of(TABLE, row.owner)
        async with database.transaction() as tx:
            if member is None:  # a row that an old backup brought back: its key is gone for good
                await reminders.delete_reminder(tx, row.owner, row.slot)
                continue
            said = await _claim(tx, member_keys, member, row, library, at)
        if said is not None:
            deliveries.append(said)
    return deliveries


async def _claim(
    tx: Transaction,
    member_keys: MemberKeys,
    member: MemberKey,
    row: ReminderRow,
    library: Library,
    at: datetime,
) -> Delivery | None:
    found = reminder_rows.opened(member, row)
    locator = member_keys.locate(found.server_id, found.user_id)
    if await member_keys.held(tx, locator) is None:
        return None
    now = await reminders.find_reminder(tx, row.owner, row.slot)
    if now is None or now.next_run_at is None or now.next_run_at > at:
        return None
    found = reminder_rows.opened(member, now)
    settings = await reminder_rows.settings_of(tx, member, found.server_id)
    due = now.next_run_at.astimezone(ZoneInfo(settings.time_zone))
    said_today = sum(
        each.said
        for each in (await reminder_rows.of_member(tx, member)).values()
        if each.said_on == due.date()
    )
    decided = turn(
        now.next_run_at, at, due.time(), settings.limits, said_today=said_today, ignored=found.ignored
    )
    moved = reminder_rows.scheduled(found, settings, at)
    if decided is Turn.REST:
        moved = replace(moved, next_run_at=None)
    elif decided is not Turn.LEAVE_OUT:
        today = found.said + 1 if found.said_on == due.date() else 1
        moved = replace(moved, ignored=found.ignored + 1, said=today, said_on=due.date())
    await reminder_rows.save(tx, member, moved)
    if decided in {Turn.REST, Turn.LEAVE_OUT}:
        return None
    return Delivery(found, _practice(library, found, due.date()), asks=decided is Turn.ASK)


def _practice(library: Library, found: Reminder, day: date) -> str | None:
    """Choose what is offered, another one each day; None where the member's own step is what it is about."""
    if found.step is not None:
        return None
    fitting = [
        each
        for each in library.fitting(found.theme, None) or library.all
        if found.when is None or found.when in each.when
    ]
    return choose(when_each(fitting or library.all), Taste(), salt=f"{found.user_id}{found.slot}{day}")
