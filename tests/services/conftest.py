"""A clinic: a server that was set up, with people, circles and windows. Everything in it is real."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Collection, Sequence
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import TypeVar

import pytest

from bot.services import ballots, checkins, circles, releases, seats, servers, waitlist, windows
from bot.services.checkins import Receipt
from bot.services.circles import Access, Circle, Draft
from bot.services.keys import WindowKeys
from bot.services.passphrases import Passphrases
from bot.services.people import Person
from bot.services.practices import Library, load_library
from bot.services.refusals import Because, Refusal
from bot.services.rules.anonymity import FLOOR, Answers, Continuum, Release
from db import Database
from db import checkins as stored_checkins
from db.checkins import Window
from tests.members import known_person, member_keys_in

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
"""Nine o'clock on a Monday in Berlin, four weeks before the clocks are put forward there."""

DAY = timedelta(days=1)
WEEK = timedelta(days=7)
MINUTE = timedelta(minutes=1)
BERLIN = "Europe/Berlin"
CONNECTIONS = 8
FIRST_PERSON = 1_200_000_000_000_000_000
LOBBY = 1_300_000_000_000_000_001

WELL = Answers(Continuum.READY, energy=5, load=1, connection=5)
UNWELL = Answers(Continuum.ILL, energy=1, load=5, connection=1)


T = TypeVar("T")


class Clinic:
    """One server, and short ways to what most tests begin with."""

    def __init__(self, database: Database, folder: Path, server_id: int = 1_100_000_000_000_000_001) -> None:
        self.database = database
        self.server_id = server_id
        self.moderator_role = server_id + 1
        self.folder = folder
        self.keys_folder = folder / "windows"
        self.window_keys = WindowKeys(self.keys_folder)
        self.member_keys = member_keys_in(folder / "keys")
        self.passphrases = Passphrases(database, self.member_keys)
        self._ids: dict[bytes, int] = {}
        self.owner = self.person(1, manages=True)
        self.moderator = self.person(2, roles={self.moderator_role})
        self.holder = self.person(3)
        self._numbers = count(1)

    def discord_id(self, person: Person) -> int:
        """Return by which id Discord knows somebody of these people."""
        return self._ids[person.locator]

    def person(self, number: int, *, roles: Collection[int] = (), manages: bool = False) -> Person:
        """Return somebody of this server; the same number is the same person."""
        return self.somebody(FIRST_PERSON + number, roles=roles, manages=manages)

    def somebody(self, discord_id: int, *, roles: Collection[int] = (), manages: bool = False) -> Person:
        """Return whoever Discord knows by this id."""
        person = known_person(
            self.member_keys, self.server_id, discord_id, roles=frozenset(roles), manages=manages
        )
        self._ids[person.locator] = discord_id
        return person

    def people(self, many: int, *, first: int = 100) -> list[Person]:
        """Return so many members without any office."""
        return [self.person(number) for number in range(first, first + many)]

    async def set_up(self) -> None:
        """Let the owner set the server up."""
        await servers.set_up(
            self.database,
            self.owner,
            moderator_role_id=self.moderator_role,
            time_zone=BERLIN,
            country="DE",
            language="en",
        )

    async def circle(
        self, *, seats: int = 25, seated: Sequence[Person] = (), access: Access = Access.OPEN
    ) -> Circle:
        """Open a circle that the holder holds, and give these people a seat in it."""
        number = next(self._numbers)
        draft = Draft(f"Circle {number}", "To talk.", seats, "We listen.", access)
        begun = await circles.begin(self.database, self.moderator, draft)
        role_id, channel_id = self.server_id + 1000 + number, self.server_id + 2000 + number
        await circles.remember_places(self.database, begun, role_id=role_id, channel_id=channel_id)
        opened = await circles.open_circle(
            self.database, self.member_keys, begun, self.discord_id(self.holder)
        )
        for person in seated:
            await self.seat(person, opened)
        return opened

    async def seat(self, person: Person, circle: Circle, *, at: datetime = NOW) -> seats.Joined:
        """Let a person join."""
        return await seats.join(
            self.database,
            self.member_keys,
            person,
            self.discord_id(person),
            circle.circle_id,
            circle.agreement_version,
            at=at,
        )

    async def tend(self, *, at: datetime = NOW) -> None:
        """Let held seats go on, and hold those that became free."""
        await waitlist.tend(self.database, at=at)

    async def leave(self, person: Person, circle: Circle) -> seats.Left:
        """Let a person leave, or step back."""
        return await seats.leave(self.database, self.member_keys, person, circle.circle_id)

    async def open(
        self, circle: Circle | None = None, *, days: int = 7, minimum: int = FLOOR, at: datetime = NOW
    ) -> int:
        """Open a window of the circle, or of the whole server, and return its id."""
        opened = await windows.open_window(
            self.database,
            self.window_keys,
            self.moderator,
            circle_id=None if circle is None else circle.circle_id,
            whole_server=circle is None,
            channel_id=LOBBY,
            days=days,
            minimum=minimum,
            at=at,
        )
        return opened.window_id

    async def cancel(self, circle: Circle | None = None) -> None:
        """Discard the open window of the circle, or of the whole server."""
        await windows.cancel(
            self.database,
            self.window_keys,
            self.moderator,
            circle_id=None if circle is None else circle.circle_id,
            whole_server=circle is None,
            channel_id=LOBBY,
        )

    async def answer(
        self, person: Person, window_id: int, *, answers: Answers = WELL, at: datetime = NOW
    ) -> Receipt:
        """Let a person check in."""
        return await checkins.record(
            self.database, self.window_keys, self.member_keys, person, window_id, answers, at=at
        )

    async def all_answer(
        self, people: Sequence[Person], window_id: int, *, answers: Answers = WELL, at: datetime = NOW
    ) -> None:
        """Let these people check in, one after the other."""
        for person in people:
            await self.answer(person, window_id, answers=answers, at=at)

    async def withdraw(self, person: Person, window_id: int, *, at: datetime = NOW) -> None:
        """Let a person take their answer back."""
        await checkins.withdraw(self.database, self.window_keys, self.member_keys, person, window_id, at=at)

    async def counted(self, window_id: int) -> dict[bytes, Answers]:
        """Return whose answers an open window would count now, by locator, and what they are."""
        box = ballots.box_of(self.window_keys, window_id)
        async with self.database.transaction() as tx:
            cast = await stored_checkins.list_ballots(tx, window_id)
        votes = [] if box is None else ballots.read(box, cast)
        return {vote.locator: vote.answers for vote in votes if vote.answers is not None}

    async def close(self, at: datetime = NOW + WEEK) -> None:
        """Close what is due by then."""
        await windows.close_due(self.database, self.window_keys, at=at)

    async def window(self, window_id: int) -> Window:
        """Return a window as it is stored."""
        async with self.database.transaction() as tx:
            found = await stored_checkins.find_window(tx, window_id)
        assert found is not None
        return found

    async def released(self, window_id: int) -> Release | None:
        """Return what was published of a window."""
        return (await releases.of_window(self.database, window_id)).past[0].release

    async def count(self, what: str, **columns: int | str | bytes) -> int:
        """Return how many rows of a table have these values."""
        where = " AND ".join(f"{column} = ${number}" for number, column in enumerate(columns, start=1))
        async with self.database.transaction() as tx:
            rows = await tx.fetch(
                f"SELECT count(*) AS found FROM {what} WHERE {where or '1 = 1'}", *columns.values()
            )
        return int(rows[0]["found"])


