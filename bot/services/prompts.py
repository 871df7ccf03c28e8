"""Prompts: practices offered to a circle's channel at local times."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.services import authority
from bot.services import circles as circle_service
from bot.services.authority import Action
from bot.services.circles import Which
from bot.services.people import Person
from bot.services.practices import Library, Practice, when_each
from bot.services.refusals import Because, Refusal
from bot.services.rules.practices import Taste, choose, outvoted, part_of_day
from bot.services.rules.recurrence import Recurrence, next_after, zone_exists
from db import Database, Transaction, circles, posts, prompts
from db.posts import PostKind
from db.prompts import PromptSchedule

GRACE = timedelta(hours=2)
"""A prompt later than this is skipped: a morning practice does not help in the evening."""

AT_ONCE = 500
MOST_PER_CIRCLE = 14


@dataclass(frozen=True, slots=True)
class Wish:
    """When prompts come and what they offer: days (0 is Monday), local time, theme, longest minutes."""

    days: frozenset[int]
    at: time
    time_zone: str | None
    theme: str | None
    minutes: int | None


@dataclass(frozen=True, slots=True)
class Prompt:
    """A schedule with the name of the circle that it is for."""

    circle_name: str
    schedule: PromptSchedule


async def schedule(
    database: Database,
    library: Library,
    person: Person,
    wish: Wish,
    *,
    circle_id: int | None,
    channel_id: int,
    at: datetime,
) -> Prompt:
    """Offer practices to a circle from now on."""
    async with database.transaction() as tx:
        circle = await circle_service.find_here(tx, person, circle_id, channel_id)
        server = await authority.authorize(tx, Action.STEER_PROMPTS, person, circle)
        await tx.hold("circle", circle.circle_id)
        existing = await prompts.list_schedules(tx, server.server_id)
        if sum(found.circle_id == circle.circle_id for found in existing) >= MOST_PER_CIRCLE:
            raise Refusal(Because.TOO_MANY_PROMPTS, most=MOST_PER_CIRCLE)
        zone = wish.time_zone or server.time_zone
        if not zone_exists(zone):
            raise Refusal(Because.UNKNOWN_TIME_ZONE)
        _require_fitting(library, wish.theme, wish.minutes)
        draft = PromptSchedule(
            schedule_id=0,
            server_id=server.server_id,
            circle_id=circle.circle_id,
            days=wish.days,
            at=wish.at,
            time_zone=zone,
            theme=wish.theme,
            minutes=wish.minutes,
            paused=False,
            next_run_at=next_after(Recurrence(wish.days, wish.at, zone), at),
        )
        schedule_id = await prompts.insert_schedule(tx, draft)
        return await _prompt(tx, person, schedule_id)


async def listed(database: Database, person: Person) -> Sequence[Prompt]:
    """Return the prompts of the circles that this person holds (of all, for moderators)."""
    async with database.transaction() as tx:
        held = await circle_service.choices_in(tx, person, Which.HELD)
        names = {circle.circle_id: circle.name for circle in held}
        return [
            Prompt(names[found.circle_id], found)
            for found in await prompts.list_schedules(tx, person.server_id)
            if found.circle_id in names
        ]


async def turn(database: Database, person: Person, schedule_id: int, *, at: datetime) -> Prompt:
    """Pause a running prompt, or resume a paused one."""
    async with database.transaction() as tx:
        await tx.hold("prompt_schedule", schedule_id)
        found = (await _prompt(tx, person, schedule_id)).schedule
        await prompts.update_schedule(
            tx, schedule_id, paused=not found.paused, next_run_at=next_after(_recurrence(found), at)
        )
        return await _prompt(tx, person, schedule_id)


async def remove(database: Database, person: Person, schedule_id: int) -> Prompt:
    """End a prompt."""
    async with database.transaction() as tx:
        found = await _prompt(tx, person, schedule_id)
        await prompts.delete_schedule(tx, schedule_id)
        return found


async def preview(
    database: Database,
    library: Library,
    person: Person,
    *,
    circle_id: int | None,
    channel_id: int,
    theme: str | None,
    minutes: int | None,
    at: datetime,
) -> Practice:
    """Return what the circle would be offered next, without offering it."""
    fitting = _require_fitting(library, theme, minutes)
    async with database.transaction() as tx:
        circle = await circle_service.find_held_here(tx, Action.STEER_PROMPTS, person, circle_id, channel_id)
        local = await _next_time(tx, circle, at)
        return await _choose(tx, library, circle.circle_id, fitting, local)


async def claim_due(database: Database, library: Library, *, at: datetime) -> int:
    """Turn every prompt whose time has come into a post, and return how many there were.

    The claim moves the schedule on and notes the post in one transaction, so that neither a restart
    nor a second process repeats or loses one.
    """
    async with database.transaction() as tx:
        due = await prompts.list_due_schedules(tx, at, AT_ONCE)
    for found in due:
        async with database.transaction() as tx:
            await _claim(tx, library, found.schedule_id, at)
    return len(due)


async def _claim(tx: Transaction, library: Library, schedule_id: int, at: datetime) -> None:
    await tx.hold("prompt_schedule", schedule_id)
    found = await prompts.find_schedule(tx, schedule_id)
    if found is None or found.paused or found.next_run_at > at:
        return
    rule = _recurrence(found)
    due_at = found.next_run_at
    if at - due_at > GRACE:
        due_at = next_after(rule, at - GRACE - timedelta(seconds=1))
    if due_at <= at:
        await _post(tx, library, found, due_at)
    await prompts.update_schedule(tx, schedule_id, paused=False, next_run_at=next_after(rule, at))


async def _post(tx: Transaction, library: Library, found: PromptSchedule, due_at: datetime) -> None:
    circle = await circles.find_circle(tx, found.server_id, found.circle_id)
    fitting = library.fitting(found.theme, found.minutes) or library.all
    if circle is None or circle.channel_id is None:
        return
    practice = await _choose(tx, library, found.circle_id, fitting, found.at)
    await prompts.save_shown(tx, found.circle_id, practice.id)
    await posts.insert_post(
        tx,
        kind=PostKind.PRACTICE,
        server_id=found.server_id,
        channel_id=circle.channel_id,
        subject=practice.id,
        due_at=due_at,
        lapses_at=due_at + GRACE,
    )


async def _next_time(tx: Transaction, circle: circles.Circle, at: datetime) -> time:
    """Return the local time of the circle's next prompt, or what time it is now where none is scheduled."""
    coming = await prompts.list_schedules(tx, circle.server_id)
    of_circle = [each for each in coming if each.circle_id == circle.circle_id and not each.paused]
    if of_circle:
        return min(of_circle, key=lambda each: each.next_run_at).at
    server = await authority.require_server(tx, circle.server_id)
    return at.astimezone(ZoneInfo(server.time_zone)).time()


