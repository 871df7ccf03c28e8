"""What others can see: nothing that the bot says in public leads to a person, nor does any file."""

from __future__ import annotations

import re
from pathlib import Path

import discord
import pytest
import simcord

from bot.demo import acting
from tests.discord.conftest import Town
from tests.secrecy.month import custom_ids, everybody

EPHEMERAL = 64
NO_MENTIONS = {"parse": []}
FIRST_ANSWER, LATER_ANSWER, CHANGE_OF_A_MESSAGE = 4, 5, 7


@pytest.fixture
async def story(town: Town, circle: simcord.ChannelHandle) -> simcord.ChannelHandle:
    """Let days pass in which everybody uses everything, and return the circle's channel."""
    await acting.slash(town.facilitator, circle, "prompts schedule", days="daily", at="08:30")
    await acting.slash(town.facilitator, circle, "checkins schedule", weekday=0, at="09:00")
    await acting.slash(town.facilitator, circle, "checkins open")
    for person in town.members[:3]:
        receipt = acting.answer(await town.check_in(person, circle))
    changed = await acting.press(person, receipt, "checkin:change:")
    await acting.fill(person, changed, {"continuum": "ill", "energy": "1", "load": "5", "connection": "1"})
    await acting.press(person, receipt, "checkin:withdraw:")
    await acting.slash(town.members[0], town.lobby, "checkins results", circle="1")
    await town.pass_time(days=8)
    await acting.slash(town.members[7], town.lobby, "circle leave", circle="1")
    await acting.slash(town.owner, town.lobby, "setup status")
    return circle


def contents_of(folder: Path) -> list[bytes]:
    return [file.read_bytes() for file in folder.rglob("*") if file.is_file()]


async def test_everything_public_is_a_plain_message_that_names_nobody(
    town: Town, story: simcord.ChannelHandle
) -> None:
    public = [
        post for channel in (story, town.lobby) for post in channel.history() if not post.flags.ephemeral
    ]
    sent = town.said("POST", "/channels/*/messages")
    assert len(public) == len(sent) == 8 + 2
    for post in public:
        assert post.interaction_metadata is None
        assert post.webhook_id is None
        words = str(post.embeds[0].to_dict()) + post.content
        assert not any(person.name in words or str(person.id) in words for person in everybody(town))
    assert all(body["allowed_mentions"] == NO_MENTIONS for body in sent)


async def test_every_answer_to_a_person_is_private(town: Town, story: simcord.ChannelHandle) -> None:
    answers = town.said("POST", "/interactions/*/*/callback")
    first = [body for body in answers if body["type"] in {FIRST_ANSWER, LATER_ANSWER}]
    assert len(first) >= 20
    assert all(body["data"]["flags"] & EPHEMERAL for body in first)
    assert all(body["flags"] & EPHEMERAL for body in town.said("POST", "/webhooks/*"))
    for body in [*first, *(body for body in answers if body["type"] == CHANGE_OF_A_MESSAGE)]:
        assert body["data"].get("allowed_mentions", {"parse": []})["parse"] == []


async def test_nobody_is_written_to_directly_and_no_message_is_edited_or_deleted(
    town: Town, story: simcord.ChannelHandle
) -> None:
    paths = {(request.method, request.path) for request in town.env.http_requests}
    assert not [path for _, path in paths if path.startswith("/users/@me/channels")]
    assert not [
        path for method, path in paths if method != "POST" and re.fullmatch(r"/channels/\d+/messages.*", path)
    ]


async def test_no_custom_id_hints_at_a_person_or_is_too_long(
    town: Town, story: simcord.ChannelHandle
) -> None:
    found = {each for request in town.env.http_requests for each in custom_ids(request.json)}
    assert {"setup:create", "new-circle:open.ALWAYS", "answer-in:1", "checkin:withdraw:1"} <= found
    recognised = [town.house.member_keys.recognise(town.guild.id, person.id) for person in everybody(town)]
    keys = [key.hex() for both in recognised for key in both if key]
    for custom_id in found:
        assert len(custom_id) <= 100
        assert not re.search(r"\d{10}", custom_id)
        assert not any(key in custom_id for key in keys)


async def test_no_file_holds_the_id_or_the_name_of_a_person(
    town: Town, story: simcord.ChannelHandle, tmp_path: Path
) -> None:
    contents = contents_of(tmp_path)
    assert len(contents) >= 3
    for content in contents:
        for person in everybody(town):
            for hint in (str(person.id).encode(), person.name.encode(), person.id.to_bytes(8, "big")):
                assert hint not in content


async def test_the_bot_asks_for_servers_and_their_events_and_nothing_else(town: Town) -> None:
    assert dict(town.bot.intents).items() >= {"guilds": True, "guild_scheduled_events": True}.items()
    assert town.bot.intents.value == 1 | 1 << 16
    assert town.bot.allowed_mentions is not None
    assert town.bot.allowed_mentions.to_dict() == NO_MENTIONS


async def test_the_bot_remembers_nobody_but_itself(town: Town, story: simcord.ChannelHandle) -> None:
    guild = town.bot.get_guild(town.guild.id)
    assert guild is not None
    assert list(guild.members) == [guild.me]
    assert not list(town.bot.cached_messages)
    assert not town.bot._connection._view_store._views
    assert discord.utils.get(town.bot.users, name="member0") is None
