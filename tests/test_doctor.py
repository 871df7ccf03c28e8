"""What the doctor says of entries that were checked long ago."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from bot.config import Settings
from bot.doctor import find_problems
from bot.services.resources import load_directory
from db import connect, server_resources, servers
from db.migrations import upgrade
from db.server_resources import Details
from db.servers import Server

SOON = date(2026, 12, 1)
MUCH_LATER = date(2029, 1, 1)
AGAIN = "To be checked again"


def settings_in(folder: Path) -> Settings:
    return Settings.model_validate({"storage": {"database": "sqlite:///respite.db"}}, context=folder)


async def said(folder: Path, today: date) -> list[str]:
    lines: list[str] = []
    await find_problems(settings_in(folder), lines.append, today)
    return [line for line in lines if line.startswith(AGAIN)]


async def with_an_entry_of_its_own(folder: Path) -> None:
    """Make a database in which one server has added an entry."""
    database = await connect(settings_in(folder).storage.database.get_secret_value())
    try:
        await upgrade(database)
        async with database.transaction() as tx:
            await servers.save_server(tx, Server(1, 2, None, "Europe/Berlin", "DE", "en"))
            details = Details("crisis", "Our line", "0800 1", None, "always", "us", SOON)
            await server_resources.save_server_resource(tx, 1, replaces=None, details=details)
    finally:
        await database.close()


async def test_nothing_is_to_be_checked_again_within_a_year(tmp_path: Path) -> None:
    await with_an_entry_of_its_own(tmp_path)
    assert await said(tmp_path, SOON) == []


async def test_what_we_ship_is_listed_with_its_day_and_its_source(tmp_path: Path) -> None:
    listed = await said(tmp_path, MUCH_LATER)
    assert len(listed) == len(load_directory().old(MUCH_LATER)) > 50
    [line] = [line for line in listed if "us-988," in line]
    assert "2026-11-27" in line
    assert "https://" in line


async def test_what_moderators_wrote_is_counted_and_the_doctor_repeats_none_of_it(tmp_path: Path) -> None:
    await with_an_entry_of_its_own(tmp_path)
    listed = await said(tmp_path, MUCH_LATER)
    assert "1 of their own entries" in listed[-1]
    assert not any("Our line" in line for line in listed)


async def test_a_database_of_an_earlier_version_is_no_reason_to_fail(tmp_path: Path) -> None:
    database = await connect(settings_in(tmp_path).storage.database.get_secret_value())
    await database.close()
    assert len(await said(tmp_path, MUCH_LATER)) > 50


async def test_old_entries_are_no_fault_of_this_machine(tmp_path: Path) -> None:
    lines: list[str] = []
    problems = await find_problems(settings_in(tmp_path), lines.append, MUCH_LATER)
    assert not any(AGAIN in problem for problem in problems)
