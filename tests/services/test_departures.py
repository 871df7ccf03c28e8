"""Members who have left the server: found one by one, and let go of everywhere."""

from __future__ import annotations

from bot.services import departures, waitlist
from bot.services.circles import Access
from tests.services.conftest import NOW, Clinic


async def test_everybody_who_sits_holds_or_waits_is_looked_for_once(clinic: Clinic) -> None:
    people = clinic.people(5)
    await clinic.circle(seats=3, seated=people[:4])
    await clinic.circle(seated=people[:2])
    asked = await clinic.circle(access=Access.REQUEST)
    await clinic.seat(people[4], asked)
    found = await departures.to_look_for(clinic.database, clinic.server_id)
    addresses = [await departures.open_address(clinic.member_keys, each) for each in found]
    ids = [address.discord_id for address in addresses if address]
    assert sorted(ids) == sorted(clinic.discord_id(each) for each in (*people, clinic.holder))
    assert await departures.to_look_for(clinic.database, clinic.server_id + 9) == []


async def test_who_was_erased_is_not_looked_for(clinic: Clinic) -> None:
    await clinic.circle()
    [only] = await departures.to_look_for(clinic.database, clinic.server_id)
    await clinic.member_keys.set_aside(clinic.holder.locator)
    assert await departures.open_address(clinic.member_keys, only) is None


async def test_who_has_left_gives_up_every_seat_and_place_in_this_server_and_nothing_else(
    clinic: Clinic,
) -> None:
    people = clinic.people(5)
    gone, stays = people[3], people[4]
    full = await clinic.circle(seats=3, seated=people[:3])
    for person in (gone, stays):
        await clinic.seat(person, full)
    await clinic.circle(seated=[gone, stays])
    assert await departures.depart(clinic.database, clinic.server_id + 9, gone.key) == 0
    assert await departures.depart(clinic.database, clinic.server_id, gone.key) == 2
    for table in ("circle_member", "candidate"):
        assert await clinic.count(table, member_key=gone.key) == 0
        assert await clinic.count(table, member_key=stays.key) == 1
    assert await departures.depart(clinic.database, clinic.server_id, gone.key) == 0


async def test_the_seat_of_who_has_left_is_held_for_the_next(clinic: Clinic) -> None:
    people = clinic.people(4)
    await clinic.circle(seats=3, seated=people)
    await departures.depart(clinic.database, clinic.server_id, people[0].key)
    assert await waitlist.tend(clinic.database, at=NOW) == 1


async def test_every_server_that_was_set_up_is_looked_at(clinic: Clinic) -> None:
    assert await departures.server_ids(clinic.database) == [clinic.server_id]
