"""`/learn`: a card for each of the twelve troubles, and its practices on buttons."""

from __future__ import annotations

import pytest

from bot.demo import acting
from bot.services.practices import Theme
from tests.discord import forgery
from tests.discord.conftest import Town, embed, sentence, text_of


@pytest.mark.parametrize("theme", Theme)
async def test_every_card_fits_one_private_message_with_all_its_parts(town: Town, theme: Theme) -> None:
    result = await acting.slash(town.members[0], town.lobby, "learn", theme=theme.value)
    shown = embed(result)
    card = town.house.cards.show(town.house.library, theme).card
    assert shown.title == card.title
    assert len(shown) <= 6000
    assert len(shown.description or "") <= 4096
    assert all(0 < len(field.value or "") <= 1024 for field in shown.fields)
    said = text_of(shown)
    parts = (card.at_work, *card.early_signs, *card.helps, card.talk, card.colleagues, *card.next_steps)
    assert all(part in said for part in parts)
    assert all(source.url in said for source in card.sources)
    for practice in card.practices:
        assert acting.find_button(acting.answer(result), f"learn:practice:{practice}")


async def test_a_button_shows_the_practice_privately_also_after_a_restart(town: Town) -> None:
    card = acting.answer(await acting.slash(town.members[0], town.lobby, "learn", theme="sleep"))
    await town.restart()
    shown = embed(await acting.press(town.members[0], card, "learn:practice:time-for-worry"))
    practice = town.house.library.get("time-for-worry")
    assert practice is not None
    assert shown.title == practice.title
    assert practice.steps[0] in text_of(shown)


async def test_a_practice_that_is_gone_has_expired(town: Town) -> None:
    pressed = await forgery.press(town.members[0], town.lobby, "learn:practice:no-such-practice")
    assert sentence(pressed).startswith("This has expired.")


async def test_a_theme_that_was_never_offered_is_refused(town: Town) -> None:
    refused = await forgery.slash(town.members[0], town.lobby, "learn", theme="happiness")
    assert sentence(refused).startswith("One of the options does not fit.")


async def test_a_card_can_be_read_in_a_direct_message(town: Town) -> None:
    user = town.env.create_user("dora")
    town.guild.add_member(user)
    card = acting.answer(await user.slash("learn", theme="isolation"))
    assert card.embeds[0].title == "Isolation"
