"""What Discord refused is not asked for at every tick, and what it was only too busy for is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import aiohttp
import discord
import pytest
from yarl import URL

from cogs.meetings.asking import AGAIN, Asked

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def answer(status: int) -> discord.HTTPException:
    """Return what discord.py raises for this status."""
    request = aiohttp.RequestInfo(URL("https://discord.invalid"), "PATCH", None, URL())  # pyright: ignore[reportArgumentType]
    said = aiohttp.ClientResponseError(request, (), status=status)
    said.reason = "said so"  # pyright: ignore[reportAttributeAccessIssue]
    return discord.HTTPException(said, None)  # pyright: ignore[reportArgumentType]


@pytest.mark.parametrize(
    ("status", "waits"), [(403, True), (400, True), (429, False), (500, False), (503, False)]
)
def test_a_refusal_holds_for_an_hour_and_being_busy_for_no_time(status: int, waits: bool) -> None:
    asked = Asked()
    asked.refused("hide", 1, answer(status), NOW)
    assert asked.before("hide", 1, NOW + SECOND) is waits
    assert not asked.before("hide", 1, NOW + AGAIN)
    assert not asked.before("hide", 2, NOW)
    assert not asked.before("remove", 1, NOW)


def test_what_has_long_been_answered_is_not_kept_in_memory() -> None:
    asked = Asked()
    for number in range(50):
        asked.remember("look", number, NOW + number * AGAIN)
    assert len(asked._until) == 1
