"""Reminders reach a person directly after a yes, and otherwise at their next command."""

from __future__ import annotations

import re

import pytest
import simcord

from bot.demo import acting
from tests.discord import forgery
from tests.discord.conftest import Town, embed, sentence, text_of
from tests.secrecy.month import custom_ids


async def reminded(town: Town, person: simcord.MemberActor) -> simcord.InteractionResult:
    return await acting.slash(person, town.lobby, "practice remind", days="daily", at="08:30", theme="sleep")


async def test_without_a_yes_a_reminder_waits_for_the_next_command(town: Town) -> None:
    await town.set_up()
    person = town.members[0]
    made = await reminded(town, person)
    assert "08:30" in text_of(embed(made))
    await town.pass_time(days=1)
    assert town.said("POST", "/users/@me/channels") == []
    used = await acting.slash(person, town.lobby, "circle browse")
    [note] = used.followups
    assert note.ephemeral
    assert acting.find_button(note, "reminder:minded:") is not None
    again = await acting.slash(person, town.lobby, "circle browse")
    assert again.followups == []


async def test_after_a_yes_it_comes_directly_and_its_buttons_work_there(town: Town) -> None:
    await town.set_up()
    person = town.members[0]
    made = await reminded(town, person)
    reached = await acting.press(person, acting.answer(made), "reminder:directly:1")
    assert "direct messages" in text_of(embed(reached))
    await town.pass_time(days=1)
    assert len(town.said("POST", "/users/@me/channels")) == 1
    used = await acting.slash(person, town.lobby, "circle browse")
    assert used.followups == []


async def test_closed_direct_messages_lose_nothing(town: Town) -> None:
    await town.set_up()
    person = town.members[0]
    await acting.press(person, acting.answer(await reminded(town, person)), "reminder:directly:1")
    town.env.inject_error("POST", "/users/@me/channels", status=403, code=50007)
    await town.pass_time(days=1)
    used = await acting.slash(person, town.lobby, "circle browse")
    assert len(used.followups) == 1


@pytest.mark.parametrize(
    ("button", "says"), [("minded", "next one"), ("snooze", "next one"), ("stop", "Ended")]
)
async def test_a_note_can_be_minded_put_off_and_ended(town: Town, button: str, says: str) -> None:
    await town.set_up()
    person = town.members[0]
    await reminded(town, person)
    await town.pass_time(days=1)
    [note] = (await acting.slash(person, town.lobby, "circle browse")).followups
    await town.restart()
    pressed = await acting.press(person, note, f"reminder:{button}:")
    assert says in text_of(embed(pressed))
    rows = await town.rows("SELECT slot FROM personal_reminder")
    assert len(rows) == (0 if button == "stop" else 1)


async def test_reminders_are_listed_and_ended_and_nobody_elses_are_there(town: Town) -> None:
    await town.set_up()
    person = town.members[0]
    await reminded(town, person)
    shown = await acting.slash(person, town.lobby, "practice reminders")
    assert "every day at 08:30: a practice on sleep" in text_of(embed(shown))
    other = await acting.slash(town.members[1], town.lobby, "practice reminders")
    assert "There are none" in text_of(embed(other))
    ended = await acting.press(person, acting.answer(shown), "reminder:end:")
    assert "Ended" in text_of(embed(ended))
    for who in (person, town.members[1]):
        assert "ended already" in sentence(await forgery.press(who, town.lobby, "reminder:end:1"))


async def test_a_step_of_the_plan_becomes_a_reminder_in_its_own_words(town: Town) -> None:
    await town.set_up()
    person = town.members[0]
    plan = await acting.slash(person, town.lobby, "my plan")
    form = await acting.press(person, acting.answer(plan), "plan:write:notice")
    shown = await acting.fill(person, form, {"steps": "eat before five\nring Ana"})
    step = await acting.press(person, acting.answer(shown), "reminder:step")
    made = await acting.fill(person, step, {"step": ["1"], "days": "weekdays", "at": "17:30"})
    assert "weekdays at 17:30: “ring Ana”" in text_of(embed(made))
    wrong = await acting.press(person, acting.answer(shown), "reminder:step")
    refusal = await acting.fill(person, wrong, {"step": ["0"], "days": "someday", "at": "17:30"})
    assert "days" in sentence(refusal)


async def test_settings_are_shown_changed_and_kept(town: Town) -> None:
    await town.set_up()
    person = town.members[0]
    plain = text_of(embed(await acting.slash(person, town.lobby, "my settings")))
    assert "Europe/Berlin" in plain
    changed = await acting.slash(
        person,
        town.lobby,
        "my settings",
        quiet_from="21:00",
        quiet_until="07:30",
        sessions="mon, tue 9:00 10:00",
        pause=True,
    )
    for words in ("21:00 to 07:30", "Monday, Tuesday: 09:00, 10:00", "paused"):
        assert words in text_of(embed(changed))
    half = text_of(embed(await acting.slash(person, town.lobby, "my settings", quiet_from="20:00")))
    assert "21:00 to 07:30" in half
    assert "both ends" in half
    refused = await acting.slash(person, town.lobby, "my settings", sessions="whenever")
    assert "twelve starting times" in sentence(refused)


async def test_no_custom_id_holds_anything_that_looks_like_an_id(town: Town) -> None:
    await town.set_up()
    person = town.members[0]
    await reminded(town, person)
    await town.pass_time(days=1)
    await acting.slash(person, town.lobby, "circle browse")
    found = {each for request in town.env.http_requests for each in custom_ids(request.json)}
    assert any(each.startswith("reminder:snooze:") for each in found)
    assert not [each for each in found if re.search(r"\d{10}", each)]
