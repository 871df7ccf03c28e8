"""Setting a server up: who may, what is created, and what `/setup status` finds wrong."""

from __future__ import annotations

import asyncio

import discord
import pytest
import simcord
from simcord.backend.models import Overwrite
from simcord.enums import OverwriteType

from bot.client import NEEDED
from bot.demo import acting
from tests.discord import forgery
from tests.discord.conftest import Town, embed, sentence, text_of

NOTHING_WRONG = "Nothing needs mending."


async def start(town: Town, person: simcord.MemberActor | None = None, **options: object) -> discord.Embed:
    """Let somebody type /setup start, and return the plan that they read."""
    return embed(await try_to_start(town, person, **options))


async def try_to_start(
    town: Town, person: simcord.MemberActor | None = None, **options: object
) -> simcord.InteractionResult:
    chosen = {"moderators": town.moderators, "time_zone": "Europe/Berlin"} | options
    return await acting.slash(person or town.owner, town.lobby, "setup start", **chosen)


def created_by(pressed: simcord.InteractionResult) -> bool:
    """Tell whether the page says after a press that the category is there."""
    return "The category “Circles” is there." in text_of(acting.answer(pressed).embeds[0])


async def problems(town: Town) -> str:
    """Return what /setup status says is wrong."""
    return embed(await acting.slash(town.owner, town.lobby, "setup status")).description or ""


def categories(town: Town) -> list[discord.CategoryChannel]:
    guild = town.bot.get_guild(town.guild.id)
    assert guild is not None
    return guild.categories


# Beginning


async def test_nothing_is_created_before_the_plan_is_agreed_to(town: Town) -> None:
    plan = await start(town)
    assert "one category" in text_of(plan)
    assert not categories(town)
    assert not town.said("POST", "/guilds/*")


async def test_the_plan_names_the_role_the_zone_and_what_will_be_made(town: Town) -> None:
    plan = text_of(await start(town))
    for part in (town.moderators.mention, "Europe/Berlin", "private channel", "I read no messages"):
        assert part in plan


async def test_the_category_is_hidden_from_everyone_but_the_bot(town: Town) -> None:
    await town.set_up()
    [category] = categories(town)
    me = town.guild.me
    assert me is not None
    assert not category.permissions_for(category.guild.default_role).view_channel
    assert category.permissions_for(me).view_channel
    assert set(category.overwrites) == {category.guild.default_role, me}


async def test_nothing_is_allowed_in_a_channel_that_only_an_administrator_could_allow(
    town: Town, circle: simcord.ChannelHandle
) -> None:
    # Discord refuses the whole channel where somebody else grants `manage_roles` in it.
    made = town.said("POST", "/guilds/*/channels")
    allowed = [int(each["allow"]) for channel in made for each in channel["permission_overwrites"]]
    assert len(made) == 3
    assert not any(value & discord.Permissions.manage_roles.flag for value in allowed)
    assert not any(value & ~NEEDED.value for value in allowed)


async def test_starting_a_second_time_keeps_the_category(town: Town) -> None:
    await town.set_up()
    plan = await try_to_start(town, time_zone="Pacific/Auckland")
    assert "The category “Circles” is there." in text_of(embed(plan))
    assert acting.find_button(acting.answer(plan), "setup:create") is None
    assert len(categories(town)) == 1
    assert await town.rows("SELECT time_zone FROM server") == [("Pacific/Auckland",)]


async def test_pressing_the_button_again_finds_the_category(town: Town) -> None:
    await start(town)
    for _ in range(2):
        assert created_by(await forgery.press(town.owner, town.lobby, "setup:create"))
    assert len(categories(town)) == 1


async def test_two_presses_at_the_same_moment_make_one_category(town: Town) -> None:
    await start(town)
    results = await asyncio.gather(*(forgery.press(town.owner, town.lobby, "setup:create") for _ in range(2)))
    assert all(created_by(result) for result in results)
    assert len(categories(town)) == 1


