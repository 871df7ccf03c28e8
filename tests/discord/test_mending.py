"""What the server's managers break by accident, `/setup status` names and its button mends."""

from __future__ import annotations

import discord
import simcord

from bot.demo import acting
from tests.discord import forgery
from tests.discord.conftest import Town, embed, sentence, text_of

NOTHING_WRONG = "Nothing needs mending."


def guild_of(town: Town) -> discord.Guild:
    guild = town.bot.get_guild(town.guild.id)
    assert guild is not None
    return guild


def circle_role(town: Town) -> discord.Role | None:
    return discord.utils.get(guild_of(town).roles, name="Circle 1")


async def status(town: Town) -> acting.Message:
    return acting.answer(await acting.slash(town.owner, town.lobby, "setup status"))


async def mend(town: Town) -> str:
    """Press the button, and return what is said then."""
    return text_of(embed(await acting.press(town.owner, await status(town), "setup:mend")))


def told(town: Town, title: str) -> int:
    """Return how often the facilitators read something of that title."""
    history = town.channel("facilitators").history()
    return sum(bool(message.embeds) and message.embeds[0].title == title for message in history)


async def test_a_role_deleted_by_accident_is_named_and_made_again_for_those_who_sit_there(
    town: Town, circle: simcord.ChannelHandle
) -> None:
    role = circle_role(town)
    assert role is not None
    await role.delete()
    await town.restart()
    assert "The role of Tuesday is gone" in (await status(town)).embeds[0].description
    said = await mend(town)
    assert "Tuesday has a role again; 8 who sit there have it." in said
    assert NOTHING_WRONG in said
    made = circle_role(town)
    assert made is not None
    assert made.id != role.id
    for number, person in enumerate(town.members):
        there = await guild_of(town).fetch_member(person.id)
        assert (made in there.roles) is (number < 8)
    channel = guild_of(town).get_channel(circle.id)
    assert channel is not None
    assert channel.overwrites_for(made).view_channel is True
    # Pressing it again makes nothing twice.
    said = text_of(embed(await forgery.press(town.owner, town.lobby, "setup:mend")))
    assert "There was nothing that I could mend." in said
    assert sum(each.name == "Circle 1" for each in guild_of(town).roles) == 1


async def test_a_circle_without_its_channel_rests_is_told_once_and_goes_on_in_a_new_one(
    town: Town, circle: simcord.ChannelHandle
) -> None:
    await acting.slash(town.facilitator, circle, "prompts schedule", days="daily", at="12:30")
    await acting.slash(town.facilitator, circle, "checkins schedule", weekday=0, at="09:00")
    town.env.backend.delete_channel(circle.id)
    await town.env.settle()
    await town.let_run()
    await town.restart()
    await town.pass_time(days=8)
    assert told(town, "A circle has lost its channel") == 1
    assert await town.rows("SELECT count(*) FROM checkin_window") == [(0,)]
    assert await town.rows("SELECT count(*) FROM post WHERE kind = 'practice'") == [(0,)]
    shown = await status(town)
    assert "The channel of Tuesday is gone, and the circle rests." in shown.embeds[0].description

    assert "Tuesday meets in" in await mend(town)
    await town.pass_time(days=8)
    again = town.channel("tuesday")
    assert again.id != circle.id
    assert any(message.embeds for message in again.history())
    assert await town.rows("SELECT count(*) FROM checkin_window WHERE state = 'open'") == [(1,)]
    for person in (town.members[0], town.facilitator):
        again.history(viewer=person)  # raises where somebody may not read it
    assert NOTHING_WRONG in ((await status(town)).embeds[0].description or "")


async def test_a_facilitators_channel_that_is_gone_is_made_again_with_those_who_hold_a_circle(
    town: Town, circle: simcord.ChannelHandle
) -> None:
    town.env.backend.delete_channel(town.channel("facilitators").id)
    await town.env.settle()
    assert "The facilitators' channel is there again" in await mend(town)
    for person in (town.facilitator, town.moderator):
        town.channel("facilitators").history(viewer=person)


