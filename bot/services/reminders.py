"""Personal reminders: made, minded, ended, and following what a member chose for themselves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta

from bot.services import authority, member_settings, reminder_rows
from bot.services.authority import Action
from bot.services.member_keys import MemberKey, MemberKeys
from bot.services.member_settings import Settings
from bot.services.people import Person
from bot.services.practices import Library
from bot.services.refusals import Because, Refusal
from bot.services.reminder_rows import Reminder
from bot.services.rules.reminders import around_sessions
from db import Database, Transaction, reminders
from db.reminders import TABLE

MOST = 12
"""Reminders that somebody makes by hand; those around sessions come on top."""

SESSION_SLOTS = range(21, 41)
SNOOZE = timedelta(minutes=30)


async def remind(
    database: Database,
    member_keys: MemberKeys,
    library: Library,
    person: Person,
    user_id: int,
    *,
    days: frozenset[int],
    at_time: time,
    theme: str | None = None,
    step: str | None = None,
    at: datetime,
) -> Reminder:
    """Keep a new reminder. It comes as a note until the member says that direct messages are welcome.

    Raises: Refusal for an unknown theme, or when there are too many.
    """
    if theme is not None and theme not in library.themes:
        raise Refusal(Because.UNKNOWN_THEME)
    async with database.transaction() as tx:
        server = await authority.authorize(tx, Action.KEEP_OWN, person)
        member = await member_keys.of(tx, person.locator)
        settings = await member_settings.read(tx, member, server.time_zone)
        taken = await reminder_rows.of_member(tx, member)
        free = [slot for slot in range(1, MOST + 1) if slot not in taken]
        if not free:
            raise Refusal(Because.TOO_MANY_REMINDERS, most=MOST)
        made = Reminder(
            slot=free[0],
            days=days,
            at=at_time,
            theme=theme,
            when=None,
            step=step,
            user_id=user_id,
            server_id=person.server_id,
            directly=any(each.directly for each in taken.values()),
        )
        return await reminder_rows.save(tx, member, reminder_rows.scheduled(made, settings, at))


async def listed(database: Database, member_keys: MemberKeys, person: Person) -> Sequence[Reminder]:
    """Return the person's reminders."""
    async with database.transaction() as tx:
        await authority.authorize(tx, Action.KEEP_OWN, person)
        member = member_keys.find(person.locator)
        return [] if member is None else list((await reminder_rows.of_member(tx, member)).values())


async def remove(database: Database, member_keys: MemberKeys, locator: bytes, slot: int) -> None:
    """End one of the member's reminders. Raises: Refusal when it has ended already."""
    async with database.transaction() as tx:
        member = await member_keys.held(tx, locator)
        if member is None or not await reminders.delete_reminder(tx, member.index(TABLE), slot):
            raise Refusal(Because.NO_SUCH_REMINDER)
    await database.forget()


async def write_directly(
    database: Database, member_keys: MemberKeys, person: Person, *, directly: bool
) -> Sequence[Reminder]:
    """Note that reminders may, or may not any more, come as direct messages."""
    async with database.transaction() as tx:
        member = await member_keys.held(tx, person.locator)
        found = [] if member is None else list((await reminder_rows.of_member(tx, member)).values())
        if member is None or not found:
            raise Refusal(Because.NO_SUCH_REMINDER)
        return [await reminder_rows.save(tx, member, replace(each, directly=directly)) for each in found]


async def answer(
    database: Database, member_keys: MemberKeys, locator: bytes, slot: int, *, snooze: bool, at: datetime
) -> Reminder:
    """Note that somebody minded a reminder, and let it come again in half an hour if they want that."""
    async with database.transaction() as tx:
        member = await member_keys.held(tx, locator)
        row = None if member is None else await reminders.find_reminder(tx, member.index(TABLE), slot)
        if member is None or row is None:
            raise Refusal(Because.NO_SUCH_REMINDER)
        found = reminder_rows.opened(member, row)
        settings = await reminder_rows.settings_of(tx, member, found.server_id)
        minded = reminder_rows.scheduled(replace(found, ignored=0), settings, at)
        if snooze:
            minded = replace(minded, next_run_at=at + SNOOZE)
        return await reminder_rows.save(tx, member, minded)


async def change_settings(
    database: Database,
    member_keys: MemberKeys,
    person: Person,
    user_id: int,
    changes: member_settings.Changes,
    *,
    at: datetime,
) -> Settings:
    """Keep a member's settings, and let their reminders follow: the zone, and those around sessions."""
    async with database.transaction() as tx:
        server = await authority.authorize(tx, Action.KEEP_OWN, person)
        member = await member_keys.of(tx, person.locator)
        settings = await member_settings.change(tx, member, server.time_zone, changes)
        found = await reminder_rows.of_member(tx, member)
        for each in found.values():
            if each.slot not in SESSION_SLOTS:
                await reminder_rows.save(tx, member, reminder_rows.scheduled(each, settings, at))
        if changes.sessions is not None or changes.time_zone is not None:
            directly = any(each.directly for each in found.values())
            await _renew_sessions(tx, member, settings, person.server_id, user_id, directly, at)
        return settings


async def _renew_sessions(
    tx: Transaction,
    member: MemberKey,
    settings: Settings,
    server_id: int,
    user_id: int,
    directly: bool,
    at: datetime,
) -> None:
    for slot in SESSION_SLOTS:
        await reminders.delete_reminder(tx, member.index(TABLE), slot)
    if not settings.session_days:
        return
    for slot, (when, at_time) in zip(SESSION_SLOTS, around_sessions(settings.sessions), strict=False):
        made = Reminder(slot, settings.session_days, at_time, None, when, None, user_id, server_id, directly)
        await reminder_rows.save(tx, member, reminder_rows.scheduled(made, settings, at))
