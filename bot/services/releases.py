"""What was published of closed windows: written once, read often, never changed."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from bot.services import authority
from bot.services import circles as circle_service
from bot.services.authority import Action
from bot.services.people import Person
from bot.services.rules.anonymity import Band, Finding, Question, Release, Size
from db import Database, Transaction, checkins, circles
from db.checkins import WindowState
from db.circles import CircleState

PAST_SHOWN = 12


@dataclass(frozen=True, slots=True)
class Published:
    """A closed window as everybody may see it: a release, or too few answers (None).

    So many `others` shared it with the circle to which it is shown.

    `lost`: it was open when the backup was made from which everything was restored.
    """

    closes_at: datetime
    release: Release | None
    lost: bool = False
    others: int = 0


@dataclass(frozen=True, slots=True)
class Results:
    """Past windows of a circle, newest first, with the zone for dates.

    Without a name they are the whole server's, or (a single one) that of several circles.
    """

    circle_name: str | None
    time_zone: str
    past: Sequence[Published]


def pack(release: Release) -> str:
    """Return the release as it is stored."""
    return json.dumps(asdict(release), ensure_ascii=False)


def unpack(stored: str) -> Release:
    """Return the release that was stored."""
    content: dict[str, Any] = json.loads(stored)
    return Release(
        size=Size(content["size"]),
        findings=tuple(
            Finding(
                question=Question(finding["question"]),
                band=Band(finding["band"]),
                mean=finding["mean"],
                shares=None if finding["shares"] is None else tuple(finding["shares"]),
            )
            for finding in content["findings"]
        ),
    )


async def of_window(database: Database, window_id: int) -> Results:
    """Return what is to be said in the channel about one closed window."""
    async with database.transaction() as tx:
        window = await checkins.find_window(tx, window_id)
        if window is None:
            raise LookupError(f"window {window_id} is gone")
        server = await authority.require_server(tx, window.server_id)
        name, others = await named(tx, window)
        findings = await checkins.find_findings(tx, window_id)
        return Results(
            circle_name=name,
            time_zone=server.time_zone,
            past=(
                Published(
                    window.closes_at,
                    None if findings is None else unpack(findings),
                    lost=window.state is WindowState.CANCELLED,  # one that somebody cancels has no post
                    others=others,
                ),
            ),
        )


async def of_circle(database: Database, person: Person, circle_id: int | None, channel_id: int) -> Results:
    """Return a circle's past results, to whoever holds it or moderates the server; also when it is over."""
    async with database.transaction() as tx:
        readable = (CircleState.OPEN, CircleState.ARCHIVED)
        circle = await circle_service.find_here(tx, person, circle_id, channel_id, readable)
        server = await authority.authorize(tx, Action.READ_RESULTS, person, circle)
        past = await checkins.list_past_windows(tx, server.server_id, circle.circle_id, PAST_SHOWN)
        return Results(circle.name, server.time_zone, _published(past))


async def of_server(database: Database, person: Person) -> Results:
    """Return past results of the whole server's windows, to whoever moderates it."""
    async with database.transaction() as tx:
        server = await authority.authorize(tx, Action.READ_SERVER_RESULTS, person)
        past = await checkins.list_past_windows(tx, server.server_id, None, PAST_SHOWN)
        return Results(None, server.time_zone, _published(past))


async def named(tx: Transaction, window: checkins.Window) -> tuple[str | None, int]:
    """Return how a window is called, and how many other circles share it.

    None is the whole server's, or one that several circles share: it is never called by one of them, not even
    when only one is left, for it is the result of all who answered.
    """
    if window.circle_id is not None:
        circle = await circles.find_circle(tx, window.server_id, window.circle_id)
        return None if circle is None else circle.name, 0
    return None, window.others


def _published(past: Sequence[checkins.PastWindow]) -> tuple[Published, ...]:
    return tuple(
        Published(
            window.closes_at,
            None if window.findings is None else unpack(window.findings),
            others=window.others,
        )
        for window in past
    )
