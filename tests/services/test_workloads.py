"""A line about one's load for each week, on the server's calendar."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.services import workloads
from bot.services.people import Person
from bot.services.refusals import Because, Refusal
from bot.services.workloads import KEPT_WEEKS, Note, Week
from tests.services.conftest import BERLIN, NOW, WEEK, Clinic

NOTE = Note(hours=38, heavy=4, other=11, breaks=2, boundaries=3)


async def noted(clinic: Clinic, person: Person, note: Note = NOTE, at: datetime = NOW) -> list[Week]:
    return list(await workloads.note(clinic.database, clinic.member_keys, person, note, at=at))


async def test_a_week_is_noted_once_and_the_last_word_holds(clinic: Clinic) -> None:
    [member] = clinic.people(1)
    await noted(clinic, member)
    again = await noted(clinic, member, Note(hours=30, heavy=0, other=9, breaks=4, boundaries=5))
    assert [(week.begins, week.hours) for week in again] == [(date(2026, 3, 2), 30)]
    later = await noted(clinic, member, at=NOW + 2 * WEEK)
    assert [week.begins for week in later] == [date(2026, 3, 16), date(2026, 3, 2)]
    assert list(await workloads.find(clinic.database, clinic.member_keys, member)) == later


async def test_the_week_begins_when_monday_does_in_the_servers_zone(clinic: Clinic) -> None:
    [member] = clinic.people(1)
    midnight = datetime(2026, 3, 9, tzinfo=ZoneInfo(BERLIN))
    await noted(clinic, member, at=midnight - timedelta(minutes=1))
    found = await noted(clinic, member, at=midnight)
    assert [week.begins for week in found] == [date(2026, 3, 9), date(2026, 3, 2)]


async def test_heavy_sessions_count_twice(clinic: Clinic) -> None:
    [member] = clinic.people(1)
    [week] = await noted(clinic, member)
    assert week.weighted == 2 * 4 + 11


async def test_two_years_are_kept_and_no_more(clinic: Clinic) -> None:
    [member] = clinic.people(1)
    for number in (0, 1, KEPT_WEEKS):
        found = await noted(clinic, member, at=NOW + number * WEEK)
    assert [week.begins for week in found] == [
        date(2026, 3, 2) + KEPT_WEEKS * WEEK,
        date(2026, 3, 9),
    ]


@pytest.mark.parametrize(
    "wrong",
    [{"hours": -1}, {"hours": 100}, {"heavy": 80}, {"other": -1}, {"breaks": 0}, {"boundaries": 6}],
)
def test_what_the_form_did_not_ask_for_is_refused(wrong: dict[str, int]) -> None:
    fields = {"hours": 1, "heavy": 1, "other": 1, "breaks": 1, "boundaries": 1} | wrong
    with pytest.raises(Refusal) as refusal:
        Note(**fields)
    assert refusal.value.because is Because.UNKNOWN_LOAD
