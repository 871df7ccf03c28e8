"""The waitlist: whose turn it is, how long a seat is held, and that nothing of it is lost or given twice."""

from __future__ import annotations

from datetime import datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.services import circles, installation, posts, seats, waitlist
from bot.services.circles import Circle
from bot.services.people import Person
from bot.services.posts import DIRECT, PostKind
from bot.services.refusals import Because
from bot.services.rules.seats import HELD_FOR
from bot.services.waitlist import Standing, Where
from tests.services.conftest import MINUTE, NOW, Clinic, at_once, refused

LATER = NOW + HELD_FOR


async def stands(clinic: Clinic, person: Person, circle: Circle) -> Standing:
    """Return where somebody stands, as they can read it."""
    return (await seats.info(clinic.database, person, circle.circle_id)).standing


async def full(clinic: Clinic, waiting: int) -> tuple[Circle, list[Person], list[Person]]:
    """Open a circle of three seats, all taken, and let so many wait; return who sits and who waits."""
    people = clinic.people(3 + waiting)
    circle = await clinic.circle(seats=3, seated=people)
    return circle, people[:3], people[3:]


async def letters(clinic: Clinic, at: datetime) -> list[str]:
    """Return the numbers of those who are to be written to."""
    due = await posts.take_due(clinic.database, at=at)
    return [post.subject for post in due if post.kind is PostKind.LETTER and post.channel_id == DIRECT]


async def test_a_free_seat_is_held_for_whoever_waited_longest(clinic: Clinic) -> None:
    circle, seated, (first, second, third) = await full(clinic, 3)
    await clinic.leave(seated[0], circle)
    await clinic.tend()
    assert await stands(clinic, first, circle) == Standing(Where.HELD, until=LATER)
    assert await stands(clinic, second, circle) == Standing(Where.WAITING, 1)
    assert await stands(clinic, third, circle) == Standing(Where.WAITING, 2)
    assert len(await letters(clinic, NOW)) == 1
    await clinic.tend(at=NOW + MINUTE)
    assert len(await letters(clinic, NOW + MINUTE)) == 1


async def test_a_held_seat_is_free_for_nobody_else(clinic: Clinic) -> None:
    circle, seated, (first,) = await full(clinic, 1)
    await clinic.leave(seated[0], circle)
    await clinic.tend()
    newcomer = clinic.person(90)
    assert (await clinic.seat(newcomer, circle)).standing == Standing(Where.WAITING, 1)
    assert (await clinic.seat(first, circle)).standing.where is Where.SEATED
    assert await clinic.count("circle_member", seated=1) == 3


async def test_when_the_time_is_over_the_seat_goes_on_to_the_next_who_is_told_as_well(clinic: Clinic) -> None:
    circle, seated, (first, second) = await full(clinic, 2)
    await clinic.leave(seated[0], circle)
    await clinic.tend()
    await clinic.tend(at=LATER - MINUTE)
    assert (await stands(clinic, first, circle)).where is Where.HELD
    await clinic.tend(at=LATER)
    assert await stands(clinic, first, circle) == Standing(Where.LAPSED)
    assert await stands(clinic, second, circle) == Standing(Where.HELD, until=LATER + HELD_FOR)
    assert len(await letters(clinic, LATER)) == 1


async def test_where_nobody_waits_behind_the_seat_stays_held(clinic: Clinic) -> None:
    circle, seated, (only,) = await full(clinic, 1)
    await clinic.leave(seated[0], circle)
    await clinic.tend()
    await clinic.tend(at=LATER)
    assert await stands(clinic, only, circle) == Standing(Where.HELD, until=LATER + HELD_FOR)
    assert await clinic.count("post", kind="letter") == 1
    assert (await clinic.seat(only, circle)).standing.where is Where.SEATED


async def test_whoever_let_a_seat_go_by_reads_it_once_and_may_wait_again_at_the_end(clinic: Clinic) -> None:
    circle, seated, (first, second, third) = await full(clinic, 3)
    await clinic.leave(seated[0], circle)
    await clinic.tend()
    await clinic.tend(at=LATER)
    assert (await seats.invite(clinic.database, first, circle.circle_id)).standing.where is Where.LAPSED
    assert (await seats.invite(clinic.database, first, circle.circle_id)).standing.where is Where.OUTSIDE
    assert (await clinic.seat(first, circle)).standing == Standing(Where.WAITING, 2)
    assert [(await stands(clinic, each, circle)).where for each in (second, third)] == [
        Where.HELD,
        Where.WAITING,
    ]


async def test_who_steps_back_makes_way_for_those_behind(clinic: Clinic) -> None:
    circle, seated, (first, second, third) = await full(clinic, 3)
    await clinic.leave(seated[0], circle)
    await clinic.tend()
    await clinic.leave(first, circle)
    assert await clinic.count("held_seat") == 0
    await clinic.tend(at=NOW + MINUTE)
    assert (await stands(clinic, second, circle)).where is Where.HELD
    await clinic.leave(second, circle)
    assert await stands(clinic, third, circle) == Standing(Where.WAITING, 1)


