"""What moderators change of their server's lists: who may, what is kept, and what memory knows of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from bot.services import server_resources, servers
from bot.services.listings import Known, ServerLines, listing
from bot.services.people import Person
from bot.services.refusals import Because
from bot.services.resources import Kind, Resource, load_directory
from bot.services.server_resources import MOST_CHANGES, Draft
from tests.services.conftest import Clinic, at_once, refused, told

DIRECTORY = load_directory()
TODAY = date(2026, 12, 1)
OURS = Draft("Our line", "0800 12 34 56", "https://example.org/help", "9 to 17", "our members")


class Desk:
    """A clinic's lists, and somebody who changes them."""

    def __init__(self, clinic: Clinic) -> None:
        self.clinic = clinic
        self.lines = ServerLines()

    @property
    def known(self) -> Known:
        return self.lines.of(self.clinic.server_id)

    @property
    def seen(self) -> list[Resource]:
        found = listing(DIRECTORY, self.known, None, frozenset(Kind), TODAY)
        return [entry.resource for entry in found.entries]

    async def add(self, draft: Draft = OURS, kind: str = "crisis", person: Person | None = None) -> Resource:
        return await server_resources.add(
            self.clinic.database, self.lines, person or self.clinic.moderator, kind, draft, today=TODAY
        )

    async def replace(self, entry_id: str, draft: Draft = OURS, person: Person | None = None) -> Resource:
        return await server_resources.replace(
            self.clinic.database,
            self.lines,
            DIRECTORY,
            person or self.clinic.moderator,
            entry_id,
            draft,
            today=TODAY,
        )

    async def hide(self, entry_id: str, person: Person | None = None) -> Resource:
        return await server_resources.hide(
            self.clinic.database, self.lines, DIRECTORY, person or self.clinic.moderator, entry_id
        )

    async def restore(self, entry_id: str, person: Person | None = None) -> Resource:
        return await server_resources.restore(
            self.clinic.database, self.lines, DIRECTORY, person or self.clinic.moderator, entry_id
        )


@pytest.fixture
async def desk(clinic: Clinic) -> Desk:
    """Return the lists of a server in Germany, as they are in memory after a start."""
    made = Desk(clinic)
    await made.lines.refresh(clinic.database)
    return made


# What memory knows


async def test_memory_knows_country_and_moderators_and_nothing_of_servers_that_were_never_set_up(
    desk: Desk, clinic: Clinic
) -> None:
    assert desk.known == Known("DE", clinic.moderator_role)
    assert desk.lines.of(77) == desk.lines.of(None) == Known()


async def test_memory_is_the_same_after_a_restart(desk: Desk, clinic: Clinic) -> None:
    await desk.add()
    await desk.hide("de-psu-helpline")
    await desk.replace("de-telefonseelsorge")
    restarted = ServerLines()
    await restarted.refresh(clinic.database)
    assert restarted.of(clinic.server_id) == desk.known
    assert len(desk.known.changes) == 3


# Adding, replacing, hiding


async def test_what_is_added_is_kept_with_the_day_on_which_it_was_checked(desk: Desk) -> None:
    await desk.add()
    [added] = [entry for entry in desk.seen if entry.name == "Our line"]
    assert added.id.startswith("own-")
    assert (added.kind, added.checked_on, added.numbers) == (Kind.CRISIS, TODAY, ("0800 12 34 56",))
    assert (added.url, added.hours, added.for_whom) == (OURS.url, OURS.hours, OURS.for_whom)


async def test_what_is_replaced_keeps_its_place_and_its_kind(desk: Desk) -> None:
    before = [entry.id for entry in desk.seen]
    await desk.replace("de-psu-helpline")
    assert [entry.id for entry in desk.seen] == before
    [changed] = [entry for entry in desk.seen if entry.id == "de-psu-helpline"]
    assert (changed.kind, changed.name, changed.source) == (Kind.CLINICIAN, "Our line", None)


async def test_what_is_replaced_twice_is_one_change(desk: Desk, clinic: Clinic) -> None:
    await desk.replace("de-psu-helpline")
    await desk.replace("de-psu-helpline", replace(OURS, name="Our second line"))
    assert await clinic.count("server_resource") == 1
    assert "Our second line" in {entry.name for entry in desk.seen}


async def test_an_entry_of_ones_own_can_be_replaced_and_removed(desk: Desk, clinic: Clinic) -> None:
    await desk.add()
    [first] = [entry for entry in desk.seen if entry.id.startswith("own-")]
    await desk.replace(first.id, replace(OURS, name="Our second line"))
    [second] = [entry for entry in desk.seen if entry.id.startswith("own-")]
    assert (second.name, second.kind) == ("Our second line", Kind.CRISIS)
    await desk.hide(second.id)
    assert await clinic.count("server_resource") == 0


async def test_what_is_hidden_or_replaced_comes_back_as_it_was(desk: Desk, clinic: Clinic) -> None:
    before = desk.seen
    await desk.hide("de-psu-helpline")
    await desk.replace("de-telefonseelsorge")
    assert desk.seen != before
    await desk.restore("de-psu-helpline")
    await desk.restore("de-telefonseelsorge")
    assert desk.seen == before
    assert await clinic.count("server_resource") == 0


