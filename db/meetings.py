"""Queries about meetings of circles: each row is the next of its kind, and says nothing about who comes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from db.connection import Row, Transaction
from db.instants import from_seconds, to_seconds
from db.lost_channels import NOT_LOST


@dataclass(frozen=True, slots=True)
class Meeting:
    """A meeting that is planned, or cancelled and not yet forgotten.

    `title` is what everybody on the server may see, `topic` and `place` are for the circle. `channel_id`: the
    voice channel, if it is in one. `event_id`: Discord's event, once there is one. `local_start`: the wall
    time of the very first. `every_weeks`: 0 for one that does not repeat. `occurs_at` is when this one
    falls by the rule, `starts_at` when it begins, which differs once somebody has moved it.
    """

    meeting_id: int
    server_id: int
    circle_id: int
    title: str
    topic: str
    place: str
    channel_id: int | None
    event_id: int | None
    local_start: datetime
    time_zone: str
    every_weeks: int
    minutes: int
    occurs_at: datetime
    starts_at: datetime
    next_run_at: datetime
    sequence: int
    cancelled: bool


_WITHOUT_ID = (
    "server_id, circle_id, title, topic, place, channel_id, event_id, local_start, time_zone, every_weeks,"
    " minutes, occurs_at, starts_at, next_run_at, sequence, cancelled"
)
_COLUMNS = f"meeting_id, {_WITHOUT_ID}"


def _meeting(row: Row) -> Meeting:
    return Meeting(
        meeting_id=row["meeting_id"],
        server_id=row["server_id"],
        circle_id=row["circle_id"],
        title=row["title"],
        topic=row["topic"],
        place=row["place"],
        channel_id=row["channel_id"],
        event_id=row["event_id"],
        local_start=datetime.fromisoformat(row["local_start"]),
        time_zone=row["time_zone"],
        every_weeks=row["every_weeks"],
        minutes=row["minutes"],
        occurs_at=from_seconds(row["occurs_at"]),
        starts_at=from_seconds(row["starts_at"]),
        next_run_at=from_seconds(row["next_run_at"]),
        sequence=row["sequence"],
        cancelled=bool(row["cancelled"]),
    )


async def insert_meeting(tx: Transaction, meeting: Meeting) -> int:
    """Keep a meeting and return the id that the database gave it."""
    rows = await tx.fetch(
        f"INSERT INTO meeting ({_WITHOUT_ID})"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)"
        " RETURNING meeting_id",
        meeting.server_id,
        meeting.circle_id,
        meeting.title,
        meeting.topic,
        meeting.place,
        meeting.channel_id,
        meeting.event_id,
        meeting.local_start.isoformat(timespec="minutes"),
        meeting.time_zone,
        meeting.every_weeks,
        meeting.minutes,
        to_seconds(meeting.occurs_at),
        to_seconds(meeting.starts_at),
        to_seconds(meeting.next_run_at),
        meeting.sequence,
        int(meeting.cancelled),
    )
    return int(rows[0]["meeting_id"])


async def update_meeting(tx: Transaction, meeting: Meeting) -> None:
    """Keep what can change of a meeting."""
    await tx.execute(
        "UPDATE meeting SET title = $2, channel_id = $3, event_id = $4, minutes = $5, occurs_at = $6,"
        " starts_at = $7, next_run_at = $8, sequence = $9, cancelled = $10, place = $11"
        " WHERE meeting_id = $1",
        meeting.meeting_id,
        meeting.title,
        meeting.channel_id,
        meeting.event_id,
        meeting.minutes,
        to_seconds(meeting.occurs_at),
        to_seconds(meeting.starts_at),
        to_seconds(meeting.next_run_at),
        meeting.sequence,
        int(meeting.cancelled),
        meeting.place,
    )


async def delete_meeting(tx: Transaction, meeting_id: int) -> None:
    """Forget a meeting."""
    await tx.execute("DELETE FROM meeting WHERE meeting_id = $1", meeting_id)


async def find_meeting(tx: Transaction, meeting_id: int) -> Meeting | None:
    """Return one meeting as it is now."""
    rows = await tx.fetch(f"SELECT {_COLUMNS} FROM meeting WHERE meeting_id = $1", meeting_id)
    return _meeting(rows[0]) if rows else None


async def list_meetings(tx: Transaction, circle_id: int) -> Sequence[Meeting]:
    """Return the planned meetings of a circle, the next one first."""
    rows = await tx.fetch(
        f"SELECT {_COLUMNS} FROM meeting WHERE circle_id = $1 AND cancelled = 0"
        " ORDER BY starts_at, meeting_id",
        circle_id,
    )
    return [_meeting(row) for row in rows]


async def list_planned(tx: Transaction, server_id: int) -> Sequence[Meeting]:
    """Return the planned meetings of a server's circles that have their channel."""
    rows = await tx.fetch(
        f"SELECT {_COLUMNS} FROM meeting WHERE server_id = $1 AND cancelled = 0 AND circle_id {NOT_LOST}"
        " ORDER BY starts_at, meeting_id",
        server_id,
    )
    return [_meeting(row) for row in rows]


async def list_servers(tx: Transaction) -> set[int]:
    """Return the servers in which there is a meeting, be it one that was cancelled."""
    rows = await tx.fetch("SELECT DISTINCT server_id FROM meeting")
    return {int(row["server_id"]) for row in rows}


async def list_events(tx: Transaction, server_id: int) -> set[int]:
    """Return the ids of all events on Discord that belong to a planned meeting of a server."""
    rows = await tx.fetch(
        "SELECT event_id FROM meeting WHERE server_id = $1 AND cancelled = 0 AND event_id IS NOT NULL",
        server_id,
    )
    return {int(row["event_id"]) for row in rows}


async def list_due(tx: Transaction, server_id: int, at: datetime) -> Sequence[Meeting]:
    """Return the meetings of a server of which something is due now, except in circles that rest."""
    rows = await tx.fetch(
        f"SELECT {_COLUMNS} FROM meeting WHERE server_id = $1 AND next_run_at <= $2 AND circle_id {NOT_LOST}"
        " ORDER BY next_run_at, meeting_id",
        server_id,
        to_seconds(at),
    )
    return [_meeting(row) for row in rows]


async def find_next_due(tx: Transaction, after: datetime) -> datetime | None:
    """Return the next moment after this one at which something is due."""
    rows = await tx.fetch(
        "SELECT min(next_run_at) AS soonest FROM meeting WHERE next_run_at > $1", to_seconds(after)
    )
    soonest = rows[0]["soonest"]
    return None if soonest is None else from_seconds(soonest)
