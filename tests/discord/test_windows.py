"""Windows: opened by hand or by a schedule, cancelled, closed by themselves, and what is then published."""

from __future__ import annotations

from datetime import UTC, datetime

import discord
import pytest
import simcord

from bot.demo import acting
from bot.services import windows
from tests.discord.conftest import Town, embed, last_embed, sentence, text_of

PICTURE = "check-ins.png"


def posts(channel: simcord.ChannelHandle) -> list[str]:
    """Return the titles of what the bot has posted, oldest first."""
    return [
        post.embeds[0].title or "" for post in channel.history() if post.embeds and not post.flags.ephemeral
    ]


async def check_all_in(town: Town, channel: simcord.ChannelHandle, people: int) -> None:
    for person in town.members[:people]:
        embed(await town.check_in(person, channel))


async def schedule(
    town: Town, channel: simcord.ChannelHandle, **options: object
) -> simcord.InteractionResult:
    chosen = {"weekday": 0, "at": "09:00"} | options
    return await acting.slash(town.facilitator, channel, "checkins schedule", **chosen)


# Opening


async def test_an_open_check_in_is_announced_with_its_button(
    town: Town, circle: simcord.ChannelHandle
) -> None:
    opened = embed(await acting.slash(town.facilitator, circle, "checkins open")).description or ""
    assert opened.endswith("and announced in its channel.")
    announced = circle.last_message
    assert announced is not None
    assert acting.find_button(announced, "checkin:answer:1") == "checkin:answer:1"
    words = text_of(announced.embeds[0])
    assert "it is fine not to" in words
    for who in ("Peers and facilitators", "Whoever runs this bot", "Discord"):
        assert who in words


@pytest.mark.parametrize("command", ["open", "cancel", "results"])
async def test_only_who_holds_the_circle_or_moderates_may(
    town: Town, circle: simcord.ChannelHandle, command: str
) -> None:
    refused = sentence(await acting.slash(town.members[0], circle, f"checkins {command}"))
    assert refused == "This is for the facilitators of Tuesday and the moderators of this server."
    whole = sentence(await acting.slash(town.facilitator, circle, f"checkins {command}", whole_server=True))
    assert whole == "This is for the moderators of this server."


async def test_a_member_may_not_schedule(town: Town, circle: simcord.ChannelHandle) -> None:
    refused = await acting.slash(town.members[0], circle, "checkins schedule", weekday=0, at="09:00")
    assert sentence(refused).startswith("This is for the facilitators of Tuesday")


async def test_outside_a_circles_channel_the_circle_has_to_be_named(
    town: Town, circle: simcord.ChannelHandle
) -> None:
    refused = await acting.slash(town.moderator, town.lobby, "checkins open")
    assert sentence(refused).startswith("Which circle do you mean?")
    opened = await acting.slash(town.moderator, town.lobby, "checkins open", circle="1")
    assert "**Tuesday**" in (embed(opened).description or "")
    assert posts(circle) == ["How are you?"]


async def test_circles_are_suggested_to_those_who_may_use_the_command_on_them(
    town: Town, circle: simcord.ChannelHandle
) -> None:
    everyone = [town.members[0], town.facilitator, town.moderator]
    held = [await who.autocomplete(town.lobby, "checkins open", "circle", "tue") for who in everyone]
    assert held == [[], [{"name": "Tuesday", "value": "1"}], [{"name": "Tuesday", "value": "1"}]]
    assert await town.moderator.autocomplete(town.lobby, "checkins open", "circle", "wed") == []


async def test_a_second_check_in_waits_until_the_first_has_closed(
    town: Town, circle: simcord.ChannelHandle
) -> None:
    await acting.slash(town.facilitator, circle, "checkins open")
    refused = await acting.slash(town.facilitator, circle, "checkins open")
    assert sentence(refused).startswith("A check-in is open here already.")
    assert posts(circle) == ["How are you?"]


async def test_a_window_that_another_process_opened_is_found_all_the_same(
    town: Town, circle: simcord.ChannelHandle
) -> None:
    await windows.open_window(
        town.house.database,
        town.house.window_keys,
        town.person(town.owner, manages_server=True),
        circle_id=1,
        whole_server=False,
        channel_id=circle.id,
        days=7,
        minimum=5,
        at=town.env.now(),
    )
    assert embed(await town.check_in(town.members[0], circle)).title == "Noted"


