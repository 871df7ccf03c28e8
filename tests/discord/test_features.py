"""`/setup features`: what each would show, and a switch that two people cannot trip over."""

from __future__ import annotations

from bot.demo import acting
from bot.services.features import Feature
from tests.discord import forgery
from tests.discord.conftest import Town, embed, sentence


async def test_every_feature_is_explained_and_switched_on_and_off_by_a_press(town: Town) -> None:
    early = await acting.slash(town.owner, town.lobby, "setup features")
    assert "`/setup start`" in sentence(early)
    await town.set_up()
    shown = await acting.slash(town.owner, town.lobby, "setup features")
    assert [field.name for field in embed(shown).fields if (field.name or "").endswith(": off")]
    page = acting.answer(shown)
    for feature in Feature:
        on = await acting.press(town.owner, page, f"setup:feature:{feature.value}:on")
        again = await forgery.press(
            town.owner, town.lobby, f"setup:feature:{feature.value}:on"
        )  # a late press
        for pressed in (on, again):
            assert acting.find_button(acting.answer(pressed), f"setup:feature:{feature.value}:off")
        page = acting.answer(on)
    await town.restart()
    for feature in Feature:
        off = await acting.press(town.owner, page, f"setup:feature:{feature.value}:off")
        page = acting.answer(off)
    assert all((field.name or "").endswith(": off") for field in page.embeds[0].fields)


async def test_a_feature_that_no_longer_exists_has_expired(town: Town) -> None:
    await town.set_up()
    pressed = await forgery.press(town.owner, town.lobby, "setup:feature:question-box:on")
    assert "expired" in sentence(pressed)
    assert await town.rows("SELECT count(*) FROM server_feature") == [(0,)]
