"""A circle with an open window, written straight into the files of a program that is not running."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from bot.config import Settings
from bot.house import open_house
from bot.services import windows
from bot.services.windows import Scope
from db import agreements, circles, servers
from db.circles import Access, CircleState, Holds, Place
from tests.stand_in.discord import CHANNEL, GUILD, ROLE

PEOPLE = [800000000000000001 + number * 7919 for number in range(8)]
ANSWER = {"continuum": "injured", "energy": "2", "load": "4", "connection": "1"}


async def seed(folder: Path, people: list[int]) -> int:
    """Write a set-up server, a circle with these people, and an open window; return the window's id."""
    settings = Settings.model_validate({"storage": {}}, context=folder)
    async with open_house(settings) as house, house.database.transaction() as tx:
        await servers.save_server(tx, servers.Server(GUILD, ROLE, None, "Europe/Berlin", None, "en"))
        circle_id = await circles.insert_circle(
            tx, server_id=GUILD, name="Tuesday", purpose="", seats=12, access=Access.OPEN
        )
        await agreements.insert_agreement(tx, circle_id, 1, "We keep it here.")
        await circles.update_places_on_discord(tx, circle_id, role_id=ROLE, channel_id=CHANNEL)
        await circles.update_state(tx, circle_id, CircleState.OPEN)
        for person in people:
            member = await house.member_keys.of(tx, house.member_keys.locate(GUILD, person))
            await circles.save_place(tx, circle_id, member.key, Place(True, Holds.NO, 1))
        circle = await circles.find_circle(tx, GUILD, circle_id)
        scope = Scope(GUILD, "Europe/Berlin", circle, CHANNEL)
        opened = await windows.open_in(
            tx, house.window_keys, scope, opens_at=datetime.now(UTC), days=7, minimum=5
        )
    return opened.window_id
