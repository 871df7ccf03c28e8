"""The waitlist through Discord: letters to those who want them, and several who press at once."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import simcord

from bot.demo import acting
from tests.discord import forgery
from tests.discord.conftest import Town, embed, sentence, text_of


async def where(town: Town, person: simcord.MemberActor) -> str:
    """Return where somebody stands, in the words that they read."""
    shown = embed(await acting.slash(person, town.lobby, "circle info", circle="1"))
    return next(field.value or "" for field in shown.fields if field.name == "Where you stand")


@pytest.fixture
async def channel(town: Town) -> simcord.ChannelHandle:
    """Set the server up with one circle of three seats, all taken, and three who wait and want letters."""
    await town.set_up()
    made = await town.create_circle(seats=3)
    for person in town.members[:6]:
        joined = acting.answer(await town.join(person))
        if person in town.members[3:]:
            await acting.press(person, joined, "circle:write:")
    return made


async def leave(town: Town, *people: simcord.MemberActor) -> None:
    """Let people leave, and hold what became free."""
    for person in people:
        embed(await acting.slash(person, town.lobby, "circle leave", circle="1"))
    await town.let_run()


def written_to(town: Town) -> list[bool]:
    """Say of each of those who wait whether they were written to."""
    return [bool(person.user.dm_channel.history()) for person in town.members[3:6]]


async def test_letters_go_out_one_at_a_tick(town: Town, channel: simcord.ChannelHandle) -> None:
    await leave(town, *town.members[:3])
    assert written_to(town) == [True, False, False]
    await town.let_run()
    assert written_to(town) == [True, True, False]
    await town.let_run()
    assert written_to(town) == [True, True, True]


async def test_closed_direct_messages_lose_nothing_and_are_nobodys_business(
    town: Town, channel: simcord.ChannelHandle, written: Callable[[], str]
) -> None:
    town.env.inject_error("POST", "/channels/*/messages", status=403, code=50007)
    await leave(town, town.members[0])
    assert written_to(town) == [False, False, False]
    assert "A seat is held for you until" in await where(town, town.members[3])
    assert "ERROR" not in written()
    status = embed(await acting.slash(town.owner, town.lobby, "setup status"))
    assert status.description == "Nothing needs mending."
    assert embed(await town.join(town.members[3])).title == "You are in"


async def test_trouble_at_discord_delays_a_letter(town: Town, channel: simcord.ChannelHandle) -> None:
    town.env.inject_error("POST", "/users/@me/channels", status=500, times=5)
    await leave(town, town.members[0])
    assert written_to(town) == [False, False, False]
    town.env.backend.faults.clear()
    await town.pass_time(minutes=1)
    assert written_to(town) == [True, False, False]


async def test_who_has_left_the_server_while_waiting_makes_way_at_once(
    town: Town, channel: simcord.ChannelHandle
) -> None:
    town.guild.remove_member(town.members[3])
    await leave(town, town.members[0])
    await town.let_run()
    await town.let_run()
    assert written_to(town)[1:] == [True, False]
    assert "A seat is held for you until" in await where(town, town.members[4])


async def test_two_press_at_once_and_only_the_one_whose_turn_it_is_enters(
    town: Town, channel: simcord.ChannelHandle
) -> None:
    await leave(town, town.members[0])
    pressed = await forgery.at_once(
        *(forgery.press(person, town.lobby, "circle:agree:1:1") for person in town.members[3:8])
    )
    titles = [acting.answer(result).embeds[0].title for result in pressed]
    assert titles == ["You are in", *["You are on the waitlist"] * 4]


async def test_who_steps_back_is_out_of_line_and_reads_so(town: Town, channel: simcord.ChannelHandle) -> None:
    shown = acting.answer(await acting.slash(town.members[3], town.lobby, "circle info", circle="1"))
    said = await acting.press(town.members[3], shown, "circle:back:")
    assert text_of(acting.answer(said).embeds[0]).strip() == "You no longer wait for a seat in **Tuesday**."
    assert await where(town, town.members[4]) == "You are number 1 on the waitlist."
    refused = await forgery.press(town.members[3], town.lobby, "circle:write:1")
    assert sentence(refused) == "You have no seat in Tuesday."


async def test_who_waits_finds_the_circle_among_those_to_leave(
    town: Town, channel: simcord.ChannelHandle
) -> None:
    offered = await town.members[3].autocomplete(town.lobby, "circle leave", "circle", "")
    assert offered == [{"name": "Tuesday", "value": "1"}]
    assert await town.members[3].autocomplete(town.lobby, "checkin", "circle", "") == []


async def test_a_seat_that_is_held_is_kept_when_the_role_cannot_be_given(
    town: Town, channel: simcord.ChannelHandle
) -> None:
    await leave(town, town.members[0])
    town.env.inject_error("PUT", "/guilds/*/members/*/roles/*", status=403, code=50013)
    assert "I lack a permission there" in sentence(await town.join(town.members[3]))
    assert "A seat is held for you until" in await where(town, town.members[3])
    assert embed(await town.join(town.members[3])).title == "You are in"


# A seat is taken from somebody


async def take(town: Town, by: simcord.MemberActor, member: simcord.MemberActor, *, sure: bool = True) -> str:
    """Let somebody take a member's seat, and return what they read."""
    shown = acting.answer(await acting.slash(by, town.lobby, "circle members", circle="1"))
    form = await acting.press(by, shown, "circle:release:")
    result = await acting.fill(by, form, {"member": [member], "sure": sure})
    answered = acting.answer(result)
    return answered.content or text_of(answered.embeds[0]).strip()


async def test_a_seat_is_taken_only_when_it_is_meant(town: Town, channel: simcord.ChannelHandle) -> None:
    member = town.members[0]
    assert await take(town, town.facilitator, member, sure=False) == (
        "That was not confirmed, so nothing has changed."
    )
    assert await where(town, member) == "You have a seat here."
    assert await take(town, town.moderator, member) == "That seat in **Tuesday** is free again."
    assert await where(town, member) == "You have no seat here."
    assert member.user.dm_channel.history() == []
    roles = town.env.backend.get_member(town.guild.id, member.id).role_ids
    assert town.guild.roles["Circle 1"].id not in roles
    assert await take(town, town.moderator, member) == "That person has no seat in Tuesday."


async def test_a_seat_stays_taken_when_discord_does_not_let_the_person_out(
    town: Town, channel: simcord.ChannelHandle
) -> None:
    town.env.inject_error("DELETE", "/guilds/*/members/*/roles/*", status=403, code=50013)
    assert "I lack a permission there" in await take(town, town.facilitator, town.members[0])
    assert await where(town, town.members[0]) == "You have a seat here."


async def test_a_member_takes_no_seat(town: Town, channel: simcord.ChannelHandle) -> None:
    refused = "This is for the facilitators of Tuesday and the moderators of this server."
    member = town.members[0]
    assert sentence(await acting.slash(member, channel, "circle members")) == refused
    assert sentence(await forgery.press(member, channel, "circle:release:1")) == refused
    sent = await forgery.submit(
        member, channel, "circle-release:1", {"member": [str(town.members[1].id)], "sure": True}
    )
    assert "not confirmed" in sentence(sent) or sentence(sent) == refused
    assert await where(town, town.members[1]) == "You have a seat here."
