"""One life of the program, without Discord: people check in, windows open and close, until it is killed."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from random import Random

from bot.config import Settings
from bot.house import House, open_house, sweep
from bot.services import checkin_schedules, checkins, circles, seats, servers, windows
from bot.services.checkin_schedules import Timing
from bot.services.circles import Draft
from bot.services.member_keys import MemberKeys
from bot.services.people import Person
from bot.services.refusals import Because, Refusal
from bot.services.rules.anonymity import CONTINUUM, Answers
from bot.services.windows import OpenWindows
from db.checkins import OpenWindow
from tests.crash.journal import Journal, packed

SERVER = 1_100_000_000_000_000_001
LOBBY = SERVER + 1
FIRST_PERSON = 1_200_000_000_000_000_000
PEOPLE = range(20)
CIRCLES = {"First": 0, "Second": 0, "Third": 3}
"""Each circle and the weekday on which its windows open: two of them close at the same moment."""

FIRST_DAY = int(datetime(2026, 3, 2, 8, tzinfo=UTC).timestamp())
STEP = timedelta(days=1)
PACE = 0.005
"""Seconds between one day and the next, so that a window is open for a third of a second or so."""

RESTS = (0.0, 0.02, 0.06)
"""Seconds at most between two acts of one person: in some lives everybody is always waiting for the disk."""

LONGEST = 30
"""Seconds after which a life ends if nobody has killed it: whoever began it is gone."""


def settings(folder: Path) -> Settings:
    """Return settings whose files all lie in this folder."""
    return Settings.model_validate({"storage": {}}, context=folder)


def person(keys: MemberKeys, number: int, *, manages: bool = False) -> Person:
    """Return one of the people; the same number is the same person."""
    locator, key = keys.recognise(SERVER, FIRST_PERSON + number)
    return Person(SERVER, locator, key, frozenset(), manages)


async def live(folder: Path, journal: Path, *, at: int, seed: int) -> None:
    """Start as the program does, then do all there is to do, at random and at once."""
    async with open_house(settings(folder)) as house, asyncio.timeout(LONGEST):
        await sweep(house)
        chance = Random(seed)  # noqa: S311
        life = Life(house, Journal(journal), chance, datetime.fromtimestamp(at, UTC))
        await life.tick()
        await life.set_up()
        async with asyncio.TaskGroup() as group:
            group.create_task(life.pass_time())
            for number in PEOPLE:
                group.create_task(life.check_in_and_out(number))


class Life:
    """Everybody who is in the server, and the clock."""

    def __init__(self, house: House, journal: Journal, chance: Random, at: datetime) -> None:
        self._house = house
        self._journal = journal
        self._chance = chance
        self._at = at
        self._rest = chance.choice(RESTS)
        self._open = OpenWindows()
        self._owner = person(house.member_keys, len(PEOPLE), manages=True)

    async def set_up(self) -> None:
        """Make the server, its circles and their schedules, or whatever of them is not there yet."""
        database, owner = self._house.database, self._owner
        act = self._journal.begin("set_up")
        await servers.set_up(
            database, owner, moderator_role_id=LOBBY, time_zone="Europe/Berlin", country=None, language="en"
        )
        for circle in await circles.unfinished(database):
            await circles.discard(database, circle)
        there = {listing.circle.name for listing in await circles.browse(database, owner)}
        for number, name in enumerate(CIRCLES, start=1):
            if name not in there:
                draft = Draft(name=name, purpose="", seats=25, agreement="We listen.")
                begun = await circles.begin(database, owner, draft)
                await circles.remember_places(database, begun, role_id=number, channel_id=LOBBY + number)
                await circles.open_circle(
                    database, self._house.member_keys, begun, FIRST_PERSON + len(PEOPLE)
                )
        await self._schedule(None, 1)
        for circle, taken in [
            (each.circle, each.room.taken) for each in await circles.browse(database, owner)
        ]:
            await self._schedule(circle.circle_id, CIRCLES[circle.name])
            if taken < len(PEOPLE):
                keys = self._house.member_keys
                joining = [
                    seats.join(
                        database,
                        keys,
                        person(keys, number),
                        FIRST_PERSON + number,
                        circle.circle_id,
                        1,
                        at=self._at,
                    )
                    for number in PEOPLE
                ]
                await asyncio.gather(*joining)
        self._journal.end(act)

    async def _schedule(self, circle_id: int | None, weekday: int) -> None:
        with suppress(Refusal):  # there is one already
            await checkin_schedules.schedule(
                self._house.database,
                self._owner,
                Timing(weekday, time(12), every_weeks=1, days=7),
                circle_id=circle_id,
                whole_server=circle_id is None,
                channel_id=LOBBY,
                at=self._at,
            )

    async def pass_time(self) -> None:
        """Let a day pass, do what is due, and sometimes discard a window."""
        while True:
            await asyncio.sleep(PACE)
            self._at += STEP
            await self.tick()
            if self._chance.random() < 0.05:
                await self._cancel()

    async def tick(self) -> None:
        """Close and open what is due, as the program's job does."""
        house, at = self._house, int(self._at.timestamp())
        act = self._journal.begin("close", at=at)
        await windows.close_due(house.database, house.window_keys, at=self._at)
        self._journal.end(act)
        act = self._journal.begin("open", at=at)
        await checkin_schedules.open_due(
            house.database, house.window_keys, minimum=house.minimum_answers, at=self._at
        )
        await self._open.refresh(house.database)
        self._journal.end(act, windows=[window.window_id for window in self._open.of_server(SERVER)])

    async def _cancel(self) -> None:
        scopes = {window.circle_id for window in self._open.of_server(SERVER)}
        if not scopes:
            return
        circle_id = self._chance.choice(sorted(scopes, key=lambda scope: scope or 0))
        act = self._journal.begin("cancel")
        try:
            cancelled = await windows.cancel(
                self._house.database,
                self._house.window_keys,
                self._owner,
                circle_id=circle_id,
                whole_server=circle_id is None,
                channel_id=LOBBY,
            )
        except Refusal as refusal:
            self._journal.end(act, refused=refusal.because)
        else:
            self._journal.end(act, windows=[cancelled.window_id])

    async def check_in_and_out(self, number: int) -> None:
        """Let somebody answer, answer again and withdraw, here and there, without end."""
        who = person(self._house.member_keys, number)
        while True:
            await asyncio.sleep(self._chance.random() * self._rest)
            chosen, at = self._choose(), self._at
            if chosen is None:
                await asyncio.sleep(PACE)  # to look again at once would leave nobody else any time
            elif self._chance.random() < 0.7:
                await self._record(number, who, chosen, at)
            else:
                await self._withdraw(number, who, chosen, at)

    def _choose(self) -> OpenWindow | None:
        """Return one of the windows that ask, as a form does."""
        still_open = [window for window in self._open.of_server(SERVER) if window.closes_at > self._at]
        return self._chance.choice(still_open) if still_open else None

    async def _record(self, number: int, who: Person, chosen: OpenWindow, at: datetime) -> None:
        answers = Answers(self._chance.choice(CONTINUUM), *(self._chance.randint(1, 5) for _ in range(3)))
        window, house = chosen.window_id, self._house
        act = self._journal.begin("record", who=number, windows=[window], answers=packed(answers))
        try:
            await checkins.record(
                house.database, house.window_keys, house.member_keys, who, window, answers, at=at
            )
        except Refusal as refusal:
            _expect(refusal, Because.WINDOW_CLOSED, Because.ALREADY_COUNTED)
            self._journal.end(act, refused=refusal.because)
        else:
            self._journal.end(act, windows=[window])

    async def _withdraw(self, number: int, who: Person, chosen: OpenWindow, at: datetime) -> None:
        window, house = chosen.window_id, self._house
        act = self._journal.begin("withdraw", who=number, windows=[window])
        try:
            await checkins.withdraw(house.database, house.window_keys, house.member_keys, who, window, at=at)
        except Refusal as refusal:
            _expect(refusal, Because.TOO_LATE_TO_CHANGE, Because.NOTHING_TO_WITHDRAW)
            self._journal.end(act, refused=refusal.because)
        else:
            self._journal.end(act, windows=[window])


def _expect(refusal: Refusal, *because: Because) -> None:
    if refusal.because not in because:
        raise refusal
