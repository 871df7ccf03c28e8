"""What becomes of planned meetings with time, and with what people do to their events on Discord.

A reminder comes a day before and a quarter of an hour before, once each. One that is late is skipped as soon
as the next has its turn, and all are once the meeting has begun: being told afterwards helps nobody.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from bot.services.rules.meetings import Word, ends, following, lapses, next_due, word_now
from db import Database, Transaction, circles, meetings, posts
from db.circles import Circle, CircleState
from db.meetings import Meeting
from db.posts import PostKind

_KINDS = {Word.TOMORROW: PostKind.MEETING_TOMORROW, Word.SOON: PostKind.MEETING_SOON}


@dataclass(frozen=True, slots=True)
class Event:
    """What Discord says of a meeting's event. `minutes` and `place`: None where it says nothing of them."""

    title: str
    starts_at: datetime
    minutes: int | None
    channel_id: int | None
    place: str | None = None

    def differs(self, meeting: Meeting) -> bool:
        """Say whether somebody has changed the event."""
        return self.taken_over(meeting) != meeting

    def taken_over(self, meeting: Meeting) -> Meeting:
        """Return the meeting as the event has it."""
        return replace(
            meeting,
            title=self.title,
            starts_at=self.starts_at,
            minutes=meeting.minutes if self.minutes is None else self.minutes,
            channel_id=self.channel_id,
            place=meeting.place if self.place is None else self.place,
        )


@dataclass(frozen=True, slots=True)
class Said:
    """What a post tells of: the meeting as it is now, and when the one it is about begins."""

    circle: Circle
    meeting: Meeting
    starts_at: datetime

    @property
    def holds(self) -> bool:
        """Whether it still begins then."""
        return self.starts_at == self.meeting.starts_at and not self.meeting.cancelled


async def turn(database: Database, server_id: int, *, at: datetime) -> None:
    """Have said what is due, and let what is over be followed by the next of its series, or forgotten."""
    async with database.transaction() as tx:
        due = await meetings.list_due(tx, server_id, at)
    for each in due:
        async with database.transaction() as tx:
            found = await _hold(tx, each)
            if found is not None and found[1].next_run_at <= at:
                await _turn(tx, *found, at)


async def server_ids(database: Database) -> set[int]:
    """Return the servers in which there is a meeting, be it one that was cancelled."""
    async with database.transaction() as tx:
        return await meetings.list_servers(tx)


async def planned(database: Database, server_id: int) -> Sequence[tuple[Circle, Meeting]]:
    """Return the meetings whose events on Discord are to be there."""
    async with database.transaction() as tx:
        found = await meetings.list_planned(tx, server_id)
        there = await circles.list_circles(tx, server_id, CircleState.OPEN) if found else ()
    named = {circle.circle_id: circle for circle in there}
    return [(named[each.circle_id], each) for each in found if each.circle_id in named]


async def events(database: Database, server_id: int) -> set[int]:
    """Return the ids of the events that belong to a meeting; any other of the bot's own belongs to none."""
    async with database.transaction() as tx:
        return await meetings.list_events(tx, server_id)


async def remember_event(
    database: Database, meeting: Meeting, event_id: int, title: str, *, at: datetime
) -> None:
    """Keep which event was made and what it is called; the circle is told when it is the first."""
    async with database.transaction() as tx:
        found = await _hold(tx, meeting)
        if found is None or found[1].sequence != meeting.sequence:
            return
        circle, now = found
        await meetings.update_meeting(
            tx, replace(now, event_id=event_id, title=title, sequence=max(1, now.sequence))
        )
        if now.sequence == 0:
            await _say(tx, circle, now, PostKind.MEETING_PLANNED, at, lapses_at=now.starts_at)


async def follow_event(database: Database, meeting: Meeting, event: Event, *, at: datetime) -> None:
    """Take over what somebody has changed about an event; the circle is told when it was moved."""
    async with database.transaction() as tx:
        found = await _hold(tx, meeting)
        if found is None or found[1] != meeting:
            return
        changed = replace(event.taken_over(meeting), sequence=meeting.sequence + 1)
        if (changed.starts_at, changed.minutes) != (meeting.starts_at, meeting.minutes):
            # Else what is due already would be passed over.
            changed = replace(changed, next_run_at=next_due(changed.starts_at, changed.minutes, at))
        await meetings.update_meeting(tx, changed)
        if _when_and_where(changed) != _when_and_where(meeting):
            lapses_at = max(changed.starts_at, at)
            await _say(tx, found[0], changed, PostKind.MEETING_MOVED, at, lapses_at=lapses_at)


async def lose_event(database: Database, meeting: Meeting, *, over: bool, at: datetime) -> None:
    """Take it that somebody cancelled an event, or, with `over`, ended it before it was to begin.

    A series goes on with its next meeting.
    """
    async with database.transaction() as tx:
        found = await _hold(tx, meeting)
        if found is None or found[1] != meeting:
            return
        if over:
            await _go_on(tx, meeting, at)
        else:
            await call_off(tx, found[0], meeting, whole=False, at=at)


