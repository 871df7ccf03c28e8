"""Check-in windows: opened, closed by themselves, sometimes cancelled."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.services import authority, ballots, releases, sharing
from bot.services import circles as circle_service
from bot.services.authority import Action
from bot.services.keys import WindowKeys
from bot.services.people import Person
from bot.services.refusals import Because, Refusal
from bot.services.rules.anonymity import Answers, floor_for, release
from bot.services.rules.ballots import BallotBox
from bot.services.rules.recurrence import closing
from db import Database, Transaction, checkins, circles, posts, to_the_end, window_circles
from db.checkins import Ballot, OpenWindow, Window, WindowState
from db.posts import PostKind

SHORTEST_DAYS = 7
LONGEST_DAYS = 28
RELEASE_WAITS = timedelta(days=30)
_KEYS = "window_keys"


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose window it is: a circle's, or the whole server's (`circle` is None); and where it speaks.

    Where the circle checks in with others, all of them are `together`.
    """

    server_id: int
    time_zone: str
    circle: circles.Circle | None
    channel_id: int
    together: Sequence[circles.Circle] = ()

    @property
    def circle_id(self) -> int | None:
        """The circle's id, or None for the whole server."""
        return None if self.circle is None else self.circle.circle_id

    @property
    def circle_ids(self) -> Sequence[int]:
        """All circles whose window it is, in order; none: the whole server's."""
        return sorted({circle.circle_id for circle in (self.circle, *self.together) if circle is not None})

    @property
    def others(self) -> int:
        """How many circles share it beside this one."""
        return max(0, len(self.together) - 1)

    @property
    def circle_name(self) -> str | None:
        """The circle's name, or None for the whole server."""
        return None if self.circle is None else self.circle.name


@dataclass(frozen=True, slots=True)
class Opened:
    """A window that is open. `circle_name` is None for the whole server's.

    So many `others` share it; then the name may be missing, where it is for all of them.
    """

    window_id: int
    circle_name: str | None
    closes_at: datetime
    others: int = 0


class OpenWindows:
    """Every open window, kept in memory so that a form can open without touching the database.

    It may lag behind by a moment; what counts is decided again when an answer comes in.
    """

    def __init__(self) -> None:
        self._windows: dict[int, OpenWindow] = {}

    async def refresh(self, database: Database) -> None:
        """Read the open windows again."""
        async with database.transaction() as tx:
            self._windows = {window.window_id: window for window in await checkins.list_open_windows(tx)}

    def find(self, window_id: int) -> OpenWindow | None:
        """Return one window, if it is open."""
        return self._windows.get(window_id)

    def of_server(self, server_id: int) -> list[OpenWindow]:
        """Return the server's open windows, the first to close first."""
        return [window for window in self._windows.values() if window.server_id == server_id]

    def open_to(self, person: Person, at: datetime) -> list[OpenWindow]:
        """Return what is open to the person, judged by their roles, the first to close first."""
        return [
            window.shown_to(person.roles)
            for window in self.of_server(person.server_id)
            if at < window.closes_at and window.asks(person.roles)
        ]


async def require_scope(
    tx: Transaction, person: Person, circle_id: int | None, *, whole_server: bool, channel_id: int
) -> Scope:
    """Return whose windows the person is about to steer. Refuses whoever may not."""
    if whole_server:
        server = await authority.authorize(tx, Action.STEER_SERVER_CHECKINS, person)
        return Scope(server.server_id, server.time_zone, None, channel_id)
    circle = await circle_service.find_here(tx, person, circle_id, channel_id)
    server = await authority.authorize(tx, Action.STEER_CHECKINS, person, circle)
    return Scope(server.server_id, server.time_zone, circle, circle.channel_id or channel_id)


async def with_others(tx: Transaction, scope: Scope) -> Scope:
    """Return whose window it really is: all circles' that check in together. The server has to be held."""
    if scope.circle_id is None:
        return scope
    return replace(scope, together=await sharing.circles_with(tx, scope.circle_id))


async def in_the_way(tx: Transaction, scope: Scope) -> Window | None:
    """Return what is open already in one of these circles, or the server; what closes last, if several."""
    ids = scope.circle_ids or (None,)
    found = [await checkins.find_open_window(tx, scope.server_id, circle_id) for circle_id in ids]
    return max((window for window in found if window), key=lambda window: window.closes_at, default=None)


