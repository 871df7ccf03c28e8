"""The waitlist: who waits where, for whom a seat is held, and how they are told."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from bot.services import addresses
from bot.services import circles as circle_service
from bot.services.addresses import Address
from bot.services.member_keys import MemberKeys
from bot.services.people import Person
from bot.services.refusals import Because, Refusal
from bot.services.rules.seats import HELD_FOR
from db import Database, Transaction, candidates, circles, posts, servers
from db.candidates import Candidate, Stage
from db.circles import Circle, CircleState
from db.posts import DIRECT, PostKind

TABLE = "candidate"
SAID_FOR = timedelta(days=30)
"""How long it makes sense to say something in the facilitators' channel."""


class Where(StrEnum):
    """Where a person stands to a circle."""

    OUTSIDE = "outside"
    SEATED = "seated"
    ASKING = "asking"
    WAITING = "waiting"
    HELD = "held"
    DECLINED = "declined"
    LAPSED = "lapsed"


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a person stands; the place on the waitlist counts from 1, a seat is held `until`."""

    where: Where
    place: int | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Letter:
    """What a candidate is to be told, and where they are found."""

    circle: Circle
    standing: Standing
    member_key: bytes
    address: Address


async def standing(tx: Transaction, candidate: Candidate) -> Standing:
    """Return where a candidate stands."""
    if candidate.held_until is not None:
        return Standing(Where.HELD, until=candidate.held_until)
    if candidate.stage is Stage.WAITING:
        return Standing(Where.WAITING, await candidates.count_ahead(tx, candidate) + 1)
    return Standing(Where(candidate.stage.value))


async def enqueue(
    tx: Transaction,
    circle: Circle,
    before: Candidate | None,
    stage: Stage,
    member_key: bytes,
    sealed: bytes,
    *,
    at: datetime,
) -> int:
    """Put somebody at the end, in place of what they were `before`, and return their number."""
    if before is not None:
        await candidates.delete_candidate(tx, before.number)
    number = await candidates.insert_candidate(tx, circle.circle_id, member_key, stage, sealed)
    if stage is Stage.ASKING:
        await say_to_facilitators(tx, circle.server_id, PostKind.REQUEST, str(number), at=at)
    return number


async def say_to_facilitators(
    tx: Transaction, server_id: int, kind: PostKind, subject: str, *, at: datetime
) -> None:
    """Note something to be said in the facilitators' channel, if there is one."""
    server = await servers.find_server(tx, server_id)
    if server is not None and server.facilitators_channel_id is not None:
        await posts.insert_post(
            tx,
            kind=kind,
            server_id=server_id,
            channel_id=server.facilitators_channel_id,
            subject=subject,
            due_at=at,
            lapses_at=at + SAID_FOR,
        )


async def write_to(
    tx: Transaction, server_id: int, number: int, *, at: datetime, lapses_at: datetime
) -> None:
    """Note that a candidate is to be told how they stand, if they asked for that."""
    await posts.insert_post(
        tx,
        kind=PostKind.LETTER,
        server_id=server_id,
        channel_id=DIRECT,
        subject=str(number),
        due_at=at,
        lapses_at=lapses_at,
    )


async def ask_for_letters(
    database: Database, member_keys: MemberKeys, person: Person, circle_id: int
) -> Circle:
    """Keep that this candidate wants to be written to directly when something happens."""
    async with database.transaction() as tx:
        await tx.hold("circle", circle_id)
        circle = await circle_service.require_open(tx, person, circle_id)
        key = await member_keys.held(tx, person.locator)
        candidate = await candidates.find_candidate_of(tx, circle_id, person.key)
        if key is None or candidate is None:
            raise Refusal(Because.NOT_IN_CIRCLE, circle=circle.name)
        address = replace(addresses.unseal(key, TABLE, candidate.sealed), write=True)
        await candidates.update_sealed(tx, candidate.number, address.seal(key, TABLE))
        return circle


async def tend(database: Database, *, at: datetime) -> int:
    """Let held seats go on to the next, hold those that became free, and return how many are held now."""
    await _lapse(database, at)
    async with database.transaction() as tx:
        circle_ids = await candidates.list_circles_with_room(tx)
    held = 0
    for circle_id in circle_ids:
        async with database.transaction() as tx:
            held += await _hold_free_seats(tx, circle_id, at)
    return held


async def letter(database: Database, member_keys: MemberKeys, number: int) -> Letter | None:
    """Return what is to be told to a candidate, or None when they are none any more."""
    async with database.transaction() as tx:
        candidate = await candidates.find_candidate(tx, number)
        if candidate is None:
            return None
        circle = await circles.find_circle_by_id(tx, candidate.circle_id)
        stands = await standing(tx, candidate)
    address = await addresses.find(member_keys, candidate.member_key, TABLE, candidate.sealed)
    if circle is None or address is None:
        return None
    return Letter(circle, stands, candidate.member_key, address)


async def _lapse(database: Database, at: datetime) -> None:
    """Pass on seats that were held in vain. Where nobody waits behind, one stays held for as long again."""
    async with database.transaction() as tx:
        overdue = await candidates.list_overdue(tx, at)
    for found in overdue:
        async with database.transaction() as tx:
            await tx.hold("circle", found.circle_id)
            candidate = await candidates.find_candidate(tx, found.number)
            if candidate is None or candidate.held_until is None or candidate.held_until > at:
                continue
            if not await candidates.list_waiting(tx, candidate.circle_id, 1):
                await candidates.hold_seat(tx, candidate.number, at + HELD_FOR)
                continue
            await candidates.delete_held_seat(tx, candidate.number)
            await candidates.update_stage(tx, candidate.number, Stage.LAPSED)


async def _hold_free_seats(tx: Transaction, circle_id: int, at: datetime) -> int:
    await tx.hold("circle", circle_id)
    circle = await circles.find_circle_by_id(tx, circle_id)
    if circle is None or circle.state is not CircleState.OPEN:
        return 0
    room = await circle_service.room_of(tx, circle)
    found = await candidates.list_waiting(tx, circle_id, room.free)
    for candidate in found:
        await candidates.hold_seat(tx, candidate.number, at + HELD_FOR)
        await write_to(tx, circle.server_id, candidate.number, at=at, lapses_at=at + HELD_FOR)
    return len(found)
