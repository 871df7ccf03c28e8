"""Answering a check-in: the form and what it says, the ways in, and every way in which it ends."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import simcord

from bot.demo import acting
from bot.services import circles, seats, windows
from tests.discord import forgery
from tests.discord.conftest import ANSWERS, Town, embed, sentence, text_of

TOO_LATE = (
    "This check-in has closed. What you answered was counted with the others, and can no longer be found"
    " or changed."
)
CLOSED = "This check-in has closed, so nothing was recorded. The next one will be announced in its channel."
ALREADY_COUNTED = (
    "Your answer of this time has counted in a check-in that has closed, so nothing was recorded. The next"
    " one is yours again."
)
NOT_SEATED = "This check-in is for people with a seat in the circle, so nothing was recorded."
INCOMPLETE = "That answer was not complete, so nothing was recorded. Please open the form again."


@pytest.fixture
async def asked(town: Town, circle: simcord.ChannelHandle) -> simcord.ChannelHandle:
    """Open a check-in in a circle of eight, and return its channel."""
    await acting.slash(town.facilitator, circle, "checkins open")
    return circle


async def press_answer(
    town: Town, person: simcord.MemberActor, channel: simcord.ChannelHandle
) -> simcord.InteractionResult:
    """Press the button under the announcement."""
    [announcement] = [post for post in channel.history() if acting.find_button(post, "checkin:answer:")]
    return await acting.press(person, announcement, "checkin:answer:")


async def ballots(town: Town) -> int:
    [(count,)] = await town.rows("SELECT count(*) FROM ballot")
    return count


async def open_for_the_server(town: Town, channel: simcord.ChannelHandle) -> None:
    embed(await acting.slash(town.owner, channel, "checkins open", whole_server=True))


def texts(part: Any) -> Iterator[tuple[str, str]]:
    """Yield every text of a form with the name of where it stands."""
    if isinstance(part, dict):
        for name, value in part.items():
            if name in {"label", "description", "content", "title"} and isinstance(value, str):
                yield name, value
            yield from texts(value)
    elif isinstance(part, list):
        for each in part:
            yield from texts(each)


# The form


async def test_the_form_says_who_can_see_the_answer_before_anything_is_asked(
    town: Town, asked: simcord.ChannelHandle
) -> None:
    shown = await acting.slash(town.members[0], asked, "checkin")
    assert shown.modal is not None
    said = shown.modal["components"][0]["content"]
    for who in ("For Tuesday.", "Peers and facilitators", "Whoever runs this bot", "Discord"):
        assert who in said
    assert "anonym" not in said


async def test_the_form_asks_four_things_and_names_both_ends_of_each_scale(
    town: Town, asked: simcord.ChannelHandle
) -> None:
    shown = await acting.slash(town.members[0], asked, "checkin")
    assert acting.choices(shown, "continuum") == ["ready", "reacting", "injured", "ill"]
    for scale in ("energy", "load", "connection"):
        assert acting.choices(shown, scale) == ["1", "2", "3", "4", "5"]
    labels = [text for name, text in texts(shown.modal) if name == "label"]
    for step in ("Ready (green)", "Reacting (yellow)", "Injured (orange)", "Ill (red)"):
        assert any(step in label for label in labels)
    for end in ("1 · very low", "5 · plenty", "1 · light", "5 · too heavy", "1 · on my own"):
        assert end in labels


@pytest.mark.parametrize("whole_server", [False, True])
async def test_the_form_keeps_to_discords_limits(
    town: Town, asked: simcord.ChannelHandle, *, whole_server: bool
) -> None:
    if whole_server:
        await open_for_the_server(town, asked)
    shown = await acting.slash(town.members[0], asked, "checkin")
    assert shown.modal is not None
    assert len(shown.modal["components"]) == 5
    assert len(shown.modal["custom_id"]) <= 100
    longest = {"title": 45, "label": 100, "description": 100, "content": 4000}
    for name, text in texts(shown.modal):
        assert len(text) <= longest[name], text
    for part in shown.modal["components"]:
        assert len(part.get("label", "")) <= 45


async def test_nothing_is_answered_for_the_person_in_advance(
    town: Town, asked: simcord.ChannelHandle
) -> None:
    shown = await acting.slash(town.members[0], asked, "checkin")
    assert chosen_in_advance(shown) == []


async def test_the_form_opens_while_the_database_is_busy(town: Town, asked: simcord.ChannelHandle) -> None:
    async with town.busy() as still_busy:
        by_command = await acting.slash(town.members[0], asked, "checkin")
        by_button = await press_answer(town, town.members[1], asked)
        assert still_busy()
    assert by_command.modal is not None
    assert by_button.modal is not None


async def test_discord_py_keeps_no_copy_of_what_is_filled_in(
    town: Town, asked: simcord.ChannelHandle
) -> None:
    await acting.slash(town.members[0], asked, "checkin")
    assert not town.bot._connection._view_store._modals


async def test_a_name_with_markup_is_shown_as_it_is_in_the_form(town: Town) -> None:
    await town.set_up()
    await town.ask_for_circle(town.owner, name="**Tue** [x](http://x.co)")
    await acting.slash(town.owner, town.lobby, "checkins open", circle="1")
    await town.join(town.members[0], "**Tue** [x](http://x.co)")
    shown = await acting.slash(town.members[0], town.lobby, "checkin")
    assert shown.modal is not None
    assert "\\*\\*Tue\\*\\*" in shown.modal["components"][0]["content"]


# Ways in


async def test_the_button_under_the_announcement_opens_the_same_form(
    town: Town, asked: simcord.ChannelHandle
) -> None:
    by_button = await press_answer(town, town.members[0], asked)
    by_command = await acting.slash(town.members[0], asked, "checkin")
    assert by_button.modal == by_command.modal
    assert embed(await acting.fill(town.members[0], by_button, ANSWERS)).title == "Noted"


async def open_in_second_circle(town: Town) -> simcord.ChannelHandle:
    """Let the first member sit in a second circle, which asks as well, and return its channel."""
    second = await town.create_circle("Thursday")
    await town.join(town.members[0], "Thursday")
    await acting.slash(town.facilitator, second, "checkins open")
    return second


def chosen_in_advance(shown: simcord.InteractionResult) -> list[str]:
    """Return the labels that are chosen before anybody has touched the form."""
    components = shown.modal["components"] if shown.modal else []
    options = [option for part in components for option in part.get("component", {}).get("options", ())]
    return [option["label"] for option in options if option.get("default")]


async def test_whoever_is_asked_in_several_places_chooses_the_one_that_counts(
    town: Town, asked: simcord.ChannelHandle
) -> None:
    await open_in_second_circle(town)
    await open_for_the_server(town, town.guild.create_text_channel("elsewhere"))
    shown = await acting.slash(town.members[0], town.lobby, "checkin")
    assert acting.choices(shown, "where") == ["1", "2", "3"]
    labels = [text for name, text in texts(shown.modal) if name == "label"]
    assert {"Tuesday", "Thursday", "the whole server"} <= set(labels)
    assert chosen_in_advance(shown) == []
    assert "Peers, facilitators" in str(shown.modal)
    receipt = embed(await acting.fill(town.members[0], shown, ANSWERS | {"where": "2"}))
    assert (receipt.description or "").startswith("It counts for **Thursday**, which asks until <t:")
    assert "Tuesday" not in text_of(receipt)
    assert await ballots(town) == 3  # one of them is an answer


async def test_the_place_of_the_channel_comes_first_and_is_chosen_in_advance(
    town: Town, asked: simcord.ChannelHandle
) -> None:
    second = await open_in_second_circle(town)
    await open_for_the_server(town, town.lobby)
    for channel, first in ((asked, "Tuesday"), (second, "Thursday"), (town.lobby, "the whole server")):
        for shown in (
            await acting.slash(town.members[0], channel, "checkin"),
            await press_answer(town, town.members[0], channel),
        ):
            assert chosen_in_advance(shown) == [first]
            assert len(acting.choices(shown, "where")) == 3


async def test_the_circle_that_is_named_comes_first_and_is_chosen_in_advance(
    town: Town, asked: simcord.ChannelHandle
) -> None:
    await open_in_second_circle(town)
    shown = await acting.slash(town.members[0], asked, "checkin", circle="2")
    assert chosen_in_advance(shown) == ["Thursday"]
    assert acting.choices(shown, "where") == ["2", "1"]


async def test_changing_begins_where_the_answer_counts_and_can_move_it(
    town: Town, asked: simcord.ChannelHandle
) -> None:
    person = town.members[0]
    await open_in_second_circle(town)
    receipt = acting.answer(await town.check_in(person, town.lobby, where="2"))
    shown = await acting.press(person, receipt, "checkin:change:")
    assert chosen_in_advance(shown) == ["Thursday"]
    moved = embed(await acting.fill(person, shown, ANSWERS | {"where": "1"}))
    assert moved.title == "Noted"
    assert "It counts for **Tuesday**" in (moved.description or "")
    [no_longer] = [field.value for field in moved.fields if field.name == "No longer counted"]
    assert no_longer == "Your earlier answer for **Thursday**: an answer counts in one place."
    withdrawn = await acting.press(person, receipt, "checkin:withdraw:")
    assert sentence(withdrawn) == "There is no answer of yours in this check-in."


async def test_whoever_sits_in_very_many_circles_chooses_among_ten_and_names_others(town: Town) -> None:
    await town.set_up()
    house, owner = town.house, town.person(town.owner, manages_server=True)
    for number in range(12):
        draft = circles.Draft(name=f"Circle {number}", purpose="", seats=8, agreement="Ours.")
        circle = await circles.begin(house.database, owner, draft)
        await circles.open_circle(house.database, house.member_keys, circle, town.facilitator.id)
        await seats.join(
            house.database,
            house.member_keys,
            town.person(town.members[0]),
            town.members[0].id,
            circle.circle_id,
            1,
            at=town.env.now(),
        )
        await windows.open_window(
            house.database,
            house.window_keys,
            owner,
            circle_id=circle.circle_id,
            whole_server=False,
            channel_id=town.lobby.id,
            days=7,
            minimum=5,
            at=town.env.now(),
        )
    channel = town.guild.create_text_channel("elsewhere")
    shown = await acting.slash(town.members[0], channel, "checkin")
    assert acting.choices(shown, "where") == [str(number) for number in range(1, 11)]
    named = await acting.slash(town.members[0], channel, "checkin", circle="12")
    assert acting.choices(named, "where") == [str(number) for number in (12, *range(1, 10))]
    assert len(str(named.modal and named.modal["custom_id"])) <= 100
    receipt = embed(await acting.fill(town.members[0], named, ANSWERS | {"where": "12"}))
    assert "**Circle 11**" in (receipt.description or "")


async def test_a_place_that_the_form_did_not_offer_is_refused(
    town: Town, asked: simcord.ChannelHandle
) -> None:
    await open_in_second_circle(town)
    for where in ("3", "1.2", "", "one", "１", None, ["1"]):
        sent = await forgery.submit(town.members[0], asked, "answer-in:1.2", ANSWERS | {"where": where})
        assert sentence(sent) == INCOMPLETE
    assert await ballots(town) == 0


async def test_a_form_of_an_earlier_version_says_that_it_has_expired(
    town: Town, asked: simcord.ChannelHandle
) -> None:
    for state in ("checkin-form:1/", "checkin-form:1.2/3"):
        sent = await forgery.submit(town.members[0], asked, state, ANSWERS)
        assert sentence(sent).startswith("This has expired.")
    assert await ballots(town) == 0


async def test_an_answer_that_has_counted_in_a_result_is_not_counted_again_elsewhere(
    town: Town, asked: simcord.ChannelHandle
) -> None:
    await acting.slash(town.owner, town.lobby, "checkins open", whole_server=True, days=14)
    for person in town.members[:6]:
        await town.check_in(person, asked, where="1")
    await town.pass_time(days=7)
    for person in town.members[:6]:
        assert sentence(await town.check_in(person, asked)) == ALREADY_COUNTED
    assert embed(await town.check_in(town.members[6], asked)).title == "Noted"


async def test_a_member_of_no_circle_answers_for_the_whole_server(
    town: Town, asked: simcord.ChannelHandle
) -> None:
    await open_for_the_server(town, town.lobby)
    shown = await acting.slash(town.members[11], town.lobby, "checkin")
    assert "For the whole server." in str(shown.modal)
    assert "'where'" not in str(shown.modal)
    assert embed(await acting.fill(town.members[11], shown, ANSWERS)).title == "Noted"


# The receipt


async def test_the_receipt_is_private_and_says_what_was_counted_and_who_can_see_it(
    town: Town, asked: simcord.ChannelHandle
) -> None:
    before = len(asked.history(viewer=town.facilitator))
    words = text_of(embed(await town.check_in(town.members[0], asked)))
    assert "Noted\nIt counts for **Tuesday**, which asks until <t:" in words
    assert "Peers and facilitators" in words
    assert "Only you see this." in words
    assert len(asked.history(viewer=town.facilitator)) == before


async def test_sending_the_form_twice_at_the_same_moment_counts_once(
    town: Town, asked: simcord.ChannelHandle
) -> None:
    sent = [forgery.submit(town.members[0], asked, "answer-in:1", ANSWERS) for _ in range(2)]
    receipts = await forgery.at_once(*sent)
    assert sorted(str(embed(receipt).title) for receipt in receipts) == ["Changed", "Noted"]
    assert await ballots(town) == 1


async def test_a_restart_in_the_middle_of_the_form_loses_nothing(
    town: Town, asked: simcord.ChannelHandle
) -> None:
    by_command = await acting.slash(town.members[0], asked, "checkin")
    by_button = await press_answer(town, town.members[1], asked)
    await town.restart()
    assert embed(await acting.fill(town.members[0], by_command, ANSWERS)).title == "Noted"
    assert embed(await acting.fill(town.members[1], by_button, ANSWERS)).title == "Noted"
    assert await ballots(town) == 2


async def test_when_the_database_is_busy_the_person_is_told_to_wait_and_then_gets_the_receipt(
    town: Town, asked: simcord.ChannelHandle
) -> None:
    shown = await acting.slash(town.members[0], asked, "checkin")
    already = len(town.env.http_requests)
    receipt = await town.while_busy(acting.fill(town.members[0], shown, ANSWERS), 3)
    first, second = town.env.http_requests[already:]
    assert first.json == {"type": 5, "data": {"flags": 64}}
    assert (second.method, second.path.rpartition("/")[2]) == ("PATCH", "@original")
    assert embed(receipt).title == "Noted"
    assert acting.find_button(acting.answer(receipt), "checkin:change:")


# After the close


@pytest.mark.parametrize("told", [True, False])
async def test_after_the_close_every_way_in_says_that_it_has_closed(
    town: Town, asked: simcord.ChannelHandle, *, told: bool
) -> None:
    person, late = town.members[:2]
    shown = await acting.slash(late, asked, "checkin")
    receipt = acting.answer(await town.check_in(person, asked))
    if told:
        await town.pass_time(days=7, minutes=1)
    else:  # the time is over, and the next tick has not come yet
        await town.env.advance_time(timedelta(days=7, seconds=5).total_seconds())
    assert sentence(await acting.fill(late, shown, ANSWERS)) == CLOSED
    assert sentence(await press_answer(town, late, asked)) == CLOSED
    assert sentence(await acting.press(person, receipt, "checkin:change:")) == TOO_LATE
    assert sentence(await acting.press(person, receipt, "checkin:withdraw:")) == TOO_LATE
    refused = sentence(await acting.slash(person, asked, "checkin"))
    assert refused == "No check-in is open for you right now."


async def test_without_an_open_check_in_the_command_says_so(
    town: Town, circle: simcord.ChannelHandle
) -> None:
    for options in ({}, {"circle": "1"}, {"circle": "99"}):
        refused = sentence(await acting.slash(town.members[0], circle, "checkin", **options))
        assert refused == "No check-in is open for you right now."


# Without a seat


async def test_without_a_seat_the_command_finds_nothing_and_the_form_is_refused(
    town: Town, asked: simcord.ChannelHandle
) -> None:
    stranger = town.members[11]
    refused = await acting.slash(stranger, town.lobby, "checkin")
    assert sentence(refused) == "No check-in is open for you right now."
    sent = await forgery.submit(stranger, town.lobby, "answer-in:1", ANSWERS)
    assert sentence(sent) == NOT_SEATED
    assert await ballots(town) == 0


async def test_a_facilitator_without_a_seat_is_refused(town: Town, asked: simcord.ChannelHandle) -> None:
    shown = await press_answer(town, town.facilitator, asked)
    assert sentence(await acting.fill(town.facilitator, shown, ANSWERS)) == NOT_SEATED


async def test_who_has_left_meanwhile_may_withdraw_but_not_answer_again(
    town: Town, asked: simcord.ChannelHandle
) -> None:
    person = town.members[0]
    receipt = acting.answer(await town.check_in(person, town.lobby))
    await acting.slash(person, town.lobby, "circle leave", circle="1")
    changed = await acting.press(person, receipt, "checkin:change:")
    assert sentence(await acting.fill(person, changed, ANSWERS)) == NOT_SEATED
    embed(await acting.press(person, receipt, "checkin:withdraw:"))
    assert await ballots(town) == 0


# What no form holds


async def test_an_answer_that_the_form_cannot_have_held_is_refused(
    town: Town, asked: simcord.ChannelHandle
) -> None:
    cases: list[dict[str, object]] = [
        {"continuum": "fine"},
        {"continuum": None},
        {"energy": "0"},
        {"energy": "6"},
        {"load": "-1"},
        {"load": "22"},
        {"connection": "³"},
        {"connection": ""},
        {"connection": ["3"]},
        {"energy": 3},
    ]
    for changed in cases:
        sent = await forgery.submit(town.members[0], asked, "answer-in:1", ANSWERS | changed)
        assert sentence(sent) == INCOMPLETE, changed
    assert await ballots(town) == 0


async def test_a_form_with_a_forged_state_is_refused(town: Town, asked: simcord.ChannelHandle) -> None:
    for state, refusal in (
        ("", "This has expired."),
        ("/", "This has expired."),
        ("1/", "This has expired."),
        ("one", "This has expired."),
        ("1..2", "This has expired."),
        ("1.2", "That answer was not complete"),
        (".".join(["1"] * 11), "This has expired."),
        ("１", "This has expired."),
        ("99", CLOSED),
    ):
        sent = await forgery.submit(town.members[0], asked, f"answer-in:{state}", ANSWERS)
        assert sentence(sent).startswith(refusal), state
    assert await ballots(town) == 0


async def test_a_window_of_another_server_cannot_be_answered_from_here(
    town: Town, asked: simcord.ChannelHandle
) -> None:
    other = town.env.create_guild("Other", owner=town.owner.user)
    place = other.create_text_channel("place")
    stranger = other.add_member(town.members[0].user)
    assert sentence(await forgery.submit(stranger, place, "answer-in:1", ANSWERS)) == CLOSED
    for word in ("answer", "change", "withdraw"):
        said = sentence(await forgery.press(stranger, place, f"checkin:{word}:1"))
        assert said == (CLOSED if word == "answer" else TOO_LATE)
    assert await ballots(town) == 0
