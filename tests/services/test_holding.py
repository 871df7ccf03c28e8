"""Holding a circle: appointed, away, back, taken over; and that somebody is told when nobody does."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from bot.services import appointing, departures, holding, installation, posts, servers
from bot.services.circles import Circle, Holds
from bot.services.people import Person
from bot.services.posts import PostKind
from bot.services.refusals import Because
from bot.services.rules.anonymity import FLOOR_WITH_FACILITATOR
from bot.services.rules.holding import ASKED_FOR
from tests.services.conftest import DAY, LOBBY, NOW, Clinic, at_once, refused, told

FRIDAY = date(2026, 3, 6)
SATURDAY_IN_BERLIN = datetime(2026, 3, 6, 23, tzinfo=UTC)


async def holders(clinic: Clinic, circle: Circle) -> dict[int, Holds]:
    """Return who holds the circle, by their Discord ids, as the moderator reads it."""
    found = await holding.overview(
        clinic.database, clinic.member_keys, clinic.moderator, circle.circle_id, LOBBY
    )
    return {each.address.discord_id: each.holds for each in found.holders if each.address}


async def appoint(clinic: Clinic, circle: Circle, who: Person, *others: Person) -> appointing.Appointment:
    """Let the moderator choose who holds the circle."""
    return await appointing.appoint(
        clinic.database,
        clinic.member_keys,
        clinic.moderator,
        circle.circle_id,
        clinic.discord_id(who),
        [clinic.discord_id(each) for each in others],
    )


async def away(clinic: Clinic, circle: Circle, person: Person, until: date = FRIDAY) -> datetime:
    """Let somebody say until when they are away."""
    _, moment = await holding.go_away(
        clinic.database, clinic.member_keys, person, circle.circle_id, until, at=NOW
    )
    return moment


async def look(clinic: Clinic, at: datetime = NOW) -> list[PostKind]:
    """Look after the circles, and return all that has been said in the facilitators' channel."""
    await holding.look_after(clinic.database, clinic.member_keys, at=at)
    return [post.kind for post in await posts.take_due(clinic.database, at=at)]


@pytest.fixture
async def circle(clinic: Clinic) -> Circle:
    await servers.remember_facilitators_channel(clinic.database, clinic.server_id, LOBBY)
    return await clinic.circle()


# Who is appointed


async def test_those_who_are_appointed_hold_the_circle_and_nobody_else(
    clinic: Clinic, circle: Circle
) -> None:
    one, two, three = clinic.people(3)
    made = await appoint(clinic, circle, one, two, three)
    assert await holders(clinic, circle) == {
        clinic.discord_id(one): Holds.FACILITATOR,
        clinic.discord_id(two): Holds.CO_FACILITATOR,
        clinic.discord_id(three): Holds.CO_FACILITATOR,
    }
    assert set(made.appointed) == {clinic.discord_id(each) for each in (one, two, three)}
    assert made.dismissed == [clinic.discord_id(clinic.holder)]
    refusal = appointing.appoint(
        clinic.database, clinic.member_keys, clinic.holder, circle.circle_id, clinic.discord_id(one), []
    )
    assert await refused(refusal) is Because.NEEDS_FACILITATOR


async def test_who_no_longer_holds_one_circle_may_still_hold_another(clinic: Clinic, circle: Circle) -> None:
    await clinic.circle()
    [one] = clinic.people(1)
    made = await appoint(clinic, circle, one)
    assert made.elsewhere == {clinic.discord_id(clinic.holder)}


async def test_a_seat_is_neither_won_nor_lost_by_an_appointment(clinic: Clinic, circle: Circle) -> None:
    one, two = clinic.people(2)
    await clinic.seat(one, circle)
    window = await clinic.open(circle)
    await appoint(clinic, circle, one)
    assert (await clinic.window(window)).minimum == FLOOR_WITH_FACILITATOR
    await appoint(clinic, circle, two)
    assert await clinic.count("circle_member", member_key=one.key, seated=1, holds="no") == 1
    assert await clinic.count("circle_member", member_key=two.key, seated=0) == 1


async def test_an_appointment_that_discord_would_not_follow_leaves_no_trace(
    clinic: Clinic, circle: Circle
) -> None:
    one, two = clinic.people(2)
    await clinic.seat(one, circle)
    before = await holders(clinic, circle)
    for chosen in ((one, two), (two, one), (two,), (clinic.holder, one)):
        await appointing.undo(clinic.database, clinic.member_keys, await appoint(clinic, circle, *chosen))
        assert await holders(clinic, circle) == before
        assert await clinic.count("circle_member", member_key=one.key, seated=1) == 1
        assert await clinic.count("circle_member") == 2


async def test_several_who_appoint_at_once_leave_exactly_one_facilitator(
    clinic: Clinic, circle: Circle
) -> None:
    people = clinic.people(5)
    await at_once(clinic.database, *[appoint(clinic, circle, each, *people) for each in people])
    found = await holders(clinic, circle)
    assert list(found.values()).count(Holds.FACILITATOR) == 1


# Away and back


async def test_who_is_away_is_away_to_the_end_of_that_day_where_the_server_is(
    clinic: Clinic, circle: Circle
) -> None:
    assert await away(clinic, circle, clinic.holder) == SATURDAY_IN_BERLIN
    assert await holders(clinic, circle) == {clinic.discord_id(clinic.holder): Holds.AWAY}
    await look(clinic, SATURDAY_IN_BERLIN - timedelta(seconds=1))
    assert await holders(clinic, circle) == {clinic.discord_id(clinic.holder): Holds.AWAY}
    await look(clinic, SATURDAY_IN_BERLIN)
    assert await holders(clinic, circle) == {clinic.discord_id(clinic.holder): Holds.FACILITATOR}


