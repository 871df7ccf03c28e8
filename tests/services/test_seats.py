"""Seats: who gets in, who goes, and that a seat is never given twice."""

from __future__ import annotations

import pytest

from bot.services import circles, seats
from bot.services.circles import Access, Circle, Which
from bot.services.people import Person
from bot.services.refusals import Because
from bot.services.rules.seats import HELD_FOR, Way
from bot.services.waitlist import Standing, Where
from tests.services.conftest import NOW, Clinic, at_once, refused, told


async def taken(clinic: Clinic, circle: Circle) -> int:
    """Return how many seats of the circle are taken."""
    return await clinic.count("circle_member", circle_id=circle.circle_id, seated=1)


async def stands(clinic: Clinic, person: Person, circle: Circle) -> Standing:
    """Return where somebody stands, as they can read it."""
    return (await seats.info(clinic.database, person, circle.circle_id)).standing


# Who enters


async def test_of_fifty_people_who_want_the_last_seat_one_gets_it_and_the_others_wait_in_order(
    clinic: Clinic,
) -> None:
    people = clinic.people(53)
    circle = await clinic.circle(seats=4, seated=people[:3])
    outcomes = await at_once(clinic.database, *[clinic.seat(person, circle) for person in people[3:]])
    joined = [outcome for outcome in outcomes if isinstance(outcome, seats.Joined)]
    assert [each.standing.where for each in joined if each.entry] == [Where.SEATED]
    places = [each.standing.place for each in joined if not each.entry]
    assert sorted(place for place in places if place) == list(range(1, 50))
    assert await taken(clinic, circle) == 4
    # What each was told still holds: nobody has overtaken anybody.
    for person, each in zip(people[3:], joined, strict=True):
        assert await stands(clinic, person, circle) == each.standing
    if clinic.database.engine == "sqlite":  # which takes everybody in the order in which they came
        assert places == list(range(1, 50))


async def test_seats_are_never_oversold_while_people_come_and_go_at_once(clinic: Clinic) -> None:
    people = clinic.people(12)
    circle = await clinic.circle(seats=4, seated=people[:4])
    for round_ in range(4):
        coming = [clinic.seat(person, circle) for person in people[round_:]]
        going = [clinic.leave(person, circle) for person in people[:3]]
        await at_once(clinic.database, *coming, *going)
        assert await taken(clinic, circle) <= 4


async def test_joining_twice_is_joining_once(clinic: Clinic) -> None:
    people = clinic.people(3)
    circle = await clinic.circle(seats=3, seated=people[:2])
    joined = await at_once(clinic.database, *[clinic.seat(people[2], circle) for _ in range(10)])
    assert not told(joined)
    entries = [each.entry for each in joined if isinstance(each, seats.Joined) and each.entry]
    assert [entry.before for entry in entries].count(None) == 1
    assert await taken(clinic, circle) == 3


async def test_waiting_twice_is_waiting_once(clinic: Clinic) -> None:
    people = clinic.people(5)
    circle = await clinic.circle(seats=3, seated=people[:3])
    for _ in range(2):
        for place, person in enumerate(people[3:], start=1):
            assert (await clinic.seat(person, circle)).standing == Standing(Where.WAITING, place)
    assert await clinic.count("candidate") == 2


async def test_whoever_read_another_version_of_the_agreement_is_asked_again(clinic: Clinic) -> None:
    circle = await clinic.circle()
    [member] = clinic.people(1)
    stale = seats.join(
        clinic.database,
        clinic.member_keys,
        member,
        clinic.discord_id(member),
        circle.circle_id,
        circle.agreement_version + 1,
        at=NOW,
    )
    assert await refused(stale) is Because.AGREEMENT_CHANGED
    assert await clinic.count("circle_member", seated=1) == 0


async def test_an_invitation_shows_the_agreement_and_where_it_leads(clinic: Clinic) -> None:
    people = clinic.people(5)
    circle = await clinic.circle(seats=3, seated=people[:2])
    invitation = await seats.invite(clinic.database, people[2], circle.circle_id)
    assert (invitation.circle, invitation.agreement, invitation.way) == (circle, "We listen.", Way.ENTER)
    await clinic.seat(people[2], circle)
    for person, way, where in (
        (people[2], Way.ENTER, Where.SEATED),
        (people[3], Way.WAIT, Where.OUTSIDE),
    ):
        invitation = await seats.invite(clinic.database, person, circle.circle_id)
        assert (invitation.way, invitation.standing.where) == (way, where)