async def test_what_is_replaced_can_be_hidden_too(desk: Desk) -> None:
    await desk.replace("de-psu-helpline")
    await desk.hide("de-psu-helpline")
    assert "de-psu-helpline" not in {entry.id for entry in desk.seen}
    [change] = desk.known.changes
    assert change.resource is None


async def test_one_servers_changes_are_not_anothers(desk: Desk, clinic: Clinic, tmp_path: Path) -> None:
    other = Clinic(clinic.database, tmp_path, server_id=clinic.server_id + 10_000)
    await other.set_up()
    await desk.add()
    [own] = [entry for entry in desk.seen if entry.id.startswith("own-")]
    assert desk.lines.of(other.server_id).changes == ()
    assert await refused(desk.hide(own.id, other.moderator)) is Because.NO_SUCH_RESOURCE


async def test_a_new_country_is_known_once_memory_is_read_again(desk: Desk, clinic: Clinic) -> None:
    await servers.set_up(
        clinic.database,
        clinic.owner,
        moderator_role_id=clinic.moderator_role,
        time_zone="Pacific/Auckland",
        country="nz",
        language="en",
    )
    await desk.lines.refresh(clinic.database)
    assert desk.known.country == "NZ"
    assert "nz-1737" in {entry.id for entry in desk.seen}


# What is refused


@pytest.mark.parametrize(
    "changed",
    [
        {"name": ""},
        {"name": "x" * 101},
        {"hours": " "},
        {"for_whom": ""},
        {"number": "call us"},
        {"number": "12<@1>"},
        {"url": "example.org"},
        {"url": "javascript:alert"},
        {"url": "https://example.org/a) [b](c"},
        {"number": "", "url": ""},
    ],
    ids=str,
)
async def test_what_is_incomplete_or_looks_wrong_is_refused(
    desk: Desk, clinic: Clinic, changed: dict[str, str]
) -> None:
    assert await refused(desk.add(replace(OURS, **changed))) is Because.RESOURCE_INCOMPLETE
    assert await refused(desk.replace("de-psu-helpline", replace(OURS, **changed)))
    assert await clinic.count("server_resource") == 0


async def test_a_number_or_a_link_is_enough(desk: Desk) -> None:
    await desk.add(replace(OURS, url=""))
    await desk.add(replace(OURS, number=""))
    assert len(desk.known.changes) == 2


async def test_hidden_characters_are_taken_out(desk: Desk) -> None:
    added = await desk.add(replace(OURS, name="Our\u202e line\n"))
    assert added.name == "Our line"


async def test_only_moderators_and_managers_may(desk: Desk, clinic: Clinic) -> None:
    member = clinic.person(9)
    attempts = (
        desk.add(person=member),
        desk.replace("de-psu-helpline", person=member),
        desk.hide("de-psu-helpline", person=member),
        desk.restore("de-psu-helpline", person=member),
        server_resources.changes(clinic.database, desk.lines, member),
    )
    for attempt in attempts:
        assert await refused(attempt) is Because.NEEDS_MODERATOR
    assert await clinic.count("server_resource") == 0
    await desk.add(person=clinic.owner)
    assert len(await server_resources.changes(clinic.database, desk.lines, clinic.moderator)) == 1


async def test_what_is_not_there_is_refused(desk: Desk) -> None:
    for attempt in (
        desk.hide("fr-3114"),
        desk.hide("own-1"),
        desk.replace("de-nothing"),
        desk.restore("de-psu-helpline"),
        desk.restore("own-1"),
    ):
        assert await refused(attempt) is Because.NO_SUCH_RESOURCE
    assert await refused(desk.add(kind="money")) is Because.OPTION_UNKNOWN


async def test_somebody_who_saw_an_old_list_is_told(desk: Desk, clinic: Clinic) -> None:
    await desk.add()
    [own] = [entry for entry in desk.seen if entry.id.startswith("own-")]
    behind = Desk(clinic)
    await behind.lines.refresh(clinic.database)
    await desk.hide(own.id)
    assert await refused(behind.hide(own.id)) is Because.NO_SUCH_RESOURCE


async def test_a_server_changes_as_many_entries_as_a_list_of_choices_holds(
    desk: Desk, clinic: Clinic
) -> None:
    for number in range(MOST_CHANGES - 1):
        await desk.add(replace(OURS, name=f"Line {number}"))
    outcomes = await at_once(clinic.database, desk.add(), desk.add(), desk.hide("de-psu-helpline"))
    assert told(outcomes) == [Because.TOO_MANY_RESOURCES] * 2
    assert await clinic.count("server_resource") == MOST_CHANGES


async def test_what_moderators_checked_long_ago_is_counted(desk: Desk, clinic: Clinic) -> None:
    await desk.add()
    await desk.hide("de-psu-helpline")
    assert await server_resources.old_changes(clinic.database, TODAY) == []
    [old] = await server_resources.old_changes(clinic.database, date(2028, 1, 1))
    assert old.name == "Our line"