# Closing


async def test_eight_answers_and_a_week_later_the_circle_reads_a_band(
    town: Town, circle: simcord.ChannelHandle
) -> None:
    await acting.slash(town.facilitator, circle, "checkins open")
    await check_all_in(town, circle, 8)
    await town.pass_time(days=7)
    released = circle.last_message
    assert released is not None
    words = text_of(released.embeds[0])
    assert "The check-in has closed\nFor **Tuesday**. 8–12 answers." in words
    for said in ("Where people are**: mixed", "Energy**: mostly low", "Load**: mostly heavy"):
        assert said in words
    assert " 8 " not in words
    [picture] = released.attachments
    assert picture.filename == PICTURE
    assert picture.description is not None
    assert "Energy: mostly low; Load: mostly heavy; Connection: mixed." in picture.description
    assert released.embeds[0].image.url is not None

    for holder in (town.facilitator, town.moderator):
        results = await acting.slash(holder, town.lobby, "checkins results", circle="1")
        [row] = embed(results).fields
        assert row.name == "8 Jan · 8–12 answers"
        assert row.value == (
            "Where people are: mixed; Energy: mostly low; Load: mostly heavy; Connection: mixed."
        )
        [shown] = acting.answer(results).attachments
        assert shown.description is not None
        assert "8 Jan" in shown.description


async def test_of_six_answers_the_circle_reads_only_whether_most_are_injured_or_ill(
    town: Town, circle: simcord.ChannelHandle
) -> None:
    await acting.slash(town.facilitator, circle, "checkins open")
    await check_all_in(town, circle, 6)
    await town.pass_time(days=7)
    released = circle.last_message
    assert released is not None
    words = text_of(released.embeds[0])
    assert "5–7 answers." in words
    assert "**Where people are**: not mostly injured or ill\n**Energy**: mostly low" in words
    [picture] = released.attachments
    assert "Where people are: not mostly injured or ill; Energy" in (picture.description or "")


@pytest.mark.parametrize("answers", [0, 4])
async def test_too_few_answers_publish_one_sentence_and_no_number(
    town: Town, circle: simcord.ChannelHandle, answers: int
) -> None:
    await acting.slash(town.facilitator, circle, "checkins open")
    await check_all_in(town, circle, answers)
    await town.pass_time(days=7)
    released = circle.last_message
    assert released is not None
    assert text_of(released.embeds[0]).strip() == (
        "The check-in has closed\nNot enough answers to show safely. Nothing of this check-in is kept."
    )
    assert released.attachments == []
    [row] = embed(await acting.slash(town.facilitator, circle, "checkins results")).fields
    assert (row.name, row.value) == ("8 Jan", "Not enough answers to show safely.")
    assert await town.rows("SELECT count(*) FROM ballot") == [(0,)]


async def test_where_a_facilitator_has_a_seat_five_answers_are_too_few(
    town: Town, circle: simcord.ChannelHandle
) -> None:
    await town.join(town.facilitator)
    await acting.slash(town.facilitator, circle, "checkins open")
    await check_all_in(town, circle, 5)
    await town.pass_time(days=7)
    assert "Not enough answers" in text_of(last_embed(circle))


async def test_a_close_that_fell_into_a_pause_is_made_up_for_at_the_next_start(
    town: Town, circle: simcord.ChannelHandle
) -> None:
    await acting.slash(town.facilitator, circle, "checkins open")
    await town.env.advance_time(20 * 24 * 3600)
    await town.restart()
    await town.let_run()
    await town.let_run()
    assert posts(circle) == ["How are you?", "The check-in has closed"]


async def test_before_any_close_there_is_nothing_to_show(town: Town, circle: simcord.ChannelHandle) -> None:
    for options in ({}, {"whole_server": True}):
        shown = embed(
            await acting.slash(town.moderator, town.lobby, "checkins results", circle="1", **options)
        )
        assert shown.description == "No check-in has closed here yet."


# Cancelling


