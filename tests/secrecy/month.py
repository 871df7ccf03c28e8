"""A month in which everybody uses everything, and what of it can be found in any byte that was written."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any
from unittest.mock import patch

import simcord
from discord.app_commands import Command

from bot.client import NEEDED
from bot.ui import Patience
from cogs.posts import jobs
from tests.discord import forgery
from tests.discord.conftest import EVENTS, Town
from tests.secrecy.explorer import Explorer
from tests.secrecy.traces import every_file, places, spellings, wordings

DAYS = 30

_NEVER = 3600.0

FOR_EVERYBODY = {
    *(
        f"new-circle:{access}.{usual} {field}"
        for access in ("open", "request", "invite")
        for usual in ("DAILY", "WEEKDAYS", "ALWAYS")
        for field in ("name", "purpose", "agreement")
    ),
    "circle-description:0 name",
    "circle-description:0 purpose",
    "circle-agreement:0 agreement",
    "meeting-plan:0.0:0 topic",
    "meeting-plan:0.0:0 place",
}
"""Fields whose words are for others to read: the database, and nothing else, holds them as they are."""

_DATABASE = re.compile(r"respite\.db(-wal)?")


@dataclass(frozen=True, slots=True)
class Searched:
    """What was looked for in so many bytes, and each place in which something of it was found."""

    people: int
    words: int
    bytes_read: int
    leaks: tuple[str, ...]
    unused: frozenset[str]
    """Commands that nobody has used: a month without them would prove little."""


async def live_and_search(town: Town, folder: Path, log: Callable[[], str], *, days: int = DAYS) -> Searched:
    """Live through a month with every kind of trouble in it, and search all that was written."""
    town.env.idle = 0.002
    # The pretend Discord's clock comes to a standstill when short waits meet, or when one of them ends in the
    # middle of a command that a slow machine takes its time for. Nobody here needs the pace, or patience.
    with patch.object(jobs, "SECONDS_APART", 0), patch.object(Patience, "SECONDS", _NEVER):
        explorer = await _live_through(town, days)
        await town.house.backups.make(at=town.env.now())
    files = {f"running: {name}": content for name, content in every_file(folder).items()}
    await town.house.database.close()
    for person in (town.owner, town.facilitator, town.members[0]):  # everything fails now, and says so
        await explorer.everything(person, town.lobby)
    files |= {f"stopped: {name}": content for name, content in every_file(folder).items()}
    files["the log"] = log().encode()
    sent = {each for request in town.env.http_requests for each in custom_ids(request.json)}
    files["custom_ids"] = "\n".join(sorted(sent)).encode()
    commands = {each.qualified_name for each in town.bot.tree.walk_commands() if isinstance(each, Command)}
    return Searched(
        people=len(everybody(town)),
        words=len(explorer.typed),
        bytes_read=sum(map(len, files.values())),
        leaks=tuple(_leaks(town, explorer, files)),
        unused=frozenset(command for command in commands if not explorer.used[f"/{command}"]),
    )


def everybody(town: Town) -> list[simcord.MemberActor]:
    """Return everybody in the server but the bot."""
    return [*town.members, town.owner, town.moderator, town.facilitator]


def custom_ids(part: Any) -> Iterator[str]:
    """Yield every custom_id in what was sent."""
    if isinstance(part, dict):
        if "custom_id" in part:
            yield part["custom_id"]
        for value in part.values():
            yield from custom_ids(value)
    elif isinstance(part, list):
        for each in part:
            yield from custom_ids(each)


async def _live_through(town: Town, days: int) -> Explorer:
    await town.set_up()
    town.permit(NEEDED | EVENTS)
    await forgery.press(town.owner, town.lobby, "setup:feature:meetings:on")
    channel = await town.create_circle()
    for person in town.members[:8]:
        await town.join(person)
    explorer = Explorer(town, Random(7))  # noqa: S311
    people = [*town.members[:3], town.facilitator, town.moderator, town.owner]
    for day in range(days):
        town.bot.guides.second = 0  # a guide of ten minutes is not what a month waits for
        await explorer.everything(people[day % len(people)], channel if day % 2 else town.lobby)
        if day % 7 == 3:
            town.env.inject_error("POST", "/channels/*/messages", status=(500, 403)[day % 2])
        if day == days // 2:
            await town.restart()
        await town.pass_time(days=1)
    return explorer


def _leaks(town: Town, explorer: Explorer, files: Mapping[str, bytes]) -> Iterator[str]:
    beside_the_database = {name: content for name, content in files.items() if not _DATABASE.search(name)}
    for person in everybody(town):
        for place in places([*spellings(person.id), *wordings(person.name)], files):
            yield f"{person.name} in {place}"
    for word, where in explorer.typed.items():
        looked_through = beside_the_database if where in FOR_EVERYBODY else files
        for place in places(wordings(word), looked_through):
            yield f"what was typed into {where} in {place}"
