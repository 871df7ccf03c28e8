"""Opening hours: outside them a circle's channel is read-only; always open is something one chooses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum

from bot.services import authority, waitlist
from bot.services import circles as circle_service
from bot.services.authority import Action
from bot.services.people import Person
from bot.services.refusals import Because, Refusal
from bot.services.rules.hours import Hours, UnreadableLine, is_open, next_change, parse_spans, written
from db import Database, Transaction, circles, hours, posts
from db.circles import Circle, CircleState
from db.hours import Follows, OpeningHours
from db.posts import PostKind

__all__ = [
    "Follows",
    "Opening",
    "Usual",
    "begin",
    "choose",
    "delayed",
    "followed",
    "look_again",
    "of_circle",
    "refused",
    "remember_threads",
    "to_change",
    "to_follow",
    "turn",
]

_SAID_FOR = timedelta(hours=2)
"""A word that the circle has opened or closed is of no use much later."""


class Usual(Enum):
    """Hours to begin with, as they would be typed; nothing: always open."""

    DAILY = "daily 07:00-22:00"
    WEEKDAYS = "weekdays 07:00-20:00"
    ALWAYS = ""


@dataclass(frozen=True, slots=True)
class Opening:
    """A circle and its hours; None where nobody has chosen any, and it is open until somebody does."""

    circle: Circle
    stored: OpeningHours | None

    @property
    def hours(self) -> Hours | None:
        """The hours, as the rules know them."""
        return None if self.stored is None else _hours(self.stored)

    @property
    def open(self) -> bool:
        """Whether it is open."""
        return self.stored is None or self.stored.open


async def begin(database: Database, circle: Circle, usual: Usual, *, at: datetime) -> None:
    """Give a circle that is being made its first hours: it never opens without somebody's choice."""
    async with database.transaction() as tx:
        await tx.hold("circle", circle.circle_id)
        await _choose(tx, circle, usual.value, at)


async def to_change(database: Database, person: Person, circle_id: int | None, channel_id: int) -> Opening:
    """Return a circle's hours to somebody who may change them."""
    async with database.transaction() as tx:
        circle = await circle_service.find_held_here(tx, Action.CHOOSE_HOURS, person, circle_id, channel_id)
        return Opening(circle, await hours.find_hours(tx, circle.circle_id))


async def choose(database: Database, person: Person, circle_id: int, typed: str, *, at: datetime) -> Opening:
    """Choose the hours of a circle; nothing typed: always open. The channel follows by itself.

    Raises:
        Refusal: they cannot be read, or somebody may not choose them.
    """
    try:
        spans = written(parse_spans(typed)) if typed else ""
    except UnreadableLine as unreadable:
        raise Refusal(Because.UNKNOWN_HOURS, line=unreadable.number) from None
    async with database.transaction() as tx:
        await tx.hold("circle", circle_id)
        circle = await circle_service.require_held(tx, Action.CHOOSE_HOURS, person, circle_id)
        return await _choose(tx, circle, spans, at)


async def turn(database: Database, *, at: datetime) -> None:
    """Open and close what is due, in the database. What was slept through is made up for, and not said."""
    async with database.transaction() as tx:
        due = await hours.list_due(tx, at)
    for each in due:
        async with database.transaction() as tx:
            await tx.hold("circle", each.circle_id)
            circle = await circles.find_circle_by_id(tx, each.circle_id)
            stored = await hours.find_hours(tx, each.circle_id)
            if circle is not None and stored is not None and _is_due(stored, at):
                await _turn(tx, circle, stored, at)


async def look_again(database: Database) -> None:
    """Have every channel compared with its hours once more, as after a start.

    Between the two lie whatever a crash left, a restored backup, and what people changed meanwhile. What
    Discord refused is tried once more. A circle that is always open is left as people made it.
    """
    async with database.transaction() as tx:
        await hours.doubt_all(tx)


async def to_follow(database: Database) -> Sequence[Opening]:
    """Return the open circles whose channels have not been made what their hours want."""
    async with database.transaction() as tx:
        found = [
            Opening(circle, stored)
            for stored in await hours.list_to_follow(tx)
            if (circle := await circles.find_circle_by_id(tx, stored.circle_id)) is not None
        ]
        return [each for each in found if each.circle.state is CircleState.OPEN]


