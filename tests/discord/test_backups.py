"""Backups by themselves, what moderators see of them, and what a circle reads after a restore."""

from __future__ import annotations

import asyncio
import re
import shutil
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import discord
import pytest
import simcord

from bot.config import Settings
from bot.demo import acting
from bot.house import House, database_file, open_house, open_master_key, room_of
from bot.services.restoring import Place, restore
from tests.discord.conftest import Town, embed, last_embed, make_bot, text_of


def settings_in(folder: Path) -> Settings:
    """Return the settings of somebody who has chosen nothing: there is a backup each day."""
    return Settings.model_validate({}, context=folder)


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    """Open everything that the bot stands on, in a folder of its own."""
    async with open_house(settings_in(tmp_path)) as opened:
        yield opened


async def run_and_wait(town: Town) -> None:
    """Do what is due, and wait for a backup that was begun by it."""
    await town.let_run()
    backups = town.bot.get_cog("ScheduledBackups")
    making = vars(backups)["_making"]
    async with asyncio.timeout(20):
        if making is not None:
            await making


async def status(town: Town) -> discord.Embed:
    return embed(await acting.slash(town.owner, town.lobby, "setup status"))


def last_backup(shown: discord.Embed) -> str:
    """Return what stands in the field about backups."""
    [field] = [field for field in shown.fields if field.name == "Last backup"]
    return str(field.value)


def made(folder: Path) -> list[Path]:
    return sorted((folder / "backups").glob("*.age"))


def unfinished(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.name.endswith((".new", "-copy"))]


async def test_a_backup_is_made_at_once_and_then_each_day(town: Town, tmp_path: Path) -> None:
    await town.set_up()
    assert last_backup(await status(town)) == "none yet"
    await run_and_wait(town)
    assert len(made(tmp_path)) == 1
    assert last_backup(await status(town)) == f"<t:{int(town.env.now().timestamp())}:R>"
    await town.env.advance_time(23 * 3600)
    await run_and_wait(town)
    assert len(made(tmp_path)) == 1
    await town.env.advance_time(3601)
    await run_and_wait(town)
    assert len(made(tmp_path)) == 2


async def test_a_backup_that_fails_is_told_with_a_reference_and_tried_again_after_an_hour(
    town: Town, tmp_path: Path, written: Callable[[], str]
) -> None:
    await town.set_up()
    (tmp_path / "backups").write_text("in the way")
    await run_and_wait(town)
    said = re.search(r"The last backup failed.*under (\w{6})", text_of(await status(town)))
    assert said is not None
    assert f"reference={said[1]}" in written()
    (tmp_path / "backups").unlink()
    await run_and_wait(town)
    assert made(tmp_path) == []
    await town.env.advance_time(3601)
    await run_and_wait(town)
    assert len(made(tmp_path)) == 1
    assert "failed" not in text_of(await status(town))


async def test_a_stop_gives_up_a_backup_that_is_being_made(town: Town, tmp_path: Path) -> None:
    await town.bot.run_due(town.env.now())
    await town.bot.close()
    assert unfinished(tmp_path) == []


async def test_after_a_restore_the_circle_reads_what_became_of_its_check_in(
    town: Town, circle: simcord.ChannelHandle, tmp_path: Path
) -> None:
    await acting.slash(town.facilitator, circle, "checkins open")
    for person in town.members[:6]:
        embed(await town.check_in(person, circle))
    await run_and_wait(town)
    [backup] = made(tmp_path)
    new = settings_in(tmp_path / "new")
    new.storage.keys.mkdir(parents=True, mode=0o700)
    shutil.copy2(tmp_path / "keys" / "master.key", new.storage.master_key_file)
    file = database_file(new)
    place = Place(new.storage.database.get_secret_value(), file, new.storage.keys, room_of(new))
    await restore(backup, None, open_master_key(new.storage.master_key_file), place, at=town.env.now())
    async with open_house(new) as house:
        await town.env.restart_bot(make_bot(house, town.env.now))
        town.house = house
        await town.let_run()
        told = last_embed(circle)
        assert told.title == "The check-in has ended"
        assert "backups never hold answers" in (told.description or "")
        said = len(circle.history())
        await town.let_run()
        assert len(circle.history()) == said
        await acting.slash(town.facilitator, circle, "checkins open")
        for person in town.members[:6]:
            assert embed(await town.check_in(person, circle)).title == "Noted"
        await town.env.shutdown()