async def rows(clinic: Clinic, *window_ids: int) -> list[int]:
    """How many sealed ballots lie in each of these windows, blank or not."""
    return [await clinic.count("ballot", window_id=window_id) for window_id in window_ids]


async def counted(clinic: Clinic, *window_ids: int) -> list[int]:
    """How many answers each of these windows would count now."""
    return [len(await clinic.counted(window_id)) for window_id in window_ids]


async def refused(attempt: Awaitable[object]) -> Because:
    """Return the reason for which this is refused."""
    with pytest.raises(Refusal) as refusal:
        await attempt
    return refusal.value.because


async def at_once(database: Database, *attempts: Awaitable[T]) -> list[T | Refusal]:
    """Let all of this happen at the same time, and return what became of each.

    PostgreSQL's connections are made before: otherwise the first attempt is over when the second one
    has a connection. What is raised and is not a refusal is raised here.
    """
    if database.engine == "postgres":
        all_there = asyncio.Barrier(CONNECTIONS)

        async def take_a_connection() -> None:
            async with database.transaction():
                await all_there.wait()

        async with asyncio.timeout(30):
            await asyncio.gather(*[take_a_connection() for _ in range(CONNECTIONS)])
    outcomes = await asyncio.gather(*attempts, return_exceptions=True)
    found: list[T | Refusal] = []
    for outcome in outcomes:
        if isinstance(outcome, BaseException) and not isinstance(outcome, Refusal):
            raise outcome
        found.append(outcome)
    return found


def told(outcomes: Sequence[object]) -> list[Because]:
    """Return the reasons of those that were refused."""
    return [outcome.because for outcome in outcomes if isinstance(outcome, Refusal)]


@pytest.fixture
async def clinic(database: Database, tmp_path: Path) -> Clinic:
    """Return a server that has just been set up."""
    opened = Clinic(database, tmp_path)
    await opened.set_up()
    return opened


@pytest.fixture(scope="session")
def library() -> Library:
    """Return the practices that the bot ships with."""
    return load_library()
