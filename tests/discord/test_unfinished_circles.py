"""A circle is made whole or not at all: Discord says no half-way, the disk fails, the program is killed."""

from __future__ import annotations

from collections.abc import Callable

import discord
import pytest
import simcord

from bot.demo import acting
from bot.services import circles
from tests.discord.conftest import Town, embed, sentence

FORBIDDEN = (
    "Discord did not let me do that: I lack a permission there. Please tell a moderator;"
    " `/setup status` says which."
)
ROLES, CHANNELS = "/guilds/*/roles", "/guilds/*/channels"


async def nothing_is_left(town: Town) -> bool:
    """Say whether neither the database nor the server has anything of a circle."""
    await town.env.settle()
    stored = await town.rows("SELECT (SELECT count(*) FROM circle) + (SELECT count(*) FROM agreement)")
    roles = [name for name in town.guild.roles if name.startswith("Circle")]
    channels = [
        name for name in town.guild.channels if name not in {"lobby", "Circles", "facilitators", "general"}
    ]
    return stored == [(0,)] and not roles and not channels


@pytest.mark.parametrize("path", [ROLES, CHANNELS])
async def test_what_was_made_is_undone_when_discord_forbids_a_step(town: Town, path: str) -> None:
    await town.set_up()
    town.env.inject_error("POST", path, status=403, code=50013)
    assert sentence(await town.ask_for_circle(town.owner)) == FORBIDDEN
    assert await nothing_is_left(town)


@pytest.mark.parametrize("path", [ROLES, CHANNELS])
async def test_what_was_made_is_undone_when_discord_is_in_trouble(town: Town, path: str) -> None:
    await town.set_up()
    town.env.inject_error("POST", path, status=500)
    said = sentence(await town.ask_for_circle(town.owner))
    assert said.startswith("Something went wrong on my side. Nothing was stored.")
    assert await nothing_is_left(town)


async def test_the_same_name_can_be_used_right_after_a_failure(town: Town) -> None:
    await town.set_up()
    town.env.inject_error("POST", CHANNELS, status=500)
    await town.ask_for_circle(town.owner)
    assert embed(await town.ask_for_circle(town.owner)).title == "The circle is open"


async def test_a_failure_while_the_category_is_made_leaves_nothing(town: Town) -> None:
    await acting.slash(
        town.owner, town.lobby, "setup start", moderators=town.moderators, time_zone="Europe/Berlin"
    )
    town.env.inject_error("POST", CHANNELS, status=403, code=50013)
    assert sentence(await town.ask_for_circle(town.owner)) == FORBIDDEN
    assert await nothing_is_left(town)
    assert "Circles" not in town.guild.channels


@pytest.mark.parametrize("at_the", ["UPDATE OF role_id", "UPDATE OF state"])
async def test_what_was_made_is_undone_when_the_disk_fails_half_way(town: Town, at_the: str) -> None:
    await town.set_up()
    async with town.house.database.transaction() as tx:
        await tx.execute(f"CREATE TRIGGER no BEFORE {at_the} ON circle BEGIN SELECT RAISE(ABORT, 'no'); END")
    assert "Nothing was stored." in sentence(await town.ask_for_circle(town.owner))
    assert await nothing_is_left(town)


async def test_permissions_that_went_missing_are_named_before_anything_is_made(town: Town) -> None:
    await town.set_up()
    form = await acting.slash(town.owner, town.lobby, "circle create")
    town.permit(discord.Permissions(view_channel=True, send_messages=True))
    said = sentence(await acting.fill(town.owner, form, town.described()))
    assert said.startswith("I cannot do this yet: on this server I lack Manage Channels, Manage Roles.")
    assert await nothing_is_left(town)
    assert not town.said("POST", ROLES)


async def test_what_discord_does_not_let_us_remove_does_not_block_the_name(
    town: Town, written: Callable[[], str]
) -> None:
    await town.set_up()
    town.env.inject_error("POST", CHANNELS, status=403, code=50013)
    town.env.inject_error("DELETE", "/guilds/*/roles/*", status=403, code=50013)
    assert sentence(await town.ask_for_circle(town.owner)) == FORBIDDEN
    assert written().count("ERROR") == 1
    assert await town.rows("SELECT count(*) FROM circle") == [(0,)]
    assert embed(await town.ask_for_circle(town.owner)).title == "The circle is open"


async def test_what_could_not_be_undone_at_once_is_undone_at_the_next_tick(town: Town) -> None:
    await town.set_up()
    town.env.inject_error("POST", CHANNELS, status=500)
    town.env.inject_error("DELETE", "/guilds/*/roles/*", status=500)
    assert "What you sent is stored" in sentence(await town.ask_for_circle(town.owner))
    assert not await nothing_is_left(town)
    await town.let_run()
    assert await nothing_is_left(town)


async def test_a_circle_that_is_being_made_is_not_tidied_away(town: Town) -> None:
    await town.set_up()
    form = await acting.slash(town.owner, town.lobby, "circle create")
    during: list[object] = []

    async def tick(*_: object) -> None:
        await town.bot.run_due(town.env.now())
        during.append(await town.rows("SELECT state FROM circle"))

    town.bot.add_listener(tick, "on_guild_role_create")
    assert embed(await acting.fill(town.owner, form, town.described())).title == "The circle is open"
    assert during


# A crash half-way


async def begun(town: Town, *, with_role: bool, with_channel: bool) -> None:
    """Leave behind what a program leaves that is killed while it makes a circle."""
    draft = circles.Draft(name="Half", purpose="", seats=8, agreement="None yet.")
    circle = await circles.begin(town.house.database, town.person(town.owner, manages_server=True), draft)
    role = town.guild.create_role("Circle: Half") if with_role else None
    channel = town.guild.create_text_channel("half") if with_channel else None
    await circles.remember_places(
        town.house.database,
        circle,
        role_id=role.id if role else None,
        channel_id=channel.id if channel else None,
    )
    await town.env.settle()


@pytest.mark.parametrize(
    ("with_role", "with_channel"), [(False, False), (True, False), (False, True), (True, True)]
)
async def test_a_creation_cut_short_by_a_crash_is_tidied_up_at_the_next_start(
    town: Town, *, with_role: bool, with_channel: bool
) -> None:
    await town.set_up()
    await begun(town, with_role=with_role, with_channel=with_channel)
    await town.restart()
    await town.let_run()
    assert await nothing_is_left(town)


async def test_what_somebody_removed_by_hand_after_the_crash_does_not_matter(town: Town) -> None:
    await town.set_up()
    await begun(town, with_role=True, with_channel=True)
    town.env.backend.delete_channel(town.channel("half").id)
    town.env.inject_error("DELETE", "/guilds/*/roles/*", status=404, code=10011)
    await town.restart()
    await town.let_run()
    assert await town.rows("SELECT count(*) FROM circle") == [(0,)]


async def test_tidying_up_leaves_open_circles_alone(town: Town, circle: simcord.ChannelHandle) -> None:
    await begun(town, with_role=True, with_channel=True)
    await town.restart()
    await town.let_run()
    assert await town.rows("SELECT name FROM circle") == [("Tuesday",)]
    assert "Circle 1" in town.guild.roles
    assert town.channel("tuesday").id == circle.id


async def test_circles_of_a_server_that_the_bot_was_thrown_out_of_wait(town: Town) -> None:
    await town.set_up()
    await begun(town, with_role=False, with_channel=False)
    town.env.backend.remove_guild(town.guild.id)
    await town.restart()
    await town.let_run()
    assert await town.rows("SELECT state FROM circle") == [("preparing",)]
