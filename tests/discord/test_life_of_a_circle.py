"""A circle of eight with a waitlist of three: one leaves, a seat lapses, the circle rests at night, its role
is deleted by accident, the facilitator vanishes.

The program is stopped and started again before every step.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import discord
import simcord
from simcord.backend.access import channel_accessible

from bot.demo import acting
from tests.discord.conftest import Town, embed, last_embed, text_of


async def where(town: Town, person: simcord.MemberActor) -> str:
    """Return where somebody stands, in the words that they read."""
    shown = embed(await acting.slash(person, town.lobby, "circle info", circle="1"))
    return next(field.value or "" for field in shown.fields if field.name == "Where you stand")


def letters(person: simcord.MemberActor) -> list[discord.Embed]:
    """Return what somebody was written directly."""
    return [message.embeds[0] for message in person.user.dm_channel.history()]


def reads(town: Town, person: simcord.MemberActor, channel: simcord.ChannelHandle) -> bool:
    """Say whether Discord lets somebody read a channel."""
    return channel_accessible(town.env.backend, channel.id, person.id, history=True)


def may_write(town: Town, person: simcord.MemberActor, channel: simcord.ChannelHandle) -> bool:
    """Say whether Discord lets somebody write in a channel."""
    allowed = town.env.backend.compute_permissions(town.guild.id, person.id, channel.id)
    return discord.Permissions(int(allowed)).send_messages


async def wait_for_a_seat(town: Town, person: simcord.MemberActor, *, letters: bool) -> None:
    """Let somebody join the waitlist, and ask for letters."""
    waits = await town.join(person)
    if letters:
        await acting.press(person, acting.answer(waits), "circle:write:")


async def minutes(town: Town, many: int) -> None:
    """Let so many minutes pass, each with its tick."""
    for _ in range(many):
        await town.pass_time(minutes=1)


async def test_the_life_of_a_circle(town: Town) -> None:
    await town.set_up()
    channel = await town.create_circle(seats=8)
    seated, (first, second, third, helper) = town.members[:8], town.members[8:]
    for person in seated:
        await town.join(person)
    for person, wants_letters in ((first, True), (second, True), (third, False)):
        await town.restart()
        await wait_for_a_seat(town, person, letters=wants_letters)
    assert await where(town, third) == "You are number 3 on the waitlist."
    await a_seat_becomes_free_and_is_held_for_the_first(town, seated[0], first, second)
    await the_first_does_not_come_and_the_second_does(town, channel, first, second, third)
    await it_rests_and_wakes_across_a_change_of_clocks(town, channel, second)
    await the_role_is_deleted_by_accident_and_mended(town, channel, second, first)
    await the_facilitator_vanishes(town, channel, helper)
    await whoever_has_left_the_server_is_let_go(town, [seated[1], first], third)


async def a_seat_becomes_free_and_is_held_for_the_first(
    town: Town, leaving: simcord.MemberActor, first: simcord.MemberActor, second: simcord.MemberActor
) -> None:
    await town.restart()
    await acting.slash(leaving, town.lobby, "circle leave", circle="1")
    await town.restart()
    await town.let_run()
    assert "A seat is held for you until" in await where(town, first)
    [letter] = letters(first)
    assert "A seat is held for you until" in text_of(letter)
    assert "From the server Clinic." in text_of(letter)
    assert await where(town, second) == "You are number 1 on the waitlist."


async def the_first_does_not_come_and_the_second_does(
    town: Town,
    channel: simcord.ChannelHandle,
    first: simcord.MemberActor,
    second: simcord.MemberActor,
    third: simcord.MemberActor,
) -> None:
    await town.restart()
    await town.pass_time(hours=47)
    assert letters(second) == []
    await town.restart()
    await town.pass_time(hours=1)
    assert (len(letters(first)), len(letters(second))) == (1, 1)
    assert "has gone on to the next person" in await where(town, first)
    await town.restart()
    assert embed(await town.join(second)).title == "You are in"
    assert reads(town, second, channel)
    assert await where(town, third) == "You are number 1 on the waitlist."
    assert letters(third) == []
    await town.restart()
    await wait_for_a_seat(town, first, letters=False)  # once more, behind the others
    assert await where(town, first) == "You are number 2 on the waitlist."


async def it_rests_and_wakes_across_a_change_of_clocks(
    town: Town, channel: simcord.ChannelHandle, member: simcord.MemberActor
) -> None:
    until_saturday_noon = datetime(2026, 3, 28, 12, tzinfo=UTC) - town.env.now()
    await town.pass_time(seconds=until_saturday_noon.total_seconds())
    await town.restart()
    form = await acting.slash(town.facilitator, channel, "circle hours")
    await acting.fill(town.facilitator, form, {"which": "keeps", "hours": "daily 8:00-18:00"})
    for moment, writes in (
        (datetime(2026, 3, 28, 17, tzinfo=UTC), False),
        (datetime(2026, 3, 29, 6, tzinfo=UTC), True),  # in the night before, clocks went forward
    ):
        await town.restart()
        assert await town.bot.next_due() == moment
        await town.pass_time(seconds=(moment - town.env.now()).total_seconds())
        assert may_write(town, member, channel) is writes
        assert reads(town, member, channel)


async def the_role_is_deleted_by_accident_and_mended(
    town: Town, channel: simcord.ChannelHandle, seated: simcord.MemberActor, waiting: simcord.MemberActor
) -> None:
    town.env.backend.delete_role(town.guild.id, town.guild.roles["Circle 1"].id)
    assert not reads(town, seated, channel)
    await town.restart()
    shown = acting.answer(await acting.slash(town.owner, town.lobby, "setup status"))
    assert "The role of Tuesday is gone" in text_of(shown.embeds[0])
    await town.restart()
    mended = await acting.press(town.owner, shown, "setup:mend")
    assert "Tuesday has a role again; 8 who sit there have it." in text_of(embed(mended))
    assert reads(town, seated, channel)
    assert not reads(town, waiting, channel)


async def the_facilitator_vanishes(
    town: Town, channel: simcord.ChannelHandle, helper: simcord.MemberActor
) -> None:
    await town.restart()
    await town.appoint(town.facilitator, [helper])
    facilitators = town.channel("facilitators")
    for place in (facilitators, channel):
        assert reads(town, helper, place)
    town.guild.remove_member(town.facilitator)
    await town.restart()
    await minutes(town, 14)
    asked = facilitators.last_message
    assert asked is not None
    assert asked.embeds[0].title == "A circle needs somebody to hold it"
    await town.restart()
    await acting.press(helper, asked, "circle:takeover:")
    assert last_embed(facilitators).description == "Somebody holds **Tuesday** again."
    shown = text_of(embed(await acting.slash(helper, channel, "circle members")))
    assert f"<@{helper.id}> (facilitator)" in shown
    assert str(town.facilitator.id) not in shown
    await town.restart()
    town.guild.remove_member(helper)
    await minutes(town, 14)
    assert last_embed(facilitators).title == "Nobody holds a circle"
    assert reads(town, town.moderator, facilitators)


async def whoever_has_left_the_server_is_let_go(
    town: Town, gone: Sequence[simcord.MemberActor], third: simcord.MemberActor
) -> None:
    await town.restart()
    for person in gone:
        town.guild.remove_member(person)
    await minutes(town, 14)
    assert "A seat is held for you until" in await where(town, third)
    assert embed(await town.join(third)).title == "You are in"
    assert await town.rows("SELECT count(*) FROM circle_member WHERE seated = 1") == [(8,)]
    assert await town.rows("SELECT count(*) FROM candidate") == [(0,)]
