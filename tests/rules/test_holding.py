"""Who is asked and who is told when a facilitator is away, as a table."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.services.rules.holding import Care, care

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
SOON, PAST = NOW + timedelta(hours=1), NOW - timedelta(hours=1)


@pytest.mark.parametrize(
    ("facilitator", "co_facilitators", "asked_until", "told", "expected"),
    [
        (True, 0, None, False, Care.NOTHING),
        (True, 2, None, False, Care.NOTHING),
        (True, 0, SOON, False, Care.REST),
        (True, 1, PAST, True, Care.REST),
        (False, 1, None, False, Care.ASK),
        (False, 1, SOON, False, Care.NOTHING),
        (False, 1, NOW, False, Care.TELL),
        (False, 1, PAST, True, Care.NOTHING),
        (False, 0, None, False, Care.TELL),
        (False, 0, SOON, False, Care.TELL),
        (False, 0, PAST, True, Care.NOTHING),
    ],
)
def test_care(
    facilitator: bool, co_facilitators: int, asked_until: datetime | None, told: bool, expected: Care
) -> None:
    found = care(
        facilitator=facilitator,
        co_facilitators=co_facilitators,
        asked_until=asked_until,
        told=told,
        at=NOW,
    )
    assert found is expected
