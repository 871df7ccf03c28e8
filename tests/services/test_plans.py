"""A self-care plan: kept part by part, for one pair of eyes."""

from __future__ import annotations

from bot.services import plans
from bot.services.people import NOBODY, Person
from bot.services.plans import PART_LENGTH, Plan
from bot.services.refusals import Because
from tests.services.conftest import Clinic, refused


async def written(clinic: Clinic, person: Person, **parts: str) -> Plan:
    return await plans.write(clinic.database, clinic.member_keys, person, parts)


async def test_parts_are_kept_by_themselves_and_an_empty_one_goes(clinic: Clinic) -> None:
    [member, other] = clinic.people(2)
    await written(clinic, member, signs="no sleep", helps="a walk")
    found = await written(clinic, member, helps="", leave="in May")
    assert found.parts == {"signs": "no sleep", "leave": "in May"}
    assert await plans.find(clinic.database, clinic.member_keys, member) == found
    assert await plans.find(clinic.database, clinic.member_keys, other) == Plan({})


async def test_a_plan_without_any_words_is_not_stored(clinic: Clinic) -> None:
    [member] = clinic.people(1)
    await written(clinic, member, signs="no sleep")
    assert await written(clinic, member, signs="") == Plan({})
    assert await clinic.count("self_care_plan") == 0


async def test_each_line_of_the_steps_is_a_step(clinic: Clinic) -> None:
    [member] = clinic.people(1)
    found = await written(clinic, member, steps="ring Ana\n\n  eat before five \n")
    assert found.steps == ("ring Ana", "eat before five")


async def test_what_is_too_long_is_refused_and_nothing_of_it_kept(clinic: Clinic) -> None:
    [member] = clinic.people(1)
    too_long = written(clinic, member, signs="kept?", helps="x" * (PART_LENGTH + 1))
    assert await refused(too_long) is Because.TOO_LONG
    assert await plans.find(clinic.database, clinic.member_keys, member) == Plan({})


async def test_looking_at_no_plan_leaves_nothing_behind(clinic: Clinic) -> None:
    locator = clinic.member_keys.locate(clinic.server_id, 5)
    stranger = Person(clinic.server_id, locator, NOBODY, frozenset(), manages_server=False)
    assert await plans.find(clinic.database, clinic.member_keys, stranger) == Plan({})
    assert clinic.member_keys.find(locator) is None
