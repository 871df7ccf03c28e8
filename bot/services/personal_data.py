"""What is stored about one member of a server: how it is found in every table, and how much it is."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import assert_never

from bot.services import ballots
from bot.services.keys import WindowKeys
from bot.services.member_keys import MemberKey, MemberKeys
from bot.services.people import Person
from bot.services.rules.ballots import BallotBox
from db import Database, Transaction, circles, personal
from db.circles import CircleState
from db.personal import Trail
from db.registry import PERSONAL, Column, FoundBy, Kind, columns_of

__all__ = ["Column", "Kind", "Overview", "Owner", "Stored", "Trail", "boxes_of", "look", "trails"]


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose rows are looked for: their data key where there is one, and the boxes of open windows."""

    locator: bytes
    member: MemberKey | None
    boxes: Mapping[int, BallotBox]


@dataclass(frozen=True, slots=True)
class Stored:
    """How many entries of one kind there are, and what is said of each of their columns."""

    kind: Kind
    entries: int
    columns: tuple[Column, ...]


@dataclass(frozen=True, slots=True)
class Overview:
    """All that is stored about a member of this server.

    `stray`: on Discord they have the role of a circle in which they have no place. An erasure that was
    interrupted leaves it so.
    """

    stored: tuple[Stored, ...]
    has_key: bool
    stray: bool

    @property
    def empty(self) -> bool:
        """Whether there is nothing that could be exported or erased."""
        return not self.holds(Kind)

    def holds(self, kinds: Collection[Kind]) -> bool:
        """Say whether there is anything of these kinds; the key belongs to all of them together."""
        if len(kinds) == len(Kind) and (self.has_key or self.stray):
            return True
        return any(each.entries for each in self.stored if each.kind in kinds)


async def look(
    database: Database, member_keys: MemberKeys, window_keys: WindowKeys, person: Person
) -> Overview:
    """Return how much is stored about this person in this server."""
    entries = dict.fromkeys(Kind, 0)
    async with database.transaction() as tx:
        boxes = await boxes_of(tx, window_keys, person.server_id)
        owner = Owner(person.locator, member_keys.find(person.locator), boxes)
        for trail in trails(owner, Kind):
            entries[trail.personal.kind] += await personal.count_rows(tx, trail)
        circles_here = await circles.list_circles(tx, person.server_id, CircleState.OPEN)
    return Overview(
        stored=tuple(Stored(kind, entries[kind], _columns(kind)) for kind in Kind),
        has_key=owner.member is not None or member_keys.find_set_aside(person.locator) is not None,
        stray=not entries[Kind.CIRCLES] and any(circle.role_id in person.roles for circle in circles_here),
    )


async def boxes_of(tx: Transaction, window_keys: WindowKeys, server_id: int) -> dict[int, BallotBox]:
    """Return what opens the ballots of each open window of a server, as far as their keys are there."""
    boxes = await ballots.boxes_of(tx, window_keys, server_id)
    return {window.window_id: box for window, box in boxes.items()}


def trails(owner: Owner, kinds: Collection[Kind]) -> Iterator[Trail]:
    """Yield what leads to this member's rows in every table of these kinds."""
    for table in PERSONAL:
        if table.kind not in kinds:
            continue
        match table.found_by:
            case FoundBy.BALLOT:
                for window_id, box in owner.boxes.items():
                    yield Trail(table, box.token(owner.locator), window_id)
            case FoundBy.MEMBER_KEY:
                if owner.member is not None:
                    yield Trail(table, owner.member.key)
            case FoundBy.INDEX:
                if owner.member is not None:
                    yield Trail(table, owner.member.index(table.table))
            case _:
                assert_never(table.found_by)


def _columns(kind: Kind) -> tuple[Column, ...]:
    tables = (table.table for table in PERSONAL if table.kind is kind)
    return tuple(column for table in tables for column in columns_of(table))
