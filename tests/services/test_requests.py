"""Requests: asked once, answered once, by those who may, and never with a name in the database."""

from __future__ import annotations

from bot.services import departures, erasure, posts, requests, seats, servers, waitlist
from bot.services.circles import Access, Circle
from bot.services.people import Person
from bot.services.personal_data import Kind
from bot.services.posts import PostKind
from bot.services.refusals import Because
from bot.services.requests import RequestMessage
from bot.services.waitlist import Standing, Where
from tests.services.conftest import LOBBY, NOW, Clinic, at_once, refused, told

CHANNEL = LOBBY + 7


async def stands(clinic: Clinic, person: Person, circle: Circle) -> Where:
    """Return where somebody stands, as they can read it."""
    return (await seats.info(clinic.database, person, circle.circle_id)).standing.where


async def listed(clinic: Clinic, circle: Circle, person: Person) -> requests.Requests:
    """Let somebody look at the requests of a circle."""
    return await requests.waiting(clinic.database, clinic.member_keys, person, circle.circle_id, LOBBY)


async def numbers(clinic: Clinic, kind: PostKind) -> list[int]:
    """Return the subjects of what is to be said of this kind."""
    due = await posts.take_due(clinic.database, at=NOW)
    return [int(post.subject) for post in due if post.kind is kind]


async def asking(clinic: Clinic, many: int = 1) -> tuple[Circle, list[Person], list[int]]:
    """Open a circle that one asks to enter, let so many ask, and return them and their numbers."""
    await servers.remember_facilitators_channel(clinic.database, clinic.server_id, CHANNEL)
    circle, people = await clinic.circle(access=Access.REQUEST, seats=3), clinic.people(many)
    for person in people:
        await clinic.seat(person, circle)
    return circle, people, await numbers(clinic, PostKind.REQUEST)


async def test_a_request_is_to_be_shown_in_the_facilitators_channel(clinic: Clinic) -> None:
    circle, [person], [number] = await asking(clinic)
    [post] = await posts.take_due(clinic.database, at=NOW)
    assert post.channel_id == CHANNEL
    found = await requests.asked(clinic.database, clinic.member_keys, number)
    assert found is not None
    assert (found.circle, found.address.discord_id) == (circle, clinic.discord_id(person))


async def test_a_request_waits_where_there_is_no_facilitators_channel(clinic: Clinic) -> None:
    circle = await clinic.circle(access=Access.REQUEST)
    [person] = clinic.people(1)
    await clinic.seat(person, circle)
    assert await numbers(clinic, PostKind.REQUEST) == []
    found = await requests.waiting(
        clinic.database, clinic.member_keys, clinic.holder, circle.circle_id, LOBBY
    )
    assert [each.address.discord_id for each in found.first] == [clinic.discord_id(person)]


async def test_whoever_is_let_in_gets_a_seat_held_and_needs_no_second_letter(clinic: Clinic) -> None:
    circle, [person], [number] = await asking(clinic)
    await requests.approve(clinic.database, clinic.holder, number, at=NOW)
    assert await numbers(clinic, PostKind.LETTER) == []
    await clinic.tend()
    assert await stands(clinic, person, circle) is Where.HELD
    assert await numbers(clinic, PostKind.LETTER) == [number]
    assert (await clinic.seat(person, circle)).entry is not None


async def test_whoever_is_let_in_waits_behind_those_who_wait_already_and_is_told(clinic: Clinic) -> None:
    circle, (first, second, *others), all_numbers = await asking(clinic, 5)
    for number in all_numbers[2:]:
        await requests.approve(clinic.database, clinic.holder, number, at=NOW)
    for person in others:
        await clinic.seat(person, circle)
    for number in (all_numbers[1], all_numbers[0]):
        await requests.approve(clinic.database, clinic.holder, number, at=NOW)
    for place, person in ((1, second), (2, first)):
        found = await seats.info(clinic.database, person, circle.circle_id)
        assert found.standing == Standing(Where.WAITING, place)
    assert set(all_numbers[:2]) <= set(await numbers(clinic, PostKind.LETTER))


