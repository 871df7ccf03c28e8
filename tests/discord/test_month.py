"""After ten days of everything the bot can do, no byte that it wrote leads to a person.

`make prove` goes on for a month.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path

from tests.discord.conftest import Town
from tests.secrecy.month import live_and_search

DAYS = 10


async def test_after_ten_days_of_everything_nothing_that_was_written_leads_to_a_person(
    town: Town, tmp_path: Path, written: Callable[[], str]
) -> None:
    logging.getLogger("bot").setLevel(logging.DEBUG)
    searched = await live_and_search(town, tmp_path, written, days=DAYS)
    assert searched.leaks == ()
    # Somebody who does nothing leaves no trace either: it was everything, mishaps included.
    assert searched.unused == set()
    assert searched.words > 3 * DAYS
    assert searched.bytes_read > 100_000
    assert "reference=" in written()
