"""Queries about check-in windows, their sealed ballots and what was released."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import TypeVar

from db.connection import Row, Transaction
from db.instants import from_seconds, to_seconds
from db.window_circles import AskedCircle, list_asked_together


class WindowState(StrEnum):
    """A window is open until it is released, withheld (too few answers) or cancelled."""

    OPEN = "open"
    RELEASED = "released"
    WITHHELD = "withheld"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Window:
    """The days during which a circle answers; `circle_id` is None for the whole server's window.

    It is None as well where several circles share the window: then it was opened for so many (`shared_by`).
    """

    window_id: int
    server_id: int
    circle_id: int | None
    channel_id: int
    opens_at: datetime
    closes_at: datetime
    minimum: int
    state: WindowState
    shared_by: int = 0

    @property
    def others(self) -> int:
        """How many circles share it beside the one that reads this, also once one of them has ended."""
        return max(0, self.shared_by - 1)


@dataclass(frozen=True, slots=True)
class OpenWindow:
    """An open window together with what a form needs of its circle (None: the whole server).

    Where several circles share it, they are `together`, and its own circle is None as well. Its
    `circle_name` is then that of the circle to which it is shown.
    """

    window_id: int
    server_id: int
    circle_id: int | None
    circle_name: str | None
    role_id: int | None
    channel_id: int
    closes_at: datetime
    shared_by: int = 0
    together: tuple[AskedCircle, ...] = ()

    @property
    def whole_server(self) -> bool:
        """Whether everybody in the server may answer."""
        return self.circle_id is None and not self.shared_by

    @property
    def circle_ids(self) -> tuple[int, ...]:
        """The circles whose members may answer."""
        own = () if self.circle_id is None else (self.circle_id,)
        return (*own, *(circle.circle_id for circle in self.together))

    @property
    def others(self) -> int:
        """How many circles share it beside the one to which it is shown, also once one of them has ended."""
        return max(0, self.shared_by - 1)

    def asks(self, roles: Collection[int]) -> bool:
        """Say whether somebody with these roles may answer, as far as roles tell."""
        own = {self.role_id, *(circle.role_id for circle in self.together)} - {None}
        return self.whole_server or not own.isdisjoint(roles)

    def speaks_in(self, channel_id: int | None) -> bool:
        """Say whether it is announced in this channel."""
        return channel_id == self.channel_id or any(each.channel_id == channel_id for each in self.together)

    def shown_to(self, roles: Collection[int]) -> OpenWindow:
        """Return it under the name of the circle that somebody with these roles knows it by."""
        own = next((circle for circle in self.together if circle.role_id in roles), None)
        return self if own is None else replace(self, circle_name=own.name)


@dataclass(frozen=True, slots=True)
class Ballot:
    """One sealed answer, or a blank. It says nothing without the window's key."""

    token: bytes
    sealed: bytes


@dataclass(frozen=True, slots=True)
class PastWindow:
    """A closed window; `findings` is missing where it was withheld. So many `others` shared it."""

    closes_at: datetime
    findings: str | None
    others: int


_COLUMNS = "window_id, server_id, circle_id, channel_id, opens_at, closes_at, minimum, state, shared_by"

_OF = (
    "(coalesce(circle_id, 0) = $2 AND shared_by = 0"
    " OR window_id IN (SELECT window_id FROM window_circle WHERE circle_id = $2))"
)
"""That a window is one of this circle's, its own or a shared one; of the whole server's where it is 0."""


def _window(row: Row) -> Window:
    return Window(
        window_id=row["window_id"],
        server_id=row["server_id"],
        circle_id=row["circle_id"],
        channel_id=row["channel_id"],
        opens_at=from_seconds(row["opens_at"]),
        closes_at=from_seconds(row["closes_at"]),
        minimum=row["minimum"],
        state=WindowState(row["state"]),
        shared_by=row["shared_by"],
    )


async def hold(tx: Transaction, server_id: int) -> None:
    """Keep every other opening, answer and close in this server waiting until this transaction ends.

    One answer may touch all windows of a server, and one hold cannot be taken in the wrong order.
    """
    await tx.hold("checkins", server_id)


async def insert_window(
    tx: Transaction,
    *,
    server_id: int,
    circle_id: int | None,
    channel_id: int,
    opens_at: datetime,
    closes_at: datetime,
    minimum: int,
    shared_by: int = 0,
) -> int:
    """Open a window and return its id. Raises AlreadyThere where one is open and not shared."""
    rows = await tx.fetch(
        "INSERT INTO checkin_window"
        " (server_id, circle_id, channel_id, opens_at, closes_at, minimum, shared_by, state)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, 'open') RETURNING window_id",
        server_id,
        circle_id,
        channel_id,
        to_seconds(opens_at),
        to_seconds(closes_at),
        minimum,
        shared_by,
    )
    return int(rows[0]["window_id"])