async def test_who_comes_back_earlier_holds_the_circle_again(clinic: Clinic, circle: Circle) -> None:
    await away(clinic, circle, clinic.holder)
    await holding.come_back(clinic.database, clinic.member_keys, clinic.holder, circle.circle_id)
    assert await holders(clinic, circle) == {clinic.discord_id(clinic.holder): Holds.FACILITATOR}


async def test_who_comes_back_after_somebody_took_over_is_a_co_facilitator(
    clinic: Clinic, circle: Circle
) -> None:
    [one] = clinic.people(1)
    await appoint(clinic, circle, clinic.holder, one)
    await away(clinic, circle, clinic.holder)
    await holding.take_over(clinic.database, clinic.member_keys, one, circle.circle_id)
    await look(clinic, SATURDAY_IN_BERLIN)
    assert await holders(clinic, circle) == {
        clinic.discord_id(one): Holds.FACILITATOR,
        clinic.discord_id(clinic.holder): Holds.CO_FACILITATOR,
    }


async def test_a_day_that_is_over_or_very_far_away_is_refused(clinic: Clinic, circle: Circle) -> None:
    for until in (date(2026, 3, 1), date(2027, 3, 10), date.min, date.max):
        assert await refused(away(clinic, circle, clinic.holder, until)) is Because.UNKNOWN_DATE


async def test_only_who_holds_a_circle_is_away_from_it(clinic: Clinic, circle: Circle) -> None:
    [member] = clinic.people(1)
    await clinic.seat(member, circle)
    for person in (member, clinic.moderator, clinic.person(90)):
        for attempt in (
            away(clinic, circle, person),
            holding.come_back(clinic.database, clinic.member_keys, person, circle.circle_id),
        ):
            assert await refused(attempt) is Because.NOT_YOURS_TO_HOLD


# When nobody is there


async def test_a_circle_that_is_held_is_not_talked_about(clinic: Clinic, circle: Circle) -> None:
    assert await look(clinic) == []


async def test_when_the_facilitator_is_away_the_others_are_asked_once_and_then_the_moderators_told_once(
    clinic: Clinic, circle: Circle
) -> None:
    [one] = clinic.people(1)
    await appoint(clinic, circle, clinic.holder, one)
    await away(clinic, circle, clinic.holder, date(2026, 4, 6))
    for at in (NOW, NOW + DAY):
        assert await look(clinic, at) == [PostKind.TAKEOVER]
    assert await installation.next_due(clinic.database, after=NOW) == NOW + ASKED_FOR
    for at in (NOW + ASKED_FOR, NOW + ASKED_FOR + DAY):
        assert await look(clinic, at) == [PostKind.TAKEOVER, PostKind.UNHELD]


async def test_where_nobody_could_take_over_the_moderators_are_told_at_once(
    clinic: Clinic, circle: Circle
) -> None:
    await away(clinic, circle, clinic.holder)
    assert await look(clinic) == [PostKind.UNHELD]


async def test_whoever_takes_over_is_the_facilitator_and_nobody_is_told_any_more(
    clinic: Clinic, circle: Circle
) -> None:
    one, two = clinic.people(2)
    await appoint(clinic, circle, clinic.holder, one, two)
    await away(clinic, circle, clinic.holder)
    await look(clinic)
    presses = [
        holding.take_over(clinic.database, clinic.member_keys, each, circle.circle_id) for each in (one, two)
    ]
    assert told(await at_once(clinic.database, *presses)) == [Because.HELD_ALREADY]
    assert list((await holders(clinic, circle)).values()) == [
        Holds.FACILITATOR,
        Holds.CO_FACILITATOR,
        Holds.AWAY,
    ]
    assert await look(clinic, NOW + ASKED_FOR) == [PostKind.TAKEOVER]
    assert await holding.unheld(clinic.database, circle.circle_id) is None


async def test_a_stranger_cannot_take_a_circle_over(clinic: Clinic, circle: Circle) -> None:
    await away(clinic, circle, clinic.holder)
    for person in (*clinic.people(1), clinic.moderator):
        attempt = holding.take_over(clinic.database, clinic.member_keys, person, circle.circle_id)
        assert await refused(attempt) is Because.NOT_YOURS_TO_HOLD


async def test_a_facilitator_who_has_left_the_server_or_was_erased_is_missed(
    clinic: Clinic, circle: Circle
) -> None:
    [one] = clinic.people(1)
    await appoint(clinic, circle, clinic.holder, one)
    await departures.depart(clinic.database, clinic.server_id, clinic.holder.key)
    assert await look(clinic) == [PostKind.TAKEOVER]
    await departures.depart(clinic.database, clinic.server_id, one.key)
    assert await look(clinic) == [PostKind.TAKEOVER, PostKind.UNHELD]
    await appoint(clinic, circle, one)
    assert await look(clinic) == [PostKind.TAKEOVER, PostKind.UNHELD]
    assert await clinic.count("takeover") == 0


async def test_a_holder_who_was_erased_is_named_no_more(clinic: Clinic, circle: Circle) -> None:
    await clinic.member_keys.set_aside(clinic.holder.locator)
    assert await holders(clinic, circle) == {}
    [one] = clinic.people(1)
    await appoint(clinic, circle, one)
    assert await clinic.count("circle_member") == 1
