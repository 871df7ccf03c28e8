"""Opening hours on Discord: the channel rests and wakes, whatever comes between."""

from __future__ import annotations

from datetime import UTC, datetime

import discord
import simcord

from bot.demo import acting
from bot.services import hours
from tests.discord.conftest import Town, embed, last_embed, sentence, text_of

OFFICE = "daily 8:00-18:00"
SATURDAY_NOON = datetime(2026, 3, 28, 12, tzinfo=UTC)


async def choose(
    person: simcord.MemberActor, channel: simcord.ChannelHandle, **fields: str
) -> simcord.InteractionResult:
    form = await acting.slash(person, channel, "circle hours")
    return await acting.fill(person, form, fields)


def role_may_write(town: Town, channel: simcord.ChannelHandle) -> tuple[bool | None, bool | None]:
    """Return what the circle's role may do: write in the channel, and in its threads."""
    guild = town.bot.get_guild(town.guild.id)
    assert guild is not None
    there = guild.get_channel(channel.id)
    assert there is not None
    role = discord.utils.get(guild.roles, name="Circle 1")
    assert role is not None
    allowed = there.overwrites_for(role)
    return allowed.send_messages, allowed.send_messages_in_threads


def told(town: Town) -> int:
    """Return how often the facilitators have read that a channel does not follow its hours."""
    history = town.channel("facilitators").history()
    return sum(bool(said.embeds) and said.embeds[0].title == "Opening hours do not hold" for said in history)


async def test_a_circle_rests_outside_its_hours_across_a_change_of_clocks(
    town: Town, circle: simcord.ChannelHandle
) -> None:
    await town.pass_time(seconds=(SATURDAY_NOON - town.env.now()).total_seconds())
    await acting.slash(town.facilitator, circle, "checkins open", days=7)
    said = await choose(town.facilitator, circle, which="keeps", hours=OFFICE)
    assert "every day 08:00–18:00" in text_of(embed(said))
    assert role_may_write(town, circle) == (True, None)

    turns = [
        (datetime(2026, 3, 28, 17, tzinfo=UTC), "The circle rests"),
        (datetime(2026, 3, 29, 6, tzinfo=UTC), "The circle is open"),  # since this night it is summer time
        (datetime(2026, 3, 29, 16, tzinfo=UTC), "The circle rests"),
        (datetime(2026, 3, 30, 6, tzinfo=UTC), "The circle is open"),
    ]
    for moment, title in turns:
        assert await town.bot.next_due() == moment
        await town.pass_time(seconds=(moment - town.env.now()).total_seconds())
        assert last_embed(circle).title == title
        opens = title == "The circle is open"
        assert role_may_write(town, circle) == ((True, None) if opens else (False, False))
        if not opens:
            assert "/help-now" in (last_embed(circle).description or "")
            # Checking in goes on: that needs no permission to write.
            await town.check_in(town.members[0], circle)
        await town.restart()


async def test_what_the_owner_said_of_threads_holds_again_after_the_night(
    town: Town, circle: simcord.ChannelHandle
) -> None:
    guild = town.bot.get_guild(town.guild.id)
    assert guild is not None
    channel, role = guild.get_channel(circle.id), discord.utils.get(guild.roles, name="Circle 1")
    assert isinstance(channel, discord.TextChannel)
    assert role is not None
    await channel.set_permissions(role, view_channel=True, send_messages=True, send_messages_in_threads=False)
    await town.env.settle()
    await choose(town.facilitator, circle, which="keeps", hours=OFFICE)
    await town.pass_time(days=1)
    assert role_may_write(town, circle)[1] is False
    while not role_may_write(town, circle)[0]:
        await town.pass_time(hours=1)
    assert role_may_write(town, circle) == (True, False)


async def test_a_stop_between_the_database_and_discord_is_made_up_for(
    town: Town, circle: simcord.ChannelHandle
) -> None:
    await town.pass_time(hours=9)
    await choose(town.facilitator, circle, which="keeps", hours=OFFICE)
    await town.env.advance_time(10 * 3600)
    await hours.turn(town.house.database, at=town.env.now())  # and there it was stopped
    assert role_may_write(town, circle)[0] is True
    await town.restart()
    await town.let_run()
    assert role_may_write(town, circle)[0] is False


async def test_a_passing_failure_of_discord_is_tried_again(town: Town, circle: simcord.ChannelHandle) -> None:
    await town.pass_time(hours=9)
    await choose(town.facilitator, circle, which="keeps", hours=OFFICE)
    for _ in range(2):  # it is tried at the hour, and again where the time stops
        town.env.inject_error("PUT", "/channels/*/permissions/*", status=500)
    await town.pass_time(hours=9)
    assert role_may_write(town, circle)[0] is True
    await town.let_run()
    assert role_may_write(town, circle)[0] is False


