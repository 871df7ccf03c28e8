"""Check-in windows that open by themselves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.services import authority
from bot.services.keys import WindowKeys
from bot.services.people import Person
from bot.services.refusals import Because, Refusal
from bot.services.rules.recurrence import Recurrence, next_after
from bot.services.windows import (
    Scope,
    in_the_way,
    open_in,
    require_all,
    require_days,
    require_scope,
    with_others,
)
from db import AlreadyThere, Database, Transaction, checkin_schedules, checkins, circles
from db.checkin_schedules import CheckinSchedule

PUNCTUAL = timedelta(hours=1)
EVERY_WEEKS = (1, 2, 4)


@dataclass(frozen=True, slots=True)
class Timing:
    """When windows open: a weekday (0 is Monday) and a local time, every so many weeks, for `days`."""

    weekday: int
    at: time
    every_weeks: int
    days: int


@dataclass(frozen=True, slots=True)
class Scheduled:
    """A schedule as it was kept. `circle_name` is None for the whole server's; so many `others` share it."""

    circle_name: str | None
    schedule: CheckinSchedule
    others: int = 0


async def schedule(
    database: Database,
    person: Person,
    timing: Timing,
    *,
    circle_id: int | None,
    whole_server: bool,
    channel_id: int,
    at: datetime,
) -> Scheduled:
    """Let windows open by themselves from now on. One schedule for each circle, one for the server.

    Circles that check in together have one as well.
    """
    require_days(timing.days)
    if timing.days > 7 * timing.every_weeks:
        raise Refusal(Because.WINDOW_TOO_LONG, weeks=timing.every_weeks)
    try:
        async with database.transaction() as tx:
            scope = await require_scope(
                tx, person, circle_id, whole_server=whole_server, channel_id=channel_id
            )
            await checkins.hold(tx, scope.server_id)
            scope = await with_others(tx, scope)
            await _require_none(tx, scope)
            kept = _first(scope, timing, at)
            await checkin_schedules.insert_schedule(tx, kept)
    except AlreadyThere:
        raise Refusal(Because.SCHEDULE_EXISTS) from None
    return Scheduled(scope.circle_name, kept, scope.others)


async def stop(
    database: Database, person: Person, *, circle_id: int | None, whole_server: bool, channel_id: int
) -> str | None:
    """End the schedule and return the circle's name (None: the server's). An open window goes on.

    One that several circles share can be ended only by somebody who may do so for each of them.
    """
    async with database.transaction() as tx:
        scope = await require_scope(tx, person, circle_id, whole_server=whole_server, channel_id=channel_id)
        await checkins.hold(tx, scope.server_id)
        scope = await with_others(tx, scope)
        await require_all(tx, person, scope.circle_ids)
        ids = scope.circle_ids or (None,)
        ended = [await checkin_schedules.delete_schedule(tx, scope.server_id, each) for each in ids]
        if not any(ended):
            raise Refusal(Because.NOTHING_TO_CANCEL)
        return scope.circle_name


async def open_due(database: Database, window_keys: WindowKeys, *, minimum: int, at: datetime) -> int:
    """Open every window whose time has come, and return how many there were.

    A late opening still lasts its full length, and windows never overlap (R4): one that would have to
    wait more than an hour for an earlier one is left out, and the schedule is right again after it.
    """
    async with database.transaction() as tx:
        due = await checkin_schedules.list_due_schedules(tx, at)
    opened = 0
    for found in due:
        async with database.transaction() as tx:
            opened += await _open_one(tx, window_keys, found.schedule_id, minimum, at)
    return opened


async def _open_one(
    tx: Transaction, window_keys: WindowKeys, schedule_id: int, minimum: int, at: datetime
) -> bool:
    await tx.hold("checkin_schedule", schedule_id)
    found = await checkin_schedules.find_schedule(tx, schedule_id)
    if found is None or found.next_run_at > at:
        return False
    await checkins.hold(tx, found.server_id)
    found = await checkin_schedules.find_schedule(tx, schedule_id)  # another circle may have it by now
    if found is None:
        return False
    scope = await _scope_of(tx, found)
    before = await in_the_way(tx, scope)
    if before is not None:
        if before.closes_at - found.next_run_at > PUNCTUAL:
            # The next one that can begin on time, or at most an hour late.
            after = next_after(_recurrence(found), before.closes_at - PUNCTUAL)
            await checkin_schedules.update_next_run(tx, schedule_id, after)
        return False
    closed_at = [
        await checkins.find_last_close(tx, found.server_id, each) for each in scope.circle_ids or (None,)
    ]
    could_open_at = max([found.next_run_at, *(moment for moment in closed_at if moment is not None)])
    punctual = at - could_open_at <= PUNCTUAL
    await open_in(
        tx,
        window_keys,
        scope,
        opens_at=could_open_at if punctual else at,
        days=found.days,
        minimum=minimum,
    )
    await checkin_schedules.update_next_run(tx, schedule_id, next_after(_recurrence(found), at))
    return True


async def _scope_of(tx: Transaction, found: CheckinSchedule) -> Scope:
    server = await authority.require_server(tx, found.server_id)
    circle = (
        None if found.circle_id is None else await circles.find_circle(tx, found.server_id, found.circle_id)
    )
    channel_id = found.channel_id if circle is None or circle.channel_id is None else circle.channel_id
    return await with_others(tx, Scope(server.server_id, found.time_zone, circle, channel_id))


async def _require_none(tx: Transaction, scope: Scope) -> None:
    """Refuse a second schedule where circles check in together: each would open windows for all of them."""
    kept = {each.circle_id for each in await checkin_schedules.list_schedules(tx, scope.server_id)}
    if not kept.isdisjoint(circle.circle_id for circle in scope.together):
        raise Refusal(Because.SCHEDULE_EXISTS)


def _first(scope: Scope, timing: Timing, at: datetime) -> CheckinSchedule:
    """Begin at the next such weekday; the weeks are counted from there."""
    first = next_after(Recurrence(frozenset({timing.weekday}), timing.at, scope.time_zone), at)
    return CheckinSchedule(
        schedule_id=0,
        server_id=scope.server_id,
        circle_id=scope.circle_id,
        channel_id=scope.channel_id,
        weekday=timing.weekday,
        at=timing.at,
        time_zone=scope.time_zone,
        every_weeks=timing.every_weeks,
        anchor=first.astimezone(ZoneInfo(scope.time_zone)).date(),
        days=timing.days,
        next_run_at=first,
    )


def _recurrence(found: CheckinSchedule) -> Recurrence:
    return Recurrence(frozenset({found.weekday}), found.at, found.time_zone, found.every_weeks, found.anchor)
