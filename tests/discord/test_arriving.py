"""The first moments after a start: people already press and type, and the server is not here yet."""

from __future__ import annotations

import pytest
import simcord

from bot.demo import acting
from bot.services import circles
from tests.discord.conftest import ANSWERS, Town, embed, sentence

ARRIVING = (
    "I have only just started, and Discord is still telling me about this server. Nothing was recorded;"
    " please try again in a minute."
)


@pytest.fixture
async def arriving(town: Town, circle: simcord.ChannelHandle) -> simcord.ChannelHandle:
    """Open a check-in in a circle of eight, start again, and return its channel while it is still unknown."""
    await acting.slash(town.facilitator, circle, "checkins open")
    await town.restart()
    town.lose_sight()
    return circle


async def seated(town: Town) -> int:
    [(count,)] = await town.rows("SELECT count(*) FROM circle_member WHERE seated = 1")
    return count


async def test_a_check_in_can_be_answered_at_once(town: Town, arriving: simcord.ChannelHandle) -> None:
    async with town.busy():
        by_command = await acting.slash(town.members[0], arriving, "checkin")
        announced = arriving.history()[-1]
        by_button = await acting.press(town.members[1], announced, "checkin:answer:")
    assert embed(await acting.fill(town.members[0], by_command, ANSWERS)).title == "Noted"
    receipt = await acting.fill(town.members[1], by_button, ANSWERS)
    embed(await acting.press(town.members[1], acting.answer(receipt), "checkin:withdraw:"))


async def test_a_moderator_is_recognised(town: Town, arriving: simcord.ChannelHandle) -> None:
    results = await acting.slash(town.moderator, town.lobby, "checkins results", circle="1")
    assert embed(results).description == "No check-in has closed here yet."


async def test_nobody_is_given_a_seat_without_the_role(town: Town, arriving: simcord.ChannelHandle) -> None:
    assert sentence(await town.join(town.members[8])) == ARRIVING
    assert await seated(town) == 8
    await town.see_again()
    assert embed(await town.join(town.members[8])).title == "You are in"


async def test_nobody_loses_the_seat_and_keeps_the_role(town: Town, arriving: simcord.ChannelHandle) -> None:
    left = await acting.slash(town.members[0], town.lobby, "circle leave", circle="1")
    assert sentence(left) == ARRIVING
    assert await seated(town) == 8


async def test_nothing_is_made_or_kept_on_a_server_that_is_not_here(
    town: Town, arriving: simcord.ChannelHandle
) -> None:
    made = len(town.said("POST", "/guilds/*"))
    started = await acting.slash(
        town.owner, town.lobby, "setup start", moderators=town.moderators, time_zone="Asia/Tokyo"
    )
    assert sentence(started) == ARRIVING
    assert sentence(await town.ask_for_circle(town.owner, name="Thursday")) == ARRIVING
    assert sentence(await acting.slash(town.owner, town.lobby, "setup status")) == ARRIVING
    assert len(town.said("POST", "/guilds/*")) == made
    assert await town.rows("SELECT time_zone FROM server") == [("Europe/Berlin",)]
    assert await town.rows("SELECT name FROM circle") == [("Tuesday",)]


async def test_what_a_crash_left_behind_waits_until_it_can_be_removed(
    town: Town, circle: simcord.ChannelHandle
) -> None:
    draft = circles.Draft(name="Half", purpose="", seats=8, agreement="None yet.")
    owner = town.person(town.owner, manages_server=True)
    half = await circles.begin(town.house.database, owner, draft)
    role = town.guild.create_role("Circle: Half")
    await circles.remember_places(town.house.database, half, role_id=role.id, channel_id=None)
    await town.restart()
    town.lose_sight()
    await town.let_run()
    assert "Circle: Half" in town.guild.roles
    await town.see_again()
    await town.let_run()
    assert "Circle: Half" not in town.guild.roles
    assert await town.rows("SELECT name FROM circle") == [("Tuesday",)]


async def test_what_is_due_is_posted_all_the_same(town: Town, arriving: simcord.ChannelHandle) -> None:
    await town.pass_time(days=7)
    assert arriving.history()[-1].embeds[0].title == "The check-in has closed"
