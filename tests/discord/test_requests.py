"""Requests through Discord: asked with a name in one channel only, answered, and then nameless."""

from __future__ import annotations

from pathlib import Path

import pytest
import simcord

from bot.demo import acting
from tests.discord import forgery
from tests.discord.conftest import Town, embed, last_embed, sentence, text_of
from tests.secrecy.traces import every_file, places, wordings

ANSWERED = "A request for **Tuesday** has been answered."
OVER = "A request that stood here has been answered, or taken back."


@pytest.fixture
async def facilitators(town: Town) -> simcord.ChannelHandle:
    """Set the server up with one circle that one asks to enter, and return the facilitators' channel."""
    await town.set_up()
    form = await acting.slash(town.owner, town.lobby, "circle create", access="request")
    await acting.fill(town.owner, form, town.described())
    return town.channel("facilitators")


async def ask(town: Town, person: simcord.MemberActor) -> simcord.ResponseMessage:
    """Let somebody ask for a seat, and show it to the facilitators."""
    asked = acting.answer(await town.join(person))
    await town.let_run()
    return asked


async def where(town: Town, person: simcord.MemberActor) -> str:
    """Return where somebody stands, in the words that they read."""
    shown = embed(await acting.slash(person, town.lobby, "circle info", circle="1"))
    return next(field.value or "" for field in shown.fields if field.name == "Where you stand")


def newest(channel: simcord.ChannelHandle) -> acting.Message:
    """Return the newest message of a channel."""
    message = channel.last_message
    assert message is not None
    return message


async def test_who_asks_is_told_before_who_will_see_the_name(
    town: Town, facilitators: simcord.ChannelHandle
) -> None:
    invitation = embed(await acting.slash(town.members[0], town.lobby, "circle join", circle="1"))
    assert "facilitators and moderators of this server see your name" in (invitation.footer.text or "")


async def test_a_request_is_shown_to_facilitators_with_the_name_and_nobody_is_mentioned(
    town: Town, facilitators: simcord.ChannelHandle, tmp_path: Path
) -> None:
    await ask(town, town.members[0])
    assert "**member0** would like to enter **Tuesday**" in (last_embed(facilitators).description or "")
    sent = town.said("POST", "/channels/*/messages")[-1]
    assert sent["allowed_mentions"] == {"parse": []}
    assert str(town.members[0].id) not in str(sent)
    assert await where(town, town.members[0]) == (
        "You have asked for a seat. The facilitators have not answered yet."
    )
    assert places(wordings("member0"), every_file(tmp_path)) == []


async def test_markup_in_a_name_does_nothing(town: Town, facilitators: simcord.ChannelHandle) -> None:
    person = town.guild.add_member(town.env.create_user("plain"), nick="**@everyone** [x](http://x.co)")
    await ask(town, person)
    assert "@everyone" not in text_of(last_embed(facilitators))
    assert "\\*\\*" in text_of(last_embed(facilitators))


async def test_whoever_is_let_in_gets_a_seat_and_the_name_disappears(
    town: Town, facilitators: simcord.ChannelHandle
) -> None:
    person = town.members[0]
    await ask(town, person)
    await town.restart()
    await acting.press(town.facilitator, newest(facilitators), "request:approve:")
    assert last_embed(facilitators).description == ANSWERED
    await town.let_run()
    assert "member0" not in text_of(last_embed(facilitators))
    assert "A seat is held for you until" in await where(town, person)
    assert embed(await town.join(person)).title == "You are in"


async def test_who_is_declined_is_written_to_if_they_asked_for_it(
    town: Town, facilitators: simcord.ChannelHandle
) -> None:
    for person in town.members[:2]:
        asked = await ask(town, person)
        if person is town.members[0]:
            await acting.press(person, asked, "circle:write:")
        await acting.press(town.moderator, newest(facilitators), "request:decline:")
    await town.let_run()
    await town.let_run()
    [letter] = town.members[0].user.dm_channel.history()
    assert "could not offer you a seat this time" in text_of(letter.embeds[0])
    assert town.members[1].user.dm_channel.history() == []
    assert "could not offer you a seat this time" in await where(town, town.members[1])


