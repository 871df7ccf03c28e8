"""Check-ins as people meet them: command, form, receipt, release."""

from __future__ import annotations

import simcord

from bot.demo import acting
from tests.discord.conftest import Town, last_embed


async def test_eight_answers_and_a_week_later_the_circle_reads_a_band(
    town: Town, circle: simcord.ChannelHandle
) -> None:
    await acting.slash(town.facilitator, circle, "checkins open")
    assert last_embed(circle).title == "How are you?"
    for person in town.members[:8]:
        receipt = acting.answer(await town.check_in(person, circle))
        assert receipt.ephemeral
        assert receipt.embeds[0].title == "Noted"
    await town.pass_time(days=7)
    released = last_embed(circle)
    assert released.title == "The check-in has closed"
    assert "8–12 answers" in (released.description or "")