async def test_the_button_works_after_a_restart(town: Town) -> None:
    plan = acting.answer(await try_to_start(town))
    await town.restart()
    pressed = await acting.press(town.owner, plan, "setup:create")
    assert created_by(pressed)
    assert acting.find_button(acting.answer(pressed), "setup:create") is None  # done is done


async def test_a_category_that_was_deleted_is_made_again(town: Town) -> None:
    await town.set_up()
    town.env.backend.delete_channel(categories(town)[0].id)
    await town.env.settle()
    assert "one category" in text_of(await start(town))
    await acting.press(town.owner, acting.answer(await try_to_start(town)), "setup:create")
    assert len(categories(town)) == 1


async def test_a_category_that_could_not_be_noted_is_taken_back(town: Town) -> None:
    plan = acting.answer(await try_to_start(town))
    async with town.house.database.transaction() as tx:
        await tx.execute("CREATE TRIGGER no BEFORE UPDATE ON server BEGIN SELECT RAISE(ABORT, 'no'); END")
    assert "Nothing was stored." in sentence(await acting.press(town.owner, plan, "setup:create"))
    assert not categories(town)


async def test_without_options_the_page_leads_from_step_to_step(town: Town) -> None:
    page = await acting.slash(town.owner, town.lobby, "setup start")
    assert "Nothing is created yet." in text_of(embed(page))
    form = await acting.press(town.owner, acting.answer(page), "setup:choose")
    chosen = {"moderators": [town.moderators], "time_zone": "new york", "country": "us"}
    page = await acting.fill(town.owner, form, chosen)
    shown = text_of(acting.answer(page).embeds[0])
    for part in (town.moderators.mention, "America/New_York", "US", "one category"):
        assert part in shown
    assert not categories(town)
    await town.restart()
    page = await acting.slash(town.owner, town.lobby, "setup start")  # goes on where it was left
    form = await acting.press(town.owner, acting.answer(page), "setup:choose")
    assert [acting.suggested(form, each) for each in ("time_zone", "country")] == ["America/New_York", "US"]
    created = await acting.press(town.owner, acting.answer(page), "setup:create")
    assert created_by(created)
    assert "`/circle create`" in text_of(acting.answer(created).embeds[0])


@pytest.mark.parametrize(
    ("chosen", "said"),
    [
        ({"time_zone": "Atlantis"}, "I know no time zone or city of that name."),
        ({"time_zone": "louisville"}, "America/Kentucky/Louisville, America/Louisville"),
        ({"time_zone": "Berlin", "country": "1"}, "A country is two letters"),
        ({"time_zone": "Berlin", "moderators": ["77"]}, "I cannot find that role."),
        ({"time_zone": "Berlin", "moderators": ["x" * 4000]}, "I cannot find that role."),
        ({"time_zone": "Berlin", "moderators": []}, "I cannot find that role."),
    ],
)
async def test_what_cannot_be_kept_from_the_form_is_said_in_a_sentence(
    town: Town, chosen: dict[str, object], said: str
) -> None:
    fields = {"moderators": [str(town.moderators.id)], "country": ""} | chosen
    refused = await forgery.submit(town.owner, town.lobby, "setup-settings:", fields)
    assert said in sentence(refused)
    assert await town.rows("SELECT count(*) FROM server") == [(0,)]


async def test_half_of_the_settings_is_not_kept_in_silence(town: Town) -> None:
    for options in ({"moderators": town.moderators}, {"time_zone": "Europe/Berlin"}, {"country": "DE"}):
        refused = await acting.slash(town.owner, town.lobby, "setup start", **options)
        assert sentence(refused).startswith("Please give a role and a time zone together")


# Who may


async def test_somebody_without_manage_server_is_refused(town: Town) -> None:
    town.allow("setup", town.members[0])
    refused = await try_to_start(town, town.members[0])
    assert sentence(refused) == "This is for people who may manage the server."
    assert await town.rows("SELECT count(*) FROM server") == [(0,)]


