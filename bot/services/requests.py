"""Requests for a seat: asked by a person, answered by those who hold the circle."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.services import addresses, waitlist
from bot.services import circles as circle_service
from bot.services.addresses import Address
from bot.services.authority import Action
from bot.services.member_keys import MemberKeys
from bot.services.people import Person
from bot.services.refusals import Because, Refusal
from bot.services.waitlist import TABLE
from db import Database, Transaction, candidates, circles, request_messages
from db.candidates import Candidate, Stage
from db.circles import Circle
from db.request_messages import RequestMessage

AT_ONCE = 20
"""How many names one tick takes out of messages; the rest come with the next."""

SHOWN = 5
"""How many requests one message shows: each takes a row of buttons."""


@dataclass(frozen=True, slots=True)
class Request:
    """Somebody asks for a seat. Only the facilitators' channel shows who, as Discord names them."""

    number: int
    circle: Circle
    member_key: bytes
    address: Address


@dataclass(frozen=True, slots=True)
class Requests:
    """The first requests of a circle, and how many there are."""

    circle: Circle
    first: Sequence[Request]
    all: int


async def waiting(
    database: Database, member_keys: MemberKeys, person: Person, circle_id: int | None, channel_id: int
) -> Requests:
    """Return the requests to somebody who may answer them."""
    async with database.transaction() as tx:
        circle = await circle_service.find_held_here(
            tx, Action.ANSWER_REQUESTS, person, circle_id, channel_id
        )
        found = await candidates.list_asking(tx, circle.circle_id, SHOWN)
        queue = await candidates.count_queue(tx, circle.circle_id)
    first = [await _request(member_keys, circle, candidate) for candidate in found]
    return Requests(circle, [request for request in first if request is not None], queue.asking)


async def asked(database: Database, member_keys: MemberKeys, number: int) -> Request | None:
    """Return a request that is to be shown to the facilitators, or None when it is one no more."""
    async with database.transaction() as tx:
        candidate = await candidates.find_candidate(tx, number)
        if candidate is None or candidate.stage is not Stage.ASKING:
            return None
        circle = await circles.find_circle_by_id(tx, candidate.circle_id)
    return None if circle is None else await _request(member_keys, circle, candidate)


async def shown(database: Database, message: RequestMessage, number: int) -> None:
    """Remember under which message a request is answered, so that the name can be taken out of it."""
    async with database.transaction() as tx:
        await request_messages.insert_message(tx, message, number)


async def over(database: Database) -> Sequence[RequestMessage]:
    """Return messages that name somebody whose request is over, however it ended."""
    async with database.transaction() as tx:
        return await request_messages.list_over(tx, AT_ONCE)


async def unnamed(database: Database, message: RequestMessage) -> None:
    """Note that a message names nobody any more."""
    async with database.transaction() as tx:
        await request_messages.delete_message(tx, message.message_id)


async def approve(database: Database, person: Person, number: int, *, at: datetime) -> Circle:
    """Let the person who asked in: they get the next free seat, and meanwhile the last place on the list."""
    async with database.transaction() as tx:
        circle, candidate = await _to_answer(tx, person, number)
        await _admit(tx, circle, candidate, at=at)
        return circle


async def decline(database: Database, person: Person, number: int, *, at: datetime) -> Circle:
    """Offer the person who asked no seat. They learn it at their next step, or by a letter if they want."""
    async with database.transaction() as tx:
        circle, _ = await _to_answer(tx, person, number)
        await candidates.update_stage(tx, number, Stage.DECLINED)
        await waitlist.write_to(tx, circle.server_id, number, at=at, lapses_at=at + waitlist.SAID_FOR)
        return circle


async def invite(
    database: Database,
    member_keys: MemberKeys,
    person: Person,
    circle_id: int,
    member_id: int,
    *,
    at: datetime,
) -> Circle:
    """Let somebody in who has not asked: the person with this Discord id. Refuses whoever has a seat."""
    async with database.transaction() as tx:
        await tx.hold("circle", circle_id)
        circle = await circle_service.require_held(tx, Action.INVITE, person, circle_id)
        key = await member_keys.of(tx, member_keys.locate(circle.server_id, member_id))
        place = await circles.find_place(tx, circle_id, key.key)
        if place is not None and place.seated:
            raise Refusal(Because.HAS_A_SEAT, circle=circle.name)
        candidate = await candidates.find_candidate_of(tx, circle_id, key.key)
        if candidate is None:
            sealed = Address(member_id).seal(key, TABLE)
            await waitlist.enqueue(tx, circle, None, Stage.WAITING, key.key, sealed, at=at)
        elif candidate.stage is not Stage.WAITING:
            await _admit(tx, circle, candidate, at=at)
        return circle


async def _to_answer(tx: Transaction, person: Person, number: int) -> tuple[Circle, Candidate]:
    """Return a request and its circle. Two who answer at once: the second learns that it is answered."""
    found = await candidates.find_candidate(tx, number)
    if found is None:
        raise Refusal(Because.REQUEST_ANSWERED)
    await tx.hold("circle", found.circle_id)
    circle = await circle_service.require_held(tx, Action.ANSWER_REQUESTS, person, found.circle_id)
    candidate = await candidates.find_candidate(tx, number)
    if candidate is None or candidate.stage is not Stage.ASKING:
        raise Refusal(Because.REQUEST_ANSWERED)
    return circle, candidate


async def _admit(tx: Transaction, circle: Circle, candidate: Candidate, *, at: datetime) -> None:
    """Put a candidate at the end of the waitlist."""
    room = await circle_service.room_of(tx, circle)
    queue = await candidates.count_queue(tx, circle.circle_id)
    await candidates.admit(tx, candidate)
    if room.free <= queue.waiting:  # else a seat is held in a moment, and that is what they are told
        number = candidate.number
        await waitlist.write_to(tx, circle.server_id, number, at=at, lapses_at=at + waitlist.SAID_FOR)


async def _request(member_keys: MemberKeys, circle: Circle, candidate: Candidate) -> Request | None:
    address = await addresses.find(member_keys, candidate.member_key, TABLE, candidate.sealed)
    if address is None:
        return None
    return Request(candidate.number, circle, candidate.member_key, address)