async def test_when_another_role_moderates_it_reads_the_facilitators_channel(
    town: Town, circle: simcord.ChannelHandle
) -> None:
    others = town.guild.create_role("Leads")
    await acting.slash(town.owner, town.lobby, "setup start", moderators=others, time_zone="Europe/Berlin")
    await town.let_run()
    channel = discord.utils.get(guild_of(town).text_channels, name="facilitators")
    assert channel is not None
    leads, moderators = guild_of(town).get_role(others.id), guild_of(town).get_role(town.moderators.id)
    assert leads is not None
    assert moderators is not None
    assert channel.overwrites_for(leads).view_channel is True
    assert moderators not in channel.overwrites


async def test_the_role_that_moderated_leaves_also_when_discord_failed_the_first_time(
    town: Town, circle: simcord.ChannelHandle
) -> None:
    others = town.guild.create_role("Leads")
    for attempt in range(2):
        if attempt == 0:
            town.env.inject_error("PATCH", "/channels/*", status=500)
        await acting.slash(town.owner, town.lobby, "setup start", moderators=others, time_zone="UTC")
        await town.let_run()
    assert town.env.errors
    channel = discord.utils.get(guild_of(town).text_channels, name="facilitators")
    assert channel is not None
    assert {each.name for each in channel.overwrites if isinstance(each, discord.Role)} == {
        "@everyone",
        "Leads",
    }


async def test_a_channel_that_is_open_to_everybody_or_closed_to_its_members_is_named_and_mended(
    town: Town, circle: simcord.ChannelHandle
) -> None:
    role, channel = circle_role(town), guild_of(town).get_channel(circle.id)
    held = discord.utils.get(guild_of(town).text_channels, name="facilitators")
    assert role is not None
    assert isinstance(channel, discord.TextChannel)
    assert held is not None
    await channel.set_permissions(role, overwrite=None)
    for each in (channel, held):
        await each.set_permissions(guild_of(town).default_role, add_reactions=False)
    await town.env.settle()
    shown = (await status(town)).embeds[0].description or ""
    assert f"The members of Tuesday cannot see <#{channel.id}>." in shown
    for each in (channel, held):
        assert f"<#{each.id}> is no longer hidden" in shown
    said = await mend(town)
    assert "The members of Tuesday see their channel again." in said
    for each in (channel, held):
        assert f"<#{each.id}> is hidden again" in said
    assert NOTHING_WRONG in said
    circle.history(viewer=town.members[0])  # raises where somebody may not read it
    everybody = guild_of(town).default_role
    for each in (channel.id, held.id):
        there = guild_of(town).get_channel(each)
        assert there is not None
        assert there.overwrites_for(everybody).view_channel is False
        assert there.overwrites_for(everybody).add_reactions is False  # what else was set there stays


async def test_only_moderators_and_managers_mend(town: Town, circle: simcord.ChannelHandle) -> None:
    role = circle_role(town)
    assert role is not None
    await role.delete()
    for person in (town.members[0], town.facilitator):
        refused = await forgery.press(person, town.lobby, "setup:mend")
        assert sentence(refused) == "This is for the moderators of this server."
    assert circle_role(town) is None
    assert "has a role again" in text_of(embed(await forgery.press(town.moderator, town.lobby, "setup:mend")))


async def test_what_discord_refuses_is_left_and_goes_on_being_named(
    town: Town, circle: simcord.ChannelHandle
) -> None:
    role = circle_role(town)
    assert role is not None
    await role.delete()
    for verb, path in (("POST", "/guilds/*/roles"), ("PUT", "/guilds/*/members/*/roles/*")):
        town.env.inject_error(verb, path, status=500)
        assert "The role of Tuesday is gone" in await mend(town)
        assert circle_role(town) is None
    assert "Tuesday has a role again; 8 who sit there have it." in await mend(town)
