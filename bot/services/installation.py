"""What is checked when the program starts, and when it is next needed."""

from __future__ import annotations

import hmac
from datetime import datetime

from db import (
    Database,
    candidates,
    checkin_schedules,
    checkins,
    hours,
    installation,
    meetings,
    prompts,
    reminders,
    takeovers,
)


class WrongKeys(Exception):
    """The database was begun under other keys: nobody in it could be recognised."""


async def adopt(database: Database, check: bytes) -> None:
    """Bind a new database to the keys with this fingerprint. Raises WrongKeys for one bound to others."""
    async with database.transaction() as tx:
        await tx.hold("installation", 1)
        found = await installation.find_keys_check(tx)
        if found is None:
            await installation.insert_installation(tx, check)
        elif not hmac.compare_digest(found, check):
            raise WrongKeys("this database belongs to other keys")


async def is_new(database: Database) -> bool:
    """Say whether this database has not been bound to any keys yet."""
    async with database.transaction() as tx:
        return await installation.find_keys_check(tx) is None


async def commands_are_known(database: Database, fingerprint: str) -> bool:
    """Say whether Discord was last told these commands."""
    async with database.transaction() as tx:
        return await installation.find_command_tree(tx) == fingerprint


async def remember_commands(database: Database, fingerprint: str) -> None:
    """Note that Discord has been told these commands."""
    async with database.transaction() as tx:
        await installation.update_command_tree(tx, fingerprint)


async def next_due(database: Database, *, after: datetime) -> datetime | None:
    """Return the first moment after this one at which something falls due, or None."""
    async with database.transaction() as tx:
        moments = (
            await checkins.find_next_closing(tx, after),
            await checkin_schedules.find_next_opening(tx, after),
            await prompts.find_next_prompt(tx, after),
            await reminders.find_next_reminder(tx, after),
            await candidates.find_next_lapse(tx, after),
            await takeovers.find_next_takeover(tx, after),
            await hours.find_next_change(tx, after),
            await meetings.find_next_due(tx, after),
        )
    return min((moment for moment in moments if moment is not None), default=None)
