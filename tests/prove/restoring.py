"""The restore drill: how long it takes from a backup and a master key to a bot that answers check-ins."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from bot.config import Settings
from bot.house import House, database_file, open_house, open_master_key, room_of
from bot.services import checkins, windows
from bot.services.people import Person
from bot.services.restoring import Place, restore
from bot.services.rules.anonymity import Answers, Continuum
from bot.services.windows import Scope
from db import circles, servers
from db.circles import Access, CircleState, Holds
from db.circles import Place as Seat
from tests.prove.proof import Form, Row

_MEMBERS = {Form.SHORT: 50, Form.LONG: 1000}
_SEATS = 10
_BAR = 60.0
"""Seconds. A volunteer who has found the master key should not have to wait for the rest."""

_SERVER, _ROLE, _CHANNEL = 1_100_000_000_000_000_001, 1_100_000_000_000_000_002, 1_100_000_000_000_000_003
_ANSWERS = Answers(Continuum.READY, energy=3, load=3, connection=3)


def drill(form: Form) -> Iterator[Row]:
    """Lose the machine, restore it, and let a member check in."""
    members = _MEMBERS[form]
    with tempfile.TemporaryDirectory() as folder:
        seconds, lost = asyncio.run(_drill(Path(folder), members))
    yield Row(
        f"from a backup to answering check-ins, {members} members, without the time of Discord's login",
        f"{_BAR:.0f} s, nobody lost",
        f"{seconds:.1f} s, {lost} lost",
        seconds < _BAR and lost == 0,
        "a measurement: nothing to weaken",
    )


async def _drill(folder: Path, members: int) -> tuple[float, int]:
    """Return after how many seconds the first check-in was counted, and how many members were not known."""
    old, new = _settings(folder / "old"), _settings(folder / "new")
    async with open_house(old) as house:
        await _fill(house, members)
        made = await house.backups.make(at=datetime.now(UTC))
    new.storage.keys.mkdir(parents=True, mode=0o700)
    shutil.copy2(old.storage.master_key_file, new.storage.master_key_file)
    began = time.perf_counter()
    file, keys = database_file(new), new.storage.keys
    place = Place(new.storage.database.get_secret_value(), file, keys, room_of(new))
    await restore(made.file, None, open_master_key(new.storage.master_key_file), place, at=datetime.now(UTC))
    async with open_house(new) as house:
        await _check_in(house)
        seconds = time.perf_counter() - began
        lost = sum(house.member_keys.find(_locator(house, number)) is None for number in range(members))
    return seconds, lost


def _settings(folder: Path) -> Settings:
    folder.mkdir()
    return Settings.model_validate({}, context=folder)


def _locator(house: House, number: int) -> bytes:
    return house.member_keys.locate(_SERVER, 1_200_000_000_000_000_000 + number)


async def _fill(house: House, members: int) -> None:
    async with house.database.transaction() as tx:
        await servers.save_server(tx, servers.Server(_SERVER, _ROLE, None, "Europe/Berlin", None, "en"))
        for start in range(0, members, _SEATS):
            circle = await circles.insert_circle(
                tx, server_id=_SERVER, name=f"Circle {start}", purpose="", seats=_SEATS, access=Access.OPEN
            )
            await circles.update_places_on_discord(tx, circle, role_id=_ROLE + start, channel_id=_CHANNEL)
            await circles.update_state(tx, circle, CircleState.OPEN)
            for number in range(start, start + _SEATS):
                member = await house.member_keys.of(tx, _locator(house, number))
                await circles.save_place(tx, circle, member.key, Seat(True, Holds.NO, 1))


async def _check_in(house: House) -> None:
    """Open a window, as a moderator would, and let somebody answer in it who was there before."""
    at = datetime.now(UTC)
    async with house.database.transaction() as tx:
        circle = await circles.find_circle(tx, _SERVER, 1)
        scope = Scope(_SERVER, "Europe/Berlin", circle, _CHANNEL)
        opened = await windows.open_in(tx, house.window_keys, scope, opens_at=at, days=7, minimum=5)
    locator = _locator(house, 0)
    known = house.member_keys.find(locator)
    assert known is not None
    person = Person(_SERVER, locator, known.key, frozenset(), manages_server=False)
    await checkins.record(
        house.database, house.window_keys, house.member_keys, person, opened.window_id, _ANSWERS, at=at
    )
