"""Events on Discord and the meetings behind them: nothing is lost, told too late, or shown to too many."""

from __future__ import annotations

from datetime import UTC, datetime

import discord
import pytest
import simcord

from bot.demo import acting
from tests.discord.conftest import Town, embed, last_embed, sentence, text_of
from tests.discord.meetings import LINK, calendar_of, events, plan, titles


def guild_of(town: Town) -> discord.Guild:
    guild = town.bot.get_guild(town.guild.id)
    assert guild is not None
    return guild


def move(town: Town, event_id: int, starts: str, ends: str) -> None:
    """Let somebody move an event in Discord's own window."""
    changes = {"scheduled_start_time": starts, "scheduled_end_time": ends}
    town.env.backend.edit_scheduled_event(town.guild.id, event_id, changes)


async def status(town: Town) -> str:
    return text_of(embed(await acting.slash(town.owner, town.lobby, "setup status")))


async def describe(town: Town, channel: simcord.ChannelHandle, name: str, access: str) -> None:
    shown = acting.answer(await acting.slash(town.owner, channel, "circle edit"))
    form = await acting.press(town.owner, shown, "circle:describe:")
    await acting.fill(town.owner, form, {"name": name, "purpose": "", "seats": "10", "access": access})


async def test_a_meeting_that_was_moved_later_is_kept_also_when_the_bot_hears_of_it_after_its_old_time(
    town: Town, planning: simcord.ChannelHandle
) -> None:
    await plan(town, planning)
    await town.let_run()
    [event] = events(town)
    here = guild_of(town)
    here.unavailable = True  # as while the bot is away
    move(town, event.id, "2026-03-07T17:30:00+00:00", "2026-03-07T18:30:00+00:00")
    await town.env.advance_time((datetime(2026, 3, 6, 12, tzinfo=UTC) - town.env.now()).total_seconds())
    await town.let_run()
    here.unavailable = False
    await town.let_run()
    assert titles(planning)[-1] == "A meeting has moved"
    assert [each.id for each in events(town)] == [event.id]
    await town.pass_time(days=1, hours=5, minutes=20)
    assert titles(planning)[-2:] == ["A meeting within a day", "A meeting begins shortly"]


async def test_a_circle_that_becomes_one_by_invitation_is_hidden_also_under_a_new_name(
    town: Town, planning: simcord.ChannelHandle
) -> None:
    await plan(town, planning)
    await town.let_run()
    await describe(town, planning, "Circle", "invite")
    town.env.inject_error("PATCH", "/guilds/*/scheduled-events/*", status=403)
    await town.let_run()
    assert "An event names Circle" in await status(town)
    await town.pass_time(hours=2)  # it is asked for again after a while
    [event] = events(town)
    assert event.name == "A circle meets"
    assert "Nothing needs mending" in await status(town)
    before = len(town.said("PATCH", "/guilds/*/scheduled-events/*"))
    for _ in range(3):
        await town.let_run()
    assert len(town.said("PATCH", "/guilds/*/scheduled-events/*")) == before


async def test_one_moved_past_others_of_its_series_says_so_and_calendars_leave_them_out(
    town: Town, planning: simcord.ChannelHandle
) -> None:
    await plan(town, planning, repeats=1)
    await town.let_run()
    [event] = events(town)
    move(town, event.id, "2026-03-20T17:30:00+00:00", "2026-03-20T18:30:00+00:00")
    await town.let_run()
    assert "Until then none of its other meetings takes place." in text_of(last_embed(planning))
    calendar = await calendar_of(town.members[0], planning.history()[-1])
    left_out = [each.dt.date().isoformat() for part in calendar.events[0]["EXDATE"] for each in part.dts]
    assert left_out == ["2026-03-12", "2026-03-19"]
    await town.pass_time(days=19)
    [event] = events(town)
    assert event.scheduled_start_time.startswith("2026-03-26")


async def test_what_is_left_of_an_event_is_named_in_the_status(
    town: Town, planning: simcord.ChannelHandle
) -> None:
    room = town.guild.create_voice_channel("room")
    form = await acting.slash(town.facilitator, planning, "meeting plan", voice_channel=room)
    await acting.fill(town.facilitator, form, {"when": "thu 18:30", "length": "60", "topic": ""})
    await town.let_run()
    known = guild_of(town)
    [event] = known.scheduled_events
    del known._channels[room.id]  # Discord leaves its event standing
    assert "The voice channel of a meeting of Tuesday is gone" in await status(town)
    town.env.inject_error("DELETE", "/guilds/*/scheduled-events/*", status=403)
    shown = acting.answer(await acting.slash(town.facilitator, planning, "meeting cancel", meeting="1"))
    await acting.press(town.facilitator, shown, "meeting:cancel:1:1:one")
    await town.let_run()
    assert f"The event “{event.name}” is left" in await status(town)


async def test_when_the_rest_of_a_series_is_cancelled_the_meeting_that_has_begun_goes_on(
    town: Town, planning: simcord.ChannelHandle
) -> None:
    await plan(town, planning, repeats=1)
    await town.let_run()
    await town.pass_time(days=3, hours=9, minutes=45)
    shown = acting.answer(await acting.slash(town.facilitator, planning, "meeting cancel", meeting="1"))
    assert "That one has begun and goes on" in text_of(shown.embeds[0])
    assert acting.find_button(shown, "meeting:cancel:1:1:one") is None
    await acting.press(town.facilitator, shown, "meeting:cancel:1:1:all")
    await town.let_run()
    assert titles(planning)[-1] == "Further meetings are cancelled"
    once = await plan(town, planning, {"when": "2026-03-12 18:30"})
    assert "The circle's channel is told now" in text_of(embed(once))
    await town.pass_time(days=7)
    begun = await acting.slash(town.facilitator, planning, "meeting cancel", meeting="2")
    assert "has begun" in sentence(begun)


@pytest.mark.parametrize("when", ["0001-01-01 00:00", "9999-12-31 23:59", "2026-02-30 10:00"])
async def test_a_day_that_no_calendar_has_is_one_sentence(
    town: Town, planning: simcord.ChannelHandle, when: str
) -> None:
    refused = sentence(await plan(town, planning, {"when": when}))
    assert refused.startswith(("I could not read that day and time", "That ", "That time"))
    assert "Something went wrong" not in refused


async def test_a_link_is_shown_as_it_was_typed(town: Town, planning: simcord.ChannelHandle) -> None:
    for number, typed in enumerate(("zoom.us/j/a_b*c", LINK)):
        await plan(town, planning, {"place": typed, "when": f"2026-03-0{5 + number} 18:30"})
        await town.let_run()
        assert typed in text_of(last_embed(planning))


async def test_at_a_start_nothing_is_said_before_it_is_known_what_people_did_meanwhile(
    town: Town, planning: simcord.ChannelHandle
) -> None:
    await plan(town, planning)
    await town.let_run()
    [event] = events(town)
    town.env.backend.delete_scheduled_event(town.guild.id, event.id)
    guild = guild_of(town)
    guild.unavailable = True  # still arriving
    await town.env.advance_time((datetime(2026, 3, 5, 17, 20, tzinfo=UTC) - town.env.now()).total_seconds())
    await town.let_run()
    guild.unavailable = False
    await town.let_run()
    assert titles(planning)[-2:] == ["A meeting is planned", "A meeting is cancelled"]