async def remember_threads(database: Database, stored: OpeningHours, allowed: bool | None) -> None:
    """Keep what is said about writing in threads before a channel is closed, so that it can be restored."""
    async with database.transaction() as tx:
        await tx.hold("circle", stored.circle_id)
        now = await hours.find_hours(tx, stored.circle_id)
        if now is not None:
            await hours.save_hours(tx, replace(now, threads_before=allowed))


async def followed(database: Database, stored: OpeningHours) -> None:
    """Note that the channel is what these hours wanted."""
    async with database.transaction() as tx:
        await _note(tx, stored, Follows.DONE)


async def refused(database: Database, circle: Circle, stored: OpeningHours, *, at: datetime) -> None:
    """Note that Discord will not have it. The facilitators are told once; the next change is tried again."""
    await _fall_behind(database, circle, stored, Follows.REFUSED, at)


async def delayed(database: Database, circle: Circle, stored: OpeningHours, *, at: datetime) -> None:
    """Note that Discord has been in trouble for long. The facilitators are told once; it is tried on."""
    await _fall_behind(database, circle, stored, Follows.AGAIN, at)


async def of_circle(database: Database, circle_id: int) -> Opening | None:
    """Return an open circle with its hours. For posts, which are written when they are sent."""
    async with database.transaction() as tx:
        circle = await circles.find_circle_by_id(tx, circle_id)
        if circle is None or circle.state is not CircleState.OPEN:
            return None
        return Opening(circle, await hours.find_hours(tx, circle_id))


async def _choose(tx: Transaction, circle: Circle, spans: str, at: datetime) -> Opening:
    server = await authority.require_server(tx, circle.server_id)
    before = await hours.find_hours(tx, circle.circle_id)
    chosen = OpeningHours(
        circle_id=circle.circle_id,
        spans=spans,
        time_zone=server.time_zone,
        # What the channel is, until the line below has looked at the clock.
        open=before is None or before.open,
        follows=Follows.DONE if before is None else before.follows,
        threads_before=None if before is None else before.threads_before,
        next_run_at=None,
    )
    return Opening(circle, await _turn(tx, circle, chosen, at))


async def _turn(tx: Transaction, circle: Circle, stored: OpeningHours, at: datetime) -> OpeningHours:
    """Look at the clock: note what the channel is to be and until when, and say it where it changes."""
    wanted, until = is_open(_hours(stored), at), next_change(_hours(stored), at)
    changes = wanted is not stored.open
    follows = stored.follows
    if changes or follows is Follows.REFUSED:
        follows = Follows.AGAIN if follows in {Follows.REFUSED, Follows.AGAIN} else Follows.NOT_YET
    turned = replace(stored, open=wanted, follows=follows, next_run_at=until)
    await hours.save_hours(tx, turned)
    if changes and circle.channel_id is not None:
        lapses_at = at + _SAID_FOR
        await posts.insert_post(
            tx,
            kind=PostKind.OPENING if wanted else PostKind.CLOSING,
            server_id=circle.server_id,
            channel_id=circle.channel_id,
            subject=str(circle.circle_id),
            due_at=at,
            lapses_at=lapses_at if until is None else min(lapses_at, until),
        )
    return turned


async def _fall_behind(
    database: Database, circle: Circle, stored: OpeningHours, follows: Follows, at: datetime
) -> None:
    async with database.transaction() as tx:
        if await _note(tx, stored, follows) and stored.follows is Follows.NOT_YET:
            kind, subject = PostKind.HOURS_REFUSED, str(circle.circle_id)
            await waitlist.say_to_facilitators(tx, circle.server_id, kind, subject, at=at)


async def _note(tx: Transaction, stored: OpeningHours, follows: Follows) -> bool:
    """Note how far the channel follows, unless the hours have changed meanwhile."""
    await tx.hold("circle", stored.circle_id)
    now = await hours.find_hours(tx, stored.circle_id)
    if now is None or (now.open, now.follows) != (stored.open, stored.follows):
        return False
    await hours.save_hours(tx, replace(now, follows=follows))
    return True


def _is_due(stored: OpeningHours, at: datetime) -> bool:
    return stored.next_run_at is not None and stored.next_run_at <= at


def _hours(stored: OpeningHours) -> Hours:
    return Hours(parse_spans(stored.spans) if stored.spans else (), stored.time_zone)
