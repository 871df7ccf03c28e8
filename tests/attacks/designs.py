"""Ways to keep check-ins, behind one small surface: the real one, and room for weakened ones."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from bot.config import Settings
from bot.house import House, open_house, sweep
from bot.services import checkins, circles, features, releases, seats, servers, sharing, windows
from bot.services.circles import Circle, Draft
from bot.services.features import Feature
from bot.services.keys import WindowKeys
from bot.services.people import Person
from bot.services.rules.anonymity import FLOOR, Answers, Release
from tests.members import known_person

SERVER = 1_100_000_000_000_000_001
MODERATORS = SERVER + 1
CHANNEL = SERVER + 2
_HOLDER = 1_200_000_000_000_000_999
_SEATS = 25
_SEATED_AT = datetime(2026, 3, 1, 8, tzinfo=UTC)


class Design(Protocol):
    """How answers are kept. `keys` is where keys lie, if there are any."""

    keys: Path

    async def start(self, members: Sequence[int]) -> None:
        """Start the program; the first time, seat these people, known by their Discord ids."""
        ...

    async def stop(self) -> None:
        """Stop the program."""
        ...

    async def open_window(self, at: datetime, *, days: int) -> int:
        """Open a window and return its id."""
        ...

    async def answer(self, window: int, member: int, answers: Answers, at: datetime) -> None:
        """Take an answer, or a changed one, and return once it is acknowledged."""
        ...

    async def close(self, at: datetime) -> None:
        """Close the windows whose time is over."""
        ...

    async def cancel(self) -> None:
        """Discard the open window."""
        ...

    async def released(self, window: int) -> Release | None:
        """Return what everybody may read of a closed window."""
        ...


class Respite:
    """The real thing: the services, the database and the keys of the program, in one folder."""

    def __init__(self, folder: Path, window_keys: type[WindowKeys] = WindowKeys) -> None:
        self.keys = folder / "keys"
        self._settings = Settings.model_validate({"storage": {}}, context=folder)
        self._window_keys = window_keys
        self._running = AsyncExitStack()
        self._circle: Circle | None = None
        self.house: House

    async def start(self, members: Sequence[int]) -> None:
        house = await self._running.enter_async_context(open_house(self._settings))
        self.house = replace(house, window_keys=self._window_keys(self.keys / "windows"))
        await sweep(self.house)
        if self._circle is None:
            await self.set_up()
            self._circle = await self.circle("Tuesday", members)

    async def stop(self) -> None:
        await self._running.aclose()

    async def open_window(self, at: datetime, *, days: int) -> int:
        return await self.open_in(self._circle, at, days=days)

    async def answer(self, window: int, member: int, answers: Answers, at: datetime) -> None:
        house = self.house
        await checkins.record(
            house.database, house.window_keys, house.member_keys, self.person(member), window, answers, at=at
        )

    async def close(self, at: datetime) -> None:
        await windows.close_due(self.house.database, self.house.window_keys, at=at)

    async def cancel(self) -> None:
        await windows.cancel(
            self.house.database,
            self.house.window_keys,
            self.moderator,
            circle_id=None if self._circle is None else self._circle.circle_id,
            whole_server=False,
            channel_id=CHANNEL,
        )

    async def released(self, window: int) -> Release | None:
        return (await releases.of_window(self.house.database, window)).past[0].release

    def person(self, member: int, *, moderates: bool = False) -> Person:
        """Return somebody as the services know them."""
        roles = frozenset({MODERATORS}) if moderates else frozenset[int]()
        return known_person(self.house.member_keys, SERVER, member, roles=roles, manages=moderates)

    @property
    def moderator(self) -> Person:
        """Somebody who may open windows and read results."""
        return self.person(_HOLDER, moderates=True)

    async def set_up(self) -> None:
        """Set the server up."""
        await servers.set_up(
            self.house.database,
            self.moderator,
            moderator_role_id=MODERATORS,
            time_zone="UTC",
            country=None,
            language="en",
        )

    async def circle(self, name: str, members: Sequence[int]) -> Circle:
        """Open a circle whose facilitator has no seat, and seat these people."""
        database = self.house.database
        begun = await circles.begin(database, self.moderator, Draft(name, "", _SEATS, "It stays here."))
        await circles.remember_places(database, begun, role_id=MODERATORS + 1, channel_id=CHANNEL)
        opened = await circles.open_circle(database, self.house.member_keys, begun, _HOLDER)
        for member in members:
            await seats.join(
                database,
                self.house.member_keys,
                self.person(member),
                member,
                opened.circle_id,
                opened.agreement_version,
                at=_SEATED_AT,
            )
        return opened

    async def share(self, together: Sequence[Circle]) -> Circle:
        """Let these circles check in together, and return one of them, which opens windows for all."""
        first, *others = together
        await features.switch(self.house.database, self.moderator, Feature.SHARED_CHECKINS, on=True)
        ids = [circle.circle_id for circle in others]
        await sharing.share(
            self.house.database, self.moderator, first.circle_id, ids, channel_id=CHANNEL, at=_SEATED_AT
        )
        return first

    async def open_in(self, circle: Circle | None, at: datetime, *, days: int) -> int:
        """Open a window of a circle, or (None) of the whole server."""
        opened = await windows.open_window(
            self.house.database,
            self.house.window_keys,
            self.moderator,
            circle_id=None if circle is None else circle.circle_id,
            whole_server=circle is None,
            channel_id=CHANNEL,
            days=days,
            minimum=FLOOR,
            at=at,
        )
        return opened.window_id
