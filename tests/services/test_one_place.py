"""Whatever people do, in whatever order: nobody counts twice at one time, and no result can be subtracted."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import combinations, count
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from bot.services import features, seats, sharing
from bot.services.circles import Circle
from bot.services.features import Feature
from bot.services.refusals import Because, Refusal
from bot.services.rules.anonymity import CONTINUUM, Answers, Continuum
from db import connect
from db.checkins import WindowState
from db.migrations import upgrade
from tests.attacks.nesting import leaves_few
from tests.services.conftest import DAY, LOBBY, NOW, Clinic

PEOPLE = 12
SEATED = (range(8), range(6), range(4, 12), range(9, 12))
"""The second circle lies inside the first; the third shares four members with it; the fourth is small."""

SEATS = {(scope, number) for scope, seated in enumerate(SEATED) for number in seated}
SERVER = len(SEATED)
SCOPES = st.integers(0, SERVER)
"""The circles, and after them the whole server."""

CIRCLES = st.integers(0, SERVER - 1)

FEW = st.lists(st.integers(0, PEOPLE - 1), max_size=3, unique=True)
MOODS = st.builds(Answers, st.sampled_from(Continuum), st.integers(1, 5), st.just(3), st.just(3))


@dataclass(slots=True)
class Asked:
    """A window as the test knows it, and whose answers count in it. Circles may share one."""

    window_id: int
    scopes: frozenset[int]
    opens_at: datetime
    closes_at: datetime
    counts: dict[int, Answers] = field(default_factory=dict)
    state: WindowState = WindowState.OPEN

    @property
    def minimum(self) -> int:
        return 6 if SERVER in self.scopes else 5

    def overlaps(self, other: Asked) -> bool:
        return self.opens_at < other.closes_at and other.opens_at < self.closes_at


class Server(RuleBasedStateMachine):
    """A server of four circles and twelve people, and beside it what should have become of their answers.

    The examples share a clinic: each begins when everything of the one before is over.
    """

    def __init__(
        self,
        run: Callable[[Coroutine[Any, Any, Any]], Any],
        clinic: Clinic,
        all_circles: list[Circle],
        now: datetime,
    ) -> None:
        super().__init__()
        self._run = run
        self.clinic = clinic
        self.circles = all_circles
        self.people = clinic.people(PEOPLE)
        self.now = now
        self.asked: list[Asked] = []
        self.seats = set(SEATS)
        self.groups: list[frozenset[int]] = []

    def teardown(self) -> None:
        for scope in range(SERVER):
            self.step_out(scope)
        for scope, number in self.seats ^ SEATS:
            self.join_or_leave(number, scope)
        for scope in range(SERVER + 1):
            self.cancel(scope)

    @rule(place=SCOPES, days=st.sampled_from([7, 14, 28]), few=FEW, elsewhere=SCOPES, answers=MOODS)
    def everybody_answers(
        self, place: int, days: int, few: list[int], elsewhere: int, answers: Answers
    ) -> None:
        """Ask in two places, if nobody asks there yet, and let people answer in one, a few in the other."""
        self.open(place, days)
        self.open(elsewhere, 14)
        for number in range(PEOPLE):
            self.answer(number, elsewhere if number in few else place, answers)

    @rule(scope=SCOPES, days=st.sampled_from([7, 14, 28]))
    def open(self, scope: int, days: int) -> None:
        together = self._together(scope)
        in_the_way = any(self._open(each) for each in together)
        window = self._attempt(self.clinic.open(self._circle(scope), days=days, at=self.now))
        if in_the_way:
            reasons = (Because.WINDOW_ALREADY_OPEN, Because.OTHER_WINDOW_OPEN)
            assert window is reasons[len(together) > 1]
            return
        closes_at = self._run(self.clinic.window(window)).closes_at
        self.asked.append(Asked(window, together, self.now, closes_at))

    @rule(one=CIRCLES, other=CIRCLES)
    def share(self, one: int, other: int) -> None:
        """Let circles check in together, with those with whom they do so already."""
        together = self._together(one) | self._together(other)
        [first, second] = [self.circles[each].circle_id for each in (one, other)]
        moderator = self.clinic.moderator
        act = sharing.share(self.clinic.database, moderator, first, [second], channel_id=LOBBY, at=self.now)
        refused = self._attempt(act)
        assert (refused is Because.SHARE_WITH_WHOM) is (together == self._together(one))
        if refused is not Because.SHARE_WITH_WHOM:
            self.groups = [group for group in self.groups if not group & together] + [together]

    @rule(scope=CIRCLES)
    def step_out(self, scope: int) -> None:
        circle_id = self.circles[scope].circle_id
        act = sharing.step_out(self.clinic.database, self.clinic.moderator, circle_id, at=self.now)
        refused = self._attempt(act)
        left = self._together(scope)
        assert (refused is Because.SHARES_WITH_NOBODY) is (len(left) == 1)
        groups = (group - {scope} for group in self.groups)
        self.groups = [group for group in groups if len(group) > 1]

    @rule(number=st.integers(0, PEOPLE - 1), scope=SCOPES, answers=MOODS)
    def answer(self, number: int, scope: int, answers: Answers) -> None:
        asked = self._open(scope)
        if asked is None:
            return
        person = self.people[number]
        said = self._attempt(self.clinic.answer(person, asked.window_id, answers=answers, at=self.now))
        if asked.closes_at <= self.now:
            assert said is Because.WINDOW_CLOSED
        elif scope < SERVER and not any((each, number) in self.seats for each in asked.scopes):
            assert said is Because.NOT_SEATED_HERE
        elif self._counted_already(number, asked):
            assert said is Because.ALREADY_COUNTED
        else:
            before = self._counting(number)
            assert said.replaced is (before is asked)
            taken_from = None if said.taken_from is None else said.taken_from.window_id
            assert taken_from == (None if before in (None, asked) else before.window_id)
            if before is not None:
                del before.counts[number]
            asked.counts[number] = answers

    @rule(number=st.integers(0, PEOPLE - 1), scope=SCOPES)
    def withdraw(self, number: int, scope: int) -> None:
        asked = self._open(scope)
        if asked is None:
            return
        refused = self._attempt(self.clinic.withdraw(self.people[number], asked.window_id, at=self.now))
        if asked.closes_at <= self.now:
            assert refused is Because.TOO_LATE_TO_CHANGE
        elif number not in asked.counts:
            assert refused is Because.NOTHING_TO_WITHDRAW
        else:
            assert refused is None
            del asked.counts[number]

    @rule(scope=SCOPES)
    def cancel(self, scope: int) -> None:
        asked = self._open(scope)
        refused = self._attempt(self.clinic.cancel(self._circle(scope)))
        assert (refused is Because.NOTHING_TO_CANCEL) is (asked is None)
        if asked is not None:
            asked.state = WindowState.CANCELLED

    @rule(number=st.integers(0, PEOPLE - 1), scope=CIRCLES)
    def join_or_leave(self, number: int, scope: int) -> None:
        person, circle = self.people[number], self.circles[scope]
        if (scope, number) in self.seats:
            database, member_keys = self.clinic.database, self.clinic.member_keys
            self._run(seats.leave(database, member_keys, person, circle.circle_id))
        else:
            self._run(self.clinic.seat(person, circle))
        self.seats ^= {(scope, number)}

    @rule(days=st.sampled_from([3, 7]), late=st.sampled_from([False, False, True]))
    def wait(self, days: int, late: bool) -> None:
        """Let time pass. The tick that closes what is over may be late."""
        self.now += days * DAY
        if late:
            return
        self._run(self.clinic.close(self.now))
        for asked in self.asked:
            if asked.state is WindowState.OPEN and asked.closes_at <= self.now:
                enough = len(asked.counts) >= asked.minimum
                asked.state = self._run(self.clinic.window(asked.window_id)).state
                assert asked.state is (WindowState.RELEASED if enough else WindowState.WITHHELD)

    @invariant()
    def what_would_be_counted_is_what_was_last_acknowledged(self) -> None:
        for asked in self.asked:
            if asked.state is WindowState.OPEN:
                expected = {self.people[number].locator: said for number, said in asked.counts.items()}
                assert self._run(self.clinic.counted(asked.window_id)) == expected

    @invariant()
    def no_circle_is_asked_twice_at_a_time(self) -> None:
        scopes = [scope for asked in self.asked if asked.state is WindowState.OPEN for scope in asked.scopes]
        assert len(scopes) == len(set(scopes))

    @invariant()
    def nobody_is_in_two_results_that_overlap_in_time(self) -> None:
        for one, other in combinations(self.released(), 2):
            assert not one.overlaps(other) or not one.counts.keys() & other.counts.keys()

    @invariant()
    def no_results_of_one_time_leave_a_few_people_when_subtracted(self) -> None:
        for moment in self.released():
            at_once = [each for each in self.released() if each.opens_at <= moment.opens_at < each.closes_at]
            assert not leaves_few([frozenset(each.counts) for each in at_once])

    def released(self) -> list[Asked]:
        return [asked for asked in self.asked if asked.state is WindowState.RELEASED]

    def asking(self) -> list[int]:
        return [min(asked.scopes) for asked in self.asked if asked.state is WindowState.OPEN]

    def _together(self, scope: int) -> frozenset[int]:
        return next((group for group in self.groups if scope in group), frozenset({scope}))

    def _open(self, scope: int) -> Asked | None:
        here = (asked for asked in self.asked if scope in asked.scopes and asked.state is WindowState.OPEN)
        return next(here, None)

    def _counting(self, number: int) -> Asked | None:
        """Where this person's answer lies and could still be moved from."""
        movable = (
            asked
            for asked in self.asked
            if asked.state is WindowState.OPEN and self.now < asked.closes_at and number in asked.counts
        )
        return next(movable, None)

    def _counted_already(self, number: int, chosen: Asked) -> bool:
        """Whether a result that is out, or about to be, counts them while this window was open."""
        return any(
            number in asked.counts and asked.overlaps(chosen)
            for asked in self.asked
            if asked.state is WindowState.RELEASED
            or (asked.state is WindowState.OPEN and asked.closes_at <= self.now)
        )

    def _circle(self, scope: int) -> Circle | None:
        return self.circles[scope] if scope < SERVER else None

    def _attempt(self, act: Coroutine[Any, Any, Any]) -> Any:
        try:
            return self._run(act)
        except Refusal as refusal:
            return refusal.because