async def call_off(
    tx: Transaction, circle: Circle, meeting: Meeting, *, whole: bool, at: datetime
) -> Meeting:
    """Cancel a meeting, or its whole series, tell the circle, and return what remains of it.

    A meeting that is cancelled for good stays until it would have been over, for those who have it in
    their calendar. Its event goes when the bot next looks which of its events belong to a meeting.
    """
    await _say(
        tx,
        circle,
        meeting,
        PostKind.MEETING_CANCELLED,
        at,
        lapses_at=max(at, ends(meeting.starts_at, meeting.minutes)),
    )
    if meeting.every_weeks and not whole:
        changed = _next(meeting, at)
    else:
        changed = replace(
            meeting,
            event_id=None,
            cancelled=True,
            sequence=meeting.sequence + 1,
            next_run_at=ends(meeting.starts_at, meeting.minutes),
        )
    await meetings.update_meeting(tx, changed)
    return changed


async def told(database: Database, server_id: int, subject: str) -> Said | None:
    """Return what a post is about, or None where it is forgotten. For posts, which are written when sent."""
    meeting_id, starts_at = (int(number) for number in subject.split("."))
    async with database.transaction() as tx:
        meeting = await meetings.find_meeting(tx, meeting_id)
        circle = None if meeting is None else await circles.find_circle(tx, server_id, meeting.circle_id)
    if meeting is None or circle is None or circle.state is not CircleState.OPEN:
        return None
    return Said(circle, meeting, datetime.fromtimestamp(starts_at, UTC))


def left_out(meeting: Meeting) -> Sequence[datetime]:
    """Return when, by the rule, others of its series fall that a meeting has been moved past."""
    found: list[datetime] = []
    occurs_at = meeting.occurs_at
    while meeting.every_weeks and occurs_at <= meeting.starts_at:
        occurs_at = _following(meeting, occurs_at=occurs_at, after=occurs_at)
        if occurs_at <= meeting.starts_at:
            found.append(occurs_at)
    return found


async def _hold(tx: Transaction, meeting: Meeting) -> tuple[Circle, Meeting] | None:
    """Return a meeting as it is now, with its circle, and let nobody else change it meanwhile."""
    await tx.hold("circle", meeting.circle_id)
    now = await meetings.find_meeting(tx, meeting.meeting_id)
    circle = await circles.find_circle(tx, meeting.server_id, meeting.circle_id)
    return None if now is None or circle is None else (circle, now)


async def _turn(tx: Transaction, circle: Circle, meeting: Meeting, at: datetime) -> None:
    if ends(meeting.starts_at, meeting.minutes) <= at:
        await _go_on(tx, meeting, at)
        return
    word = None if meeting.cancelled else word_now(meeting.starts_at, at)
    if word is not None:
        await _say(tx, circle, meeting, _KINDS[word], at, lapses_at=lapses(word, meeting.starts_at))
    due_at = next_due(meeting.starts_at, meeting.minutes, at)
    await meetings.update_meeting(tx, replace(meeting, next_run_at=due_at))


async def _go_on(tx: Transaction, meeting: Meeting, at: datetime) -> None:
    if meeting.cancelled or not meeting.every_weeks:
        await meetings.delete_meeting(tx, meeting.meeting_id)
    else:
        await meetings.update_meeting(tx, _next(meeting, at))


def _when_and_where(meeting: Meeting) -> tuple[datetime, int | None, str]:
    return meeting.starts_at, meeting.channel_id, meeting.place


def _next(meeting: Meeting, at: datetime) -> Meeting:
    """Return the next meeting of a series; it has no event yet."""
    starts_at = _following(meeting, occurs_at=meeting.occurs_at, after=at)
    return replace(
        meeting,
        event_id=None,
        occurs_at=starts_at,
        starts_at=starts_at,
        next_run_at=next_due(starts_at, meeting.minutes, at),
        sequence=meeting.sequence + 1,
    )


async def _say(
    tx: Transaction, circle: Circle, meeting: Meeting, kind: PostKind, at: datetime, *, lapses_at: datetime
) -> None:
    if circle.channel_id is not None:
        await posts.insert_post(
            tx,
            kind=kind,
            server_id=circle.server_id,
            channel_id=circle.channel_id,
            subject=f"{meeting.meeting_id}.{int(meeting.starts_at.timestamp())}",
            due_at=at,
            lapses_at=lapses_at,
        )


def _following(meeting: Meeting, *, occurs_at: datetime, after: datetime) -> datetime:
    return following(
        meeting.local_start, meeting.time_zone, meeting.every_weeks, occurs_at=occurs_at, after=after
    )
