"""`/my data`: what is stored about oneself, taken along, and erased after being asked twice."""

from __future__ import annotations

import io
import json
import re
import zipfile
from typing import Any

import pytest
import simcord
from simcord.backend.access import channel_accessible

from bot.demo import acting
from bot.services.personal_data import Kind
from db.registry import PERSONAL, columns_of
from tests.discord import forgery
from tests.discord.conftest import Town, embed, sentence, text_of
from tests.services.holdings import BY_THE_BOT, WORDS, plant_all

ROLES_OF_MEMBERS = "/guilds/*/members/*/roles/*"
WORDS_THAT_LOCK = "lantern gravel noon otter"
EXPIRED = "This has expired. The command that it came from will give you a new one."


async def my_data(town: Town, person: simcord.MemberActor) -> simcord.InteractionResult:
    return await acting.slash(person, town.lobby, "my data")


async def ask_for_all(town: Town, person: simcord.MemberActor) -> simcord.InteractionResult:
    """Press *Erase everything*, and return the question that comes back."""
    return await acting.press(person, acting.answer(await my_data(town, person)), "personal:ask")


async def ask_for(town: Town, person: simcord.MemberActor, kind: Kind) -> simcord.InteractionResult:
    """Choose one kind in the form, and return the question that comes back."""
    form = await acting.press(person, acting.answer(await my_data(town, person)), "personal:choose")
    return await acting.fill(person, form, {"kind": [kind.value]})


async def confirm(person: simcord.MemberActor, asked: simcord.InteractionResult) -> str:
    """Press *Erase it*, and return all words of the receipt that takes the question's place."""
    await acting.press(person, acting.answer(asked), "personal:erase:")
    assert acting.find_button(acting.answer(asked), "personal:") is None
    return text_of(embed(asked))


def reads(town: Town, person: simcord.MemberActor, channel: simcord.ChannelHandle) -> bool:
    return channel_accessible(town.env.backend, channel.id, person.id, history=True)


def roles_of(town: Town, person: simcord.MemberActor) -> int:
    return len(town.env.backend.get_member(town.guild.id, person.id).role_ids)


def key_of(town: Town, person: simcord.MemberActor) -> bytes | None:
    keys = town.house.member_keys
    found = keys.find(keys.locate(town.guild.id, person.id))
    return None if found is None else found.key


async def everything(town: Town, circle: simcord.ChannelHandle) -> simcord.MemberActor:
    """Return a member about whom something is stored in every table."""
    person = town.members[0]
    await acting.slash(town.facilitator, circle, "checkins open")
    offered = acting.answer(await acting.slash(person, circle, "my trends"))
    await acting.press(person, offered, "trends:keep")
    await town.check_in(person, circle)
    keys = town.house.member_keys
    member = keys.find(keys.locate(town.guild.id, person.id))
    assert member is not None
    await plant_all(town.house.database, member, circle_id=1)
    return person


# What is stored


async def test_somebody_about_whom_nothing_is_stored_is_told_so_and_leaves_no_trace(town: Town) -> None:
    shown = await my_data(town, town.members[0])
    assert (embed(shown).description or "").startswith("Nothing.")
    assert acting.answer(shown).components == []
    assert key_of(town, town.members[0]) is None


async def test_a_member_reads_what_is_stored_why_and_how_long(
    town: Town, circle: simcord.ChannelHandle
) -> None:
    shown = embed(await my_data(town, town.members[0]))
    assert [field.name for field in shown.fields] == ["Circles: 1 entry", "Besides", "Not stored"]
    for column in columns_of("circle_member"):
        assert column.why in text_of(shown)
        assert column.kept in text_of(shown)


async def test_with_everything_stored_all_of_it_is_said_within_discords_limits(
    town: Town, circle: simcord.ChannelHandle
) -> None:
    shown = embed(await my_data(town, await everything(town, circle)))
    assert len(shown) <= 6000
    assert len(shown.fields) == len(Kind) + 2
    for table in PERSONAL:
        for column in columns_of(table.table):
            assert column.why in text_of(shown)


# Export