async def find_window(tx: Transaction, window_id: int) -> Window | None:
    """Return one window."""
    rows = await tx.fetch(f"SELECT {_COLUMNS} FROM checkin_window WHERE window_id = $1", window_id)
    return _window(rows[0]) if rows else None


async def find_open_window(tx: Transaction, server_id: int, circle_id: int | None) -> Window | None:
    """Return the open window of a circle, be it a shared one, or of the whole server."""
    rows = await tx.fetch(
        f"SELECT {_COLUMNS} FROM checkin_window WHERE server_id = $1 AND {_OF} AND state = 'open'",
        server_id,
        circle_id or 0,
    )
    return _window(rows[0]) if rows else None


async def list_open_windows(tx: Transaction, server_id: int | None = None) -> Sequence[OpenWindow]:
    """Return the open windows of a server (None: of every server), the first to close first."""
    of_server = "" if server_id is None else " AND w.server_id = $1"
    rows = await tx.fetch(
        "SELECT w.window_id, w.server_id, w.circle_id, c.name AS circle_name, c.role_id,"
        " w.channel_id, w.closes_at, w.shared_by"
        " FROM checkin_window w LEFT JOIN circle c ON c.circle_id = w.circle_id"
        f" WHERE w.state = 'open'{of_server} ORDER BY w.closes_at, w.window_id",
        *(() if server_id is None else (server_id,)),
    )
    asked = await list_asked_together(tx, server_id)
    return [
        OpenWindow(
            window_id=row["window_id"],
            server_id=row["server_id"],
            circle_id=row["circle_id"],
            circle_name=row["circle_name"],
            role_id=row["role_id"],
            channel_id=row["channel_id"],
            closes_at=from_seconds(row["closes_at"]),
            shared_by=row["shared_by"],
            together=tuple(asked.get(row["window_id"], ())),
        )
        for row in rows
    ]


async def list_windows_to_close(tx: Transaction, at: datetime) -> Sequence[int]:
    """Return the open windows whose time is over, oldest first."""
    rows = await tx.fetch(
        "SELECT window_id FROM checkin_window WHERE state = 'open' AND closes_at <= $1 ORDER BY closes_at",
        to_seconds(at),
    )
    return [int(row["window_id"]) for row in rows]


async def find_last_close(tx: Transaction, server_id: int, circle_id: int | None) -> datetime | None:
    """Return when the last window closed whose answers were counted."""
    rows = await tx.fetch(
        "SELECT max(closes_at) AS latest FROM checkin_window"
        f" WHERE server_id = $1 AND {_OF} AND state IN ('released', 'withheld')",
        server_id,
        circle_id or 0,
    )
    latest = rows[0]["latest"]
    return None if latest is None else from_seconds(latest)


async def find_newest_window(tx: Transaction) -> int:
    """Return the highest window id given so far, or 0."""
    rows = await tx.fetch("SELECT coalesce(max(window_id), 0) AS newest FROM checkin_window")
    return int(rows[0]["newest"])


async def find_next_closing(tx: Transaction, after: datetime) -> datetime | None:
    """Return the next close of an open window after this moment."""
    rows = await tx.fetch(
        "SELECT min(closes_at) AS soonest FROM checkin_window WHERE state = 'open' AND closes_at > $1",
        to_seconds(after),
    )
    soonest = rows[0]["soonest"]
    return None if soonest is None else from_seconds(soonest)


async def raise_minimum(tx: Transaction, window_id: int, minimum: int) -> None:
    """Make an open window publish nothing under this many answers. Never lowers it."""
    await tx.execute(
        "UPDATE checkin_window SET minimum = $2 WHERE window_id = $1 AND state = 'open' AND minimum < $2",
        window_id,
        minimum,
    )


async def update_window_state(tx: Transaction, window_id: int, state: WindowState) -> None:
    """Move a window to another state."""
    await tx.execute("UPDATE checkin_window SET state = $2 WHERE window_id = $1", window_id, state.value)


async def list_unpublished(tx: Transaction, window_ids: Collection[int]) -> Sequence[int]:
    """Return those of the windows of which nothing has been published."""
    if not window_ids:
        return []
    ids = sorted(window_ids)
    rows = await tx.fetch(
        f"SELECT window_id FROM checkin_window WHERE window_id IN ({_numbered(len(ids))})"
        " AND state <> 'released'",
        *ids,
    )
    return [int(row["window_id"]) for row in rows]


