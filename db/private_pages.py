"""Queries about private pages: one sealed row of a member in each table, which says nothing else."""

from __future__ import annotations

from enum import StrEnum

from db.connection import Transaction


class Page(StrEnum):
    """The tables whose rows are one member's page each."""

    TASTE = "practice_taste"
    PLAN = "self_care_plan"
    LOAD = "workload"
    SETTINGS = "member_settings"
    TRENDS = "private_trend"


async def find_page(tx: Transaction, page: Page, owner: bytes) -> bytes | None:
    """Return what is sealed on this member's page."""
    rows = await tx.fetch(f"SELECT sealed FROM {page.value} WHERE owner = $1", owner)
    return bytes(rows[0]["sealed"]) if rows else None


async def list_owners(tx: Transaction, page: Page) -> frozenset[bytes]:
    """Return the index of everybody who has such a page."""
    return frozenset(bytes(row["owner"]) for row in await tx.fetch(f"SELECT owner FROM {page.value}"))


async def save_page(tx: Transaction, page: Page, owner: bytes, sealed: bytes) -> None:
    """Put this in the place of what was on the member's page."""
    await tx.execute(
        f"INSERT INTO {page.value} (owner, sealed) VALUES ($1, $2)"
        " ON CONFLICT (owner) DO UPDATE SET sealed = excluded.sealed",
        owner,
        sealed,
    )


async def delete_page(tx: Transaction, page: Page, owner: bytes) -> bool:
    """Remove the member's page. Says whether there was one."""
    return await tx.execute(f"DELETE FROM {page.value} WHERE owner = $1", owner) > 0