async def test_the_button_is_refused_to_whoever_may_not_manage_the_server(town: Town) -> None:
    await start(town)
    for person in (town.members[0], town.moderator):
        pressed = await forgery.press(person, town.lobby, "setup:create")
        assert sentence(pressed) == "This is for people who may manage the server."
    assert not categories(town)


async def test_the_button_on_a_server_that_was_never_set_up_says_how_to_begin(town: Town) -> None:
    assert "`/setup start`" in sentence(await forgery.press(town.owner, town.lobby, "setup:create"))


async def test_status_is_for_managers_and_moderators(town: Town) -> None:
    await town.set_up()
    town.allow("setup", town.members[0], town.moderator)
    refused = await acting.slash(town.members[0], town.lobby, "setup status")
    assert sentence(refused) == "This is for the moderators of this server."
    assert embed(await acting.slash(town.moderator, town.lobby, "setup status")).description == NOTHING_WRONG


async def test_status_before_setting_up_says_how_to_begin(town: Town) -> None:
    assert "`/setup start`" in sentence(await acting.slash(town.owner, town.lobby, "setup status"))


# What was chosen


async def test_everyone_cannot_be_the_moderators(town: Town) -> None:
    refused = sentence(await try_to_start(town, moderators=town.guild.default_role))
    assert refused.startswith("Everybody has that role")
    assert await town.rows("SELECT count(*) FROM server") == [(0,)]


async def test_an_unknown_time_zone_is_refused_in_words(town: Town) -> None:
    for zone in ("Berlin", "europe/berlin", "UTC+2", "../etc/passwd", "localtime", "x" * 500):
        refused = sentence(await try_to_start(town, time_zone=zone))
        assert refused.startswith("I do not know that time zone."), zone
    assert await town.rows("SELECT count(*) FROM server") == [(0,)]


async def test_an_unknown_country_is_refused_in_words(town: Town) -> None:
    for country in ("DEU", "1", "d€", ""):
        refused = sentence(await try_to_start(town, country=country))
        assert refused.startswith("A country is two letters"), country


async def test_a_time_zone_is_found_by_part_of_its_name(town: Town) -> None:
    for typed, first in (
        ("berl", "Europe/Berlin"),
        ("new york", "America/New_York"),
        ("Europe/Lon", "Europe/London"),
        ("KATH", "Asia/Kathmandu"),
    ):
        offered = await town.owner.autocomplete(town.lobby, "setup start", "time_zone", typed)
        assert offered[0] == {"name": first, "value": first}


async def test_never_more_zones_are_offered_than_discord_takes(town: Town) -> None:
    assert len(await town.owner.autocomplete(town.lobby, "setup start", "time_zone", "")) == 25
    assert await town.owner.autocomplete(town.lobby, "setup start", "time_zone", "Atlantis") == []


# Permissions


async def test_missing_permissions_are_named_in_the_plan(town: Town) -> None:
    town.permit(discord.Permissions(view_channel=True, send_messages=True))
    [asked] = [field for field in (await start(town)).fields if "permissions" in (field.name or "")]
    assert asked.value == (
        "**Please give me:** Manage Channels, Manage Roles\nServer Settings → Roles → my role"
    )


@pytest.mark.parametrize(
    ("flag", "name"), [("manage_channels", "Manage Channels"), ("manage_roles", "Manage Roles")]
)
async def test_missing_permissions_are_named_before_anything_is_created(
    town: Town, flag: str, name: str
) -> None:
    plan = acting.answer(await try_to_start(town))
    town.permit(discord.Permissions(NEEDED.value & ~getattr(discord.Permissions, flag).flag))
    refused = sentence(await acting.press(town.owner, plan, "setup:create"))
    assert f"I lack {name}." in refused
    assert not categories(town)
    assert not town.said("POST", "/guilds/*")


# Status