async def test_the_export_holds_everything_for_people_and_for_programs(
    town: Town, circle: simcord.ChannelHandle
) -> None:
    person = await everything(town, circle)
    result = await acting.press(person, acting.answer(await my_data(town, person)), "personal:export")
    embed(result)
    [attached] = acting.answer(result).attachments
    assert attached.filename == "respite-my-data.zip"
    with zipfile.ZipFile(io.BytesIO(await attached.read())) as file:
        assert sorted(file.namelist()) == ["respite-my-data.json", "respite-my-data.txt"]
        structured = json.loads(file.read("respite-my-data.json"))
        text = file.read("respite-my-data.txt").decode()
    tables = {table["name"]: table for table in structured["tables"]}
    assert set(tables) == {table.table for table in PERSONAL}
    for table in PERSONAL:
        [entry] = tables[table.table]["entries"]
        assert tables[table.table]["columns"][0]["why"]
        assert set(entry) >= {column.name for column in columns_of(table.table)} - {table.column}
        for column in columns_of(table.table):
            assert column.why in text
    assert text.count(WORDS) == sum(len(table.sealed) for table in PERSONAL if table.table not in BY_THE_BOT)
    assert "continuum: reacting" in text
    assert "Tuesday" in text
    assert not re.search(r"\b[0-9a-f]{32}\b|\d{17,}", text + json.dumps(structured))


async def test_locked_copies_are_exported_with_the_passphrase_and_else_only_named(
    town: Town, circle: simcord.ChannelHandle
) -> None:
    person = await everything(town, circle)
    await set_passphrase(town, person)
    locked = await acting.press(person, acting.answer(await my_data(town, person)), "personal:export")
    assert "Your private copies are in it only as a note" in text_of(embed(locked))
    assert copies_in(await unpacked(locked)) == "locked by your passphrase"
    form = await acting.press(person, acting.answer(locked), "personal:unlock")
    wrong = await acting.fill(person, form, {"passphrase": "not this one at all"})
    assert "passphrase" in acting.answer(wrong).content
    form = await acting.press(person, acting.answer(locked), "personal:unlock")
    opened = await acting.fill(person, form, {"passphrase": WORDS_THAT_LOCK})
    [copy] = copies_in(await unpacked(opened))
    assert (copy["continuum"], copy["energy"]) == ("reacting", 2)
    assert acting.find_button(acting.answer(opened), "personal:unlock") is None


async def set_passphrase(town: Town, person: simcord.MemberActor) -> None:
    shown = acting.answer(await acting.slash(person, town.lobby, "my trends"))
    form = await acting.press(person, shown, "trends:protect")
    await acting.fill(person, form, {"passphrase": WORDS_THAT_LOCK, "again": WORDS_THAT_LOCK})


async def unpacked(result: simcord.InteractionResult) -> dict[str, Any]:
    """Return what the attached file says to programs."""
    [attached] = acting.answer(result).attachments
    with zipfile.ZipFile(io.BytesIO(await attached.read())) as file:
        return json.loads(file.read("respite-my-data.json"))


def copies_in(exported: dict[str, Any]) -> Any:
    [entry] = next(table["entries"] for table in exported["tables"] if table["name"] == "private_trend")
    return entry["sealed"]


# Erasing everything


async def test_nothing_goes_before_the_second_press(town: Town, circle: simcord.ChannelHandle) -> None:
    person = town.members[0]
    before = key_of(town, person)
    asked = embed(await ask_for_all(town, person))
    assert asked.title == "This would be erased"
    assert "Circles: 1 entry" in (asked.description or "")
    assert key_of(town, person) == before
    assert roles_of(town, person) == 1


async def test_the_receipt_says_what_went_and_discord_follows(
    town: Town, circle: simcord.ChannelHandle
) -> None:
    person = await everything(town, circle)
    stored = [field.name for field in embed(await my_data(town, person)).fields][: len(Kind)]
    said = await confirm(person, await ask_for_all(town, person))
    for counted in stored:
        assert f"• {counted}" in said
    assert "your data key" in said
    assert roles_of(town, person) == 0
    assert key_of(town, person) is None
    assert (embed(await my_data(town, person)).description or "").startswith("Nothing.")
    assert await town.rows("SELECT count(*) FROM circle_member WHERE seated = 1") == [(7,)]
    assert await town.rows("SELECT count(*) FROM ballot") == [(0,)]


async def test_whoever_holds_a_circle_alone_is_let_out_and_told(
    town: Town, circle: simcord.ChannelHandle
) -> None:
    assert reads(town, town.facilitator, circle)
    said = await confirm(town.facilitator, await ask_for_all(town, town.facilitator))
    assert "Nobody holds it now\nTuesday" in said
    assert not reads(town, town.facilitator, circle)
    for person in (town.owner, town.members[0]):
        assert embed(await acting.slash(person, town.lobby, "circle info", circle="1")).title == "Tuesday"


@pytest.mark.parametrize("status", [403, 500])
async def test_where_discord_refuses_the_receipt_names_the_circle(
    town: Town, circle: simcord.ChannelHandle, status: int
) -> None:
    person = town.members[0]
    asked = await ask_for_all(town, person)
    town.env.inject_error("DELETE", ROLES_OF_MEMBERS, status=status, times=None)
    said = await confirm(person, asked)
    assert "Please ask a moderator\nDiscord did not let me take your access to Tuesday away." in said
    assert "Circles: 1 entry" in said
    assert key_of(town, person) is None


