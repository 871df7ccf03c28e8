"""Queries about prompts: when a practice is offered to a circle, and which it has seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time

from db.connection import Row, Transaction
from db.instants import from_seconds, to_seconds
from db.lost_channels import NOT_LOST


@dataclass(frozen=True, slots=True)
class PromptSchedule:
    """A practice offered on these weekdays (0 is Monday) at this local time."""

    schedule_id: int
    server_id: int
    circle_id: int
    days: frozenset[int]
    at: time
    time_zone: str
    theme: str | None
    minutes: int | None
    paused: bool
    next_run_at: datetime


@dataclass(frozen=True, slots=True)
class Shown:
    """How often a circle was offered each practice, which came last, and how many found it (un)suitable."""

    times: dict[str, int]
    last: str | None
    opinions: dict[str, tuple[int, int]]


_COLUMNS = (
    "schedule_id, server_id, circle_id, days, local_time, time_zone, theme, minutes, paused, next_run_at"
)


def _schedule(row: Row) -> PromptSchedule:
    return PromptSchedule(
        schedule_id=row["schedule_id"],
        server_id=row["server_id"],
        circle_id=row["circle_id"],
        days=frozenset(int(day) for day in row["days"]),
        at=time.fromisoformat(row["local_time"]),
        time_zone=row["time_zone"],
        theme=row["theme"],
        minutes=row["minutes"],
        paused=bool(row["paused"]),
        next_run_at=from_seconds(row["next_run_at"]),
    )


async def insert_schedule(tx: Transaction, schedule: PromptSchedule) -> int:
    """Keep a schedule and return the id that the database gave it."""
    rows = await tx.fetch(
        "INSERT INTO prompt_schedule (server_id, circle_id, days, local_time, time_zone, theme, minutes,"
        " paused, next_run_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) RETURNING schedule_id",
        schedule.server_id,
        schedule.circle_id,
        "".join(str(day) for day in sorted(schedule.days)),
        schedule.at.isoformat("minutes"),
        schedule.time_zone,
        schedule.theme,
        schedule.minutes,
        int(schedule.paused),
        to_seconds(schedule.next_run_at),
    )
    return int(rows[0]["schedule_id"])


async def find_schedule(tx: Transaction, schedule_id: int) -> PromptSchedule | None:
    """Return one schedule as it is now."""
    rows = await tx.fetch(f"SELECT {_COLUMNS} FROM prompt_schedule WHERE schedule_id = $1", schedule_id)
    return _schedule(rows[0]) if rows else None


async def list_schedules(tx: Transaction, server_id: int) -> Sequence[PromptSchedule]:
    """Return the server's prompts in the order in which they were made."""
    rows = await tx.fetch(
        f"SELECT {_COLUMNS} FROM prompt_schedule WHERE server_id = $1 ORDER BY schedule_id",
        server_id,
    )
    return [_schedule(row) for row in rows]


async def list_due_schedules(tx: Transaction, at: datetime, limit: int) -> Sequence[PromptSchedule]:
    """Return prompts whose time has come, the longest waiting first."""
    rows = await tx.fetch(
        f"SELECT {_COLUMNS} FROM prompt_schedule WHERE paused = 0 AND next_run_at <= $1"
        f" AND circle_id {NOT_LOST}"
        " ORDER BY next_run_at, schedule_id LIMIT $2",
        to_seconds(at),
        limit,
    )
    return [_schedule(row) for row in rows]


async def update_schedule(tx: Transaction, schedule_id: int, *, paused: bool, next_run_at: datetime) -> None:
    """Pause or resume a prompt and say when it is due next."""
    await tx.execute(
        "UPDATE prompt_schedule SET paused = $2, next_run_at = $3 WHERE schedule_id = $1",
        schedule_id,
        int(paused),
        to_seconds(next_run_at),
    )


async def delete_schedule(tx: Transaction, schedule_id: int) -> None:
    """Remove a prompt."""
    await tx.execute("DELETE FROM prompt_schedule WHERE schedule_id = $1", schedule_id)


async def find_next_prompt(tx: Transaction, after: datetime) -> datetime | None:
    """Return when a prompt is next due after this moment."""
    rows = await tx.fetch(
        "SELECT min(next_run_at) AS soonest FROM prompt_schedule WHERE paused = 0 AND next_run_at > $1",
        to_seconds(after),
    )
    soonest = rows[0]["soonest"]
    return None if soonest is None else from_seconds(soonest)


async def find_shown(tx: Transaction, circle_id: int) -> Shown:
    """Return what the circle has been offered so far."""
    rows = await tx.fetch(
        "SELECT practice_id, times, last, useful, unsuitable FROM practice_shown WHERE circle_id = $1",
        circle_id,
    )
    last = [row["practice_id"] for row in rows if row["last"]]
    return Shown(
        times={row["practice_id"]: row["times"] for row in rows},
        last=last[0] if last else None,
        opinions={row["practice_id"]: (row["useful"], row["unsuitable"]) for row in rows},
    )


async def count_opinion(tx: Transaction, circle_id: int, practice_id: str, *, useful: bool) -> bool:
    """Count what one member found of a practice that the circle was offered. Says whether it was."""
    column = "useful" if useful else "unsuitable"
    changed = await tx.execute(
        f"UPDATE practice_shown SET {column} = {column} + 1 WHERE circle_id = $1 AND practice_id = $2",
        circle_id,
        practice_id,
    )
    return changed > 0


async def save_shown(tx: Transaction, circle_id: int, practice_id: str) -> None:
    """Count this practice as the last one that the circle was offered."""
    await tx.execute("UPDATE practice_shown SET last = 0 WHERE circle_id = $1 AND last = 1", circle_id)
    await tx.execute(
        "INSERT INTO practice_shown (circle_id, practice_id, times, last) VALUES ($1, $2, 1, 1)"
        " ON CONFLICT (circle_id, practice_id)"
        " DO UPDATE SET times = practice_shown.times + 1, last = 1",
        circle_id,
        practice_id,
    )
