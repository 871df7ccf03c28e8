"""Three circles of four that check in together, as everybody in them sees it."""

from __future__ import annotations

import discord
import simcord

from bot.demo import acting
from tests.discord import forgery
from tests.discord.conftest import Town, embed, last_embed, sentence, text_of

NAMES = ("Monday", "Tuesday", "Friday")
FORM = {"continuum": "injured", "energy": "2", "load": "4", "connection": "3"}


async def set_up(town: Town) -> None:
    """Set a server up on which circles may share."""
    await town.set_up()
    page = acting.answer(await acting.slash(town.owner, town.lobby, "setup features"))
    await acting.press(town.owner, page, "setup:feature:shared-checkins:on")


async def three_circles(town: Town) -> list[simcord.ChannelHandle]:
    """Open three circles of four, of which the facilitator holds the first and the moderator the others."""
    await set_up(town)
    channels: list[simcord.ChannelHandle] = []
    for number, name in enumerate(NAMES):
        holder = town.moderator if number else town.facilitator
        made = await town.ask_for_circle(town.owner, name=name, seats="4", holder=[holder])
        said = text_of(embed(made))
        assert "never sees one of its own" in said
        assert "three with 4 seats each see a result in about 99 %" in said
        channels.append(town.channel(name.lower()))
        for person in town.members[4 * number : 4 * number + 4]:
            await town.join(person, name)
    return channels


async def all_answer(
    town: Town, channels: list[simcord.ChannelHandle], people: list[int]
) -> list[discord.Embed]:
    """Let these people press the button in their own circle's channel, and return their receipts."""
    receipts: list[discord.Embed] = []
    for number in people:
        person, announced = town.members[number], channels[number // 4].last_message
        assert announced is not None
        form = await acting.press(person, announced, "checkin:answer:")
        receipts.append(embed(await acting.fill(person, form, FORM)))
    return receipts


async def test_three_circles_of_four_answer_together_and_read_one_result(town: Town) -> None:
    channels = await three_circles(town)
    facilitators = town.channel("facilitators")

    # One of them proposes it; whoever holds the others reads that in the facilitators' channel, and agrees.
    chosen = {"with_circle": "2", "and_circle": "3"}
    shown = embed(await acting.slash(town.facilitator, channels[0], "checkins share", **chosen))
    assert "Still to agree: **Friday** and **Tuesday**." in text_of(shown)
    await town.let_run()
    asked = facilitators.last_message
    assert asked is not None
    assert "Shall we check in together?" in text_of(asked.embeds[0])
    stranger = await forgery.press(town.members[0], channels[0], "share:agree:1")
    assert sentence(stranger).startswith("This is for the facilitators of")
    await acting.press(town.moderator, asked, "share:agree:1")
    await town.let_run()
    assert "check in together from the next check-in on" in text_of(last_embed(facilitators))

    # It is announced everywhere, and says with how many others it is shared before anybody answers.
    opened = embed(await acting.slash(town.facilitator, channels[0], "checkins open"))
    assert "**Monday** and two other circles" in text_of(opened)
    for channel in channels:
        announced = text_of(last_embed(channel))
        assert "for your circle and two other circles is open" in announced
        assert "Peers and facilitators of all 3 circles" in announced
        assert not any(name in announced for name in NAMES)
    refused = await acting.slash(town.moderator, channels[2], "checkins open")
    assert sentence(refused).startswith("In one of the circles that check in together")
    receipts = await all_answer(town, channels, [0, 1, 2, 4, 5, 8, 9, 10])
    assert all("your circle and two other circles, which ask until" in text_of(each) for each in receipts)
    typed = await acting.slash(town.members[6], channels[1], "checkin")
    assert "Tuesday and two other circles" in str(typed.modal)

    await town.pass_time(days=8)
    results = [text_of(last_embed(channel)) for channel in channels]
    assert results[0] == results[1] == results[2]
    assert "8–12 answers" in results[0]
    assert "**Where people are**: mostly injured or ill" in results[0]
    past = embed(await acting.slash(town.moderator, channels[1], "checkins results"))
    assert "8–12 answers · with two other circles" in text_of(past)

    # Two answers only: not enough, in each of them.
    await acting.slash(town.moderator, channels[1], "checkins open")
    await all_answer(town, channels, [0, 11])
    await town.pass_time(days=8)
    for channel in channels:
        assert "Not enough answers to show safely." in text_of(last_embed(channel))

    # One of the channels is deleted while a check-in is open, and one circle steps out: the others go on.
    await acting.slash(town.moderator, channels[1], "checkins open")
    await all_answer(town, channels, [0, 1, 2, 5, 6, 8])
    state = acting.answer(await acting.slash(town.facilitator, channels[0], "checkins share"))
    await acting.press(town.facilitator, state, "circle:by-itself:1")
    town.env.backend.delete_channel(channels[2].id)
    await town.pass_time(days=8)
    for channel in channels[:2]:
        assert "5–7 answers" in text_of(last_embed(channel))
    told = "\n".join(text_of(post.embeds[0]) for post in facilitators.history() if post.embeds)
    assert "**Monday** no longer checks in together" in told


async def test_who_holds_both_circles_brings_them_together_and_apart_again(town: Town) -> None:
    await set_up(town)
    await town.create_circle("Monday", seats=4)
    other = await town.create_circle("Friday", seats=4)
    shown = acting.answer(await acting.slash(town.facilitator, other, "checkins share", with_circle="1"))
    assert "Together with **Monday**" in text_of(shown.embeds[0])
    again = await acting.press(town.facilitator, shown, "circle:by-itself:2")
    assert "checks in by itself from its next check-in on" in text_of(embed(again))
