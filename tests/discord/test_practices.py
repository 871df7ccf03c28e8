"""`/practice`: one practice for oneself, and a guide that breathes along."""

from __future__ import annotations

import asyncio

import simcord

from bot.demo import acting
from tests.discord.conftest import Town, embed, sentence, text_of

SLOW = 0.15
"""A second in which one has the time to press a button before the guide has ended."""


async def breathing(town: Town, *, second: float = 0.02, **options: object) -> simcord.InteractionResult:
    town.bot.guides.second = second
    return await acting.slash(town.members[0], town.lobby, "practice breathe", minutes=1, **options)


def shown(town: Town) -> list[str]:
    """The headings that the private message had after it was first shown, in order."""
    edits = town.said("PATCH", "/webhooks/*/messages/@original")
    return [edit["embeds"][0]["title"] for edit in edits]


async def until(town: Town, heading: str) -> None:
    for _ in range(1000):
        if any(each.startswith(heading) for each in shown(town)):
            return
        await asyncio.sleep(0.02)
    raise TimeoutError(heading)


async def test_a_practice_is_shown_privately_and_another_one_takes_its_place(town: Town) -> None:
    await town.set_up()
    person = town.members[0]
    first = await acting.slash(person, town.lobby, "practice now", theme="sleep", minutes=5)
    assert "you asked for sleep" in text_of(embed(first))
    another = await acting.press(person, acting.answer(first), "practice:another:")
    assert embed(another).title != embed(first).title
    assert "you asked for sleep" in text_of(embed(another))


async def test_what_was_useful_is_noted_for_oneself_alone(town: Town) -> None:
    await town.set_up()
    person = town.members[0]
    offered = acting.answer(await acting.slash(person, town.lobby, "practice now"))
    for word, said in (("useful", "more often"), ("unsuitable", "not be offered")):
        noted = await acting.press(person, offered, f"practice:{word}:")
        assert said in text_of(embed(noted))
    [(sealed,)] = await town.rows("SELECT sealed FROM practice_taste")
    assert b"useful" not in sealed


async def test_a_circle_says_what_it_finds_of_a_practice_without_names(
    town: Town, circle: simcord.ChannelHandle
) -> None:
    await acting.slash(town.facilitator, circle, "prompts schedule", days="daily", at="08:30")
    await town.pass_time(days=1)
    post = circle.last_message
    assert post is not None
    for person in (*town.members[:2], town.members[0]):
        assert "without your name" in text_of(
            embed(await acting.press(person, post, "practice:circle:useful:"))
        )
    assert await town.rows("SELECT useful, unsuitable FROM practice_shown") == [(2, 0)]


async def test_the_guide_tells_every_breath_and_comes_to_its_end(town: Town) -> None:
    await town.set_up()
    begun = await breathing(town, pattern="box")
    assert embed(begun).title == "Settle in"
    assert "4 seconds" in text_of(embed(begun))
    await until(town, "Done")
    one_round = ["Breathe in · 4", "Hold, without pressing · 4", "Breathe out slowly · 4", "Rest · 4"]
    assert shown(town) == [*one_round * 3, "Done"]


async def test_a_lost_edit_is_left_out_and_the_guide_goes_on(town: Town) -> None:
    await town.set_up()
    town.env.inject_error("PATCH", "/webhooks/*/messages/@original", status=404, code=10008)
    await breathing(town)
    await until(town, "Done")


async def test_a_guide_can_be_paused_goes_on_and_can_be_ended(town: Town) -> None:
    await town.set_up()
    person = town.members[0]
    begun = acting.answer(await breathing(town, second=SLOW))
    await until(town, "Breathe out")
    paused = await acting.press(person, begun, "breathe:pause:")
    assert embed(paused).title == "Paused"
    many = len(shown(town))
    await asyncio.sleep(5 * SLOW)
    assert len(shown(town)) == many
    again = await acting.press(person, acting.answer(paused), "breathe:on:")
    assert embed(again).title == "Settle in"
    ended = await acting.press(person, acting.answer(again), "breathe:end:")
    assert "Ended" in text_of(embed(ended))
    await asyncio.sleep(6 * SLOW)
    assert len(shown(town)) == many


async def test_after_a_restart_a_paused_guide_goes_on_and_the_buttons_of_a_lost_one_still_answer(
    town: Town,
) -> None:
    await town.set_up()
    person = town.members[0]
    begun = acting.answer(await breathing(town, second=SLOW))
    await town.restart()
    paused = await acting.press(person, begun, "breathe:pause:")
    assert embed(paused).title == "Paused"
    town.bot.guides.second = 0.02
    await acting.press(person, acting.answer(paused), "breathe:on:")
    await until(town, "Done")


async def test_the_still_form_is_one_text_with_everything_in_it(town: Town) -> None:
    await town.set_up()
    text = text_of(embed(await breathing(town, pattern="4-7-8", motion="still")))
    assert "hold, without pressing for 7 seconds" in text
    assert "dizzy" in text
    await asyncio.sleep(0.3)
    assert shown(town) == []


async def test_before_the_server_is_set_up_a_practice_is_refused_in_one_sentence(town: Town) -> None:
    assert "/setup" in sentence(await acting.slash(town.members[0], town.lobby, "practice now"))