async def test_a_cancelled_check_in_forgets_its_answers_and_is_never_shown(
    town: Town, circle: simcord.ChannelHandle
) -> None:
    await acting.slash(town.facilitator, circle, "checkins open")
    await check_all_in(town, circle, 6)
    said = embed(await acting.slash(town.facilitator, circle, "checkins cancel")).description or ""
    assert said.endswith("Its answers are deleted, and nothing will be shown.")
    assert await town.rows("SELECT count(*) FROM ballot") == [(0,)]
    assert town.house.window_keys.read(1) is None
    refused = await acting.slash(town.members[0], circle, "checkin")
    assert sentence(refused) == "No check-in is open for you right now."
    await town.pass_time(days=8)
    assert posts(circle) == ["How are you?"]
    assert embed(await acting.slash(town.facilitator, circle, "checkins results")).fields == []


async def test_where_nothing_is_open_there_is_nothing_to_cancel(
    town: Town, circle: simcord.ChannelHandle
) -> None:
    for what in ("window", "schedule"):
        refused = await acting.slash(town.facilitator, circle, "checkins cancel", what=what)
        assert sentence(refused) == "There is nothing here to cancel."


# By a schedule


async def test_a_schedule_opens_by_itself_every_week_and_announces_it(
    town: Town, circle: simcord.ChannelHandle
) -> None:
    said = embed(await schedule(town, circle)).description or ""
    first = datetime(2026, 1, 5, 8, tzinfo=UTC)
    assert said == (
        "A check-in for **Tuesday** opens every week on Monday at 09:00 (Europe/Berlin) and stays open for"
        f" 7 days. The first: {discord.utils.format_dt(first, 'f')}."
    )
    await town.pass_time(days=4, hours=7)
    assert posts(circle) == []
    await town.pass_time(hours=2)
    assert posts(circle) == ["How are you?"]
    await town.pass_time(days=14)
    assert posts(circle) == ["How are you?", "The check-in has closed"] * 2 + ["How are you?"]


async def test_a_schedule_of_the_whole_server_speaks_where_it_was_made(
    town: Town, circle: simcord.ChannelHandle
) -> None:
    made = await acting.slash(
        town.moderator, town.lobby, "checkins schedule", weekday=3, at="18:30", every=2, whole_server=True
    )
    assert "for the whole server opens every two weeks on Thursday" in (embed(made).description or "")
    await town.pass_time(days=21)
    assert posts(town.lobby) == ["How are you?", "The check-in has closed", "How are you?"]
    assert posts(circle) == []


async def test_a_schedule_goes_on_after_a_restart_and_never_announces_twice(
    town: Town, circle: simcord.ChannelHandle
) -> None:
    await schedule(town, circle)
    await town.pass_time(days=4, hours=9)
    for _ in range(2):
        await town.restart()
        await town.let_run()
    assert posts(circle) == ["How are you?"]


async def test_a_schedule_that_was_ended_opens_nothing_more(
    town: Town, circle: simcord.ChannelHandle
) -> None:
    await schedule(town, circle)
    ended = await acting.slash(town.facilitator, circle, "checkins cancel", what="schedule")
    assert embed(ended).description == "No more check-ins open by themselves for **Tuesday**."
    await town.pass_time(days=8)
    assert posts(circle) == []


async def test_a_schedule_that_cannot_be_is_refused_in_words(
    town: Town, circle: simcord.ChannelHandle
) -> None:
    cases: list[tuple[dict[str, object], str]] = [
        ({"at": "nine"}, "I could not read that time. Write it like 08:30."),
        ({"at": "25:00"}, "I could not read that time. Write it like 08:30."),
        (
            {"days": 8},
            "With a check-in every 1 week(s), one has to close before the next opens: choose fewer days.",
        ),
        ({"circle": "99"}, "There is no such circle here, or it is not open."),
        ({"circle": "Wednesday"}, "There is no such circle here, or it is not open."),
    ]
    for options, refusal in cases:
        assert sentence(await schedule(town, circle, **options)) == refusal, options


async def test_a_circle_has_one_schedule(town: Town, circle: simcord.ChannelHandle) -> None:
    await schedule(town, circle)
    refused = sentence(await schedule(town, circle, at="10:00"))
    assert refused == "There is a schedule here already. `/checkins cancel` ends it."


async def test_status_shows_when_the_next_check_in_opens(town: Town, circle: simcord.ChannelHandle) -> None:
    await schedule(town, circle)
    status = text_of(embed(await acting.slash(town.owner, town.lobby, "setup status")))
    assert f"Next check-ins\n{discord.utils.format_dt(datetime(2026, 1, 5, 8, tzinfo=UTC), 'f')}" in status
