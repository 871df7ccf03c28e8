"""Seats: who gets one, who gives one up, and where somebody stands who has none."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from bot.services import circles as circle_service
from bot.services import waitlist
from bot.services.addresses import Address
from bot.services.authority import Action
from bot.services.member_keys import MemberKey, MemberKeys
from bot.services.people import NOBODY, Person
from bot.services.refusals import Because, Refusal
from bot.services.rules.changes import Changes, changes
from bot.services.rules.seats import Way, way_in
from bot.services.waitlist import Standing, Where
from db import Database, Transaction, agreements, candidates, circles, meetings
from db.candidates import Candidate, Stage
from db.circles import Access, Circle, Holds, Place
from db.meetings import Meeting

_STAGES = {Way.WAIT: Stage.WAITING, Way.ASK: Stage.ASKING}


@dataclass(frozen=True, slots=True)
class Invitation:
    """What a person accepts before entering, and where that leads. `changes`: since they last agreed."""

    circle: Circle
    agreement: str
    changes: Changes | None
    standing: Standing
    way: Way


@dataclass(frozen=True, slots=True)
class Entry:
    """Somebody is in, or out. `before` and `candidate` are what they were, should Discord say no."""

    circle: Circle
    person: Person
    before: Place | None
    candidate: Candidate | None = None


@dataclass(frozen=True, slots=True)
class Joined:
    """What came of agreeing: a seat (`entry`), or a place on the waitlist or among the requests."""

    circle: Circle
    standing: Standing
    entry: Entry | None


@dataclass(frozen=True, slots=True)
class Left:
    """What was given up: a seat (`entry`), or else a place on the waitlist or a request."""

    circle: Circle
    entry: Entry | None


@dataclass(frozen=True, slots=True)
class Page:
    """What a person can read about a circle, and where they stand. `meeting`: the next, for who belongs."""

    listing: circle_service.Listing
    standing: Standing
    agreement_changed: bool
    meeting: Meeting | None = None


async def info(database: Database, person: Person, circle_id: int) -> Page:
    """Return one circle, as this person sees it."""
    async with database.transaction() as tx:
        circle = await circle_service.require_open(tx, person, circle_id)
        place = await circles.find_place(tx, circle_id, person.key)
        standing = await _standing(tx, circle, person)
        changed = place is not None and place.seated and place.agreed_version < circle.agreement_version
        inside = place is not None and (place.seated or place.facilitates)
        coming = await meetings.list_meetings(tx, circle_id) if inside else ()
        return Page(await circle_service.listing(tx, circle), standing, changed, next(iter(coming), None))


async def invite(database: Database, person: Person, circle_id: int) -> Invitation:
    """Return what the person would accept, and where that would lead.

    Whoever was declined, or let a held seat go by, learns it by this, and may begin again.
    """
    async with database.transaction() as tx:
        await tx.hold("circle", circle_id)
        circle = await circle_service.require_open(tx, person, circle_id)
        place = await circles.find_place(tx, circle_id, person.key)
        candidate = await candidates.find_candidate_of(tx, circle_id, person.key)
        standing = await _standing(tx, circle, person)
        way = await _way(tx, circle, place, candidate)
        if candidate is not None and candidate.stage in {Stage.DECLINED, Stage.LAPSED}:
            await candidates.delete_candidate(tx, candidate.number)
        words = await agreements.find_agreement(tx, circle_id, circle.agreement_version) or ""
        return Invitation(circle, words, await _changes(tx, circle, place, words), standing, way)


async def join(
    database: Database,
    member_keys: MemberKeys,
    person: Person,
    discord_id: int,
    circle_id: int,
    agreed_version: int,
    *,
    at: datetime,
) -> Joined:
    """Give a seat to a person who accepted this version of the agreement, or else the last place in line.

    Seats are never oversold, and nobody overtakes those who wait. Joining twice is joining once.
    """
    async with database.transaction() as tx:
        await tx.hold("circle", circle_id)
        circle = await circle_service.require_open(tx, person, circle_id)
        if agreed_version != circle.agreement_version:
            raise Refusal(Because.AGREEMENT_CHANGED, circle=circle.name)
        held = await member_keys.held(tx, person.locator)
        person = replace(person, key=NOBODY if held is None else held.key)
        place = await circles.find_place(tx, circle_id, person.key)
        candidate = await candidates.find_candidate_of(tx, circle_id, person.key)
        way = await _way(tx, circle, place, candidate)
        key = await member_keys.of(tx, person.locator)
        person = replace(person, key=key.key)
        entry = None
        if way is Way.ENTER:
            entry = await _seat(tx, key, Entry(circle, person, place, candidate), discord_id)
        elif candidate is None or candidate.stage is not _STAGES[way]:
            sealed = Address(discord_id).seal(key, waitlist.TABLE)
            await waitlist.enqueue(tx, circle, candidate, _STAGES[way], key.key, sealed, at=at)
        return Joined(circle, await _standing(tx, circle, person), entry)


async def leave(database: Database, member_keys: MemberKeys, person: Person, circle_id: int) -> Left:
    """Give the person's seat up, or their place in the queue; a facilitator goes on holding the circle.

    No reason is asked.
    """
    async with database.transaction() as tx:
        await tx.hold("circle", circle_id)
        circle = await circle_service.require_open(tx, person, circle_id)
        await member_keys.held(tx, person.locator)
        place = await circles.find_place(tx, circle_id, person.key)
        candidate = await candidates.find_candidate_of(tx, circle_id, person.key)
        entry = None
        if place is not None and place.seated:
            entry = await _unseat(tx, circle, person, place)
        elif candidate is not None:
            await candidates.delete_candidate(tx, candidate.number)
        else:
            raise Refusal(Because.NOT_IN_CIRCLE, circle=circle.name)
    await database.forget()
    return Left(circle, entry)


async def release(
    database: Database, member_keys: MemberKeys, person: Person, circle_id: int, member_id: int
) -> Entry:
    """Take the seat of whoever has this Discord id. For those who hold the circle, and for moderators."""
    async with database.transaction() as tx:
        await tx.hold("circle", circle_id)
        circle = await circle_service.require_held(tx, Action.RELEASE_SEAT, person, circle_id)
        locator = member_keys.locate(circle.server_id, member_id)
        held = await member_keys.held(tx, locator)
        member = Person(circle.server_id, locator, NOBODY if held is None else held.key, frozenset(), False)
        place = await circles.find_place(tx, circle_id, member.key)
        if place is None or not place.seated:
            raise Refusal(Because.NO_SEAT_THERE, circle=circle.name)
        entry = await _unseat(tx, circle, member, place)
    await database.forget()
    return entry


async def undo(database: Database, member_keys: MemberKeys, entry: Entry) -> None:
    """Put the person back where they were, when Discord would not follow: not if they were erased since."""
    async with database.transaction() as tx:
        await tx.hold("circle", entry.circle.circle_id)
        held = await member_keys.held(tx, entry.person.locator)
        if held is None or held.key != entry.person.key:
            return
        await _restore(tx, entry.circle, entry.person, entry.before)
        if entry.candidate is not None:
            await candidates.restore_candidate(tx, entry.candidate)


async def _way(tx: Transaction, circle: Circle, place: Place | None, candidate: Candidate | None) -> Way:
    stage = None if candidate is None else candidate.stage
    seated, facilitates = place is not None and place.seated, place is not None and place.facilitates
    admitted = circle.access is Access.OPEN or facilitates or stage is Stage.WAITING
    if circle.access is Access.INVITE and not (seated or admitted or stage is Stage.ASKING):
        raise Refusal(Because.BY_INVITATION, circle=circle.name)
    if candidate is not None and stage is Stage.WAITING:
        ahead = await candidates.count_ahead(tx, candidate)
    else:
        ahead = (await candidates.count_queue(tx, circle.circle_id)).waiting
    return way_in(
        await circle_service.room_of(tx, circle),
        ahead=ahead,
        seated=seated,
        offered=candidate is not None and candidate.held_until is not None,
        admitted=admitted,
    )


async def _standing(tx: Transaction, circle: Circle, person: Person) -> Standing:
    place = await circles.find_place(tx, circle.circle_id, person.key)
    if place is not None and place.seated:
        return Standing(Where.SEATED)
    candidate = await candidates.find_candidate_of(tx, circle.circle_id, person.key)
    return Standing(Where.OUTSIDE) if candidate is None else await waitlist.standing(tx, candidate)


async def _changes(tx: Transaction, circle: Circle, place: Place | None, words: str) -> Changes | None:
    if place is None or place.agreed_version == circle.agreement_version:
        return None
    before = await agreements.find_agreement(tx, circle.circle_id, place.agreed_version)
    return None if before is None else changes(before, words)


async def _seat(tx: Transaction, key: MemberKey, entry: Entry, discord_id: int) -> Entry:
    circle, before = entry.circle, entry.before
    holds = Holds.NO if before is None else before.holds
    sealed = None if before is None else before.sealed
    place = Place(
        seated=True,
        holds=holds,
        agreed_version=circle.agreement_version,
        sealed=sealed or Address(discord_id).seal(key, "circle_member"),
    )
    await circles.save_place(tx, circle.circle_id, key.key, place)
    if entry.candidate is not None:
        await candidates.delete_candidate(tx, entry.candidate.number)
    await circle_service.mind_facilitators(tx, circle)
    await agreements.delete_unused(tx, circle.circle_id)
    return entry


async def _unseat(tx: Transaction, circle: Circle, person: Person, place: Place) -> Entry:
    kept = replace(place, seated=False) if place.facilitates else None
    await _restore(tx, circle, person, kept)
    await agreements.delete_unused(tx, circle.circle_id)
    return Entry(circle, person, place)


async def _restore(tx: Transaction, circle: Circle, person: Person, place: Place | None) -> None:
    if place is None:
        await circles.delete_place(tx, circle.circle_id, person.key)
    else:
        await circles.save_place(tx, circle.circle_id, person.key, place)