async def test_a_request_can_be_answered_from_a_private_list_as_well(
    town: Town, facilitators: simcord.ChannelHandle
) -> None:
    for person in town.members[:3]:
        await ask(town, person)
    listed = await acting.slash(town.facilitator, town.lobby, "circle approve", circle="1")
    assert embed(listed).description == "1. member0\n2. member1\n3. member2"
    await acting.press(town.facilitator, acting.answer(listed), "request:decline:1")
    await town.let_run()
    [first, *_] = facilitators.history()
    assert first.embeds[0].description == OVER
    assert not first.components
    listed = await acting.slash(town.facilitator, town.lobby, "circle approve", circle="1")
    assert embed(listed).description == "1. member1\n2. member2"


async def test_a_request_that_is_taken_back_names_nobody_any_more(
    town: Town, facilitators: simcord.ChannelHandle
) -> None:
    asked = await ask(town, town.members[0])
    message = newest(facilitators)
    await acting.press(town.members[0], asked, "circle:back:")
    refused = await forgery.press(town.facilitator, facilitators, "request:approve:1")
    assert sentence(refused) == "That request has been answered already, or taken back."
    await town.let_run()
    assert facilitators.history()[0].id == message.id
    assert facilitators.history()[0].embeds[0].description == OVER


@pytest.mark.parametrize(("status", "code", "tries"), [(404, 10008, 1), (403, 50001, 1), (500, 0, 2)])
async def test_a_name_that_cannot_be_taken_out_now_is_tried_again_only_where_that_could_help(
    town: Town, facilitators: simcord.ChannelHandle, status: int, code: int, tries: int
) -> None:
    asked = await ask(town, town.members[0])
    await acting.press(town.members[0], asked, "circle:back:")
    town.env.inject_error("PATCH", "/channels/*/messages/*", status=status, code=code, times=5)
    for _ in range(3):
        await town.let_run()
        town.env.backend.faults.clear()
    edits = [each for each in town.env.http_requests if each.method == "PATCH"]
    assert len([each for each in edits if "/messages/" in each.path]) >= tries
    assert await town.rows("SELECT count(*) FROM request_message") == [(0,)]


async def test_who_has_left_the_server_before_anybody_saw_the_request_is_let_go(
    town: Town, facilitators: simcord.ChannelHandle
) -> None:
    acting.answer(await town.join(town.members[0]))
    town.guild.remove_member(town.members[0])
    await town.let_run()
    assert facilitators.history() == []
    assert await town.rows("SELECT count(*) FROM candidate") == [(0,)]


async def test_somebody_else_presses_in_vain(town: Town, facilitators: simcord.ChannelHandle) -> None:
    await ask(town, town.members[0])
    for button in ("request:approve:1", "request:decline:1"):
        refused = sentence(await forgery.press(town.members[0], town.lobby, button))
        assert refused == "This is for the facilitators of Tuesday and the moderators of this server."
    assert "member0" in text_of(last_embed(facilitators))


async def test_somebody_is_invited_and_enters_without_asking(
    town: Town, facilitators: simcord.ChannelHandle
) -> None:
    listed = acting.answer(await acting.slash(town.facilitator, town.lobby, "circle approve", circle="1"))
    form = await acting.press(town.facilitator, listed, "circle:invite:")
    await town.restart()
    invited = await acting.fill(town.facilitator, form, {"member": [town.members[5]]})
    assert "They may enter **Tuesday** now" in (embed(invited).description or "")
    assert town.members[5].user.dm_channel.history() == []
    assert embed(await town.join(town.members[5])).title == "You are in"


async def test_without_the_facilitators_channel_requests_wait_and_setup_says_so(
    town: Town, facilitators: simcord.ChannelHandle
) -> None:
    town.env.backend.delete_channel(facilitators.id)
    await town.env.settle()
    await ask(town, town.members[0])
    status = text_of(embed(await acting.slash(town.owner, town.lobby, "setup status")))
    assert "The facilitators' channel is missing" in status
    listed = embed(await acting.slash(town.facilitator, town.lobby, "circle approve", circle="1"))
    assert listed.description == "1. member0"
    await town.set_up()
    assert "The facilitators' channel is missing" not in text_of(
        embed(await acting.slash(town.owner, town.lobby, "setup status"))
    )
