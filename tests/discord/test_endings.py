"""The end of a circle through Discord: said before, typed, carried through whatever happens."""

from __future__ import annotations

import pytest
import simcord
from simcord.backend.access import channel_accessible

from bot.demo import acting
from tests.discord import forgery
from tests.discord.conftest import Town, embed, last_embed, sentence, text_of

NOT_CONFIRMED = "That was not confirmed, so nothing has changed."


def reads(town: Town, person: simcord.MemberActor, channel: simcord.ChannelHandle) -> bool:
    """Say whether Discord lets somebody read a channel."""
    return channel_accessible(town.env.backend, channel.id, person.id, history=True)


async def begin(town: Town, person: simcord.MemberActor | None = None) -> simcord.InteractionResult:
    """Let somebody read what would happen, and open the form."""
    by = person or town.facilitator
    plan = acting.answer(await acting.slash(by, town.lobby, "circle archive", circle="1"))
    return await acting.press(by, plan, "circle:end:")


async def end(town: Town, channel: str, name: str = "Tuesday") -> simcord.InteractionResult:
    """Let the facilitator end the circle."""
    return await acting.fill(town.facilitator, await begin(town), {"channel": channel, "name": name})


async def test_what_stays_and_what_goes_is_said_before_anything_happens(
    town: Town, circle: simcord.ChannelHandle
) -> None:
    await acting.slash(town.facilitator, circle, "checkins open")
    plan = text_of(embed(await acting.slash(town.facilitator, circle, "circle archive")))
    for said in ("Nothing has happened yet", "Who sits in it (8)", "A check-in is open", "discarded"):
        assert said in plan
    assert await town.rows("SELECT state FROM circle") == [("open",)]


async def test_a_channel_that_is_kept_can_be_read_and_not_written_in(
    town: Town, circle: simcord.ChannelHandle
) -> None:
    member = town.members[0]
    said = text_of(embed(await end(town, "keep")))
    assert "Tuesday has ended" in said
    assert "nobody can write in it any more" in said
    assert reads(town, member, circle)
    with pytest.raises(simcord.BackendError):
        await member.send(circle, "hello")
    with pytest.raises(simcord.BackendError):
        await town.facilitator.send(circle, "hello")
    assert not reads(town, town.members[11], circle)


async def test_the_bot_says_goodbye_and_whoever_likes_puts_the_role_down(
    town: Town, circle: simcord.ChannelHandle
) -> None:
    await end(town, "keep")
    await town.let_run()
    farewell = circle.last_message
    assert farewell is not None
    assert farewell.embeds[0].title == "This circle has ended"
    await town.restart()
    said = embed(await acting.press(town.members[0], farewell, "circle:out:"))
    assert said.description == "Done. The channel is off your list."
    assert not reads(town, town.members[0], circle)
    assert reads(town, town.members[1], circle)


async def test_a_channel_that_is_deleted_takes_its_role_along(
    town: Town, circle: simcord.ChannelHandle
) -> None:
    assert "The channel and the role are deleted." in text_of(embed(await end(town, "delete")))
    assert "tuesday" not in town.guild.channels
    assert "Circle 1" not in town.guild.roles
    assert await town.rows("SELECT state, role_id, channel_id FROM circle") == [("archived", None, None)]
    out = embed(await forgery.press(town.members[0], town.lobby, "circle:out:1"))
    assert out.description == "Done. The channel is off your list."


async def test_only_the_name_of_the_circle_ends_it(town: Town, circle: simcord.ChannelHandle) -> None:
    for name in ("Wednesday", "tues"):
        assert sentence(await end(town, "keep", name)) == NOT_CONFIRMED
    assert await town.rows("SELECT state FROM circle") == [("open",)]


async def test_a_check_in_that_opened_meanwhile_is_not_discarded_unsaid(
    town: Town, circle: simcord.ChannelHandle
) -> None:
    form = await begin(town)
    await acting.slash(town.facilitator, circle, "checkins open")
    said = sentence(await acting.fill(town.facilitator, form, {"channel": "keep", "name": "Tuesday"}))
    assert said.startswith("A check-in has opened or closed since")
    assert await town.rows("SELECT state FROM checkin_window") == [("open",)]


async def test_an_open_check_in_goes_with_the_circle_as_was_said(
    town: Town, circle: simcord.ChannelHandle
) -> None:
    await acting.slash(town.facilitator, circle, "checkins open")
    asked = circle.last_message
    assert asked is not None
    await town.check_in(town.members[0], circle)
    assert "Discarded, unpublished." in text_of(embed(await end(town, "keep")))
    pressed = await acting.press(town.members[1], asked, "checkin:answer:")
    assert "has closed" in sentence(pressed)
    assert await town.rows("SELECT count(*) FROM ballot") == [(0,)]
    await town.pass_time(days=8)
    assert "Check-in results" not in text_of(last_embed(circle))


@pytest.mark.parametrize(
    ("channel", "method", "path"),
    [
        ("keep", "PATCH", "/channels/*"),
        ("delete", "DELETE", "/channels/*"),
        ("delete", "DELETE", "/guilds/*/roles/*"),
    ],
)
async def test_what_discord_could_not_do_now_is_done_later(
    town: Town, circle: simcord.ChannelHandle, channel: str, method: str, path: str
) -> None:
    town.env.inject_error(method, path, status=500, times=9)
    assert "as soon as Discord answers again" in text_of(embed(await end(town, channel)))
    await town.restart()
    await town.let_run()
    assert await town.rows("SELECT state = 'archived' FROM circle") == [(0,)]
    town.env.backend.faults.clear()
    await town.let_run()
    assert await town.rows("SELECT state = 'archived' FROM circle") == [(1,)]
    assert ("tuesday" in town.guild.channels) == (channel == "keep")


async def test_what_discord_forbids_is_left_to_people_and_said(
    town: Town, circle: simcord.ChannelHandle
) -> None:
    town.env.inject_error("DELETE", "/channels/*", status=403, code=50013)
    assert "please do that by hand" in text_of(embed(await end(town, "delete")))
    assert await town.rows("SELECT state FROM circle") == [("archived",)]


async def test_a_channel_and_a_role_that_are_gone_already_do_not_matter(
    town: Town, circle: simcord.ChannelHandle
) -> None:
    town.env.backend.delete_role(town.guild.id, town.guild.roles["Circle 1"].id)
    town.env.backend.delete_channel(circle.id)
    await town.env.settle()
    embed(await end(town, "delete"))
    assert await town.rows("SELECT state FROM circle") == [("archived",)]


async def test_a_member_ends_nothing(town: Town, circle: simcord.ChannelHandle) -> None:
    refused = "This is for the facilitators of Tuesday and the moderators of this server."
    member = town.members[0]
    assert sentence(await acting.slash(member, circle, "circle archive")) == refused
    fields = {"channel": "delete", "name": "Tuesday"}
    assert sentence(await forgery.submit(member, circle, "circle-end:1.0", fields)) == refused
    assert await town.rows("SELECT state FROM circle") == [("open",)]


async def test_the_results_of_a_circle_that_is_over_are_found_by_moderators(
    town: Town, circle: simcord.ChannelHandle
) -> None:
    await end(town, "keep")
    [over] = await town.moderator.autocomplete(town.lobby, "checkins results", "circle", "")
    assert over == {"name": "Tuesday (ended, 1)", "value": "1"}
    shown = embed(await acting.slash(town.moderator, town.lobby, "checkins results", circle="1"))
    assert shown.description == "No check-in has closed here yet."