class Founded(NamedTuple):
    """A clinic with its circles, and the loop on which everything in it runs."""

    runner: asyncio.Runner
    clinic: Clinic
    circles: list[Circle]

    def server(self, now: datetime) -> Server:
        return Server(self.runner.run, self.clinic, self.circles, now)


@pytest.fixture
def founded(database_url: str, tmp_path: Path) -> Iterator[Founded]:
    """Found the clinic in which all the examples of a test take place."""

    async def found() -> tuple[Clinic, list[Circle]]:
        database = await connect(database_url)
        await upgrade(database)
        clinic = Clinic(database, tmp_path)
        await clinic.set_up()
        await features.switch(clinic.database, clinic.owner, Feature.SHARED_CHECKINS, on=True)
        people = clinic.people(PEOPLE)
        return clinic, [await clinic.circle(seated=[people[each] for each in seated]) for seated in SEATED]

    with asyncio.Runner() as runner:
        clinic, all_circles = runner.run(found())
        yield Founded(runner, clinic, all_circles)
        runner.run(clinic.database.close())


def test_no_order_of_things_counts_somebody_in_two_results_of_one_time(founded: Founded) -> None:
    beginnings = count()
    run_state_machine_as_test(
        lambda: founded.server(NOW + 300 * DAY * next(beginnings)),
        settings=settings(max_examples=12, stateful_step_count=20),
    )


