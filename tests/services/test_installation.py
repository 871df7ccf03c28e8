"""One database, one set of keys; and when there is something to do next."""

from __future__ import annotations

import secrets
from datetime import time, timedelta

import pytest

from bot.services import checkin_schedules, installation, prompts
from bot.services.checkin_schedules import Timing
from bot.services.practices import Library
from bot.services.prompts import Wish
from db import Database
from tests.services.conftest import DAY, LOBBY, MINUTE, NOW, WEEK, Clinic, at_once


def some_keys() -> bytes:
    """Return the fingerprint of keys like no others."""
    return secrets.token_bytes(32)


async def test_a_database_belongs_to_the_keys_that_it_was_begun_with(database: Database) -> None:
    keys = some_keys()
    assert await installation.is_new(database)
    for _ in range(3):
        await installation.adopt(database, keys)
    assert not await installation.is_new(database)
    with pytest.raises(installation.WrongKeys):
        await installation.adopt(database, some_keys())
    await installation.adopt(database, keys)


async def test_of_several_processes_with_different_keys_one_gets_a_new_database(database: Database) -> None:
    async def adopted() -> bool:
        try:
            await installation.adopt(database, some_keys())
        except installation.WrongKeys:
            return False
        return True

    assert sorted(await at_once(database, *[adopted() for _ in range(6)])) == [False] * 5 + [True]


async def test_discord_is_told_the_commands_when_they_changed(database: Database) -> None:
    await installation.adopt(database, some_keys())
    assert not await installation.commands_are_known(database, "one")
    await installation.remember_commands(database, "one")
    assert await installation.commands_are_known(database, "one")
    assert not await installation.commands_are_known(database, "two")


async def test_what_falls_due_next_is_the_earliest_of_everything(clinic: Clinic, library: Library) -> None:
    circle = await clinic.circle()

    async def next_due(after: timedelta = -MINUTE) -> timedelta | None:
        moment = await installation.next_due(clinic.database, after=NOW + after)
        return None if moment is None else moment - NOW

    assert await next_due() is None
    await clinic.open(circle, days=10)
    assert await next_due() == 10 * DAY
    await checkin_schedules.schedule(
        clinic.database,
        clinic.moderator,
        Timing(weekday=0, at=time(9), every_weeks=1, days=7),
        circle_id=None,
        whole_server=True,
        channel_id=LOBBY,
        at=NOW,
    )
    assert await next_due() == WEEK
    kept = await prompts.schedule(
        clinic.database,
        library,
        clinic.moderator,
        Wish(frozenset({2}), time(9), None, None, None),
        circle_id=circle.circle_id,
        channel_id=LOBBY,
        at=NOW,
    )
    assert await next_due() == 2 * DAY
    assert await next_due(2 * DAY) == WEEK
    assert await next_due(WEEK) == 10 * DAY
    assert await next_due(10 * DAY) is None
    await prompts.turn(clinic.database, clinic.moderator, kept.schedule.schedule_id, at=NOW)
    assert await next_due() == WEEK
    await clinic.cancel(circle)
    assert await next_due(WEEK) is None