async def test_whoever_holds_a_circle_needs_a_free_seat_to_sit_in_it(clinic: Clinic) -> None:
    circle = await clinic.circle(seats=3, seated=clinic.people(3))
    assert (await clinic.seat(clinic.holder, circle)).standing == Standing(Where.WAITING, 1)


async def test_nobody_overtakes_those_who_wait(clinic: Clinic) -> None:
    people = clinic.people(5)
    circle = await clinic.circle(seats=3, seated=people[:3])
    await clinic.seat(people[3], circle)
    await clinic.leave(people[0], circle)
    assert (await clinic.seat(people[4], circle)).standing == Standing(Where.WAITING, 2)
    assert (await clinic.seat(people[3], circle)).standing.where is Where.SEATED


async def test_whoever_was_erased_while_they_pressed_is_seated_under_the_key_that_they_have_then(
    clinic: Clinic,
) -> None:
    [member] = clinic.people(1)
    circle = await clinic.circle()
    await clinic.member_keys.set_aside(member.locator)
    joined = await clinic.seat(member, circle)
    assert joined.entry is not None
    assert joined.entry.person.key != member.key
    assert await clinic.count("circle_member", member_key=member.key) == 0


# By request and by invitation


async def test_who_may_only_ask_is_put_on_no_list_and_gets_no_seat(clinic: Clinic) -> None:
    [member] = clinic.people(1)
    circle = await clinic.circle(access=Access.REQUEST)
    assert (await seats.invite(clinic.database, member, circle.circle_id)).way is Way.ASK
    for _ in range(2):
        assert (await clinic.seat(member, circle)).standing == Standing(Where.ASKING)
    assert await clinic.count("candidate", stage="asking") == 1
    assert await taken(clinic, circle) == 0


async def test_whoever_holds_a_circle_need_not_ask_nor_be_invited(clinic: Clinic) -> None:
    for access in (Access.REQUEST, Access.INVITE):
        circle = await clinic.circle(access=access)
        assert (await clinic.seat(clinic.holder, circle)).standing.where is Where.SEATED


async def test_a_circle_by_invitation_refuses_who_was_not_invited(clinic: Clinic) -> None:
    [member] = clinic.people(1)
    circle = await clinic.circle(access=Access.INVITE)
    invitation = seats.invite(clinic.database, member, circle.circle_id)
    assert await refused(invitation) is Because.BY_INVITATION
    assert await refused(clinic.seat(member, circle)) is Because.BY_INVITATION
    assert await clinic.count("candidate") == 0


async def test_who_has_asked_may_simply_enter_once_the_circle_is_open_to_everybody(clinic: Clinic) -> None:
    [member] = clinic.people(1)
    circle = await clinic.circle(access=Access.REQUEST)
    await clinic.seat(member, circle)
    described = circles.Description(circle.name, "", circle.seats, Access.OPEN)
    await circles.describe(clinic.database, clinic.holder, circle.circle_id, described)
    assert (await clinic.seat(member, circle)).standing.where is Where.SEATED
    assert await clinic.count("candidate") == 0


# Who leaves


async def test_a_seat_that_was_given_up_can_be_taken_by_another(clinic: Clinic) -> None:
    people = clinic.people(4)
    circle = await clinic.circle(seats=3, seated=people[:3])
    await clinic.leave(people[0], circle)
    assert (await clinic.seat(people[3], circle)).standing.where is Where.SEATED
    assert (await clinic.seat(people[0], circle)).standing == Standing(Where.WAITING, 1)


async def test_nothing_is_kept_of_a_member_who_left(clinic: Clinic) -> None:
    [member] = clinic.people(1)
    circle = await clinic.circle(seated=[member])
    await clinic.leave(member, circle)
    assert await clinic.count("circle_member", member_key=member.key) == 0


async def test_who_waits_or_asks_may_step_back(clinic: Clinic) -> None:
    people = clinic.people(4)
    full, asked = await clinic.circle(seats=3, seated=people[:3]), await clinic.circle(access=Access.REQUEST)
    for circle in (full, asked):
        await clinic.seat(people[3], circle)
        assert (await clinic.leave(people[3], circle)).entry is None
        assert await stands(clinic, people[3], circle) == Standing(Where.OUTSIDE)
    assert await clinic.count("candidate") == 0


