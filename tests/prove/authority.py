"""Proof about forged presses: whatever is written into a custom_id, it gives nobody a right."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from bot import ui
from tests.authority.forging import forgeries
from tests.authority.site import open_site
from tests.authority.storm import Storm, Tally
from tests.authority.weakened import WEAKNESSES, Weakness
from tests.prove.proof import Form, Row

_MANY = {Form.SHORT: 10_000, Form.LONG: 1_000_000}
"""For each change there are a hundred thousand more: tests/authority/test_storm.py."""

_ON_A_WEAKNESS = 400


def forged_presses(form: Form) -> Iterator[Row]:
    """Use buttons and forms as people to whom they are refused, with every kind of custom_id."""
    with TemporaryDirectory(prefix="respite-") as folder:
        real, weakened = asyncio.run(_storm(Path(folder), _MANY[form]))
    yield Row(
        "forged presses of buttons and forms (replayed, changed and broken `custom_id`s, across people,"
        " circles and servers) after which anything is stored, posted or told",
        "0",
        f"{len(real.accepted)} of {real.tried}; {real.past_the_door} of them reached a button or form and"
        " were refused there, the others already where a `custom_id` is looked up",
        not real.accepted,
        "; ".join(f"{each.says}: {len(tally.accepted)} signs in {tally.tried}" for each, tally in weakened),
        all(tally.accepted for _, tally in weakened),
    )


async def _storm(folder: Path, many: int) -> tuple[Tally, Sequence[tuple[Weakness, Tally]]]:
    async with open_site(folder) as site:
        server, storm = ui.place(site.town.guild.id), Storm(site)
        real = await storm.bring(forgeries(many, seed=1, server=server))
        weakened: list[tuple[Weakness, Tally]] = []
        for each in WEAKNESSES:
            each.bring_about(site.town.bot)
            forged = forgeries(_ON_A_WEAKNESS, seed=1, server=server, of=each.of)
            weakened.append((each, await storm.bring(forged)))
        return real, weakened
