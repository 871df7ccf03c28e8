"""What a member chose for themselves: time zone, quiet hours, sessions, how they want to be reminded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import time
from typing import Any

from bot.services import authority, private_pages
from bot.services.authority import Action
from bot.services.member_keys import MemberKey, MemberKeys
from bot.services.people import Person
from bot.services.private_pages import Page
from bot.services.refusals import Because, Refusal
from bot.services.rules.recurrence import zone_exists
from bot.services.rules.reminders import Limits
from db import Database, Transaction

MOST_SESSIONS = 12


@dataclass(frozen=True, slots=True)
class Settings:
    """A member's settings. `time_zone` is never empty: where they chose none it is the server's."""

    time_zone: str
    limits: Limits = field(default_factory=Limits)
    reduced: bool = False
    session_days: frozenset[int] = frozenset()
    sessions: Sequence[time] = ()


@dataclass(frozen=True, slots=True)
class Changes:
    """What somebody wants to have otherwise; None leaves a thing as it is."""

    time_zone: str | None = None
    quiet: tuple[time, time] | None = None
    paused: bool | None = None
    most_a_day: int | None = None
    reduced: bool | None = None
    sessions: tuple[frozenset[int], Sequence[time]] | None = None

    @property
    def nothing(self) -> bool:
        """Whether there is nothing to change."""
        return self == Changes()


async def read(tx: Transaction, member: MemberKey | None, server_zone: str) -> Settings:
    """Return a member's settings, and what holds for everybody else where they chose nothing."""
    content = await private_pages.read(tx, member, Page.SETTINGS)
    quiet: list[str | None] = content.get("quiet", [None, None])
    return Settings(
        time_zone=content.get("time_zone") or server_zone,
        limits=Limits(
            quiet_from=_time(quiet[0]),
            quiet_until=_time(quiet[1]),
            paused=content.get("paused", False),
            most_a_day=content.get("most_a_day", Limits().most_a_day),
        ),
        reduced=content.get("reduced", False),
        session_days=frozenset(content.get("session_days", ())),
        sessions=tuple(time.fromisoformat(start) for start in content.get("sessions", ())),
    )


async def find(database: Database, member_keys: MemberKeys, person: Person) -> Settings:
    """Return the person's settings."""
    async with database.transaction() as tx:
        server = await authority.authorize(tx, Action.KEEP_OWN, person)
        return await read(tx, member_keys.find(person.locator), server.time_zone)


async def change(tx: Transaction, member: MemberKey, server_zone: str, changes: Changes) -> Settings:
    """Keep the changes, in a transaction that holds the member.

    Raises: Refusal for an unknown zone, too many sessions or an impossible number a day.
    """
    if changes.time_zone is not None and not zone_exists(changes.time_zone):
        raise Refusal(Because.UNKNOWN_TIME_ZONE)
    if changes.sessions is not None and len(changes.sessions[1]) > MOST_SESSIONS:
        raise Refusal(Because.UNKNOWN_SESSIONS)
    before = await read(tx, member, server_zone)
    limits = replace(
        before.limits,
        paused=before.limits.paused if changes.paused is None else changes.paused,
        most_a_day=changes.most_a_day or before.limits.most_a_day,
    )
    if changes.quiet is not None:
        limits = replace(limits, quiet_from=changes.quiet[0], quiet_until=changes.quiet[1])
    days, starts = changes.sessions or (before.session_days, before.sessions)
    after = Settings(
        time_zone=changes.time_zone or before.time_zone,
        limits=limits,
        reduced=before.reduced if changes.reduced is None else changes.reduced,
        session_days=days,
        sessions=tuple(sorted(set(starts))),
    )
    await private_pages.write(tx, member, Page.SETTINGS, _content(after, server_zone))
    return after


def _content(settings: Settings, server_zone: str) -> dict[str, Any]:
    limits = settings.limits
    return {
        # Whoever lives by the server's clock goes along when the server moves.
        "time_zone": None if settings.time_zone == server_zone else settings.time_zone,
        "quiet": [_text(limits.quiet_from), _text(limits.quiet_until)],
        "paused": limits.paused,
        "most_a_day": limits.most_a_day,
        "reduced": settings.reduced,
        "session_days": sorted(settings.session_days),
        "sessions": [_text(start) for start in settings.sessions],
    }


def _time(text: str | None) -> time | None:
    return None if text is None else time.fromisoformat(text)


def _text(at: time | None) -> str | None:
    return None if at is None else at.isoformat("minutes")
