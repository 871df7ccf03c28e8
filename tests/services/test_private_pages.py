"""A private page: the member's own words, and to everybody else a block of noise of a round size."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bot.services import private_pages
from bot.services.member_keys import MemberKey, SpoiltRow
from bot.services.private_pages import BLOCK, Page
from tests.services.conftest import Clinic

SEALING = 28
"""Bytes that sealing adds: nonce and tag."""


@pytest.fixture
def member(clinic: Clinic) -> Iterator[MemberKey]:
    found = clinic.member_keys.find(clinic.person(100).locator)
    assert found is not None
    yield found


@pytest.fixture
def other(clinic: Clinic) -> Iterator[MemberKey]:
    found = clinic.member_keys.find(clinic.person(101).locator)
    assert found is not None
    yield found


async def test_what_is_written_is_read_again_by_its_member_and_by_nobody_else(
    clinic: Clinic, member: MemberKey, other: MemberKey
) -> None:
    async with clinic.database.transaction() as tx:
        await private_pages.write(tx, member, Page.PLAN, {"helps": ["Tee, ruhig 🍵"]})
        await private_pages.write(tx, member, Page.PLAN, {"helps": ["a walk"]})
        assert await private_pages.read(tx, member, Page.PLAN) == {"helps": ["a walk"]}
        assert await private_pages.read(tx, member, Page.LOAD) == {}
        assert await private_pages.read(tx, other, Page.PLAN) == {}
        assert await private_pages.read(tx, None, Page.PLAN) == {}
    assert await clinic.count("self_care_plan") == 1


async def test_an_erased_page_is_gone(clinic: Clinic, member: MemberKey) -> None:
    async with clinic.database.transaction() as tx:
        await private_pages.write(tx, member, Page.LOAD, {"hours": 30})
        assert await private_pages.erase(tx, member, Page.LOAD)
        assert not await private_pages.erase(tx, member, Page.LOAD)
        assert await private_pages.read(tx, member, Page.LOAD) == {}


async def test_a_page_moved_to_another_member_or_table_is_spoilt(
    clinic: Clinic, member: MemberKey, other: MemberKey
) -> None:
    async with clinic.database.transaction() as tx:
        await private_pages.write(tx, member, Page.PLAN, {"helps": ["a walk"]})
        [row] = await tx.fetch("SELECT sealed FROM self_care_plan")
        for owner, page in ((other, Page.PLAN), (member, Page.LOAD)):
            await tx.execute(
                f"INSERT INTO {page} (owner, sealed) VALUES ($1, $2)", owner.index(page), bytes(row["sealed"])
            )
            with pytest.raises(SpoiltRow):
                await private_pages.read(tx, owner, page)


async def test_the_size_of_a_page_is_round_whatever_is_on_it(clinic: Clinic, member: MemberKey) -> None:
    sizes: set[int] = set()
    async with clinic.database.transaction() as tx:
        for length in (0, 1, 1500, BLOCK - 1, BLOCK, 3000, 2 * BLOCK + 7):
            content = {"words": "ü" * (length // 2) + "x" * (length % 2)}
            await private_pages.write(tx, member, Page.PLAN, content)
            assert await private_pages.read(tx, member, Page.PLAN) == content
            [row] = await tx.fetch("SELECT sealed FROM self_care_plan")
            sizes.add(len(row["sealed"]) - SEALING)
    assert sizes == {BLOCK, 2 * BLOCK, 3 * BLOCK}
