"""Starting and stopping: what Discord is told of the commands, and what happens to work that was begun."""

from __future__ import annotations

import asyncio
import time

import pytest
import simcord

from bot import client
from bot.demo import acting
from bot.services import installation
from tests.discord import forgery
from tests.discord.conftest import ANSWERS, Town, embed, sentence

STOPPING = "I am being restarted, so nothing was recorded. Please try again in a minute."
COMMANDS = "/applications/*/commands"


async def test_new_work_is_refused_and_begun_work_is_finished(
    town: Town, circle: simcord.ChannelHandle
) -> None:
    late = town.members[9]
    async with town.busy():
        begun = asyncio.create_task(forgery.press(town.members[8], town.lobby, "circle:agree:1:1"))
        browsing = asyncio.create_task(forgery.slash(town.members[0], town.lobby, "circle browse"))
        await asyncio.sleep(0.05)
        closing = asyncio.create_task(town.bot.close())
        await asyncio.sleep(0.05)
        refused = [
            asyncio.create_task(act)
            for act in (
                forgery.press(late, town.lobby, "circle:agree:1:1"),
                forgery.slash(late, town.lobby, "circle browse"),
                forgery.submit(late, town.lobby, "answer-in:1", ANSWERS),
            )
        ]
        typed = asyncio.create_task(forgery.slash(late, town.lobby, "circle join", typing=True, circle="t"))
        await asyncio.sleep(0.05)
        assert not closing.done()
    assert acting.answer(await begun).embeds[0].title == "You are in"
    assert embed(await browsing).title == "Circles"
    assert [sentence(await each) for each in refused] == [STOPPING] * 3
    assert (await typed).autocomplete_choices == []
    await closing
    assert town.bot.is_closed()
    assert await town.rows("SELECT count(*) FROM circle_member WHERE seated = 1") == [(9,)]


async def test_without_begun_work_stopping_takes_no_time(town: Town) -> None:
    await town.set_up()
    before = time.monotonic()
    await town.bot.close()
    assert time.monotonic() - before < 1


async def test_a_refusal_and_a_mishap_count_as_ended_work(town: Town, circle: simcord.ChannelHandle) -> None:
    sentence(await acting.slash(town.members[0], town.lobby, "circle create"))
    sentence(await forgery.slash(town.members[0], town.lobby, "circle dance"))
    sentence(await forgery.press(town.members[0], town.lobby, "no:such:button"))
    async with town.house.database.transaction() as tx:
        await tx.execute("ALTER TABLE circle RENAME TO gone")
    sentence(await acting.slash(town.members[0], town.lobby, "circle browse"))
    before = time.monotonic()
    await town.bot.close()
    assert time.monotonic() - before < 1


async def test_work_that_never_ends_is_waited_for_ten_seconds_and_no_longer(
    town: Town, circle: simcord.ChannelHandle, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert client.PATIENCE == 10
    monkeypatch.setattr(client, "PATIENCE", 0.2)
    async with town.busy() as still_busy:
        begun = asyncio.create_task(forgery.slash(town.members[0], town.lobby, "circle browse"))
        await asyncio.sleep(0.05)
        await town.bot.close()
        assert still_busy()
        assert town.bot.is_closed()
    await begun


async def test_a_tick_that_is_under_way_is_waited_for(town: Town, circle: simcord.ChannelHandle) -> None:
    async with town.busy():
        tick = asyncio.create_task(town.bot.run_due(town.env.now()))
        await asyncio.sleep(0.05)
        closing = asyncio.create_task(town.bot.close())
        await asyncio.sleep(0.1)
        assert not closing.done()
    await closing
    assert tick.done()


async def test_closing_twice_closes_once(town: Town) -> None:
    await asyncio.gather(town.bot.close(), town.bot.close())
    assert town.bot.is_closed()


# The commands that Discord knows


async def test_discord_is_told_of_the_commands_once_and_not_at_every_start(town: Town) -> None:
    for _ in range(3):
        await town.restart()
    assert len(town.said("PUT", COMMANDS)) == 1


async def test_discord_is_told_again_when_the_commands_have_changed(town: Town) -> None:
    await installation.remember_commands(town.house.database, "those of an older version")
    for _ in range(2):
        await town.restart()
    assert len(town.said("PUT", COMMANDS)) == 2


async def test_a_start_during_trouble_at_discord_tells_it_at_the_next(town: Town) -> None:
    await installation.remember_commands(town.house.database, "those of an older version")
    town.env.inject_error("PUT", COMMANDS, status=500)
    await town.restart()
    await town.set_up()
    await town.restart()
    await town.restart()
    assert len(town.said("PUT", COMMANDS)) == 3
