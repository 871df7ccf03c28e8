"""How a personal reminder is stored: all of it sealed under its member's data key, but for when it is due."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import Any

from bot.services import member_settings
from bot.services.member_keys import MemberKey
from bot.services.member_settings import Settings
from bot.services.rules.practices import When
from bot.services.rules.recurrence import Recurrence, next_after
from db import Transaction, reminders, servers
from db.reminders import TABLE, ReminderRow

_BLOCK = 512


@dataclass(frozen=True, slots=True)
class Reminder:
    """What a member wants to be reminded of, and how.

    `user_id` is how they are reached; it stands in the sealed part only. `directly`: by direct message,
    which they said yes to. `step` is one of their own small steps instead of a practice.
    """

    slot: int
    days: frozenset[int]
    at: time
    theme: str | None
    when: When | None
    step: str | None
    user_id: int
    server_id: int
    directly: bool
    next_run_at: datetime | None = None
    ignored: int = 0
    said: int = 0
    said_on: date | None = None


def scheduled(found: Reminder, settings: Settings, at: datetime) -> Reminder:
    """Return the reminder with its next moment after `at`, by the member's own clock."""
    return replace(found, next_run_at=next_after(Recurrence(found.days, found.at, settings.time_zone), at))


async def settings_of(tx: Transaction, member: MemberKey, server_id: int) -> Settings:
    """Return the settings that hold for a member, also after the server is gone."""
    server = await servers.find_server(tx, server_id)
    return await member_settings.read(tx, member, "UTC" if server is None else server.time_zone)


async def of_member(tx: Transaction, member: MemberKey) -> Mapping[int, Reminder]:
    """Return a member's reminders by their slots."""
    rows = await reminders.list_reminders(tx, member.index(TABLE))
    return {row.slot: opened(member, row) for row in rows}


async def save(tx: Transaction, member: MemberKey, found: Reminder) -> Reminder:
    """Keep a reminder in its slot, in a transaction that holds the member."""
    content: dict[str, Any] = {
        "days": sorted(found.days),
        "at": found.at.isoformat("minutes"),
        "theme": found.theme,
        "when": found.when,
        "step": found.step,
        "user": found.user_id,
        "server": found.server_id,
        "directly": found.directly,
        "ignored": found.ignored,
        "said": found.said,
        "said_on": None if found.said_on is None else found.said_on.isoformat(),
    }
    text = json.dumps(content, ensure_ascii=False).encode()
    padded = text.ljust(-(-len(text) // _BLOCK) * _BLOCK)
    row = ReminderRow(member.index(TABLE), found.slot, found.next_run_at, member.seal(TABLE, padded))
    await reminders.save_reminder(tx, row)
    return found


def opened(member: MemberKey, row: ReminderRow) -> Reminder:
    """Return what is sealed in a row. Raises: SpoiltRow."""
    content: dict[str, Any] = json.loads(member.open(TABLE, row.sealed))
    said_on: str | None = content["said_on"]
    return Reminder(
        slot=row.slot,
        days=frozenset(content["days"]),
        at=time.fromisoformat(content["at"]),
        theme=content["theme"],
        when=None if content["when"] is None else When(content["when"]),
        step=content["step"],
        user_id=content["user"],
        server_id=content["server"],
        directly=content["directly"],
        next_run_at=row.next_run_at,
        ignored=content["ignored"],
        said=content["said"],
        said_on=None if said_on is None else date.fromisoformat(said_on),
    )
