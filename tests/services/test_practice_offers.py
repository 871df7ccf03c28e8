"""One practice for whoever asks; what they found of it is theirs alone, or a number."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import pytest

from bot.services import practice_offers
from bot.services.people import NOBODY, Person
from bot.services.practice_offers import Offer, Opinion, Opinions
from bot.services.practices import Library, Theme
from bot.services.refusals import Because
from bot.services.rules.practices import When
from tests.services.conftest import DAY, NOW, Clinic, refused


async def offered(
    clinic: Clinic,
    library: Library,
    person: Person,
    *,
    day: int = 0,
    theme: str | None = "sleep",
    instead_of: str | None = None,
) -> Offer:
    return await practice_offers.offer(
        clinic.database,
        clinic.member_keys,
        library,
        person,
        theme=theme,
        minutes=None,
        instead_of=instead_of,
        at=NOW + day * DAY,
    )


async def opine(clinic: Clinic, library: Library, person: Person, practice: str, opinion: Opinion) -> None:
    await practice_offers.opine(clinic.database, clinic.member_keys, library, person, practice, opinion)


def newcomer(clinic: Clinic) -> Person:
    locator = clinic.member_keys.locate(clinic.server_id, 1_200_000_000_000_009_999)
    return Person(clinic.server_id, locator, NOBODY, frozenset(), manages_server=False)


async def test_what_is_offered_fits_and_says_why(clinic: Clinic, library: Library) -> None:
    [member] = clinic.people(1)
    found = await offered(clinic, library, member)
    assert Theme.SLEEP in found.practice.themes
    assert found.theme == "sleep"
    assert found.moment in {None, When.BETWEEN}
    assert not found.was_useful


async def test_whoever_only_looks_leaves_nothing_behind_and_sees_other_things_each_time(
    clinic: Clinic, library: Library
) -> None:
    person = newcomer(clinic)
    seen = {(await offered(clinic, library, person, day=day, theme=None)).practice.id for day in range(12)}
    assert len(seen) > 3
    assert clinic.member_keys.find(person.locator) is None
    assert await clinic.count("practice_taste") == 0


async def test_another_one_is_another_one(clinic: Clinic, library: Library) -> None:
    [member] = clinic.people(1)
    series = [(await offered(clinic, library, member)).practice.id]
    for _ in range(20):
        series.append((await offered(clinic, library, member, instead_of=series[-1])).practice.id)
    assert all(one != following for one, following in pairwise(series))


async def test_what_was_useful_comes_more_often_and_what_was_not_comes_no_more(
    clinic: Clinic, library: Library
) -> None:
    [member] = clinic.people(1)
    liked, disliked = [practice.id for practice in library.fitting("sleep", None)][:2]
    await opine(clinic, library, member, liked, Opinion.USEFUL)
    await opine(clinic, library, member, disliked, Opinion.UNSUITABLE)
    found = [await offered(clinic, library, member, day=day) for day in range(40)]
    seen = Counter(each.practice.id for each in found)
    assert disliked not in seen
    assert seen[liked] >= max(seen.values()) - 1
    assert set(seen) == {practice.id for practice in library.fitting("sleep", None)} - {disliked}
    assert all(each.was_useful == (each.practice.id == liked) for each in found)


async def test_the_last_word_on_a_practice_holds(clinic: Clinic, library: Library) -> None:
    [member] = clinic.people(1)
    practice = library.fitting("sleep", None)[0].id
    for opinion in (Opinion.UNSUITABLE, Opinion.USEFUL):
        await opine(clinic, library, member, practice, opinion)
    seen = {(await offered(clinic, library, member, day=day)).practice.id for day in range(40)}
    assert practice in seen
    assert await clinic.count("practice_taste") == 1


async def test_a_practice_that_is_gone_and_wishes_that_nothing_fulfils_are_refused(
    clinic: Clinic, library: Library
) -> None:
    [member] = clinic.people(1)
    assert await refused(offered(clinic, library, member, theme="weather")) is Because.UNKNOWN_THEME
    assert await refused(opine(clinic, library, member, "gone", Opinion.USEFUL)) is Because.EXPIRED
    assert await clinic.count("practice_taste") == 0


@pytest.mark.parametrize("opinion", Opinion)
async def test_a_circle_counts_each_member_once_and_nobody_else(
    clinic: Clinic, library: Library, opinion: Opinion
) -> None:
    members = clinic.people(3)
    circle = await clinic.circle(seated=members[:2])
    practice = library.all[0].id
    async with clinic.database.transaction() as tx:
        await tx.execute(
            "INSERT INTO practice_shown (circle_id, practice_id, times, last) VALUES ($1, $2, 1, 1)",
            circle.circle_id,
            practice,
        )
    opinions = Opinions()

    def count(person: Person, practice_id: str = practice) -> object:
        return practice_offers.count_for_circle(
            clinic.database, opinions, library, person, circle.channel_id or 0, practice_id, opinion
        )

    for person in (members[0], members[0], members[1]):
        await count(person)
    assert await refused(count(members[2])) is Because.NOT_IN_CIRCLE
    assert await refused(count(members[0], "gone")) is Because.EXPIRED
    column = "useful" if opinion is Opinion.USEFUL else "unsuitable"
    assert await clinic.count("practice_shown", **{column: 2}) == 1


def test_memory_of_who_has_said_something_does_not_grow_for_ever() -> None:
    opinions = Opinions()
    for number in range(Opinions.MOST + 5):
        assert opinions.first_of(1, "walk", number.to_bytes(8))
    assert not opinions.first_of(1, "walk", (Opinions.MOST + 4).to_bytes(8))
    assert len(opinions._said) == Opinions.MOST