async def test_long_trouble_of_discord_is_told_once_and_then_it_is_carried_through(
    town: Town, circle: simcord.ChannelHandle
) -> None:
    await town.pass_time(hours=9)
    await choose(town.facilitator, circle, which="keeps", hours=OFFICE)
    town.env.inject_error("PUT", "/channels/*/permissions/*", status=500, times=None)
    closes = await town.bot.next_due()
    assert closes is not None
    await town.pass_time(seconds=(closes - town.env.now()).total_seconds())
    assert told(town) == 0
    for _ in range(3):
        await town.pass_time(minutes=11)
    assert told(town) == 1
    town.env.backend.faults.clear()
    await town.let_run()
    assert role_may_write(town, circle)[0] is False
    assert told(town) == 1


async def test_at_a_start_a_channel_that_does_not_fit_its_hours_is_mended_and_nothing_else_changed(
    town: Town, circle: simcord.ChannelHandle
) -> None:
    await town.pass_time(hours=9)
    await choose(town.facilitator, circle, which="keeps", hours=OFFICE)
    await town.pass_time(hours=9)
    guild = town.bot.get_guild(town.guild.id)
    assert guild is not None
    channel, role = guild.get_channel(circle.id), discord.utils.get(guild.roles, name="Circle 1")
    assert isinstance(channel, discord.TextChannel)
    assert role is not None
    others = {target.id: allowed for target, allowed in channel.overwrites.items() if target != role}
    # As after a backup from before the closing was restored; and the owner has said something of their own.
    await channel.set_permissions(
        role, view_channel=True, read_message_history=True, send_messages=True, add_reactions=False
    )
    await town.restart()
    await town.let_run()
    assert role_may_write(town, circle)[0] is False
    guild = town.bot.get_guild(town.guild.id)
    assert guild is not None
    channel = guild.get_channel(circle.id)
    assert isinstance(channel, discord.TextChannel)
    assert channel.overwrites_for(role).add_reactions is False
    assert channel.overwrites_for(role).use_application_commands is None
    after = {target.id: allowed for target, allowed in channel.overwrites.items() if target.id != role.id}
    assert after == others


async def test_where_discord_forbids_it_the_facilitators_are_told(
    town: Town, circle: simcord.ChannelHandle
) -> None:
    await town.pass_time(hours=9)
    await choose(town.facilitator, circle, which="keeps", hours=OFFICE)
    town.env.inject_error("PUT", "/channels/*/permissions/*", status=403, code=50013)
    await town.pass_time(hours=10)
    assert role_may_write(town, circle)[0] is True
    assert told(town) == 1
    await town.restart()
    await town.let_run()  # it may again
    assert role_may_write(town, circle)[0] is False
    assert told(town) == 1


async def test_where_the_role_is_gone_the_facilitators_are_told_once_and_the_status_names_it(
    town: Town, circle: simcord.ChannelHandle
) -> None:
    await choose(town.facilitator, circle, which="keeps", hours=OFFICE)
    guild = town.bot.get_guild(town.guild.id)
    assert guild is not None
    role = discord.utils.get(guild.roles, name="Circle 1")
    assert role is not None
    await role.delete()
    await town.pass_time(days=3)
    assert told(town) == 1
    status = text_of(embed(await acting.slash(town.owner, town.lobby, "setup status")))
    assert "does not follow its hours" in status


async def test_always_open_has_to_be_chosen_and_is_labelled(
    town: Town, circle: simcord.ChannelHandle
) -> None:
    described = town.described() | {"name": "Evening"}
    form = await acting.slash(town.owner, town.lobby, "circle create")
    await acting.fill(town.owner, form, described)
    info = text_of(embed(await acting.slash(town.owner, town.lobby, "circle info", circle="2")))
    assert "every day 07:00–22:00" in info
    browsed = text_of(embed(await acting.slash(town.owner, town.lobby, "circle browse")))
    assert "every day 07:00–22:00" in browsed
    chosen = await choose(town.facilitator, circle, which="always", hours="")
    assert "always open" in text_of(embed(chosen))
    assert "2, 1 always open" in text_of(embed(await acting.slash(town.owner, town.lobby, "setup status")))
    assert "always open" in text_of(embed(await acting.slash(town.owner, town.lobby, "circle browse")))


async def test_hours_that_cannot_be_read_are_one_sentence(town: Town, circle: simcord.ChannelHandle) -> None:
    for typed, line in (("", 1), ("whenever", 1), ("sat 9-12\nmon 9-9", 2), ("x" * 600, 1)):
        said = await choose(town.facilitator, circle, which="keeps", hours=typed)
        assert f"I could not read line {line} of those hours" in sentence(said)
