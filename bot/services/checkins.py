"""Answering: one answer counts in one open window, and can be changed, moved or withdrawn until the close."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.services import authority, ballots, trends
from bot.services.authority import Action
from bot.services.keys import WindowKeys
from bot.services.member_keys import MemberKeys
from bot.services.people import Person
from bot.services.refusals import Because, Refusal
from bot.services.rules.anonymity import Answers
from db import Database, Transaction, checkins, circles
from db.checkins import OpenWindow, WindowState


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of an answer. `replaced`: an earlier answer in the same window gave way.

    `copied`: the person has asked for private copies, and one was kept.
    `taken_from` is the other window in which an earlier answer counted until now.
    """

    counted: OpenWindow
    replaced: bool
    taken_from: OpenWindow | None
    copied: bool


async def record(
    database: Database,
    window_keys: WindowKeys,
    member_keys: MemberKeys,
    person: Person,
    window_id: int,
    answers: Answers,
    *,
    at: datetime,
) -> Receipt:
    """Count the answers in this window, and in no other that is open in the server.

    A later answer takes the place of an earlier one, wherever that lies: no two results that overlap
    in time count the same person, so that none can be subtracted from another (R6).

    Raises:
        Refusal: the window is closed, the person has no seat where it asks, or a result that has been
            published already counts what they answered while this window was open.
    """
    async with database.transaction() as tx:
        await checkins.hold(tx, person.server_id)
        standing = await ballots.standing_of(tx, window_keys, person)
        chosen = standing.slips.get(window_id)
        if chosen is None or chosen.window.closes_at <= at:
            raise Refusal(Because.WINDOW_CLOSED)
        if not await _may_answer(tx, chosen.window, person):
            raise authority.refusal(Action.ANSWER_CHECKIN)
        if standing.is_settled(chosen, at):
            raise Refusal(Because.ALREADY_COUNTED)
        before = standing.counting(at)
        await standing.answer(tx, chosen, answers, at)
        elsewhere = None if before is None or before is chosen else before.window
        if elsewhere is not None:
            await trends.keep_copy(tx, member_keys, person, elsewhere.window_id, None, at=at)
        copied = await trends.keep_copy(tx, member_keys, person, window_id, answers, at=at)
    return Receipt(chosen.window, replaced=before is chosen, taken_from=elsewhere, copied=copied)


async def withdraw(
    database: Database,
    window_keys: WindowKeys,
    member_keys: MemberKeys,
    person: Person,
    window_id: int,
    *,
    at: datetime,
) -> None:
    """Take the person's answer out of a window that is still open, and their private copy with it.

    Whoever left the circle meanwhile may still withdraw.

    Raises:
        Refusal: the window is closed, or the person's answer does not count in it.
    """
    async with database.transaction() as tx:
        await checkins.hold(tx, person.server_id)
        if not await _is_open(tx, person, window_id, at):
            raise Refusal(Because.TOO_LATE_TO_CHANGE)
        standing = await ballots.standing_of(tx, window_keys, person)
        slip = standing.slips.get(window_id)
        if slip is None or slip.vote is None or slip.vote.blank:
            raise Refusal(Because.NOTHING_TO_WITHDRAW)
        await standing.withdraw(tx, window_id)
        await trends.keep_copy(tx, member_keys, person, window_id, None, at=at)
    await database.forget()


async def windows_open_to(database: Database, person: Person, *, at: datetime) -> tuple[int, ...]:
    """Return the open windows that may count an answer of this person."""
    async with database.transaction() as tx:
        return tuple(
            [
                window.window_id
                for window in await checkins.list_open_windows(tx, person.server_id)
                if at < window.closes_at and await _may_answer(tx, window, person)
            ]
        )


async def _is_open(tx: Transaction, person: Person, window_id: int, at: datetime) -> bool:
    window = await checkins.find_window(tx, window_id)
    return (
        window is not None
        and window.server_id == person.server_id
        and window.state is WindowState.OPEN
        and at < window.closes_at
    )


async def _may_answer(tx: Transaction, window: OpenWindow, person: Person) -> bool:
    if window.whole_server:
        return authority.may(Action.ANSWER_SERVER_CHECKIN, person)
    places = [await circles.find_place(tx, circle_id, person.key) for circle_id in window.circle_ids]
    return any(authority.may(Action.ANSWER_CHECKIN, person, place=place) for place in places)
