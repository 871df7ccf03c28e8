"""The two buttons under a receipt: Change and Withdraw, today, after a restart, and in other hands."""

from __future__ import annotations

import pytest
import simcord

from bot.demo import acting
from tests.discord import forgery
from tests.discord.conftest import ANSWERS, Town, embed, sentence

NOTHING_THERE = "There is no answer of yours in this check-in."


@pytest.fixture
async def asked(town: Town, circle: simcord.ChannelHandle) -> simcord.ChannelHandle:
    """Open a check-in in a circle of eight, and return its channel."""
    await acting.slash(town.facilitator, circle, "checkins open")
    return circle


async def ballots(town: Town) -> list[bytes]:
    """Return the sealed answers."""
    return [sealed for (sealed,) in await town.rows("SELECT sealed FROM ballot ORDER BY token")]


async def receipt_of(
    town: Town, person: simcord.MemberActor, channel: simcord.ChannelHandle
) -> simcord.ResponseMessage:
    return acting.answer(await town.check_in(person, channel))


async def test_a_receipt_carries_change_and_withdraw(town: Town, asked: simcord.ChannelHandle) -> None:
    receipt = await receipt_of(town, town.members[0], asked)
    [row] = receipt.components
    assert [button["label"] for button in row["components"]] == ["Change", "Withdraw"]


@pytest.mark.parametrize("restarted", [False, True])
async def test_change_opens_the_form_again_and_puts_the_new_answer_in_the_place_of_the_old(
    town: Town, asked: simcord.ChannelHandle, *, restarted: bool
) -> None:
    person = town.members[0]
    receipt = await receipt_of(town, person, asked)
    [before] = await ballots(town)
    if restarted:
        await town.restart()
    shown = await acting.press(person, receipt, "checkin:change:")
    changed = await acting.fill(person, shown, ANSWERS | {"energy": "5"})
    assert embed(changed).title == "Changed"
    [after] = await ballots(town)
    assert after != before


@pytest.mark.parametrize("restarted", [False, True])
async def test_withdraw_takes_the_answer_back_and_the_buttons_away(
    town: Town, asked: simcord.ChannelHandle, *, restarted: bool
) -> None:
    person = town.members[0]
    receipt = await receipt_of(town, person, asked)
    if restarted:
        await town.restart()
    withdrawn = embed(await acting.press(person, receipt, "checkin:withdraw:"))
    assert withdrawn.description == "Withdrawn. Your answer is gone."
    assert receipt.components == []
    assert await ballots(town) == []


async def test_an_answer_that_was_withdrawn_can_be_given_again(
    town: Town, asked: simcord.ChannelHandle
) -> None:
    person = town.members[0]
    await acting.press(person, await receipt_of(town, person, asked), "checkin:withdraw:")
    assert embed(await town.check_in(person, asked)).title == "Noted"


async def test_the_first_receipt_still_works_after_the_answer_was_changed(
    town: Town, asked: simcord.ChannelHandle
) -> None:
    person = town.members[0]
    first = await receipt_of(town, person, asked)
    second = await receipt_of(town, person, asked)
    embed(await acting.press(person, first, "checkin:withdraw:"))
    assert sentence(await acting.press(person, second, "checkin:withdraw:")) == NOTHING_THERE


async def test_another_persons_press_reaches_only_their_own_answer(
    town: Town, asked: simcord.ChannelHandle
) -> None:
    first, second = town.members[:2]
    receipt = await receipt_of(town, first, asked)
    [mine] = await ballots(town)
    for word in ("withdraw", "change"):
        button = acting.find_button(receipt, f"checkin:{word}:")
        assert button is not None
        pressed = await forgery.press(second, asked, button)
        if word == "withdraw":
            assert sentence(pressed) == NOTHING_THERE
        else:
            assert embed(await acting.fill(second, pressed, ANSWERS)).title == "Noted"
    answers = await ballots(town)
    assert mine in answers
    assert len(answers) == 2


async def test_two_people_get_receipts_with_the_very_same_buttons(
    town: Town, asked: simcord.ChannelHandle
) -> None:
    first, second = [await receipt_of(town, person, asked) for person in town.members[:2]]
    assert first.components == second.components


async def test_withdrawing_twice_at_the_same_moment_is_answered_both_times(
    town: Town, asked: simcord.ChannelHandle
) -> None:
    person = town.members[0]
    await receipt_of(town, person, asked)
    pressed = await forgery.at_once(*(forgery.press(person, asked, "checkin:withdraw:1") for _ in range(2)))
    said = sorted(acting.answer(result).content for result in pressed)
    assert said == ["", NOTHING_THERE]


async def test_withdrawing_while_the_database_is_busy_waits_and_then_says_so(
    town: Town, asked: simcord.ChannelHandle
) -> None:
    person = town.members[0]
    receipt = await receipt_of(town, person, asked)
    withdrawn = await town.while_busy(acting.press(person, receipt, "checkin:withdraw:"))
    assert embed(withdrawn).description == "Withdrawn. Your answer is gone."
    assert await ballots(town) == []


async def test_withdrawing_takes_the_answer_and_every_blank_that_points_to_it(
    town: Town, asked: simcord.ChannelHandle
) -> None:
    await acting.slash(town.owner, town.lobby, "checkins open", whole_server=True)
    person = town.members[0]
    receipt = acting.answer(await town.check_in(person, asked, where="1"))
    assert len(await ballots(town)) == 2
    embed(await acting.press(person, receipt, "checkin:withdraw:"))
    assert await ballots(town) == []


async def test_a_seat_that_was_lost_while_the_form_was_open_is_said(
    town: Town, asked: simcord.ChannelHandle
) -> None:
    person = town.members[0]
    shown = await acting.slash(person, town.lobby, "checkin")
    await acting.slash(person, town.lobby, "circle leave", circle="1")
    assert "for people with a seat" in sentence(await acting.fill(person, shown, ANSWERS))
    assert await ballots(town) == []


async def test_the_buttons_of_an_answer_in_several_circles_say_that_they_have_expired(
    town: Town, asked: simcord.ChannelHandle
) -> None:
    for word in ("change", "withdraw"):
        pressed = await forgery.press(town.members[0], asked, f"checkin:{word}:1.2")
        assert sentence(pressed).startswith("This has expired.")


async def test_a_forged_button_is_answered_and_does_nothing(town: Town, asked: simcord.ChannelHandle) -> None:
    await receipt_of(town, town.members[0], asked)
    for state in ("", ".", "1.", "x", "1;1", "1" * 16, ".".join("1" * 30), "１", "1\n"):
        for word in ("answer", "change", "withdraw"):
            pressed = await forgery.press(town.members[0], asked, f"checkin:{word}:{state}"[:100])
            assert sentence(pressed).startswith("This has expired."), state
    assert len(await ballots(town)) == 1