async def require_all(tx: Transaction, person: Person, circle_ids: Sequence[int]) -> None:
    """Refuse whoever may not steer the check-ins of each of these circles, which share them."""
    if len(await authority.allowed(tx, Action.STEER_CHECKINS, person, circle_ids)) < len(circle_ids):
        raise Refusal(Because.SHARED_BY_OTHERS)


def require_days(days: int) -> None:
    """Refuse windows so short that one person's answer could be told from the next result (R4)."""
    if not SHORTEST_DAYS <= days <= LONGEST_DAYS:
        raise Refusal(Because.WINDOW_LENGTH, fewest=SHORTEST_DAYS, most=LONGEST_DAYS)


async def open_window(
    database: Database,
    window_keys: WindowKeys,
    person: Person,
    *,
    circle_id: int | None,
    whole_server: bool,
    channel_id: int,
    days: int,
    minimum: int,
    at: datetime,
) -> Opened:
    """Open a window now, for this many days, and note the post that announces it."""
    require_days(days)
    async with database.transaction() as tx:
        scope = await require_scope(tx, person, circle_id, whole_server=whole_server, channel_id=channel_id)
        await checkins.hold(tx, scope.server_id)
        scope = await with_others(tx, scope)
        if await in_the_way(tx, scope) is not None:
            if scope.others:
                raise Refusal(Because.OTHER_WINDOW_OPEN)
            raise Refusal(Because.WINDOW_ALREADY_OPEN)
        return await open_in(tx, window_keys, scope, opens_at=at, days=days, minimum=minimum)


async def open_in(
    tx: Transaction, window_keys: WindowKeys, scope: Scope, *, opens_at: datetime, days: int, minimum: int
) -> Opened:
    """Open a window in a transaction that holds the server and has made sure that none is open.

    Its key is on disk before the window is. It closes at the same wall time, `days` days later. Whoever
    has answered in another window that is open has answered for this one as well.
    """
    closes_at = closing(scope.time_zone, opens_at, days)
    for circle_id in scope.circle_ids:
        await tx.hold("circle", circle_id)  # whoever holds it takes a seat before or after, not now
    await tx.hold(_KEYS, 0)
    facilitator_may_answer = not scope.circle_ids or await circles.a_facilitator_is_seated(
        tx, scope.circle_ids
    )
    shared_by = len(scope.together)
    window_id = await checkins.insert_window(
        tx,
        server_id=scope.server_id,
        circle_id=None if shared_by else scope.circle_id,
        channel_id=scope.channel_id,
        opens_at=opens_at,
        closes_at=closes_at,
        minimum=floor_for(chosen=minimum, facilitator_may_answer=facilitator_may_answer),
        shared_by=shared_by,
    )
    if shared_by:
        await window_circles.insert_window_circles(tx, window_id, scope.circle_ids)
    # The next opening may get this number: whatever happens, no thread is left that works on its key.
    await to_the_end(asyncio.to_thread(window_keys.create, window_id))
    await ballots.carry(tx, window_keys, window_id, scope.server_id, opens_at=opens_at)
    await say(tx, PostKind.WINDOW, window_id, due_at=opens_at, lapses_at=closes_at)
    return Opened(window_id, scope.circle_name, closes_at, scope.others)


async def say(
    tx: Transaction, kind: PostKind, window_id: int, *, due_at: datetime, lapses_at: datetime
) -> None:
    """Note a post about a window, in the channel of each circle that it asks."""
    window = await checkins.find_window(tx, window_id)
    if window is None:
        raise LookupError(f"window {window_id} is gone")
    together = await window_circles.list_window_circles(tx, window_id)
    channels = [circle.channel_id for circle in together] if window.shared_by else [window.channel_id]
    for channel_id in channels:
        if channel_id is not None:
            await posts.insert_post(
                tx,
                kind=kind,
                server_id=window.server_id,
                channel_id=channel_id,
                subject=str(window_id),
                due_at=due_at,
                lapses_at=lapses_at,
            )


async def announced(database: Database, window_id: int) -> Opened | None:
    """Return what the post of an open window says, or None when it is no longer open."""
    async with database.transaction() as tx:
        window = await checkins.find_window(tx, window_id)
        if window is None or window.state is not WindowState.OPEN:
            return None
        name, others = await releases.named(tx, window)
        return Opened(window_id, name, window.closes_at, others)