async def test_a_facilitator_who_gives_up_the_seat_goes_on_holding_the_circle(clinic: Clinic) -> None:
    circle = await clinic.circle(seated=[clinic.holder])
    await clinic.leave(clinic.holder, circle)
    assert await taken(clinic, circle) == 0
    assert await circles.choices(clinic.database, clinic.holder, Which.HELD) == [circle]


async def test_whoever_has_no_seat_cannot_leave(clinic: Clinic) -> None:
    circle = await clinic.circle()
    [member] = clinic.people(1)
    for person in (member, clinic.holder):
        assert await refused(clinic.leave(person, circle)) is Because.NOT_IN_CIRCLE


async def test_a_seat_can_be_taken_from_somebody_by_those_who_hold_the_circle(clinic: Clinic) -> None:
    members = clinic.people(3)
    circle = await clinic.circle(seated=members[:2])
    for person, member in zip((clinic.holder, clinic.moderator), members[:2], strict=True):
        member_id = clinic.discord_id(member)
        entry = await seats.release(clinic.database, clinic.member_keys, person, circle.circle_id, member_id)
        assert entry.person.key == member.key
        await seats.undo(clinic.database, clinic.member_keys, entry)
        assert (await stands(clinic, member, circle)).where is Where.SEATED
        await seats.release(clinic.database, clinic.member_keys, person, circle.circle_id, member_id)
        assert (await stands(clinic, member, circle)).where is Where.OUTSIDE


async def test_a_seat_is_not_taken_by_others_nor_from_whoever_has_none(clinic: Clinic) -> None:
    members = clinic.people(2)
    circle = await clinic.circle(seated=members[:1])
    for person, member, because in (
        (members[1], members[0], Because.NEEDS_FACILITATOR),
        (members[0], members[0], Because.NEEDS_FACILITATOR),
        (clinic.holder, members[1], Because.NO_SEAT_THERE),
        (clinic.holder, clinic.holder, Because.NO_SEAT_THERE),
    ):
        released = seats.release(
            clinic.database, clinic.member_keys, person, circle.circle_id, clinic.discord_id(member)
        )
        assert await refused(released) is because
    assert await taken(clinic, circle) == 1


# When Discord says no


@pytest.mark.parametrize("facilitates", [False, True])
async def test_an_entry_that_discord_would_not_follow_leaves_no_trace(
    clinic: Clinic, facilitates: bool
) -> None:
    circle = await clinic.circle()
    person = clinic.holder if facilitates else clinic.people(1)[0]
    entry = (await clinic.seat(person, circle)).entry
    assert entry is not None
    await seats.undo(clinic.database, clinic.member_keys, entry)
    assert await taken(clinic, circle) == 0
    held = await circles.choices(clinic.database, person, Which.HELD)
    assert held == ([circle] if facilitates else [])


async def test_when_discord_fails_on_a_second_press_the_first_one_still_counts(clinic: Clinic) -> None:
    [member] = clinic.people(1)
    circle = await clinic.circle(seated=[member])
    entry = (await clinic.seat(member, circle)).entry
    assert entry is not None
    await seats.undo(clinic.database, clinic.member_keys, entry)
    assert await taken(clinic, circle) == 1


async def test_who_could_not_be_let_in_has_the_held_seat_back_with_the_same_deadline(clinic: Clinic) -> None:
    people = clinic.people(4)
    circle = await clinic.circle(seats=3, seated=people[:3])
    await clinic.seat(people[3], circle)
    await clinic.leave(people[0], circle)
    await clinic.tend()
    held = Standing(Where.HELD, until=NOW + HELD_FOR)
    assert await stands(clinic, people[3], circle) == held
    entry = (await clinic.seat(people[3], circle)).entry
    assert entry is not None
    await seats.undo(clinic.database, clinic.member_keys, entry)
    assert await stands(clinic, people[3], circle) == held


async def test_nobody_who_was_erased_meanwhile_is_put_back(clinic: Clinic) -> None:
    [member] = clinic.people(1)
    circle = await clinic.circle()
    entry = (await clinic.seat(member, circle)).entry
    assert entry is not None
    async with clinic.database.transaction() as tx:
        await tx.execute("DELETE FROM circle_member WHERE member_key = $1", member.key)
    await clinic.member_keys.set_aside(member.locator)
    await seats.undo(clinic.database, clinic.member_keys, entry)
    assert await clinic.count("circle_member", member_key=member.key) == 0
