"""Queries about when check-in windows open by themselves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from db.circle_groups import SHARED_WITH_NOT_LOST
from db.connection import Row, Transaction
from db.instants import from_seconds, to_seconds
from db.lost_channels import NOT_LOST


@dataclass(frozen=True, slots=True)
class CheckinSchedule:
    """A window that opens on this weekday at this local time, and stays open for `days`."""

    schedule_id: int
    server_id: int
    circle_id: int | None
    channel_id: int
    weekday: int
    at: time
    time_zone: str
    every_weeks: int
    anchor: date
    days: int
    next_run_at: datetime


_COLUMNS = (
    "schedule_id, server_id, circle_id, channel_id, weekday, local_time, time_zone, every_weeks, anchor,"
    " days, next_run_at"
)


def _schedule(row: Row) -> CheckinSchedule:
    return CheckinSchedule(
        schedule_id=row["schedule_id"],
        server_id=row["server_id"],
        circle_id=row["circle_id"],
        channel_id=row["channel_id"],
        weekday=row["weekday"],
        at=time.fromisoformat(row["local_time"]),
        time_zone=row["time_zone"],
        every_weeks=row["every_weeks"],
        anchor=date.fromisoformat(row["anchor"]),
        days=row["days"],
        next_run_at=from_seconds(row["next_run_at"]),
    )


async def insert_schedule(tx: Transaction, schedule: CheckinSchedule) -> None:
    """Keep a schedule; its id is given by the database. Raises AlreadyThere where there is one."""
    await tx.execute(
        "INSERT INTO checkin_schedule (server_id, circle_id, channel_id, weekday, local_time, time_zone,"
        " every_weeks, anchor, days, next_run_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        schedule.server_id,
        schedule.circle_id,
        schedule.channel_id,
        schedule.weekday,
        schedule.at.isoformat("minutes"),
        schedule.time_zone,
        schedule.every_weeks,
        schedule.anchor.isoformat(),
        schedule.days,
        to_seconds(schedule.next_run_at),
    )


async def delete_schedule(tx: Transaction, server_id: int, circle_id: int | None) -> bool:
    """Stop the schedule of a circle, or of the whole server. Return whether there was one."""
    deleted = await tx.execute(
        "DELETE FROM checkin_schedule WHERE server_id = $1 AND coalesce(circle_id, 0) = $2",
        server_id,
        circle_id or 0,
    )
    return deleted > 0


async def hand_over(tx: Transaction, circle_id: int, to_circle_id: int) -> None:
    """Let another circle have the schedule of this one. Raises AlreadyThere where it has one."""
    await tx.execute(
        "UPDATE checkin_schedule SET circle_id = $2 WHERE circle_id = $1", circle_id, to_circle_id
    )


async def list_due_schedules(tx: Transaction, at: datetime) -> Sequence[CheckinSchedule]:
    """Return the schedules whose time has come, the longest waiting first."""
    rows = await tx.fetch(
        f"SELECT {_COLUMNS} FROM checkin_schedule WHERE next_run_at <= $1"
        f" AND (circle_id IS NULL OR circle_id {NOT_LOST} OR circle_id IN ({SHARED_WITH_NOT_LOST}))"
        " ORDER BY next_run_at, schedule_id",
        to_seconds(at),
    )
    return [_schedule(row) for row in rows]


async def find_schedule(tx: Transaction, schedule_id: int) -> CheckinSchedule | None:
    """Return one schedule as it is now."""
    rows = await tx.fetch(f"SELECT {_COLUMNS} FROM checkin_schedule WHERE schedule_id = $1", schedule_id)
    return _schedule(rows[0]) if rows else None


async def list_schedules(tx: Transaction, server_id: int) -> Sequence[CheckinSchedule]:
    """Return the server's schedules, the next to open first."""
    rows = await tx.fetch(
        f"SELECT {_COLUMNS} FROM checkin_schedule WHERE server_id = $1 ORDER BY next_run_at",
        server_id,
    )
    return [_schedule(row) for row in rows]


async def update_next_run(tx: Transaction, schedule_id: int, next_run_at: datetime) -> None:
    """Say when the schedule is due next."""
    await tx.execute(
        "UPDATE checkin_schedule SET next_run_at = $2 WHERE schedule_id = $1",
        schedule_id,
        to_seconds(next_run_at),
    )


async def find_next_opening(tx: Transaction, after: datetime) -> datetime | None:
    """Return when a schedule is next due after this moment."""
    rows = await tx.fetch(
        "SELECT min(next_run_at) AS soonest FROM checkin_schedule WHERE next_run_at > $1",
        to_seconds(after),
    )
    soonest = rows[0]["soonest"]
    return None if soonest is None else from_seconds(soonest)