async def find_ballots(tx: Transaction, tokens: Mapping[int, bytes]) -> Mapping[int, bytes]:
    """Return what lies sealed under these tokens, one for each window, where there is something."""
    found: dict[int, bytes] = {}
    for some in _portions([*tokens.items()]):
        rows = await tx.fetch(
            f"SELECT window_id, sealed FROM ballot WHERE {_any_of(some)}",
            *(value for pair in some for value in pair),
        )
        found |= {int(row["window_id"]): bytes(row["sealed"]) for row in rows}
    return found


async def save_ballots(tx: Transaction, ballots: Sequence[tuple[int, Ballot]]) -> None:
    """Store these ballots, each in its window, in the place of what lay there under the same token."""
    for some in _portions(ballots):
        rows = ", ".join(f"(${n}, ${n + 1}, ${n + 2})" for n in range(1, 3 * len(some) + 1, 3))
        await tx.execute(
            f"INSERT INTO ballot (window_id, token, sealed) VALUES {rows}"
            " ON CONFLICT (window_id, token) DO UPDATE SET sealed = excluded.sealed",
            *(value for window_id, ballot in some for value in (window_id, ballot.token, ballot.sealed)),
        )


async def delete_tokens(tx: Transaction, tokens: Mapping[int, bytes]) -> None:
    """Remove what lies under these tokens, one for each window."""
    for some in _portions([*tokens.items()]):
        await tx.execute(
            f"DELETE FROM ballot WHERE {_any_of(some)}", *(value for pair in some for value in pair)
        )


async def list_ballots(tx: Transaction, window_id: int) -> Sequence[Ballot]:
    """Return the window's sealed answers, in no order that means anything."""
    rows = await tx.fetch("SELECT token, sealed FROM ballot WHERE window_id = $1", window_id)
    return [Ballot(bytes(row["token"]), bytes(row["sealed"])) for row in rows]


async def delete_ballots(tx: Transaction, window_id: int) -> None:
    """Remove all sealed answers of a window."""
    await tx.execute("DELETE FROM ballot WHERE window_id = $1", window_id)


async def insert_release(tx: Transaction, window_id: int, findings: str) -> None:
    """Keep what was released. There is no query that changes it."""
    await tx.execute("INSERT INTO release (window_id, findings) VALUES ($1, $2)", window_id, findings)


async def count_releases(tx: Transaction, server_id: int, circle_id: int) -> int:
    """Return how many results of a circle are kept, with those that it shares."""
    rows = await tx.fetch(
        "SELECT count(*) AS kept FROM release WHERE window_id IN"
        f" (SELECT window_id FROM checkin_window WHERE server_id = $1 AND {_OF})",
        server_id,
        circle_id,
    )
    return int(rows[0]["kept"])


async def list_past_windows(
    tx: Transaction, server_id: int, circle_id: int | None, limit: int
) -> Sequence[PastWindow]:
    """Return the last closed windows, newest first. Cancelled ones are not among them."""
    rows = await tx.fetch(
        "SELECT closes_at, shared_by,"
        " (SELECT findings FROM release r WHERE r.window_id = w.window_id) AS findings"
        f" FROM checkin_window w WHERE server_id = $1 AND {_OF} AND state IN ('released', 'withheld')"
        " ORDER BY closes_at DESC, window_id DESC LIMIT $3",
        server_id,
        circle_id or 0,
        limit,
    )
    return [
        PastWindow(from_seconds(row["closes_at"]), row["findings"], max(0, row["shared_by"] - 1))
        for row in rows
    ]


async def find_findings(tx: Transaction, window_id: int) -> str | None:
    """Return what was released of a window."""
    rows = await tx.fetch("SELECT findings FROM release WHERE window_id = $1", window_id)
    return str(rows[0]["findings"]) if rows else None


_PORTION = 200
"""As many ballots as one statement names: engines limit how many values it may have."""

_T = TypeVar("_T")


def _portions(everything: Sequence[_T]) -> Iterator[Sequence[_T]]:
    for start in range(0, len(everything), _PORTION):
        yield everything[start : start + _PORTION]


def _any_of(tokens: Sequence[tuple[int, bytes]]) -> str:
    """Return the condition that a row is one of these, whose values are numbered from $1."""
    places = range(1, 2 * len(tokens) + 1, 2)
    return " OR ".join(f"(window_id = ${n} AND token = ${n + 1})" for n in places)


def _numbered(many: int) -> str:
    return ", ".join(f"${n}" for n in range(1, many + 1))