def test_nor_does_a_long_time_in_which_much_is_asked_and_answered(founded: Founded) -> None:
    """Hypothesis finds the short way to a mistake; this goes on until windows have overlapped anyhow."""
    server, chance = founded.server(NOW), Random(1)  # noqa: S311
    for _ in range(500):
        anything(server, chance)
        server.what_would_be_counted_is_what_was_last_acknowledged()
        server.no_circle_is_asked_twice_at_a_time()
    server.nobody_is_in_two_results_that_overlap_in_time()
    server.no_results_of_one_time_leave_a_few_people_when_subtracted()
    assert len(server.released()) > 20
    assert sum(len(asked.scopes) > 1 for asked in server.released()) > 5


def anything(server: Server, chance: Random) -> None:
    """Let something happen: mostly, that something is asked or answered, or that time passes."""
    place, number = chance.randrange(SERVER + 1), chance.randrange(PEOPLE)
    answers = Answers(chance.choice(CONTINUUM), chance.randint(1, 5), 3, 3)
    match chance.randrange(23):
        case 0 | 1 | 2 | 3 | 4 | 5 | 6:
            asked = chance.choice(server.asking() or [place])
            for each in chance.sample(range(PEOPLE), chance.randint(8, PEOPLE)):
                server.answer(each, asked, answers)
        case 7 | 8 | 9 | 10 | 11:
            server.open(place, chance.choice([7, 14]))
        case 12 | 13 | 14 | 15 | 16:
            server.wait(chance.choice([3, 7]), chance.random() < 0.3)
        case 17:
            server.withdraw(number, place)
        case 18:
            server.cancel(place)
        case 19:
            server.share(place % SERVER, chance.randrange(SERVER))
        case 20 | 21:
            server.step_out(place % SERVER)
        case _:
            server.join_or_leave(number, place % SERVER)
