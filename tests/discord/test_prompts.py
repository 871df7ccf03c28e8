"""Prompts: practices offered to a circle's channel at local times, once each."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from itertools import pairwise

import discord
import pytest
import simcord

from bot.client import NEEDED
from bot.demo import acting
from tests.discord.conftest import Town, embed, sentence, text_of

FACILITATORS_ONLY = "This is for the facilitators of Tuesday and the moderators of this server."
FIRST = datetime(2026, 1, 1, 7, 30, tzinfo=UTC)  # 08:30 in Berlin


async def schedule(
    town: Town, channel: simcord.ChannelHandle, **options: object
) -> simcord.InteractionResult:
    chosen = {"days": "weekdays", "at": "08:30"} | options
    return await acting.slash(town.facilitator, channel, "prompts schedule", **chosen)


async def use(
    town: Town, channel: simcord.ChannelHandle, command: str, **options: object
) -> simcord.InteractionResult:
    return await acting.slash(town.facilitator, channel, f"prompts {command}", **options)


def offered(channel: simcord.ChannelHandle) -> list[str]:
    """Return the titles of the practices that were posted, oldest first."""
    return [post.embeds[0].title or "" for post in channel.history() if not post.flags.ephemeral]


async def states(town: Town) -> list[str]:
    return [state for (state,) in await town.rows("SELECT state FROM post ORDER BY post_id")]


# Scheduling


async def test_a_prompt_is_confirmed_with_the_moment_of_its_first_practice(
    town: Town, circle: simcord.ChannelHandle
) -> None:
    said = embed(await schedule(town, circle, theme="stress", minutes=3)).description
    assert said == (
        "A practice on stress of at most 3 minutes is offered to **Tuesday** on weekdays at 08:30"
        f" (Europe/Berlin). The first: {discord.utils.format_dt(FIRST, 'f')}."
    )


async def test_a_daily_prompt_reads_like_a_sentence(town: Town, circle: simcord.ChannelHandle) -> None:
    said = embed(await schedule(town, circle, days="daily")).description or ""
    assert said.startswith("A practice is offered to **Tuesday** every day at 08:30 (Europe/Berlin).")


async def test_a_prompt_may_have_a_zone_of_its_own(town: Town, circle: simcord.ChannelHandle) -> None:
    said = embed(await schedule(town, circle, time_zone="Asia/Kathmandu")).description or ""
    assert "at 08:30 (Asia/Kathmandu)" in said
    assert discord.utils.format_dt(datetime(2026, 1, 1, 2, 45, tzinfo=UTC), "f") in said


async def test_what_cannot_be_scheduled_is_refused_in_words(
    town: Town, circle: simcord.ChannelHandle
) -> None:
    cases: list[tuple[dict[str, object], str]] = [
        ({"days": "someday"}, "I could not read those days. Try `weekdays`, `daily`, or `mon, wed, fri`."),
        ({"days": ""}, "I could not read those days. Try `weekdays`, `daily`, or `mon, wed, fri`."),
        ({"at": "8"}, "I could not read that time. Write it like 08:30."),
        ({"at": "8:30 pm"}, "I could not read that time. Write it like 08:30."),
        ({"at": "24:00"}, "I could not read that time. Write it like 08:30."),
        (
            {"time_zone": "Berlin"},
            "I do not know that time zone. Begin to type a city, such as Berlin, and choose from the list.",
        ),
        (
            {"theme": "substance-use", "minutes": 1},
            "I have no practice that fits this theme and length. Try a few more minutes, or any theme.",
        ),
        ({"circle": "99"}, "There is no such circle here, or it is not open."),
    ]
    for options, refusal in cases:
        assert sentence(await schedule(town, circle, **options)) == refusal, options
    assert await town.rows("SELECT count(*) FROM prompt_schedule") == [(0,)]


async def test_a_circle_has_at_most_fourteen_prompts(town: Town, circle: simcord.ChannelHandle) -> None:
    for hour in range(14):
        embed(await schedule(town, circle, at=f"{hour:02}:00"))
    refused = sentence(await schedule(town, circle, at="20:00"))
    assert refused == "A circle has at most 14 prompts. Remove one first."


async def test_prompts_are_steered_by_who_holds_the_circle_and_nobody_else(
    town: Town, circle: simcord.ChannelHandle
) -> None:
    await schedule(town, circle)
    member = town.members[0]
    for command, options in (
        ("schedule", {"days": "daily", "at": "08:30"}),
        ("pause", {"prompt": "1"}),
        ("remove", {"prompt": "1"}),
        ("try", {}),
    ):
        assert (
            sentence(await acting.slash(member, circle, f"prompts {command}", **options)) == FACILITATORS_ONLY
        )
    assert embed(await acting.slash(member, circle, "prompts list")).fields == []
    assert await member.autocomplete(circle, "prompts pause", "prompt", "") == []


async def test_the_prompts_of_another_server_are_not_to_be_found(
    town: Town, circle: simcord.ChannelHandle
) -> None:
    await schedule(town, circle)
    other = town.env.create_guild("Other", owner=town.owner.user)
    place = other.create_text_channel("place")
    owner = simcord.MemberActor(town.env, other, town.owner.user)
    await acting.slash(
        owner, place, "setup start", moderators=other.create_role("Mods"), time_zone="Europe/Paris"
    )
    for command in ("pause", "remove"):
        refused = await acting.slash(owner, place, f"prompts {command}", prompt="1")
        assert sentence(refused) == "There is no such prompt here. `/prompts list` shows them."


async def test_a_prompt_that_is_not_there_is_refused(town: Town, circle: simcord.ChannelHandle) -> None:
    for typed in ("0", "99", "Tuesday", "-1", "²", "9" * 40):
        refused = sentence(await use(town, circle, "pause", prompt=typed))
        assert refused == "There is no such prompt here. `/prompts list` shows them.", typed


# Listing, pausing, removing, trying


async def test_the_list_shows_each_prompt_and_when_it_comes_next(
    town: Town, circle: simcord.ChannelHandle
) -> None:
    assert "There are none yet." in text_of(embed(await use(town, circle, "list")))
    await schedule(town, circle, days="mon, wed", theme="low-mood")
    [row] = embed(await use(town, circle, "list")).fields
    assert row.name == "Tuesday: Monday, Wednesday 08:30, Low mood"
    monday = datetime(2026, 1, 5, 7, 30, tzinfo=UTC)
    assert row.value == f"next {discord.utils.format_dt(monday, 'f')}"
    [choice] = await town.facilitator.autocomplete(circle, "prompts pause", "prompt", "MONDAY")
    assert choice == {"name": row.name, "value": "1"}


async def test_very_many_prompts_fit_into_the_list_and_the_rest_is_counted(
    town: Town, circle: simcord.ChannelHandle
) -> None:
    async with town.house.database.transaction() as tx:
        for _ in range(40):
            await tx.execute(
                "INSERT INTO prompt_schedule"
                " (server_id, circle_id, days, local_time, time_zone, theme, paused, next_run_at)"
                " VALUES ($1, 1, '012356', '08:30', 'UTC', 'emotional-exhaustion', 0, 4000000000)",
                town.guild.id,
            )
    shown = embed(await use(town, circle, "list"))
    assert len(shown.fields) == 25
    assert shown.footer.text == "… and 15 more."


async def test_a_paused_prompt_offers_nothing_until_it_goes_on(
    town: Town, circle: simcord.ChannelHandle
) -> None:
    await schedule(town, circle, days="daily")
    paused = embed(await use(town, circle, "pause", prompt="1")).description
    assert paused == "Paused: Tuesday: every day 08:30. The same command lets it go on."
    await town.pass_time(days=2)
    assert offered(circle) == []
    going_on = embed(await use(town, circle, "pause", prompt="1")).description or ""
    assert going_on.startswith("It goes on: Tuesday: every day 08:30, next <t:")
    await town.pass_time(days=1)
    assert len(offered(circle)) == 1


async def test_a_removed_prompt_offers_nothing_more(town: Town, circle: simcord.ChannelHandle) -> None:
    await schedule(town, circle, days="daily")
    removed = embed(await use(town, circle, "remove", prompt="1")).description
    assert removed == "Removed: Tuesday: every day 08:30."
    await town.pass_time(days=2)
    assert offered(circle) == []


async def test_trying_shows_privately_what_would_come_next(town: Town, circle: simcord.ChannelHandle) -> None:
    await schedule(town, circle, days="daily", theme="sleep")
    tried = embed(await use(town, circle, "try", theme="sleep"))
    assert tried.fields[0].name == "Another way"
    assert tried.fields[1].name == "When to leave it"
    assert offered(circle) == []
    await town.pass_time(days=1)
    assert offered(circle) == [tried.title]


async def test_trying_what_does_not_exist_is_refused(town: Town, circle: simcord.ChannelHandle) -> None:
    too_short = await use(town, circle, "try", theme="substance-use", minutes=1)
    assert sentence(too_short).startswith("I have no practice")
    refused = sentence(await acting.slash(town.facilitator, town.lobby, "prompts try"))
    assert refused.startswith("Which circle do you mean?")


# Posting


async def test_a_practice_is_offered_at_its_local_time_and_not_before(
    town: Town, circle: simcord.ChannelHandle
) -> None:
    await schedule(town, circle, time_zone="America/New_York", days="thu")
    await town.pass_time(hours=13, minutes=29)
    assert offered(circle) == []
    await town.pass_time(minutes=1)
    assert len(offered(circle)) == 1
    assert await town.rows("SELECT due_at FROM post") == [
        (int(datetime(2026, 1, 1, 13, 30, tzinfo=UTC).timestamp()),)
    ]


async def test_the_same_practice_never_comes_twice_in_a_row(
    town: Town, circle: simcord.ChannelHandle
) -> None:
    await schedule(town, circle, days="daily", theme="sleep")
    await town.pass_time(days=12)
    titles = offered(circle)
    assert len(titles) == 12
    assert all(first != second for first, second in pairwise(titles))


async def test_every_post_carries_a_nonce_of_its_own_by_which_discord_knows_it_again(
    town: Town, circle: simcord.ChannelHandle
) -> None:
    await schedule(town, circle, days="daily")
    await acting.slash(town.facilitator, circle, "checkins open")
    await town.pass_time(days=8)
    sent = town.said("POST", "/channels/*/messages")
    nonces = [post["nonce"] for post in sent]
    assert len(sent) == 8 + 2
    assert len(set(nonces)) == len(nonces)
    assert all(len(nonce) <= 25 for nonce in nonces)
    assert all(post["enforce_nonce"] is True for post in sent)


async def test_a_restart_never_offers_the_same_again(town: Town, circle: simcord.ChannelHandle) -> None:
    await schedule(town, circle, days="daily")
    await town.pass_time(days=1)
    for _ in range(3):
        await town.restart()
        await town.let_run()
    assert len(offered(circle)) == 1


async def test_a_prompt_that_is_hours_late_is_skipped(town: Town, circle: simcord.ChannelHandle) -> None:
    await schedule(town, circle, days="daily")
    await town.env.advance_time(13 * 3600)
    await town.restart()
    await town.let_run()
    assert offered(circle) == []
    await town.pass_time(days=1)
    assert len(offered(circle)) == 1


@pytest.mark.parametrize(("status", "code"), [(403, 50001), (403, 50013), (404, 10003), (400, 50035)])
async def test_a_post_that_discord_refuses_is_not_tried_again_and_is_named_by_status(
    town: Town, circle: simcord.ChannelHandle, status: int, code: int
) -> None:
    await schedule(town, circle, days="daily")
    town.env.inject_error("POST", "/channels/*/messages", status=status, code=code)
    await town.pass_time(hours=8)
    for _ in range(3):
        await town.let_run()
    assert offered(circle) == []
    assert await states(town) == ["undeliverable"]
    said = embed(await acting.slash(town.owner, town.lobby, "setup status")).description or ""
    assert "1 post(s) of the last two weeks did not reach their channel." in said
    assert len(town.said("POST", "/channels/*/messages")) == 1


@pytest.mark.parametrize("status", [500, 503, 429])
async def test_trouble_that_passes_sends_the_post_once_at_a_later_tick(
    town: Town, circle: simcord.ChannelHandle, status: int
) -> None:
    await schedule(town, circle, days="daily")
    town.env.inject_error("POST", "/channels/*/messages", status=status, times=2)
    await town.pass_time(hours=7.5)
    assert offered(circle) == []
    for _ in range(3):
        await town.env.advance_time(20)
        await town.let_run()
    assert len(offered(circle)) == 1
    assert await states(town) == ["sent"]
    assert {post["nonce"] for post in town.said("POST", "/channels/*/messages")} == {"respite-1"}


async def test_a_deleted_channel_stops_nothing_else(
    town: Town, circle: simcord.ChannelHandle, written: Callable[[], str]
) -> None:
    second = await town.create_circle("Thursday")
    for channel in (circle, second):
        await schedule(town, channel, days="daily")
    town.env.backend.delete_channel(circle.id)
    await town.pass_time(days=1)
    assert len(offered(second)) == 1
    assert await town.rows("SELECT kind, state FROM post ORDER BY kind") == [
        ("channel-lost", "sent"),
        ("practice", "sent"),
    ]
    assert "ERROR" not in written()


async def test_a_channel_in_which_the_bot_may_not_speak_is_named_by_status(
    town: Town, circle: simcord.ChannelHandle
) -> None:
    await schedule(town, circle, days="daily")
    me = town.guild.me
    assert me is not None
    town.env.backend.delete_overwrite(circle.id, me.id)
    town.permit(discord.Permissions(NEEDED.value & ~discord.Permissions.send_messages.flag))
    await town.pass_time(days=1)
    assert await states(town) == ["undeliverable"]
    said = embed(await acting.slash(town.owner, town.lobby, "setup status")).description or ""
    assert "1 post(s)" in said
    assert f"I cannot see <#{circle.id}>" in said


async def test_a_post_that_was_interrupted_long_ago_is_not_said_twice(
    town: Town, circle: simcord.ChannelHandle
) -> None:
    await schedule(town, circle, days="daily")
    town.env.inject_error("POST", "/channels/*/messages", status=500)
    await town.pass_time(hours=8)
    await town.env.advance_time(5 * 60)
    await town.restart()
    await town.let_run()
    assert offered(circle) == []
    assert await states(town) == ["unconfirmed"]
    said = embed(await acting.slash(town.owner, town.lobby, "setup status")).description or ""
    assert "1 post(s)" in said
