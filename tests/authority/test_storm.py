"""A hundred thousand presses that nobody was offered, for each change; `make prove` brings a million."""

from __future__ import annotations

from pathlib import Path

from bot import ui
from tests.authority.forging import forgeries
from tests.authority.site import open_site
from tests.authority.storm import Storm

MANY = 100_000


async def test_of_a_hundred_thousand_forged_presses_none_stores_posts_or_tells_anything(
    tmp_path: Path,
) -> None:
    async with open_site(tmp_path) as site:
        forged = forgeries(MANY, seed=2, server=ui.place(site.town.guild.id))
        tally = await Storm(site).bring(forged)
    assert tally.tried == MANY
    assert tally.past_the_door > MANY // 10
    assert tally.accepted == []
