"""Queries about groups: circles that check in together once all of them have agreed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from db.connection import Transaction
from db.lost_channels import NOT_LOST

SHARED_WITH_NOT_LOST = (
    "SELECT a.circle_id FROM group_circle a JOIN group_circle b ON b.group_id = a.group_id"
    f" WHERE b.circle_id {NOT_LOST}"
    " AND NOT EXISTS (SELECT 1 FROM group_circle c WHERE c.group_id = a.group_id AND c.agreed = 0)"
)
"""The circles that check in together with one that has its channel: what they share goes on."""


@dataclass(frozen=True, slots=True)
class Party:
    """A circle in a group, and whether somebody has agreed for it."""

    circle_id: int
    name: str
    agreed: bool


@dataclass(frozen=True, slots=True)
class Group:
    """Circles of one server that check in together, or would; by name. The set itself never grows."""

    group_id: int
    server_id: int
    parties: Sequence[Party]

    @property
    def holds(self) -> bool:
        """Whether all of them have agreed."""
        return all(party.agreed for party in self.parties)


async def insert_group(
    tx: Transaction, server_id: int, circle_ids: Collection[int], agreed: Collection[int]
) -> int:
    """Write down that these circles would check in together, for some of which that is agreed already."""
    rows = await tx.fetch(
        "INSERT INTO circle_group (server_id) VALUES ($1) RETURNING group_id",
        server_id,
    )
    group_id = int(rows[0]["group_id"])
    for circle_id in sorted(circle_ids):
        await tx.execute(
            "INSERT INTO group_circle (group_id, circle_id, agreed) VALUES ($1, $2, $3)",
            group_id,
            circle_id,
            int(circle_id in agreed),
        )
    return group_id


async def find_group(tx: Transaction, group_id: int) -> Group | None:
    """Return one group, be it that not all have agreed yet."""
    found = await _list(tx, "g.group_id = $1", group_id)
    return found[0] if found else None


async def list_groups(tx: Transaction, circle_id: int) -> Sequence[Group]:
    """Return every group in which a circle is, or would be, the oldest first."""
    return await _list(
        tx, "g.group_id IN (SELECT group_id FROM group_circle WHERE circle_id = $1)", circle_id
    )


async def agree(tx: Transaction, group_id: int, circle_ids: Collection[int]) -> None:
    """Note that it is agreed for these circles."""
    for circle_id in sorted(circle_ids):
        await tx.execute(
            "UPDATE group_circle SET agreed = 1 WHERE group_id = $1 AND circle_id = $2", group_id, circle_id
        )


async def delete_group(tx: Transaction, group_id: int) -> None:
    """Let these circles be by themselves."""
    await tx.execute("DELETE FROM circle_group WHERE group_id = $1", group_id)


async def delete_party(tx: Transaction, group_id: int, circle_id: int) -> None:
    """Let one circle be by itself."""
    await tx.execute("DELETE FROM group_circle WHERE group_id = $1 AND circle_id = $2", group_id, circle_id)


async def _list(tx: Transaction, condition: str, value: int) -> Sequence[Group]:
    rows = await tx.fetch(
        "SELECT g.group_id, g.server_id, p.circle_id, p.agreed, c.name FROM circle_group g"
        " JOIN group_circle p ON p.group_id = g.group_id JOIN circle c ON c.circle_id = p.circle_id"
        f" WHERE {condition} ORDER BY g.group_id, c.name",
        value,
    )
    parties: dict[tuple[int, int], list[Party]] = defaultdict(list)
    for row in rows:
        party = Party(row["circle_id"], row["name"], bool(row["agreed"]))
        parties[row["group_id"], row["server_id"]].append(party)
    return [Group(group_id, server_id, found) for (group_id, server_id), found in parties.items()]