async def test_after_setting_up_nothing_needs_mending(town: Town, circle: simcord.ChannelHandle) -> None:
    status = embed(await acting.slash(town.owner, town.lobby, "setup status"))
    assert status.description == NOTHING_WRONG
    assert {field.name: field.value for field in status.fields} == {
        "Moderators": town.moderators.mention,
        "Time zone": "Europe/Berlin",
        "Circles": "1, 1 always open",
        "Next check-ins": "none scheduled",
        "Prompts": "0 running, 0 paused",
        "Last backup": "none yet",
    }


async def test_status_names_a_permission_that_the_server_does_not_give(
    town: Town, circle: simcord.ChannelHandle
) -> None:
    town.permit(discord.Permissions(NEEDED.value & ~discord.Permissions.manage_roles.flag))
    assert await problems(town) == "• I lack Manage Roles. → Server Settings → Roles → my role"


async def test_status_names_a_permission_that_a_channel_takes_away(
    town: Town, circle: simcord.ChannelHandle
) -> None:
    me = town.guild.me
    assert me is not None
    await deny(town, circle, me.id, discord.Permissions(attach_files=True, embed_links=True))
    assert await problems(town) == (
        f"• In <#{circle.id}> I lack Embed Links, Attach Files. → Edit Channel → Permissions → my role"
    )


async def test_status_tells_of_a_channel_that_is_hidden_from_the_bot(
    town: Town, circle: simcord.ChannelHandle
) -> None:
    me = town.guild.me
    assert me is not None
    await deny(town, circle, me.id, discord.Permissions(view_channel=True))
    said = await problems(town)
    assert f"I cannot see <#{circle.id}>" in said
    assert "Edit Channel → Permissions" in said


async def test_status_tells_of_a_deleted_channel(town: Town, circle: simcord.ChannelHandle) -> None:
    town.env.backend.delete_channel(circle.id)
    assert "The channel of Tuesday is gone" in await problems(town)


async def test_status_tells_of_a_deleted_category(town: Town, circle: simcord.ChannelHandle) -> None:
    town.env.backend.delete_channel(categories(town)[0].id)
    assert "The category for circles is missing. → `/setup start`" in await problems(town)


async def test_status_tells_of_a_deleted_role(town: Town, circle: simcord.ChannelHandle) -> None:
    town.env.backend.delete_role(town.guild.id, town.guild.roles["Circle 1"].id)
    assert await problems(town) == (
        "• The role of Tuesday is gone: its members cannot see the channel. → the button below"
    )


async def test_status_tells_of_a_deleted_moderator_role(town: Town, circle: simcord.ChannelHandle) -> None:
    town.env.backend.delete_role(town.guild.id, town.moderators.id)
    assert await problems(town) == "• The moderators' role is gone. → `/setup start` with another role"


async def test_status_tells_of_a_role_above_the_bots_own(town: Town, circle: simcord.ChannelHandle) -> None:
    me = town.guild.me
    assert me is not None
    role = town.guild.roles["Circle 1"]
    town.env.backend.reorder_roles(
        town.guild.id, [{"id": str(role.id), "position": me.top_role.position + 1}]
    )
    assert "The role of Tuesday stands above mine, so nobody can join." in await problems(town)


async def test_status_with_more_problems_than_fit_says_how_many_are_left_out(town: Town) -> None:
    await town.set_up()
    async with town.house.database.transaction() as tx:
        for number in range(60):
            await tx.execute(
                "INSERT INTO circle (server_id, name, purpose, seats, state, agreement_version)"
                " VALUES ($1, $2, '', 8, 'open', 1)",
                town.guild.id,
                f"{number:02}" + "_" * 58,
            )
    shown = (await problems(town)).splitlines()
    left_out = 180 - (len(shown) - 1)
    assert shown[-1] == f"… and {left_out} more."


async def deny(
    town: Town, channel: simcord.ChannelHandle, target: int, permissions: discord.Permissions
) -> None:
    """Take permissions away from one member in one channel."""
    overwrite = Overwrite(
        target_id=target,
        type=OverwriteType.MEMBER,
        allow=NEEDED.value & ~permissions.value,
        deny=permissions.value,
    )
    town.env.backend.set_overwrite(channel.id, overwrite)
    await town.env.settle()