async def test_more_seats_are_held_for_as_many_more_people(clinic: Clinic) -> None:
    circle, _, waiting = await full(clinic, 4)
    described = circles.Description(circle.name, "", 6, circle.access)
    await circles.describe(clinic.database, clinic.holder, circle.circle_id, described)
    await clinic.tend()
    found = [(await stands(clinic, each, circle)).where for each in waiting]
    assert found == [Where.HELD, Where.HELD, Where.HELD, Where.WAITING]
    fewer = circles.Description(circle.name, "", 5, circle.access)
    attempt = circles.describe(clinic.database, clinic.holder, circle.circle_id, fewer)
    assert await refused(attempt) is Because.SEATS_TAKEN


async def test_two_processes_that_tend_at_once_hold_one_seat_for_one_person(clinic: Clinic) -> None:
    circle, seated, _ = await full(clinic, 3)
    await clinic.leave(seated[0], circle)
    await at_once(clinic.database, *[clinic.tend() for _ in range(6)])
    assert await clinic.count("held_seat") == await clinic.count("post", kind="letter") == 1
    await at_once(clinic.database, *[clinic.tend(at=LATER) for _ in range(6)])
    assert await clinic.count("held_seat") == 1
    assert await clinic.count("candidate", stage="lapsed") == 1


async def test_the_moment_until_which_a_seat_is_held_is_when_something_is_due(clinic: Clinic) -> None:
    circle, seated, _ = await full(clinic, 1)
    await clinic.leave(seated[0], circle)
    assert await installation.next_due(clinic.database, after=NOW) is None
    await clinic.tend()
    assert await installation.next_due(clinic.database, after=NOW) == LATER


async def test_only_who_asked_for_letters_is_written_to_and_only_about_what_they_are_now(
    clinic: Clinic,
) -> None:
    circle, seated, (first, second) = await full(clinic, 2)
    await waitlist.ask_for_letters(clinic.database, clinic.member_keys, first, circle.circle_id)
    for _ in range(2):
        await clinic.leave(seated.pop(), circle)
    await clinic.tend()
    found = [
        await waitlist.letter(clinic.database, clinic.member_keys, int(number))
        for number in await letters(clinic, NOW)
    ]
    assert [each and (each.address.discord_id, each.address.write) for each in found] == [
        (clinic.discord_id(first), True),
        (clinic.discord_id(second), False),
    ]
    [number, _] = await letters(clinic, NOW)
    await clinic.seat(first, circle)
    assert await waitlist.letter(clinic.database, clinic.member_keys, int(number)) is None


async def test_nobody_who_was_erased_is_written_to(clinic: Clinic) -> None:
    circle, seated, (first,) = await full(clinic, 1)
    await clinic.leave(seated[0], circle)
    await clinic.tend()
    [number] = await letters(clinic, NOW)
    await clinic.member_keys.set_aside(first.locator)
    assert await waitlist.letter(clinic.database, clinic.member_keys, int(number)) is None


async def test_letters_can_only_be_asked_for_by_who_waits(clinic: Clinic) -> None:
    circle, seated, _ = await full(clinic, 1)
    for person in (seated[0], clinic.person(90)):
        asked = waitlist.ask_for_letters(clinic.database, clinic.member_keys, person, circle.circle_id)
        assert await refused(asked) is Because.NOT_IN_CIRCLE


ACTS = st.lists(st.tuples(st.sampled_from(["join", "leave", "tend", "wait"]), st.integers(0, 8)), max_size=25)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=ACTS)
async def test_whatever_happens_seats_are_never_oversold_and_nobody_is_overtaken(
    clinic: Clinic, acts: list[tuple[str, int]]
) -> None:
    people = clinic.people(9)
    circle = await clinic.circle(seats=3)
    now, line = NOW, list[Person]()
    for act, number in acts:
        person = people[number]
        match act:
            case "join":
                before = await stands(clinic, person, circle)
                after = (await clinic.seat(person, circle, at=now)).standing
                if before.where in {Where.OUTSIDE, Where.LAPSED} and after.where is Where.WAITING:
                    line.append(person)
            case "leave" if (await stands(clinic, person, circle)).where is not Where.OUTSIDE:
                await clinic.leave(person, circle)
            case "tend":
                await clinic.tend(at=now)
            case _:
                now += timedelta(hours=17)
        standings = [(each, await stands(clinic, each, circle)) for each in people]
        taken = [each for each, standing in standings if standing.where in {Where.SEATED, Where.HELD}]
        assert len(taken) <= 3
        waiting = {each.key: standing.place for each, standing in standings if standing.place}
        line = [each for each in line if each.key in waiting]
        assert [waiting[each.key] for each in line] == list(range(1, len(line) + 1))
