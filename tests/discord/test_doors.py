"""The doors for errors: whatever breaks, a person reads one calm sentence, and the log has one line."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
import simcord

from bot.demo import acting
from tests.discord import forgery
from tests.discord.conftest import ANSWERS, Town, embed, sentence

CANARY = "quiet-canary-41"
APOLOGY = re.compile(
    r"Something went wrong on my side\. (Nothing was stored\.|What you sent is stored; only my answer got"
    r" lost\.) If it happens again, please give whoever runs this bot the reference ([0-9A-F]{6})\."
)
ONLY_IN_A_SERVER = "This works inside a server; please use it in one of its channels."
EXPIRED = "This has expired. The command that it came from will give you a new one."
UPDATED = "I have been updated, and your Discord does not know it yet. Please reload it and try once more."

Written = Callable[[], str]


def apology(result: simcord.InteractionResult) -> tuple[str, str]:
    """Return what an apology says about storage, and its reference."""
    found = APOLOGY.fullmatch(sentence(result))
    assert found is not None
    return found[1], found[2]


def check_log(town: Town, log: str, reference: str) -> None:
    """Make sure that the log has this mishap once, and nothing about anybody."""
    assert log.count("Something unexpected happened.") == 1
    assert log.count(f"reference={reference}") == 1
    assert CANARY not in log
    assert not re.search(r"\d{15}", log)
    assert not any(person.name in log for person in (*town.members, town.owner, town.facilitator))
    assert "Ignoring exception" not in log


async def execute(town: Town, sql: str) -> None:
    async with town.house.database.transaction() as tx:
        await tx.execute(sql)


# Something breaks


async def test_what_breaks_in_a_slash_command_is_apologised_for(
    town: Town, circle: simcord.ChannelHandle, written: Written
) -> None:
    await execute(town, "ALTER TABLE prompt_schedule RENAME TO gone")
    result = await acting.slash(town.facilitator, circle, "prompts schedule", days="daily", at="08:30")
    stored, reference = apology(result)
    assert stored == "Nothing was stored."
    check_log(town, written(), reference)
    assert "job=prompts schedule" in written()


async def test_what_breaks_in_a_button_is_apologised_for(
    town: Town, circle: simcord.ChannelHandle, written: Written
) -> None:
    await execute(town, "ALTER TABLE circle_member RENAME TO gone")
    stored, reference = apology(await forgery.press(town.members[9], town.lobby, "circle:agree:1:1"))
    assert stored == "Nothing was stored."
    check_log(town, written(), reference)
    assert "job=circle\n" in written()


async def test_what_breaks_in_a_form_is_apologised_for_without_what_was_written(
    town: Town, written: Written
) -> None:
    await town.set_up()
    await execute(town, "CREATE TRIGGER no BEFORE INSERT ON agreement BEGIN SELECT RAISE(ABORT, 'no'); END")
    canaries = {"name": CANARY, "purpose": CANARY, "agreement": CANARY}
    stored, reference = apology(await town.ask_for_circle(town.owner, **canaries))
    assert stored == "Nothing was stored."
    check_log(town, written(), reference)
    assert await town.rows("SELECT count(*) FROM circle") == [(0,)]


async def test_what_breaks_in_a_check_in_says_that_nothing_was_stored(
    town: Town, circle: simcord.ChannelHandle, written: Written
) -> None:
    await acting.slash(town.facilitator, circle, "checkins open")
    await execute(town, "CREATE TRIGGER no BEFORE INSERT ON ballot BEGIN SELECT RAISE(ABORT, 'no'); END")
    stored, reference = apology(await town.check_in(town.members[0], circle))
    assert stored == "Nothing was stored."
    check_log(town, written(), reference)
    assert await town.rows("SELECT count(*) FROM ballot") == [(0,)]


async def test_what_breaks_in_one_job_is_logged_and_stops_no_other(
    town: Town, circle: simcord.ChannelHandle, written: Written
) -> None:
    await acting.slash(town.facilitator, circle, "prompts schedule", days="daily", at="08:30")
    await execute(town, "ALTER TABLE ballot RENAME TO gone")
    await acting.slash(town.facilitator, circle, "checkins open")
    await town.pass_time(days=7)
    log = written()
    assert log.count("Something unexpected happened.") == log.count("job=jobs.<locals>.clo") >= 1
    assert not re.search(r"\d{15}", log)
    practices = [post for post in circle.history() if post.embeds and post.embeds[0].title != "How are you?"]
    assert len([post for post in practices if not post.flags.ephemeral]) == 7


async def test_with_the_database_closed_every_door_answers(
    town: Town, circle: simcord.ChannelHandle, written: Written
) -> None:
    await acting.slash(town.facilitator, circle, "checkins open")
    receipt = acting.answer(await town.check_in(town.members[0], circle))
    shown = await acting.slash(town.members[1], circle, "checkin")
    await town.house.database.close()
    results = [
        await acting.slash(town.members[0], town.lobby, "circle browse"),
        await acting.press(town.members[0], receipt, "checkin:withdraw:"),
        await acting.fill(town.members[1], shown, ANSWERS),
    ]
    references = {apology(result)[1] for result in results}
    assert {apology(result)[0] for result in results} == {"Nothing was stored."}
    assert len(references) == 3
    assert set(re.findall("reference=([0-9A-F]{6})", written())) == references
    await town.let_run()
    assert written().count("Something unexpected happened.") > 3


@pytest.mark.parametrize("status", [500, 429])
async def test_an_answer_that_got_lost_after_storing_says_that_it_is_stored(
    town: Town, circle: simcord.ChannelHandle, status: int
) -> None:
    await acting.slash(town.facilitator, circle, "checkins open")
    shown = await acting.slash(town.members[0], circle, "checkin")
    town.env.inject_error("POST", "/interactions/*/*/callback", status=status)
    stored, _ = apology(await acting.fill(town.members[0], shown, ANSWERS))
    assert stored == "What you sent is stored; only my answer got lost."
    assert await town.rows("SELECT count(*) FROM ballot") == [(1,)]


async def test_an_answer_that_got_lost_before_storing_says_that_nothing_is(
    town: Town, circle: simcord.ChannelHandle
) -> None:
    town.env.inject_error("POST", "/interactions/*/*/callback", status=500)
    stored, _ = apology(await acting.slash(town.members[0], town.lobby, "circle browse"))
    assert stored == "Nothing was stored."


@pytest.mark.parametrize("status", [404, 429, 500])
async def test_when_discord_takes_no_answer_at_all_the_log_says_so_and_the_bot_goes_on(
    town: Town, circle: simcord.ChannelHandle, written: Written, status: int
) -> None:
    town.env.inject_error("POST", "/interactions/*", status=status, code=10062, times=None)
    for act in (
        acting.slash(town.members[0], town.lobby, "circle browse"),
        acting.slash(town.members[0], circle, "checkin"),
        forgery.press(town.members[0], circle, "circle:agree:1:1"),
        forgery.press(town.members[0], circle, "no:such:button"),
        forgery.submit(town.members[0], circle, "answer-in:1", ANSWERS),
    ):
        assert not (await act).acknowledged
    assert written().count("A sentence could not be said.") == 5
    assert "Ignoring exception" not in written()
    town.env.backend.faults.clear()
    embed(await acting.slash(town.members[0], town.lobby, "circle browse"))


# Lists of choices


async def test_a_list_of_choices_that_breaks_is_empty_and_logged_once(
    town: Town, circle: simcord.ChannelHandle, written: Written
) -> None:
    await execute(town, "ALTER TABLE circle RENAME TO gone")
    assert await town.members[0].autocomplete(town.lobby, "circle join", "circle", CANARY) == []
    assert town.said("POST", "/interactions/*")[-1] == {"type": 8, "data": {"choices": []}}
    [reference] = re.findall("reference=([0-9A-F]{6})", written())
    check_log(town, written(), reference)


async def test_a_list_of_choices_on_a_server_that_was_not_set_up_is_empty_and_nothing_is_wrong(
    town: Town, written: Written
) -> None:
    for command, option in (("circle join", "circle"), ("prompts pause", "prompt"), ("checkin", "circle")):
        assert await town.members[0].autocomplete(town.lobby, command, option, "") == []
    assert "ERROR" not in written()


# What nobody knows any more


async def test_an_unknown_button_is_answered(town: Town) -> None:
    for custom_id in ("no:such:button", "setup:create:2", "checkin", ":", "x" * 100):
        assert sentence(await forgery.press(town.members[0], town.lobby, custom_id)) == EXPIRED


async def test_an_unknown_form_is_answered(town: Town) -> None:
    for custom_id in ("no-such-form:1", "", ":", "checkin:answer:1"):
        sent = await forgery.submit(town.members[0], town.lobby, custom_id, {"name": CANARY})
        assert sentence(sent) == EXPIRED


async def test_a_form_that_names_two_circles_where_there_is_one_has_expired(
    town: Town, circle: simcord.ChannelHandle, written: Written
) -> None:
    for form in ("circle-away:1.1", "circle-agreement:1.1", "circle-description:1.1"):
        assert sentence(await forgery.submit(town.owner, circle, form, {"access": "open"})) == EXPIRED
    assert "Something unexpected" not in written()


async def test_a_form_without_its_fields_is_answered(town: Town, circle: simcord.ChannelHandle) -> None:
    assert "not complete" in sentence(await forgery.submit(town.members[0], circle, "answer-in:1", {}))
    assert "who is on this server" in sentence(
        await forgery.submit(town.owner, circle, "new-circle:open.ALWAYS", {})
    )


async def test_a_command_that_the_bot_has_no_longer_is_answered(town: Town, written: Written) -> None:
    for command in ("circle dance", "gone", "gone too"):
        assert sentence(await forgery.slash(town.members[0], town.lobby, command)) == UPDATED
    assert "Something unexpected" not in written()


async def test_a_command_whose_options_have_changed_is_answered(town: Town) -> None:
    assert sentence(await forgery.slash(town.members[0], town.lobby, "circle info")) == UPDATED


# Direct messages


async def test_in_direct_messages_every_door_points_to_a_server(town: Town) -> None:
    user = town.members[0].user
    here = user.dm_channel
    for command in ("checkin", "circle browse", "circle create", "checkins results", "prompts list"):
        assert sentence(await forgery.slash(user, here, command)) == ONLY_IN_A_SERVER
    for button in ("circle:agree:1:1", "setup:create", "checkin:withdraw:1"):
        assert sentence(await forgery.press(user, here, button)) == ONLY_IN_A_SERVER
    for form in ("answer-in:1", "new-circle:open.ALWAYS"):
        assert sentence(await forgery.submit(user, here, form, ANSWERS)) == ONLY_IN_A_SERVER
    offered = await forgery.slash(user, here, "circle join", typing=True, circle="tue")
    assert offered.autocomplete_choices == []


async def test_direct_messages_offer_what_is_for_oneself_and_nothing_else(town: Town) -> None:
    offered = set(town.members[0].user.available_commands())
    assert offered == {"learn", "resources", "help-now", "after"}


# When it takes longer


async def test_a_form_that_could_not_open_in_time_is_refused_in_words(
    town: Town, circle: simcord.ChannelHandle, written: Written
) -> None:
    refused = await town.while_busy(acting.slash(town.owner, town.lobby, "circle create"))
    assert sentence(refused) == (
        "I was busy for a moment, so the form could not open. Nothing was recorded; please try once more."
    )
    assert "Something unexpected" not in written()


async def test_a_slash_command_that_takes_long_says_so_first_and_then_answers(
    town: Town, circle: simcord.ChannelHandle
) -> None:
    already = len(town.env.http_requests)
    answered = await town.while_busy(acting.slash(town.members[0], town.lobby, "circle browse"))
    assert town.env.http_requests[already].json == {"type": 5, "data": {"flags": 64}}
    assert embed(answered).title == "Circles"


async def test_what_breaks_after_a_long_wait_is_still_apologised_for(
    town: Town, circle: simcord.ChannelHandle
) -> None:
    await execute(town, "ALTER TABLE circle RENAME TO gone")
    stored, _ = apology(await town.while_busy(acting.slash(town.members[0], town.lobby, "circle browse")))
    assert stored == "Nothing was stored."
