"""Answering: a sealed ballot in each window that counts it, changed or withdrawn until the close."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.services import trends
from bot.services.keys import WindowKeys
from bot.services.member_keys import MemberKeys
from bot.services.people import Person
from bot.services.refusals import Because, Refusal
from bot.services.rules.anonymity import Answers
from bot.services.rules.ballots import NONCE_BYTES, BallotBox
from db import Database, Transaction, checkins, circles
from db.checkins import Ballot, Window, WindowState


@dataclass(frozen=True, slots=True)
class Counted:
    """One window that counts the answer; `circle_name` is None for the whole server's."""

    window_id: int
    circle_name: str | None
    closes_at: datetime


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of an answer. `left_out` names circles in which the person has no seat.

    `copied`: the person has asked for private copies, and one was kept.
    `replaced`: an earlier answer in the same windows gave way. `taken_back`: an earlier answer of the
    other kind (in circles, or in the whole server's window) no longer counts.
    """

    counted: tuple[Counted, ...]
    left_out: tuple[str, ...]
    replaced: bool
    taken_back: bool
    copied: bool


@dataclass(frozen=True, slots=True)
class _Voting:
    """A window in which this person may put a ballot."""

    window: Window
    circle_name: str | None
    box: BallotBox
    token: bytes


async def record(
    database: Database,
    window_keys: WindowKeys,
    member_keys: MemberKeys,
    person: Person,
    window_ids: Sequence[int],
    answers: Answers,
    *,
    at: datetime,
) -> Receipt:
    """Count the answers in these windows, each ballot sealed under its own window's key.

    A later answer takes the place of an earlier one. Answers count either in circles or in the whole
    server's window, never in both, so that no total can be subtracted from another (R6): whichever was
    chosen last holds.

    Raises:
        Refusal: all of the windows are closed, the person has a seat in none of their circles, or the
            windows are of both kinds, which no form of ours asks for.
    """
    async with database.transaction() as tx:
        open_windows = await _hold_open(tx, person, window_ids, at)
        if not open_windows:
            raise Refusal(Because.WINDOW_CLOSED)
        voting, left_out = await _where_seated(tx, window_keys, person, open_windows)
        if not voting and left_out:
            raise Refusal(Because.NOT_SEATED_HERE)
        if not voting:
            raise Refusal(Because.WINDOW_CLOSED)
        if len({place.window.circle_id is None for place in voting}) > 1:
            raise Refusal(Because.INCOMPLETE_ANSWER)
        taken_back = await _take_back_elsewhere(tx, window_keys, member_keys, person, voting, at)
        replaced = copied = False
        for place in voting:
            sealed = place.box.seal(place.token, answers, nonce=secrets.token_bytes(NONCE_BYTES))
            replaced |= await checkins.save_ballot(tx, place.window.window_id, Ballot(place.token, sealed))
            copied |= await trends.keep_copy(tx, member_keys, person, place.window.window_id, answers, at=at)
    return Receipt(
        counted=tuple(
            Counted(place.window.window_id, place.circle_name, place.window.closes_at) for place in voting
        ),
        left_out=left_out,
        replaced=replaced,
        taken_back=taken_back,
        copied=copied,
    )


async def withdraw(
    database: Database,
    window_keys: WindowKeys,
    member_keys: MemberKeys,
    person: Person,
    window_ids: Sequence[int],
    *,
    at: datetime,
) -> None:
    """Take the person's answer out of those windows that are still open, and their private copy with it.

    Whoever left the circle meanwhile may still withdraw.

    Raises:
        Refusal: the windows are closed, or hold no answer of this person.
    """
    async with database.transaction() as tx:
        open_windows = await _hold_open(tx, person, window_ids, at)
        if not open_windows:
            raise Refusal(Because.TOO_LATE_TO_CHANGE)
        taken = [await _take_back(tx, window_keys, person, window.window_id) for window in open_windows]
        if not any(taken):
            raise Refusal(Because.NOTHING_TO_WITHDRAW)
        for window in open_windows:
            await trends.keep_copy(tx, member_keys, person, window.window_id, None, at=at)
    await database.forget()


async def windows_open_to(database: Database, person: Person, *, at: datetime) -> tuple[int, ...]:
    """Return the open windows that would count an answer of this person."""
    async with database.transaction() as tx:
        found: list[int] = []
        for window in await checkins.list_open_windows(tx, person.server_id):
            if window.closes_at <= at:
                continue
            if window.circle_id is None or await _seated(tx, window.circle_id, person):
                found.append(window.window_id)
        return tuple(found)


async def _hold_open(
    tx: Transaction, person: Person, window_ids: Sequence[int], at: datetime
) -> list[Window]:
    """Return those of the windows that are open now, and keep them from closing meanwhile."""
    await checkins.hold(tx, person.server_id)
    found: list[Window] = []
    for window_id in sorted(set(window_ids)):
        window = await checkins.find_window(tx, window_id)
        if window is None or window.server_id != person.server_id:
            continue
        if window.state is WindowState.OPEN and at < window.closes_at:
            found.append(window)
    return found


async def _where_seated(
    tx: Transaction, window_keys: WindowKeys, person: Person, windows: Sequence[Window]
) -> tuple[list[_Voting], tuple[str, ...]]:
    voting: list[_Voting] = []
    left_out: list[str] = []
    for window in windows:
        name = None
        if window.circle_id is not None:
            circle = await circles.find_circle(tx, window.server_id, window.circle_id)
            name = "" if circle is None else circle.name
            if not await _seated(tx, window.circle_id, person):
                left_out.append(name)
                continue
        box = _box(window_keys, window.window_id)
        if box is None:
            continue  # its key is lost, and with it everything that could be counted
        voting.append(_Voting(window, name, box, box.token(person.locator)))
    return voting, tuple(left_out)


async def _take_back_elsewhere(
    tx: Transaction,
    window_keys: WindowKeys,
    member_keys: MemberKeys,
    person: Person,
    voting: Sequence[_Voting],
    at: datetime,
) -> bool:
    """Keep an answer from counting both in circles and in the whole server's window."""
    in_circles = any(place.window.circle_id is not None for place in voting)
    taken = False
    for window in await checkins.list_open_windows(tx, person.server_id):
        if (window.circle_id is None) == in_circles and await _take_back(
            tx, window_keys, person, window.window_id
        ):
            taken = True
            await trends.keep_copy(tx, member_keys, person, window.window_id, None, at=at)
    return taken


async def _take_back(tx: Transaction, window_keys: WindowKeys, person: Person, window_id: int) -> bool:
    box = _box(window_keys, window_id)
    return box is not None and await checkins.delete_ballot(tx, window_id, box.token(person.locator))


async def _seated(tx: Transaction, circle_id: int, person: Person) -> bool:
    place = await circles.find_place(tx, circle_id, person.key)
    return place is not None and place.seated


def _box(window_keys: WindowKeys, window_id: int) -> BallotBox | None:
    key = window_keys.read(window_id)
    return None if key is None else BallotBox(window_id, key)