async def cancel(
    database: Database,
    window_keys: WindowKeys,
    person: Person,
    *,
    circle_id: int | None,
    whole_server: bool,
    channel_id: int,
) -> Opened:
    """Discard the open window with all its answers; nothing is ever published of it.

    One that several circles share can be discarded only by somebody who may do so for each of them.
    """

    async def discard() -> Opened:
        async with database.transaction() as tx:
            scope = await require_scope(
                tx, person, circle_id, whole_server=whole_server, channel_id=channel_id
            )
            await checkins.hold(tx, scope.server_id)
            window = await checkins.find_open_window(tx, scope.server_id, scope.circle_id)
            if window is None:
                raise Refusal(Because.NOTHING_TO_CANCEL)
            asked = await window_circles.list_window_circles(tx, window.window_id)
            await require_all(tx, person, [circle.circle_id for circle in asked])
            await _end(tx, window, WindowState.CANCELLED)
        await _destroy(database, window_keys, window.window_id)
        return Opened(window.window_id, scope.circle_name, window.closes_at, window.others)

    return await to_the_end(discard())  # once it is stored, the key goes, even if nobody waits any more


async def close_due(database: Database, window_keys: WindowKeys, *, at: datetime) -> int:
    """Close every window whose time is over, however late, and return how many there were.

    One that cannot be closed does not keep the others open; it is tried again the next time.

    Raises: ExceptionGroup, after all the others have been closed.
    """
    async with database.transaction() as tx:
        due = await checkins.list_windows_to_close(tx, at)
    failures: list[Exception] = []
    for window_id in due:
        try:
            await to_the_end(_close(database, window_keys, window_id, at))
        except Exception as failure:
            failures.append(failure)
    if failures:
        raise ExceptionGroup("some windows could not be closed", failures)
    return len(due)


async def sweep(database: Database, window_keys: WindowKeys) -> int:
    """Destroy the keys of closed windows that a crash left behind, and return how many there were."""
    async with database.transaction() as tx:
        await tx.hold(_KEYS, 0)  # a window that is just being opened has its key already
        open_windows = {window.window_id for window in await checkins.list_open_windows(tx)}
        newest = await checkins.find_newest_window(tx)
    # Only now is a close that was seen here on disk for certain; windows opened since have higher numbers.
    swept = await asyncio.to_thread(window_keys.sweep, open_windows, newest=newest)
    if swept:
        await database.forget()
    return swept


async def _close(database: Database, window_keys: WindowKeys, window_id: int, at: datetime) -> None:
    """Tally, publish or withhold, and forget: one transaction, then the key. To be run `to_the_end`."""
    async with database.transaction() as tx:
        window = await checkins.find_window(tx, window_id)
        if window is None:
            return
        await checkins.hold(tx, window.server_id)
        window = await checkins.find_window(tx, window_id)  # as it is now that nobody else can touch it
        if window is None or window.state is not WindowState.OPEN:
            return
        cast = await checkins.list_ballots(tx, window_id)
        box = ballots.box_of(window_keys, window_id)
        answers = [] if box is None else await asyncio.to_thread(_answers, box, cast)
        released = release(answers, minimum=window.minimum, only_bands=window.shared_by > 0)
        if released is not None:
            await checkins.insert_release(tx, window_id, releases.pack(released))
        await _end(tx, window, WindowState.WITHHELD if released is None else WindowState.RELEASED)
        await say(tx, PostKind.RELEASE, window_id, due_at=window.closes_at, lapses_at=at + RELEASE_WAITS)
    await _destroy(database, window_keys, window_id)


def _answers(box: BallotBox, cast: Sequence[Ballot]) -> list[Answers]:
    """Return what is to be counted: no blanks."""
    return [vote.answers for vote in ballots.read(box, cast) if vote.answers is not None]


async def _end(tx: Transaction, window: Window, state: WindowState) -> None:
    await checkins.delete_ballots(tx, window.window_id)
    await checkins.update_window_state(tx, window.window_id, state)


async def _destroy(database: Database, window_keys: WindowKeys, window_id: int) -> None:
    """Make what was just deleted unreadable: the leftovers of the rows and, whatever happens, their key."""
    try:
        await database.forget()
    finally:
        await asyncio.to_thread(window_keys.destroy, window_id)