async def test_who_is_declined_reads_it_at_their_next_step_and_may_ask_again(clinic: Clinic) -> None:
    circle, [person], [number] = await asking(clinic)
    await requests.decline(clinic.database, clinic.moderator, number, at=NOW)
    assert await stands(clinic, person, circle) is Where.DECLINED
    assert await numbers(clinic, PostKind.LETTER) == [number]
    invitation = await seats.invite(clinic.database, person, circle.circle_id)
    assert invitation.standing.where is Where.DECLINED
    assert await stands(clinic, person, circle) is Where.OUTSIDE
    assert (await clinic.seat(person, circle)).standing.where is Where.ASKING
    assert await numbers(clinic, PostKind.REQUEST) == [number, number + 1]


async def test_of_two_who_answer_at_once_the_second_learns_that_it_is_answered(clinic: Clinic) -> None:
    circle, [person], [number] = await asking(clinic)
    answers = [
        requests.approve(clinic.database, clinic.holder, number, at=NOW),
        requests.decline(clinic.database, clinic.moderator, number, at=NOW),
    ]
    assert told(await at_once(clinic.database, *answers)) == [Because.REQUEST_ANSWERED]
    assert await stands(clinic, person, circle) in {Where.WAITING, Where.DECLINED}


async def test_only_those_who_hold_the_circle_or_moderate_answer(clinic: Clinic) -> None:
    circle, [person], [number] = await asking(clinic)
    for stranger in (person, clinic.person(90)):
        for answer in (requests.approve, requests.decline):
            attempt = answer(clinic.database, stranger, number, at=NOW)
            assert await refused(attempt) is Because.NEEDS_FACILITATOR
        assert await refused(listed(clinic, circle, stranger)) is Because.NEEDS_FACILITATOR
    assert await stands(clinic, person, circle) is Where.ASKING


async def test_a_number_of_no_request_is_answered_like_one_that_is_over(clinic: Clinic) -> None:
    _, _, [number] = await asking(clinic)
    for forged in (number + 1, 0, 999_999_999_999_999):
        attempt = requests.approve(clinic.database, clinic.holder, forged, at=NOW)
        assert await refused(attempt) is Because.REQUEST_ANSWERED


async def test_the_name_is_to_be_taken_out_however_the_request_ends(clinic: Clinic) -> None:
    circle, people, all_numbers = await asking(clinic, 5)
    messages = [RequestMessage(7000 + number, clinic.server_id, CHANNEL) for number in all_numbers]
    for message, number in zip(messages, all_numbers, strict=True):
        await requests.shown(clinic.database, message, number)
    assert await requests.over(clinic.database) == []
    await requests.approve(clinic.database, clinic.holder, all_numbers[0], at=NOW)
    await requests.decline(clinic.database, clinic.holder, all_numbers[1], at=NOW)
    await clinic.leave(people[2], circle)
    await departures.depart(clinic.database, clinic.server_id, people[3].key)
    await erasure.erase(clinic.database, clinic.member_keys, clinic.window_keys, people[4], [Kind.CIRCLES])
    assert await requests.over(clinic.database) == messages
    await requests.unnamed(clinic.database, messages[0])
    assert await requests.over(clinic.database) == messages[1:]


async def test_whoever_is_invited_enters_without_asking(clinic: Clinic) -> None:
    circle, [person] = await clinic.circle(access=Access.INVITE), clinic.people(1)
    for _ in range(2):
        await requests.invite(
            clinic.database,
            clinic.member_keys,
            clinic.holder,
            circle.circle_id,
            clinic.discord_id(person),
            at=NOW,
        )
    assert (await clinic.seat(person, circle)).standing.where is Where.SEATED
    again = requests.invite(
        clinic.database,
        clinic.member_keys,
        clinic.holder,
        circle.circle_id,
        clinic.discord_id(person),
        at=NOW,
    )
    assert await refused(again) is Because.HAS_A_SEAT


async def test_more_requests_than_a_message_shows_are_counted(clinic: Clinic) -> None:
    circle, people, _ = await asking(clinic, requests.SHOWN + 2)
    await clinic.member_keys.set_aside(people[0].locator)
    found = await requests.waiting(
        clinic.database, clinic.member_keys, clinic.holder, circle.circle_id, LOBBY
    )
    assert (len(found.first), found.all) == (requests.SHOWN - 1, requests.SHOWN + 2)


async def test_a_request_that_is_over_is_shown_to_nobody(clinic: Clinic) -> None:
    circle, [person], [number] = await asking(clinic)
    await clinic.leave(person, circle)
    assert await requests.asked(clinic.database, clinic.member_keys, number) is None
    assert await waitlist.letter(clinic.database, clinic.member_keys, number) is None
