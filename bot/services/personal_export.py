"""Everything that is stored about a member, read out in plain values: driven by the registry."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from bot.services import trends
from bot.services.keys import WindowKeys
from bot.services.member_keys import MemberKeys, SpoiltRow
from bot.services.people import Person
from bot.services.personal_data import Column, Kind, Owner, Trail, boxes_of, trails
from bot.services.rules.ballots import SpoiltBallot
from bot.services.rules.private_copies import Copy
from bot.services.trends import Keeping
from db import Database, Row, Transaction, circles, personal
from db.instants import from_seconds
from db.registry import PERSONAL, columns_of

Json = None | bool | int | float | str | Sequence["Json"] | Mapping[str, "Json"]
Entry = Mapping[str, Json]

DAMAGED = "damaged"
"""Stands for something sealed that does not open any more."""

LOCKED = "locked by your passphrase"
"""Stands for private copies that only their passphrase opens."""


@dataclass(frozen=True, slots=True)
class Table:
    """One table's entries about a member, by the names of columns.

    The column that leads to them is left out: whoever finds the file could look for it in a database.
    """

    name: str
    kind: Kind
    columns: tuple[Column, ...]
    left_out: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Export:
    """All that is stored about a member of one server."""

    made_at: datetime
    has_key: bool
    tables: tuple[Table, ...]

    @property
    def locked(self) -> bool:
        """Whether something is in it that only a passphrase opens."""
        return any(LOCKED in entry.values() for table in self.tables for entry in table.entries)


@dataclass(frozen=True, slots=True)
class Found:
    """One row about a member, how it was found, and the transaction to look further in.

    `unlocked` are private copies that were opened with their passphrase.
    """

    tx: Transaction
    server_id: int
    owner: Owner
    trail: Trail
    row: Row
    unlocked: tuple[Copy, ...] | None


Reader = Callable[[Found], Awaitable[Entry]]


async def export(
    database: Database,
    member_keys: MemberKeys,
    window_keys: WindowKeys,
    person: Person,
    *,
    unlocked: tuple[Copy, ...] | None = None,
    at: datetime,
) -> Export:
    """Return everything that is stored about this person in this server, opened with their own keys.

    `unlocked` takes the place of private copies that are locked.
    """
    entries: dict[str, list[Entry]] = {table.table: [] for table in PERSONAL}
    async with database.transaction() as tx:
        boxes = await boxes_of(tx, window_keys, person.server_id)
        owner = Owner(person.locator, member_keys.find(person.locator), boxes)
        for trail in trails(owner, Kind):
            for row in await personal.list_rows(tx, trail):
                found = Found(tx, person.server_id, owner, trail, row, unlocked)
                entries[trail.personal.table].append(await _read(found))
    return Export(
        made_at=at,
        has_key=owner.member is not None,
        tables=tuple(
            Table(
                name=table.table,
                kind=table.kind,
                columns=columns_of(table.table),
                left_out=table.column,
                entries=tuple(entries[table.table]),
            )
            for table in PERSONAL
        ),
    )


async def _read(found: Found) -> Entry:
    """Return a row's plain columns, and what its table's reader adds or, without one, its sealed JSON."""
    table = found.trail.personal
    plain = {
        name: _plain(name, value)
        for name, value in found.row.items()
        if name != table.column and name not in table.sealed
    }
    reader = READERS.get(table.table, _open_json)
    return {**plain, **await reader(found)}


def _plain(name: str, value: bytes | str | int | None) -> Json:
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, int) and name.endswith("_at"):
        return from_seconds(value).isoformat()
    return value


async def _open_json(found: Found) -> Entry:
    """Open what is sealed under the member's data key: JSON, unless a table has a reader of its own."""
    return {name: _opened(found, name) for name in found.trail.personal.sealed}


def _opened(found: Found, name: str) -> Json:
    sealed, member = found.row[name], found.owner.member
    if sealed is None or member is None:
        return None
    try:
        return json.loads(member.open(found.trail.personal.table, bytes(sealed)))
    except (SpoiltRow, ValueError):
        return DAMAGED


async def _read_place(found: Found) -> Entry:
    circle = await circles.find_circle(found.tx, found.server_id, found.row["circle_id"])
    return {
        "circle": None if circle is None else circle.name,
        "seated": bool(found.row["seated"]),
        **_open_address(found),
    }


async def _read_candidate(found: Found) -> Entry:
    circle = await circles.find_circle(found.tx, found.server_id, found.row["circle_id"])
    return {"circle": None if circle is None else circle.name, **_open_address(found)}


def _open_address(found: Found) -> Entry:
    """Open how somebody is found again. They know their id; whoever finds the file need not."""
    opened = _opened(found, "sealed")
    if isinstance(opened, dict) and "id" in opened:
        opened = opened | {"id": "your Discord id"}
    return {"sealed": opened}


async def _read_ballot(found: Found) -> Entry:
    box = found.owner.boxes[found.row["window_id"]]
    try:
        vote = box.open(found.trail.key, bytes(found.row["sealed"]))
    except SpoiltBallot:
        return {"sealed": DAMAGED}
    answers = None if vote.answers is None else asdict(vote.answers)
    return {"sealed": {"answers": answers, "counts_in_window": vote.counts_in}}


async def _read_copies(found: Found) -> Entry:
    member = found.owner.member
    if member is None:
        return {"sealed": None}
    kept = trends.Stored(member, bytes(found.row["sealed"])).kept()
    if kept.keeping is Keeping.SPOILT:
        return {"sealed": DAMAGED}
    copies = found.unlocked if kept.keeping is Keeping.LOCKED else kept.copies
    return {"sealed": LOCKED if copies is None else [_copy(copy) for copy in copies]}


def _copy(copy: Copy) -> Entry:
    answers = {} if copy.answers is None else asdict(copy.answers)
    return {"day": copy.day.isoformat(), "window_id": copy.window_id, **answers}


READERS: Mapping[str, Reader] = {
    "circle_member": _read_place,
    "candidate": _read_candidate,
    "ballot": _read_ballot,
    "private_trend": _read_copies,
}
"""How to read out the tables that hold more than plain columns and sealed JSON, by their names."""
