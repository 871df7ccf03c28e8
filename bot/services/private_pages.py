"""A member's private pages: what only they may read, as one sealed piece of JSON of a round size."""

from __future__ import annotations

import json
from typing import Any

from bot.services.member_keys import MemberKey
from db import Transaction, private_pages
from db.private_pages import Page

__all__ = ["Page", "erase", "read", "write"]

BLOCK = 2048
"""Pages are padded to whole blocks of so many bytes: their size tells nearly nothing."""

Content = dict[str, Any]


async def read(tx: Transaction, member: MemberKey | None, page: Page) -> Content:
    """Return what is on the page; an empty one where there is none, or nobody whose it could be.

    Raises: SpoiltRow where the row was damaged.
    """
    if member is None:
        return {}
    sealed = await private_pages.find_page(tx, page, member.index(page))
    return {} if sealed is None else json.loads(member.open(page, sealed))


async def write(tx: Transaction, member: MemberKey, page: Page, content: Content) -> None:
    """Put this on the page, in a transaction that holds the member."""
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
    padded = text.ljust(-(-len(text) // BLOCK) * BLOCK)  # JSON does not mind spaces behind it
    await private_pages.save_page(tx, page, member.index(page), member.seal(page, padded))


async def erase(tx: Transaction, member: MemberKey, page: Page) -> bool:
    """Remove the page. Says whether there was one."""
    return await private_pages.delete_page(tx, page, member.index(page))