async def test_what_discord_refused_can_be_asked_for_again(town: Town, circle: simcord.ChannelHandle) -> None:
    person = town.members[0]
    asked = await ask_for_all(town, person)
    town.env.inject_error("DELETE", ROLES_OF_MEMBERS, status=403)
    await confirm(person, asked)
    assert roles_of(town, person) == 1
    assert "You have the role of a circle" in text_of(embed(await my_data(town, person)))
    assert "Please ask a moderator" not in await confirm(person, await ask_for_all(town, person))
    assert roles_of(town, person) == 0


async def test_a_circle_whose_channel_and_role_are_gone_is_left_all_the_same(
    town: Town, circle: simcord.ChannelHandle
) -> None:
    town.env.backend.delete_role(town.guild.id, town.guild.roles["Circle 1"].id)
    town.env.backend.delete_channel(circle.id)
    for person in (town.members[0], town.facilitator):
        assert "Please ask a moderator" not in await confirm(person, await ask_for_all(town, person))
        assert key_of(town, person) is None


async def test_a_restart_between_the_question_and_the_answer_loses_nothing(
    town: Town, circle: simcord.ChannelHandle
) -> None:
    person = town.members[0]
    asked = await ask_for_all(town, person)
    await town.restart()
    assert "Circles: 1 entry" in await confirm(person, asked)


async def test_an_erasure_that_a_crash_cut_short_is_finished_when_the_bot_starts(
    town: Town, circle: simcord.ChannelHandle
) -> None:
    keys = town.house.member_keys
    await keys.set_aside(keys.locate(town.guild.id, town.members[0].id))
    await town.restart()
    assert keys.being_erased() == []
    assert await town.rows("SELECT count(*) FROM circle_member WHERE seated = 1") == [(7,)]


async def test_a_failing_disk_erases_nothing_and_says_so_and_asking_again_erases_all(
    town: Town, circle: simcord.ChannelHandle
) -> None:
    person = town.members[0]
    asked, before = await ask_for_all(town, person), key_of(town, person)
    async with town.house.database.transaction() as tx:
        await tx.execute(
            "CREATE TRIGGER no BEFORE DELETE ON circle_member BEGIN SELECT RAISE(ABORT, 'no'); END"
        )
    pressed = await acting.press(person, acting.answer(asked), "personal:erase:")
    assert "Nothing was stored." in sentence(pressed)
    assert key_of(town, person) == before
    assert roles_of(town, person) == 1
    async with town.house.database.transaction() as tx:
        await tx.execute("DROP TRIGGER no")
    assert "Circles: 1 entry" in await confirm(person, asked)
    assert key_of(town, person) is None


async def test_pressing_twice_erases_once_and_says_so(town: Town, circle: simcord.ChannelHandle) -> None:
    person = town.members[0]
    pressed = [forgery.press(person, town.lobby, "personal:erase:everything") for _ in range(2)]
    await forgery.at_once(*pressed)
    assert key_of(town, person) is None
    again = await forgery.press(person, town.lobby, "personal:erase:everything")
    assert key_of(town, person) is None
    assert roles_of(town, person) == 0
    assert again.response is None or not acting.answer(again).content


# Erasing one kind


async def test_one_kind_goes_and_the_rest_stays(town: Town, circle: simcord.ChannelHandle) -> None:
    person = await everything(town, circle)
    asked = await ask_for(town, person, Kind.CHECKINS)
    assert "Answers in check-ins that are still open are withdrawn." in text_of(embed(asked))
    said = await confirm(person, asked)
    assert "Check-ins: 1 entry" in said
    assert "your data key" not in said
    assert roles_of(town, person) == 1
    shown = text_of(embed(await my_data(town, person)))
    assert "Check-ins:" not in shown
    assert "Circles: 2 entries" in shown


async def test_a_kind_of_which_there_is_nothing_cannot_be_erased(
    town: Town, circle: simcord.ChannelHandle
) -> None:
    asked = await ask_for(town, town.members[0], Kind.CHECKINS)
    assert embed(asked).description == "There is nothing of that kind."
    assert acting.answer(asked).components == []


async def test_a_kind_that_there_is_not_is_refused(town: Town, circle: simcord.ChannelHandle) -> None:
    for kind in (["diary"], [], ["circles", "check-ins"], "circles", None, [7], 7):
        sent = await forgery.submit(town.members[0], town.lobby, "personal-kind:", {"kind": kind})
        assert sentence(sent) == EXPIRED, kind
    forged = await forgery.press(town.members[0], town.lobby, "personal:erase:diary")
    assert sentence(forged) == EXPIRED
    assert key_of(town, town.members[0]) is not None
