"""`/my plan` and `/my load`: private pages with forms."""

from __future__ import annotations

import pytest

from bot.demo import acting
from bot.services.plans import PART_LENGTH
from cogs.plan import messages as plan_messages
from tests.discord.conftest import Town, embed, sentence, text_of

LOAD = {"hours": "38", "heavy": "4", "other": "11", "breaks": "2", "boundaries": "3"}


async def test_a_plan_is_written_shown_and_filled_in_again_after_a_restart(town: Town) -> None:
    await town.set_up()
    person = town.members[0]
    empty = await acting.slash(person, town.lobby, "my plan")
    assert "Nothing is written yet" in text_of(embed(empty))
    form = await acting.press(person, acting.answer(empty), "plan:write:notice")
    shown = await acting.fill(person, form, {"signs": "I snap", "steps": "eat before five\nring *Ana*"})
    assert "I snap" in text_of(embed(shown))
    assert "ring \\*Ana\\*" in text_of(embed(shown))
    await town.restart()
    again = await acting.press(person, acting.answer(shown), "plan:write:notice")
    assert acting.suggested(again, "signs") == "I snap"
    other = await acting.slash(town.members[1], town.lobby, "my plan")
    assert "I snap" not in text_of(embed(other))


async def test_the_longest_plan_fits_one_message(town: Town) -> None:
    await town.set_up()
    person = town.members[0]
    shown = await acting.slash(person, town.lobby, "my plan")
    for form in plan_messages.FORMS.values():
        opened = await acting.press(person, acting.answer(shown), f"plan:write:{form.id}")
        shown = await acting.fill(person, opened, {part.id: "w" * PART_LENGTH for part in form.parts})
    whole = embed(shown)
    assert len(whole.fields) == sum(len(form.parts) for form in plan_messages.FORMS.values())
    assert len(whole) <= 6000


async def test_a_week_is_noted_and_shown_with_questions_about_the_work(town: Town) -> None:
    await town.set_up()
    person = town.members[0]
    empty = await acting.slash(person, town.lobby, "my load")
    form = await acting.press(person, acting.answer(empty), "load:note")
    noted = text_of(embed(await acting.fill(person, form, LOAD)))
    assert "38 h · 15 sessions, 4 of them heavy (weighted 19)" in noted
    assert "To think about" in noted
    assert "38" not in text_of(embed(await acting.slash(town.members[1], town.lobby, "my load")))


@pytest.mark.parametrize("wrong", [{"hours": "-1"}, {"hours": "x"}, {"heavy": "²"}, {"other": "1e"}])
async def test_numbers_that_are_none_are_refused_in_one_sentence(town: Town, wrong: dict[str, str]) -> None:
    await town.set_up()
    person = town.members[0]
    shown = await acting.slash(person, town.lobby, "my load")
    form = await acting.press(person, acting.answer(shown), "load:note")
    assert "plain numbers" in sentence(await acting.fill(person, form, LOAD | wrong))
    assert await town.rows("SELECT 1 FROM workload") == []


def test_what_the_forms_ask_fits_discord() -> None:
    for form in plan_messages.FORMS.values():
        assert len(form.title) <= 45
        assert len(form.parts) <= 5
        assert all(len(part.label) <= 45 and len(part.hint) <= 100 for part in form.parts)
