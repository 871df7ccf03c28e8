"""Who may steer what: every steering function, against everybody who may not use it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import time
from pathlib import Path

import pytest

from bot.services import (
    agreements,
    appointing,
    archiving,
    checkin_schedules,
    circles,
    holding,
    prompts,
    releases,
    requests,
    seats,
    servers,
    windows,
)
from bot.services.authority import MAY, Action, Who, may
from bot.services.checkin_schedules import Timing
from bot.services.circles import Access, Circle, Description, Draft, Which
from bot.services.people import Person
from bot.services.practices import Library, load_library
from bot.services.prompts import Wish
from bot.services.refusals import Because, Refusal
from db import Database
from db.circles import Holds, Place
from db.servers import Server
from tests.services.conftest import LOBBY, NOW, Clinic, refused

WEEKLY = Timing(weekday=0, at=time(9), every_weeks=1, days=7)
MORNINGS = Wish(frozenset({0, 2}), time(8, 30), None, None, None)
LIBRARY: Library = load_library()


@dataclass(frozen=True)
class Site:
    """A circle with an open window, a schedule and a prompt, so that there is something to steer."""

    clinic: Clinic
    circle: Circle
    prompt: int

    @property
    def database(self) -> Database:
        return self.clinic.database


Act = Callable[[Site, Person], Awaitable[object]]


@pytest.fixture
async def site(clinic: Clinic) -> Site:
    circle = await clinic.circle()
    await clinic.open(circle)
    await clinic.open()
    for whole_server in (False, True):
        await checkin_schedules.schedule(
            clinic.database,
            clinic.moderator,
            WEEKLY,
            circle_id=circle.circle_id,
            whole_server=whole_server,
            channel_id=LOBBY,
            at=NOW,
        )
    kept = await prompts.schedule(
        clinic.database,
        LIBRARY,
        clinic.moderator,
        MORNINGS,
        circle_id=circle.circle_id,
        channel_id=LOBBY,
        at=NOW,
    )
    return Site(clinic, circle, kept.schedule.schedule_id)


def _open(site: Site, person: Person, *, whole_server: bool = False) -> Awaitable[object]:
    return windows.open_window(
        site.database,
        site.clinic.window_keys,
        person,
        circle_id=site.circle.circle_id,
        whole_server=whole_server,
        channel_id=LOBBY,
        days=7,
        minimum=5,
        at=NOW,
    )


def _cancel(site: Site, person: Person, *, whole_server: bool = False) -> Awaitable[object]:
    return windows.cancel(
        site.database,
        site.clinic.window_keys,
        person,
        circle_id=site.circle.circle_id,
        whole_server=whole_server,
        channel_id=LOBBY,
    )


def _schedule(site: Site, person: Person, *, whole_server: bool = False) -> Awaitable[object]:
    return checkin_schedules.schedule(
        site.database,
        person,
        WEEKLY,
        circle_id=site.circle.circle_id,
        whole_server=whole_server,
        channel_id=LOBBY,
        at=NOW,
    )


def _stop(site: Site, person: Person, *, whole_server: bool = False) -> Awaitable[object]:
    return checkin_schedules.stop(
        site.database,
        person,
        circle_id=site.circle.circle_id,
        whole_server=whole_server,
        channel_id=LOBBY,
    )


def _results(site: Site, person: Person) -> Awaitable[object]:
    return releases.of_circle(site.database, person, site.circle.circle_id, LOBBY)


def _prompt(site: Site, person: Person) -> Awaitable[object]:
    return prompts.schedule(
        site.database, LIBRARY, person, MORNINGS, circle_id=site.circle.circle_id, channel_id=LOBBY, at=NOW
    )


def _preview(site: Site, person: Person) -> Awaitable[object]:
    return prompts.preview(
        site.database,
        LIBRARY,
        person,
        circle_id=site.circle.circle_id,
        channel_id=LOBBY,
        theme=None,
        minutes=None,
        at=NOW,
    )


def _turn(site: Site, person: Person) -> Awaitable[object]:
    return prompts.turn(site.database, person, site.prompt, at=NOW)


def _remove(site: Site, person: Person) -> Awaitable[object]:
    return prompts.remove(site.database, person, site.prompt)


def _begin(site: Site, person: Person) -> Awaitable[object]:
    draft = Draft(name="Another", purpose="", seats=8, agreement="We listen.")
    return circles.begin(site.database, person, draft)


def _set_up(site: Site, person: Person) -> Awaitable[object]:
    return servers.set_up(
        site.database, person, moderator_role_id=9, time_zone="UTC", country=None, language="en"
    )


OF_A_CIRCLE: dict[str, Act] = {
    "open a window": _open,
    "cancel a window": _cancel,
    "schedule windows": _schedule,
    "stop a schedule": _stop,
    "read results": _results,
    "schedule prompts": _prompt,
    "preview a prompt": _preview,
    "pause a prompt": _turn,
    "remove a prompt": _remove,
    "begin to change a circle": lambda site, person: circles.to_steer(
        site.database, Action.DESCRIBE_CIRCLE, person, site.circle.circle_id
    ),
    "describe a circle": lambda site, person: circles.describe(
        site.database,
        person,
        site.circle.circle_id,
        Description("Renamed", "", 25, Access.OPEN),
    ),
    "read the agreement for changing": lambda site, person: agreements.current(
        site.database, person, site.circle.circle_id
    ),
    "change the agreement": lambda site, person: agreements.change(
        site.database, person, site.circle.circle_id, "Other words."
    ),
    "see how a circle stands": lambda site, person: holding.overview(
        site.database, site.clinic.member_keys, person, site.circle.circle_id, LOBBY
    ),
    "choose who holds a circle": lambda site, person: appointing.appoint(
        site.database,
        site.clinic.member_keys,
        person,
        site.circle.circle_id,
        site.clinic.discord_id(site.clinic.holder),
        [],
    ),
    "see who asks for a seat": lambda site, person: requests.waiting(
        site.database, site.clinic.member_keys, person, site.circle.circle_id, LOBBY
    ),
    "invite somebody": lambda site, person: requests.invite(
        site.database,
        site.clinic.member_keys,
        person,
        site.circle.circle_id,
        site.clinic.discord_id(site.clinic.person(70)),
        at=NOW,
    ),
    "take a seat": lambda site, person: seats.release(
        site.database,
        site.clinic.member_keys,
        person,
        site.circle.circle_id,
        site.clinic.discord_id(site.clinic.person(71)),
    ),
    "see what the end of a circle means": lambda site, person: archiving.plan(
        site.database, person, site.circle.circle_id, LOBBY
    ),
    "end a circle": lambda site, person: archiving.archive(
        site.database,
        site.clinic.window_keys,
        person,
        site.circle.circle_id,
        1,
        name=site.circle.name,
        keep_channel=True,
        at=NOW,
    ),
}
OF_THE_SERVER: dict[str, Act] = {
    "open the server's window": lambda site, person: _open(site, person, whole_server=True),
    "cancel the server's window": lambda site, person: _cancel(site, person, whole_server=True),
    "schedule the server's windows": lambda site, person: _schedule(site, person, whole_server=True),
    "stop the server's schedule": lambda site, person: _stop(site, person, whole_server=True),
    "read the server's results": lambda site, person: releases.of_server(site.database, person),
    "open a circle": _begin,
    "be shown the form of a circle": lambda site, person: circles.require_may_create(site.database, person),
    "see how the server stands": lambda site, person: servers.status(site.database, person, at=NOW),
}
OF_THE_SETTINGS: dict[str, Act] = {
    "set up": _set_up,
    "begin to set up": lambda site, person: servers.require_manager(site.database, person),
}
TABLES = (
    "circle",
    "circle_member",
    "candidate",
    "agreement",
    "checkin_window",
    "checkin_schedule",
    "prompt_schedule",
    "post",
)


async def stored(clinic: Clinic) -> list[object]:
    """Everything that steering could have changed."""
    async with clinic.database.transaction() as tx:
        return [sorted(map(repr, await tx.fetch(f"SELECT * FROM {table}"))) for table in (*TABLES, "server")]


async def refusals(acts: dict[str, Act], site: Site, person: Person) -> dict[str, Because]:
    """Let somebody try each of these, and return what they are told."""
    before = await stored(site.clinic)
    told = {what: await refused(act(site, person)) for what, act in acts.items()}
    assert await stored(site.clinic) == before
    return told


async def allowed(acts: dict[str, Act], site: Site, person: Person) -> list[str]:
    """Let somebody do these one after the other, and return what they may do.

    There may be another reason against it: a window is open already, or was cancelled just now.
    """
    may: list[str] = []
    for what, act in acts.items():
        try:
            await act(site, person)
        except Refusal as refusal:
            if refusal.because.value.startswith("needs_"):
                continue
        may.append(what)
    return may


async def test_who_neither_holds_a_circle_nor_moderates_steers_nothing_in_it(site: Site) -> None:
    clinic = site.clinic
    stranger, member, neighbour = clinic.people(3)
    await clinic.seat(member, site.circle)
    elsewhere = await circles.begin(
        clinic.database, clinic.moderator, Draft(name="Elsewhere", purpose="", seats=8, agreement="Yes.")
    )
    await circles.open_circle(clinic.database, clinic.member_keys, elsewhere, clinic.discord_id(neighbour))
    for person in (stranger, member, neighbour):
        told = await refusals(OF_A_CIRCLE, site, person)
        assert told == dict.fromkeys(OF_A_CIRCLE, Because.NEEDS_FACILITATOR)


async def test_who_does_not_moderate_steers_nothing_of_the_whole_server(site: Site) -> None:
    stranger, member = site.clinic.people(2)
    await site.clinic.seat(member, site.circle)
    for person in (stranger, member, site.clinic.holder):
        told = await refusals(OF_THE_SERVER, site, person)
        assert told == dict.fromkeys(OF_THE_SERVER, Because.NEEDS_MODERATOR)


async def test_who_does_not_manage_the_server_changes_no_setting(site: Site) -> None:
    for person in (*site.clinic.people(1), site.clinic.holder, site.clinic.moderator):
        told = await refusals(OF_THE_SETTINGS, site, person)
        assert told == dict.fromkeys(OF_THE_SETTINGS, Because.NEEDS_MANAGE_SERVER)


async def test_who_holds_a_circle_may_do_everything_in_it(site: Site) -> None:
    assert await allowed(OF_A_CIRCLE, site, site.clinic.holder) == list(OF_A_CIRCLE)


async def test_a_moderator_may_do_everything_but_change_settings(site: Site) -> None:
    everything = OF_A_CIRCLE | OF_THE_SERVER | OF_THE_SETTINGS
    assert await allowed(everything, site, site.clinic.moderator) == [*OF_A_CIRCLE, *OF_THE_SERVER]


async def test_who_manages_the_server_may_do_everything(site: Site) -> None:
    everything = OF_A_CIRCLE | OF_THE_SERVER | OF_THE_SETTINGS
    assert await allowed(everything, site, site.clinic.owner) == list(everything)


async def test_the_circles_of_another_server_do_not_exist_even_for_its_owner(
    site: Site, tmp_path: Path
) -> None:
    elsewhere = Clinic(site.database, tmp_path, server_id=1_400_000_000_000_000_001)
    await elsewhere.set_up()
    told = await refusals(OF_A_CIRCLE, site, elsewhere.owner)
    assert set(told.values()) == {Because.NO_SUCH_CIRCLE, Because.NO_SUCH_PROMPT}


async def test_nothing_works_in_a_server_that_was_not_set_up(site: Site, tmp_path: Path) -> None:
    elsewhere = Clinic(site.database, tmp_path, server_id=1_400_000_000_000_000_001)
    told = await refusals(OF_A_CIRCLE | OF_THE_SERVER, site, elsewhere.owner)
    assert set(told.values()) == {Because.NOT_SET_UP, Because.NO_SUCH_PROMPT}


async def test_an_account_in_two_servers_is_two_people(site: Site, tmp_path: Path) -> None:
    elsewhere = Clinic(site.database, tmp_path, server_id=1_400_000_000_000_000_001)
    await elsewhere.set_up()
    circle = await elsewhere.circle()
    held = await circles.choices(site.database, elsewhere.holder, Which.HELD)
    assert [each.circle_id for each in held] == [circle.circle_id]
    assert elsewhere.holder.key != site.clinic.holder.key


def test_the_table_has_a_rule_for_everything_and_no_rule_lets_in_whom_a_higher_one_shuts_out() -> None:
    assert set(MAY) == set(Action)
    for rule in MAY.values():
        assert rule.who <= {Who.ANYBODY} or Who.ANYBODY not in rule.who
        assert Who.MODERATOR not in rule.who or Who.MANAGER in rule.who


def test_only_a_seat_opens_what_is_for_members_and_only_holding_what_is_for_those_who_hold() -> None:
    server = Server(1, moderator_role_id=7, category_id=None, time_zone="UTC", country=None, language="en")
    manager = Person(1, b"", b"", frozenset({7}), manages_server=True)
    seated, holds = Place(True, Holds.NO, 1), Place(False, Holds.AWAY, 1)
    for action in (Action.ANSWER_CHECKIN, Action.RATE_PRACTICE):
        assert may(action, manager, server, seated)
        assert not may(action, manager, server, holds)
    assert may(Action.HOLD, manager, server, holds)
    assert not may(Action.HOLD, manager, server, seated)
