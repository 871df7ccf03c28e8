"""The end of a circle: what stays, what goes, and that it is carried through."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.services import circles as circle_service
from bot.services import sharing
from bot.services.authority import Action
from bot.services.keys import WindowKeys
from bot.services.people import Person
from bot.services.refusals import Because, Refusal
from db import Database, Transaction, candidates, checkins, circles, posts, window_circles
from db.candidates import Queue
from db.checkins import WindowState
from db.circles import Circle, CircleState
from db.posts import PostKind

FAREWELL_WAITS = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Plan:
    """What the end of a circle would mean. `window_id`: a check-in is open, and would be discarded.

    `goes_on`: one is open that other circles share, and would go on for them.
    """

    circle: Circle
    taken: int
    queue: Queue
    results: int
    window_id: int | None
    goes_on: bool = False


async def plan(database: Database, person: Person, circle_id: int | None, channel_id: int) -> Plan:
    """Return what would happen, to somebody who may end the circle."""
    async with database.transaction() as tx:
        circle = await circle_service.find_held_here(tx, Action.END_CIRCLE, person, circle_id, channel_id)
        return await _plan(tx, circle)


async def archive(
    database: Database,
    window_keys: WindowKeys,
    person: Person,
    circle_id: int,
    window_id: int,
    *,
    name: str,
    keep_channel: bool,
    at: datetime,
) -> Plan:
    """End a circle in the database, and return what went; Discord's part follows, also after a crash.

    Refuses who has not typed the circle's name, and a plan that is no longer true: `window_id` is the
    check-in of which it was said that it would be discarded (0: none).
    """
    async with database.transaction() as tx:
        circle = await circle_service.require_held(tx, Action.END_CIRCLE, person, circle_id)
        await checkins.hold(tx, circle.server_id)
        await tx.hold("circle", circle_id)
        circle = await circle_service.require_held(tx, Action.END_CIRCLE, person, circle_id)
        if name.casefold() != circle.name.casefold():
            raise Refusal(Because.NOT_CONFIRMED)
        found = await _plan(tx, circle)
        if (found.window_id or 0) != window_id:
            raise Refusal(Because.CHECKIN_SINCE)
        await _end(tx, circle, found, keep_channel=keep_channel, at=at)
    try:
        await database.forget()
    finally:
        if window_id:
            await asyncio.to_thread(window_keys.destroy, window_id)
    return found


async def ended(database: Database, person: Person, circle_id: int) -> Circle:
    """Return a circle of the person's server that is over and whose channel has stayed."""
    async with database.transaction() as tx:
        over = (CircleState.CLOSING, CircleState.ARCHIVED)
        return await circle_service.require_circle(tx, person.server_id, circle_id, over)


async def ending(database: Database) -> Sequence[Circle]:
    """Return the circles whose end has not been carried through on Discord."""
    async with database.transaction() as tx:
        return await circles.list_ending(tx)


async def finish(database: Database, circle: Circle) -> None:
    """Note that Discord's part is done."""
    async with database.transaction() as tx:
        if circle.state is CircleState.DELETING:
            await circles.update_places_on_discord(tx, circle.circle_id, role_id=None, channel_id=None)
        await circles.update_state(tx, circle.circle_id, CircleState.ARCHIVED)


async def _plan(tx: Transaction, circle: Circle) -> Plan:
    window = await checkins.find_open_window(tx, circle.server_id, circle.circle_id)
    together = () if window is None else await window_circles.list_window_circles(tx, window.window_id)
    goes_on = len(together) > 1
    return Plan(
        circle=circle,
        taken=await circles.count_seated(tx, circle.circle_id),
        queue=await candidates.count_queue(tx, circle.circle_id),
        results=await checkins.count_releases(tx, circle.server_id, circle.circle_id),
        window_id=None if window is None or goes_on else window.window_id,
        goes_on=goes_on,
    )


async def _leave_window(tx: Transaction, circle: Circle) -> None:
    """Let the other circles go on. What was answered here counts, as after any leaving."""
    window = await checkins.find_open_window(tx, circle.server_id, circle.circle_id)
    if window is not None:
        await window_circles.delete_window_circle(tx, window.window_id, circle.circle_id)


async def _end(tx: Transaction, circle: Circle, found: Plan, *, keep_channel: bool, at: datetime) -> None:
    if found.window_id is not None:
        await checkins.delete_ballots(tx, found.window_id)
        await checkins.update_window_state(tx, found.window_id, WindowState.CANCELLED)
    if found.goes_on:
        await _leave_window(tx, circle)
    await sharing.leave(tx, circle, at=at)
    await candidates.delete_candidates(tx, circle.circle_id)
    await circles.empty(tx, circle.circle_id)
    await circles.end(
        tx,
        circle.circle_id,
        # Another circle may want the name.
        name=f"{circle.name} (ended, {circle.circle_id})",
        state=CircleState.CLOSING if keep_channel else CircleState.DELETING,
    )
    if keep_channel and circle.channel_id is not None:
        await posts.insert_post(
            tx,
            kind=PostKind.FAREWELL,
            server_id=circle.server_id,
            channel_id=circle.channel_id,
            subject=str(circle.circle_id),
            due_at=at,
            lapses_at=at + FAREWELL_WAITS,
        )
