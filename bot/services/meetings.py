"""Meetings of circles: planned, listed, cancelled, and given out as a file. Nobody who comes is noted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.services import authority, features
from bot.services import circles as circle_service
from bot.services.authority import Action
from bot.services.circles import Which
from bot.services.features import Feature
from bot.services.meeting_rounds import call_off
from bot.services.people import Person
from bot.services.refusals import Because, Refusal
from bot.services.rules.meetings import (
    EVERY_WEEKS,
    LONGEST,
    SHORTEST,
    begins,
    ends,
    is_soon_enough,
    next_due,
    parse_start,
)
from db import Database, Transaction, circles, lost_channels, meetings
from db.circles import Circle
from db.meetings import Meeting

__all__ = ["Draft", "Ground", "Meeting", "Planned"]

MOST_PER_CIRCLE = 10
TOPIC_LENGTH = 100
PLACE_LENGTH = 200


@dataclass(frozen=True, slots=True)
class Ground:
    """A circle for which a meeting is to be planned, and by which clock."""

    circle: Circle
    time_zone: str


@dataclass(frozen=True, slots=True)
class Draft:
    """What was typed of a meeting. `every_weeks`: 0 for once. `channel_id`: the voice channel, if any."""

    topic: str
    when: str
    minutes: int
    place: str
    channel_id: int | None
    every_weeks: int


@dataclass(frozen=True, slots=True)
class Planned:
    """A meeting and the circle that meets."""

    circle: Circle
    meeting: Meeting

    def begun(self, at: datetime) -> bool:
        """Say whether it was to begin by then: it goes on, and only what follows can be cancelled."""
        return at >= self.meeting.starts_at


async def to_plan(database: Database, person: Person, circle_id: int | None, channel_id: int) -> Ground:
    """Return what a form for a meeting needs, to somebody who may plan one. Refuses a circle that rests."""
    async with database.transaction() as tx:
        circle = await circle_service.find_held_here(tx, Action.PLAN_MEETINGS, person, circle_id, channel_id)
        return await _ground(tx, circle)


async def plan(database: Database, person: Person, circle_id: int, draft: Draft, *, at: datetime) -> Planned:
    """Note a meeting that has no event on Discord yet. It is announced once it has had one.

    Raises:
        Refusal: something does not fit; nothing is stored.
    """
    async with database.transaction() as tx:
        circle = await circle_service.require_held(tx, Action.PLAN_MEETINGS, person, circle_id)
        await tx.hold("circle", circle_id)
        circle = await circle_service.require_held(tx, Action.PLAN_MEETINGS, person, circle_id)  # still
        ground = await _ground(tx, circle)
        meeting = _meeting(ground, draft, at)
        existing = await meetings.list_meetings(tx, circle_id)
        if len(existing) >= MOST_PER_CIRCLE:
            raise Refusal(Because.TOO_MANY_MEETINGS, most=MOST_PER_CIRCLE)
        if any(each.starts_at == meeting.starts_at for each in existing):
            raise Refusal(Because.MEETING_THERE, circle=circle.name)
        meeting_id = await meetings.insert_meeting(tx, meeting)
        return Planned(circle, replace(meeting, meeting_id=meeting_id))


async def discard(database: Database, planned: Planned) -> None:
    """Take back a meeting for which Discord has made no event."""
    async with database.transaction() as tx:
        await meetings.delete_meeting(tx, planned.meeting.meeting_id)


async def listed(
    database: Database, person: Person, circle_id: int | None, *, at: datetime
) -> Sequence[Planned]:
    """Return the next meetings of one circle, or of all to which this person belongs, the next one first.

    Raises:
        Refusal: the person does not belong to the circle that was named.
    """
    async with database.transaction() as tx:
        if circle_id is None:
            inside = await circle_service.choices_in(tx, person, Which.INSIDE)
        else:
            circle = await circle_service.require_open(tx, person, circle_id)
            await authority.authorize(tx, Action.SEE_MEETINGS, person, circle)
            inside = [circle]
        return await _of_circles(tx, inside, at)


async def to_choose(database: Database, person: Person, *, at: datetime) -> Sequence[Planned]:
    """Return the meetings that this person may cancel."""
    async with database.transaction() as tx:
        held = await circle_service.choices_in(tx, person, Which.HELD)
        return await _of_circles(tx, held, at)


async def to_cancel(database: Database, person: Person, meeting_id: int, *, at: datetime) -> Planned:
    """Return a planned meeting to somebody who may cancel it, or what follows it once it has begun."""
    async with database.transaction() as tx:
        planned = await _held(tx, person, meeting_id)
        if planned.begun(at) and not planned.meeting.every_weeks:
            raise Refusal(Because.NO_SUCH_MEETING)
        return planned


async def cancel(
    database: Database, person: Person, meeting_id: int, sequence: int, *, whole: bool, at: datetime
) -> Planned:
    """Cancel one meeting, or with `whole` all that would follow; the circle is told once.

    Raises:
        Refusal: it has changed since it was shown (`sequence`), or has begun.
    """
    async with database.transaction() as tx:
        planned = await _held(tx, person, meeting_id)
        await tx.hold("circle", planned.circle.circle_id)
        planned = await _held(tx, person, meeting_id)
        meeting = planned.meeting
        too_late = planned.begun(at) and not (whole and meeting.every_weeks)
        if meeting.sequence != sequence or too_late:
            raise Refusal(Because.NO_SUCH_MEETING)
        return Planned(planned.circle, await call_off(tx, planned.circle, meeting, whole=whole, at=at))


async def for_calendar(database: Database, person: Person, meeting_id: int) -> Planned:
    """Return a meeting, also a cancelled one, to somebody who belongs to its circle."""
    async with database.transaction() as tx:
        planned = await _find(tx, person, meeting_id)
        await authority.authorize(tx, Action.SEE_MEETINGS, person, planned.circle)
        return planned


async def _find(tx: Transaction, person: Person, meeting_id: int) -> Planned:
    """Return a meeting of this server. Refuses, without a hint, where there is none."""
    await authority.authorize(tx, Action.LOOK_AROUND, person)
    meeting = await meetings.find_meeting(tx, meeting_id)
    circle = None if meeting is None else await circles.find_circle(tx, person.server_id, meeting.circle_id)
    if meeting is None or circle is None:
        raise Refusal(Because.NO_SUCH_MEETING)
    return Planned(circle, meeting)


async def _held(tx: Transaction, person: Person, meeting_id: int) -> Planned:
    planned = await _find(tx, person, meeting_id)
    await authority.authorize(tx, Action.PLAN_MEETINGS, person, planned.circle)
    if planned.meeting.cancelled:
        raise Refusal(Because.NO_SUCH_MEETING)
    return planned


async def _of_circles(tx: Transaction, found: Sequence[Circle], at: datetime) -> Sequence[Planned]:
    planned = [
        Planned(circle, meeting)
        for circle in found
        for meeting in await meetings.list_meetings(tx, circle.circle_id)
        if at < ends(meeting.starts_at, meeting.minutes)  # while a circle rests, nothing follows
    ]
    return sorted(planned, key=lambda each: each.meeting.starts_at)


async def _ground(tx: Transaction, circle: Circle) -> Ground:
    server = await authority.require_server(tx, circle.server_id)
    await features.require(tx, server.server_id, Feature.MEETINGS)
    if circle.channel_id is None or circle.circle_id in await lost_channels.list_lost(tx, circle.server_id):
        raise Refusal(Because.CIRCLE_RESTS, circle=circle.name)
    return Ground(circle, server.time_zone)


def _meeting(ground: Ground, draft: Draft, at: datetime) -> Meeting:
    """Return what was typed as a meeting, or refuse with what does not fit."""
    try:
        local_start = parse_start(draft.when, ground.time_zone, at)
        starts_at = begins(local_start, ground.time_zone)
    except (ValueError, OverflowError):  # also a year that no calendar has
        raise Refusal(Because.UNKNOWN_START) from None
    _check(draft, starts_at, at)
    return Meeting(
        meeting_id=0,
        server_id=ground.circle.server_id,
        circle_id=ground.circle.circle_id,
        title="",
        topic=draft.topic,
        place=draft.place,
        channel_id=draft.channel_id,
        event_id=None,
        local_start=local_start,
        time_zone=ground.time_zone,
        every_weeks=draft.every_weeks,
        minutes=draft.minutes,
        occurs_at=starts_at,
        starts_at=starts_at,
        next_run_at=next_due(starts_at, draft.minutes, at),
        sequence=0,
        cancelled=False,
    )


def _check(draft: Draft, starts_at: datetime, at: datetime) -> None:
    if starts_at <= at:
        raise Refusal(Because.MEETING_PAST)
    if not is_soon_enough(starts_at, at):
        raise Refusal(Because.MEETING_FAR)
    if not SHORTEST <= draft.minutes <= LONGEST:
        raise Refusal(Because.MEETING_LENGTH, shortest=SHORTEST, longest=LONGEST)
    if draft.every_weeks not in EVERY_WEEKS:
        raise Refusal(Because.EXPIRED)
    if draft.channel_id is None and not draft.place:
        raise Refusal(Because.MEETING_WHERE)
    for text, length in ((draft.topic, TOPIC_LENGTH), (draft.place, PLACE_LENGTH)):
        if len(text) > length:
            raise Refusal(Because.TOO_LONG, length=length)
