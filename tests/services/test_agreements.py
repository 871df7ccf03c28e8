"""The agreement: changed in versions, asked again, and kept as long as somebody is under it."""

from __future__ import annotations

from bot.services import agreements, seats
from bot.services.circles import Circle
from bot.services.people import Person
from bot.services.refusals import Because
from bot.services.rules.changes import Changes
from tests.services.conftest import Clinic, refused


async def change(clinic: Clinic, circle: Circle, words: str, person: Person | None = None) -> Changes:
    """Let the holder change the agreement, and return what that changes."""
    by = person or clinic.holder
    return (await agreements.change(clinic.database, by, circle.circle_id, words))[1]


async def versions(clinic: Clinic) -> int:
    return await clinic.count("agreement")


async def agree(clinic: Clinic, person: Person, circle: Circle) -> None:
    """Let somebody accept what holds now."""
    invitation = await seats.invite(clinic.database, person, circle.circle_id)
    await clinic.seat(person, invitation.circle)


async def test_a_member_reads_what_has_changed_since_they_agreed(clinic: Clinic) -> None:
    one, two = clinic.people(2)
    circle = await clinic.circle(seated=[one])
    assert await change(clinic, circle, "We listen.\nWe begin on time.") == Changes(["We begin on time."], [])
    assert await change(clinic, circle, "We begin on time.") == Changes([], ["We listen."])
    invitation = await seats.invite(clinic.database, one, circle.circle_id)
    assert invitation.changes == Changes(["We begin on time."], ["We listen."])
    assert (await seats.info(clinic.database, one, circle.circle_id)).agreement_changed
    assert await agreements.changed_for(clinic.database, one) == [circle.name]
    assert await agreements.changed_for(clinic.database, two) == []
    assert (await seats.invite(clinic.database, two, circle.circle_id)).changes is None
    await agree(clinic, one, circle)
    assert (await seats.invite(clinic.database, one, circle.circle_id)).changes is None
    assert not (await seats.info(clinic.database, one, circle.circle_id)).agreement_changed
    assert await agreements.changed_for(clinic.database, one) == []


async def test_a_version_is_kept_as_long_as_somebody_is_under_it(clinic: Clinic) -> None:
    one, two = clinic.people(2)
    circle = await clinic.circle(seated=[one, two])
    await change(clinic, circle, "Second.")
    await change(clinic, circle, "Third.")
    assert await versions(clinic) == 2  # nobody was ever under the second one
    await agree(clinic, one, circle)
    assert await versions(clinic) == 2
    await clinic.leave(two, circle)
    assert await versions(clinic) == 1


async def test_whoever_wrote_it_agrees_to_it(clinic: Clinic) -> None:
    circle = await clinic.circle(seated=[clinic.holder])
    await change(clinic, circle, "Second.")
    assert not (await seats.info(clinic.database, clinic.holder, circle.circle_id)).agreement_changed
    assert await versions(clinic) == 1


async def test_words_that_are_the_same_ask_nobody_again(clinic: Clinic) -> None:
    [one] = clinic.people(1)
    circle = await clinic.circle(seated=[one])
    assert await change(clinic, circle, "We listen.\n\n") == Changes([], [])
    assert (await seats.invite(clinic.database, one, circle.circle_id)).circle == circle


async def test_a_newcomer_who_read_the_old_words_reads_the_new_ones_first(clinic: Clinic) -> None:
    [one] = clinic.people(1)
    circle = await clinic.circle()
    await change(clinic, circle, "Second.")
    assert await refused(clinic.seat(one, circle)) is Because.AGREEMENT_CHANGED


async def test_an_agreement_is_changed_by_those_who_may_and_within_its_length(clinic: Clinic) -> None:
    one = clinic.person(90)
    circle = await clinic.circle(seated=[one])
    assert await refused(change(clinic, circle, "Mine.", one)) is Because.NEEDS_FACILITATOR
    current = agreements.current(clinic.database, one, circle.circle_id)
    assert await refused(current) is Because.NEEDS_FACILITATOR
    assert await refused(change(clinic, circle, "")) is Because.NAME_MISSING
    assert await refused(change(clinic, circle, "a" * 1501)) is Because.TOO_LONG
    assert await agreements.current(clinic.database, clinic.moderator, circle.circle_id) == "We listen."
