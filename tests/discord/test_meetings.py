"""Meetings on Discord: planned, said once, followed wherever somebody moves or cancels them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import discord
import simcord

from bot.client import NEEDED
from bot.demo import acting
from tests.discord import forgery
from tests.discord.conftest import EVENTS, Town, embed, last_embed, sentence, text_of
from tests.discord.meetings import LINK, TOPIC, calendar_of, events, plan, titles


async def test_a_meeting_is_announced_reminded_of_twice_also_across_restarts_and_then_forgotten(
    town: Town, planning: simcord.ChannelHandle
) -> None:
    made = await plan(town, planning)
    assert "The circle's channel is told" in text_of(embed(made))
    [event] = events(town)
    assert event.name == "Tuesday meets"
    assert LINK not in str(vars(event))
    assert TOPIC not in str(vars(event))
    again = await plan(town, planning)
    assert "is planned already" in sentence(again)
    for _ in range(2):
        await town.restart()
        await town.let_run()
    assert titles(planning).count("A meeting is planned") == 1
    assert LINK in text_of(last_embed(planning))
    await town.pass_time(days=2, hours=10)
    await town.restart()
    await town.let_run()
    assert titles(planning).count("A meeting within a day") == 1
    await town.pass_time(days=1)
    assert titles(planning).count("A meeting begins shortly") == 1
    await town.pass_time(hours=1)
    assert await town.rows("SELECT meeting_id FROM meeting") == []
    assert events(town) == []


async def test_a_series_goes_on_by_the_wall_clock_whatever_people_do_to_its_events(
    town: Town, planning: simcord.ChannelHandle
) -> None:
    await plan(town, planning, {"when": "2026-03-12 18:30"}, repeats=2)
    await town.let_run()
    member = town.members[0]
    announcement = planning.history()[-1]
    before = await calendar_of(member, announcement)
    [event] = events(town)

    # Somebody moves it, and calls it something else: that is followed, and told once.
    changes = {
        "name": "The long one",
        "scheduled_start_time": "2026-03-13T19:00:00+00:00",
        "scheduled_end_time": "2026-03-13T21:00:00+00:00",
    }
    town.env.backend.edit_scheduled_event(town.guild.id, event.id, changes)
    for _ in range(2):
        await town.let_run()
    assert titles(planning)[-2:] == ["A meeting is planned", "A meeting has moved"]
    assert LINK in text_of(last_embed(planning))
    elsewhere = {"entity_metadata": {"location": "By the lake"}}
    town.env.backend.edit_scheduled_event(town.guild.id, event.id, elsewhere)
    await town.let_run()
    assert "By the lake" in text_of(last_embed(planning))
    assert "120 minutes" in text_of(last_embed(planning))
    after = await calendar_of(member, announcement)
    assert [each["UID"] for each in after.events] == [before.events[0]["UID"]] * 2
    assert after.events[0]["SEQUENCE"] > before.events[0]["SEQUENCE"]
    assert after.events[1]["SUMMARY"] == "The long one"

    # Once it is over the next one has its event, at the usual wall time, though it was moved.
    await town.pass_time(days=12)
    [event] = events(town)
    assert event.name == "Tuesday meets"
    assert datetime.fromisoformat(event.scheduled_start_time) == datetime(2026, 3, 26, 17, 30, tzinfo=UTC)

    # Somebody deletes that one while the bot is away: it is told once, and the series goes on in summer time.
    town.env.backend.delete_scheduled_event(town.guild.id, event.id)
    await town.restart()
    for _ in range(2):
        await town.let_run()
    assert titles(planning).count("A meeting is cancelled") == 1
    [event] = events(town)
    assert datetime.fromisoformat(event.scheduled_start_time) == datetime(2026, 4, 9, 16, 30, tzinfo=UTC)

    # Ended in Discord before it began: that was its time, and nobody is told.
    town.env.backend.edit_scheduled_event(town.guild.id, event.id, {"status": 3})
    await town.let_run()
    assert titles(planning).count("A meeting is cancelled") == 1
    [event] = events(town)
    assert datetime.fromisoformat(event.scheduled_start_time) == datetime(2026, 4, 23, 16, 30, tzinfo=UTC)


async def test_a_meeting_is_cancelled_after_a_second_question_once_or_for_good(
    town: Town, planning: simcord.ChannelHandle
) -> None:
    await plan(town, planning, repeats=1)
    await town.let_run()
    chosen = await town.facilitator.autocomplete(planning, "meeting cancel", "meeting", "")
    assert [each["name"] for each in chosen] == ["Tuesday: Thu 5 March 2026 18:30, every week"]
    shown = acting.answer(await acting.slash(town.facilitator, planning, "meeting cancel", meeting="1"))
    await acting.press(town.facilitator, shown, "meeting:cancel:1:1:one")
    stale = await forgery.press(town.facilitator, planning, "meeting:cancel:1:1:all")
    assert "This meeting has changed" in sentence(stale)
    await town.let_run()
    assert "The next one" in text_of(last_embed(planning))
    [event] = events(town)
    assert event.scheduled_start_time.startswith("2026-03-12")

    shown = acting.answer(await acting.slash(town.owner, planning, "meeting cancel", meeting="1"))
    await acting.press(town.owner, shown, "meeting:cancel:1:2:all")
    town.env.inject_error("DELETE", "/guilds/*/scheduled-events/*", status=403)
    for _ in range(2):  # what Discord refuses is asked for once, and once more after a start
        await town.let_run()
    assert len(events(town)) == 1
    await town.restart()
    await town.let_run()
    assert events(town) == []
    assert "None of its series follows" in text_of(last_embed(planning))
    assert titles(planning).count("A meeting is cancelled") == 2
    gone = await calendar_of(town.members[0], planning.history()[-1])
    assert gone.events[0]["STATUS"] == "CANCELLED"
    assert "not planned any more" in sentence(
        await acting.slash(town.owner, planning, "meeting cancel", meeting="1")
    )
    await town.pass_time(days=12)
    assert await town.rows("SELECT meeting_id FROM meeting") == []
    stale = await acting.press(town.members[0], planning.history()[-1], "meeting:calendar:")
    assert "not planned any more" in sentence(stale)


async def test_only_who_belongs_reads_where_a_meeting_is(town: Town, planning: simcord.ChannelHandle) -> None:
    await plan(town, planning)
    for inside in (town.members[0], town.facilitator):
        shown = await acting.slash(inside, town.lobby, "meeting list")
        assert LINK in text_of(embed(shown))
        assert LINK.encode() in (await calendar_of(inside, acting.answer(shown))).to_ical()
        info = await acting.slash(inside, town.lobby, "circle info", circle="1")
        assert "Next meeting" in text_of(embed(info))
    for outside in (town.members[9], town.moderator):
        assert "None is planned" in text_of(embed(await acting.slash(outside, town.lobby, "meeting list")))
        named = await acting.slash(outside, town.lobby, "meeting list", circle="1")
        assert "You have no seat in Tuesday" in sentence(named)
        info = await acting.slash(outside, town.lobby, "circle info", circle="1")
        assert "Next meeting" not in text_of(embed(info))
    await town.let_run()
    seen = list(town.said("POST", "/guilds/*/scheduled-events"))
    assert not any(hint in str(seen) for hint in (LINK, TOPIC))


async def test_who_is_interested_in_an_event_is_thrown_away_unread(
    town: Town, planning: simcord.ChannelHandle
) -> None:
    await plan(town, planning)
    [event] = events(town)
    known: Any = {"id": town.members[1].id, "username": "x", "discriminator": "0", "avatar": None}
    user = town.bot._connection.create_user(known)
    town.bot._connection._users[user.id] = user  # else discord.py would not know whom it is told of
    for person in town.members[:3]:
        await person.subscribe_event(event.id)
    await town.members[0].unsubscribe_event(event.id)
    await town.pass_time(days=4)
    assert not any("users" in request.path for request in town.env.http_requests)
    guild = town.bot.get_guild(town.guild.id)
    assert guild is not None
    assert [each._users for each in guild.scheduled_events] == [{}]


async def test_a_circle_by_invitation_is_not_named_and_the_form_says_what_is_seen(
    town: Town, planning: simcord.ChannelHandle
) -> None:
    shown = acting.answer(await acting.slash(town.owner, planning, "circle edit"))
    form = await acting.press(town.owner, shown, "circle:describe:")
    described = {"name": "Tuesday", "purpose": "", "seats": "10", "access": "invite"}
    await plan(town, planning)
    await acting.fill(town.owner, form, described)
    for _ in range(2):
        await town.let_run()
    [event] = events(town)
    assert event.name == "A circle meets"
    town.env.backend.delete_scheduled_event(town.guild.id, event.id)
    await town.let_run()
    form = await acting.slash(town.facilitator, planning, "meeting plan")
    assert "Everybody on this server will see an event “A circle meets”" in str(form.modal)
    room = town.guild.create_voice_channel("room")
    form = await acting.slash(town.facilitator, planning, "meeting plan", voice_channel=room)
    assert f"Whoever can see <#{room.id}>" in str(form.modal)
    assert "place" not in [part.get("custom_id") for part in (form.modal or {})["components"]]
    await acting.fill(town.facilitator, form, {"when": "thu 18:30", "length": "60", "topic": TOPIC})
    [event] = events(town)
    assert (event.name, event.channel_id, event.entity_metadata) == ("A circle meets", room.id, None)
    await town.let_run()
    assert f"<#{room.id}>" in text_of(last_embed(planning))


async def test_what_does_not_fit_is_one_sentence_and_nothing_is_made(
    town: Town, planning: simcord.ChannelHandle
) -> None:
    for fields, said in (
        ({"when": "soon"}, "I could not read that day and time"),
        ({"when": "2026-03-01 18:30"}, "has passed already"),
        ({"when": "2027-12-01 18:30"}, "more than a year ahead"),
        ({"length": "0"}, "A meeting lasts 5 to 480 minutes"),
        ({"length": "x"}, "A meeting lasts 5 to 480 minutes"),
    ):
        assert said in sentence(await plan(town, planning, fields))
    room = town.guild.create_voice_channel("room")
    guild = town.bot.get_guild(town.guild.id)
    assert guild is not None
    role, there = discord.utils.get(guild.roles, name="Circle 1"), guild.get_channel(room.id)
    assert role is not None
    assert isinstance(there, discord.VoiceChannel)
    await there.set_permissions(role, view_channel=False)
    await town.env.settle()
    hidden = await acting.slash(town.facilitator, planning, "meeting plan", voice_channel=room)
    assert "cannot see and enter" in sentence(hidden)
    await there.set_permissions(guild.default_role, connect=False)
    await town.env.settle()
    shut = await acting.slash(town.facilitator, planning, "meeting plan", voice_channel=room)
    assert "I lack Connect" in sentence(shut)
    assert "Give it to my role" in sentence(await _without(town, planning, discord.Permissions.create_events))
    assert events(town) == []
    assert await town.rows("SELECT meeting_id FROM meeting") == []


async def _without(town: Town, channel: simcord.ChannelHandle, permission: Any) -> simcord.InteractionResult:
    town.permit(discord.Permissions((NEEDED | EVENTS).value & ~permission.flag))
    return await acting.slash(town.facilitator, channel, "meeting plan")


async def test_when_discord_says_no_nothing_is_left_half_done(
    town: Town, planning: simcord.ChannelHandle
) -> None:
    for status, said in (
        (403, "Discord did not let me"),
        (404, "Nothing was stored"),
        (400, "Nothing was stored"),
    ):
        town.env.inject_error("POST", "/guilds/*/scheduled-events", status=status)
        assert said in sentence(await plan(town, planning))
        assert await town.rows("SELECT meeting_id FROM meeting") == []
    await town.let_run()
    assert events(town) == []
    assert titles(planning).count("A meeting is planned") == 0
    # A crash between the event and its row leaves an event that belongs to nothing: it goes.
    town.guild.create_scheduled_event(
        "Tuesday meets",
        start_time="2026-03-05T17:30:00+00:00",
        entity_type=3,
        location="x",
        end_time="2026-03-05T18:30:00+00:00",
    )
    await town.restart()
    await town.let_run()
    assert events(town) == []


async def test_an_ended_circle_takes_its_meetings_along_and_a_lost_channel_lets_them_rest(
    town: Town, planning: simcord.ChannelHandle
) -> None:
    await plan(town, planning, repeats=1)
    await town.let_run()
    town.permit(NEEDED)
    status = text_of(embed(await acting.slash(town.owner, town.lobby, "setup status")))
    assert "for their events I lack Create Events" in status
    town.permit(NEEDED | EVENTS)
    town.env.backend.delete_channel(planning.id)
    await town.env.settle()
    await town.let_run()
    rests = await acting.slash(town.facilitator, town.lobby, "meeting plan", circle="1")
    assert "nothing is planned there" in sentence(rests)
    await town.pass_time(days=9)
    [(starts_at,)] = await town.rows("SELECT starts_at FROM meeting")
    assert datetime.fromtimestamp(starts_at, UTC) == datetime(2026, 3, 5, 17, 30, tzinfo=UTC)
    town.permit(NEEDED)
    status = await acting.slash(town.owner, town.lobby, "setup status")
    await acting.press(town.owner, acting.answer(status), "setup:mend")
    for _ in range(2):
        await town.let_run()
    assert events(town) == []
    status = await acting.slash(town.owner, town.lobby, "setup status")
    assert "A meeting of Tuesday has no event on Discord" in text_of(embed(status))
    town.permit(NEEDED | EVENTS)
    await town.let_run()
    [event] = events(town)
    assert event.scheduled_start_time.startswith("2026-03-12")
    shown = acting.answer(await acting.slash(town.owner, town.lobby, "circle archive", circle="1"))
    form = await acting.press(town.owner, shown, "circle:end:")
    await acting.fill(town.owner, form, {"channel": "keep", "name": "Tuesday"})
    await town.let_run()
    assert events(town) == []
    assert await town.rows("SELECT meeting_id FROM meeting") == []