async def _choose(
    tx: Transaction, library: Library, circle_id: int, fitting: Sequence[Practice], local: time
) -> Practice:
    shown = await prompts.find_shown(tx, circle_id)
    taste = Taste(
        shown=shown.times,
        last=shown.last,
        useful=frozenset(each for each, (yes, no) in shown.opinions.items() if yes > no),
        unsuitable=frozenset(each for each, opinions in shown.opinions.items() if outvoted(*opinions)),
    )
    chosen = choose(when_each(fitting), taste, salt=str(circle_id), moment=part_of_day(local))
    practice = library.get(chosen)
    if practice is None:
        raise LookupError("the chosen practice is not in the library")
    return practice


async def _prompt(tx: Transaction, person: Person, schedule_id: int) -> Prompt:
    """Return a prompt to whoever holds its circle. Refuses, without a hint, where there is none."""
    found = await prompts.find_schedule(tx, schedule_id)
    circle = None if found is None else await circles.find_circle(tx, person.server_id, found.circle_id)
    if found is None or circle is None:
        raise Refusal(Because.NO_SUCH_PROMPT)
    await authority.authorize(tx, Action.STEER_PROMPTS, person, circle)
    return Prompt(circle.name, found)


def _require_fitting(library: Library, theme: str | None, minutes: int | None) -> Sequence[Practice]:
    if theme is not None and theme not in library.themes:
        raise Refusal(Because.UNKNOWN_THEME)
    fitting = library.fitting(theme, minutes)
    if not fitting:
        raise Refusal(Because.NO_PRACTICE_FITS)
    return fitting


def _recurrence(found: PromptSchedule) -> Recurrence:
    return Recurrence(found.days, found.at, found.time_zone)
