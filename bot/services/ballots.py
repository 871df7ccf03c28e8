"""The ballots of a server's open windows: everybody who answers has one in each, and one of them counts."""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.services.keys import WindowKeys
from bot.services.people import Person
from bot.services.rules.anonymity import Answers
from bot.services.rules.ballots import NONCE_BYTES, BallotBox, SpoiltBallot, Vote
from db import Transaction, checkins
from db.checkins import Ballot, OpenWindow

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Slip:
    """One open window, and what lies in it of one person, if anything does."""

    window: OpenWindow
    box: BallotBox
    vote: Vote | None


@dataclass(frozen=True, slots=True)
class Standing:
    """One person's ballots in all open windows of a server, by window; not in those whose key is lost.

    `unpublished` are windows without a result (cancelled, withheld) among those to which a blank points.
    """

    locator: bytes
    slips: Mapping[int, Slip]
    unpublished: frozenset[int]

    def counting(self, at: datetime) -> Slip | None:
        """Return where the person's answer lies and can still be taken from."""
        here = (slip for slip in self._open(at) if slip.vote is not None and not slip.vote.blank)
        return next(here, None)

    def is_settled(self, slip: Slip, at: datetime) -> bool:
        """Say whether this is a blank for an answer that is published elsewhere, or is about to be."""
        if slip.vote is None or not slip.vote.blank:
            return False
        elsewhere = self.slips.get(slip.vote.counts_in)
        if elsewhere is not None:
            return elsewhere.window.closes_at <= at
        return slip.vote.counts_in not in self.unpublished

    async def answer(self, tx: Transaction, chosen: Slip, answers: Answers, at: datetime) -> None:
        """Let the answer count in this window. All others get a blank, or keep one that is settled."""
        window_id = chosen.window.window_id
        blank = Vote(self.locator, window_id, None)
        cast: list[tuple[int, Ballot]] = []
        for slip in self._open(at):
            kept = slip.vote if self.is_settled(slip, at) else None
            vote = Vote(self.locator, window_id, answers) if slip is chosen else kept or blank
            # Also what is kept is sealed anew, and all in one order: no row tells which of them has changed.
            cast.append((slip.window.window_id, sealed_in(slip.box, vote)))
        await checkins.save_ballots(tx, cast)

    async def withdraw(self, tx: Transaction, window_id: int) -> None:
        """Take the answer out of this window, and the blanks that point to it out of all others."""
        pointing = {
            number: slip.box.token(self.locator)
            for number, slip in self.slips.items()
            if slip.vote is not None and slip.vote.counts_in == window_id
        }
        await checkins.delete_tokens(tx, pointing)

    def _open(self, at: datetime) -> Iterable[Slip]:
        return (slip for slip in self.slips.values() if at < slip.window.closes_at)


async def standing_of(tx: Transaction, window_keys: WindowKeys, person: Person) -> Standing:
    """Return where the person's answer counts. The server has to be held."""
    boxes = await boxes_of(tx, window_keys, person.server_id)
    tokens = {window.window_id: box.token(person.locator) for window, box in boxes.items()}
    lying = await checkins.find_ballots(tx, tokens)
    slips = {
        window.window_id: Slip(window, box, _vote(box, tokens[window.window_id], lying.get(window.window_id)))
        for window, box in boxes.items()
    }
    pointed_to = {slip.vote.counts_in for slip in slips.values() if slip.vote is not None}
    unpublished = await checkins.list_unpublished(tx, pointed_to - slips.keys())
    return Standing(person.locator, slips, frozenset(unpublished))


async def carry(
    tx: Transaction, window_keys: WindowKeys, window_id: int, server_id: int, *, opens_at: datetime
) -> None:
    """Give everybody whose answer counts in another open window a blank in one that has just opened."""
    boxes = await boxes_of(tx, window_keys, server_id)
    here = next((box for window, box in boxes.items() if window.window_id == window_id), None)
    if here is None:
        return  # nothing that lies in it could ever be counted
    others = [
        (box, await checkins.list_ballots(tx, window.window_id))
        for window, box in boxes.items()
        if box is not here and opens_at < window.closes_at
    ]
    blanks = await asyncio.to_thread(_blanks, here, others)
    await checkins.save_ballots(tx, [(window_id, ballot) for ballot in blanks])


async def boxes_of(tx: Transaction, window_keys: WindowKeys, server_id: int) -> dict[OpenWindow, BallotBox]:
    """Return the open windows of a server with their boxes, as far as their keys are there."""
    boxes = {
        window: box_of(window_keys, window.window_id)
        for window in await checkins.list_open_windows(tx, server_id)
    }
    return {window: box for window, box in boxes.items() if box is not None}


def box_of(window_keys: WindowKeys, window_id: int) -> BallotBox | None:
    """Return the box of a window, or None where its key is lost, and with it everything in it."""
    key = window_keys.read(window_id)
    return None if key is None else BallotBox(window_id, key)


def read(box: BallotBox, ballots: Iterable[Ballot]) -> list[Vote]:
    """Return what these ballots say. Damaged ones are left out."""
    votes: list[Vote] = []
    for ballot in ballots:
        try:
            votes.append(box.open(ballot.token, ballot.sealed))
        except SpoiltBallot:
            log.warning("A damaged ballot was left out of a window's count.")
    return votes


def sealed_in(box: BallotBox, vote: Vote) -> Ballot:
    """Return a vote as it lies in this box."""
    return Ballot(box.token(vote.locator), box.seal(vote, nonce=secrets.token_bytes(NONCE_BYTES)))


def _vote(box: BallotBox, token: bytes, sealed: bytes | None) -> Vote | None:
    return None if sealed is None else next(iter(read(box, [Ballot(token, sealed)])), None)


def _blanks(here: BallotBox, others: Sequence[tuple[BallotBox, Sequence[Ballot]]]) -> list[Ballot]:
    """Seal a blank for each answer that lies in another window, in an order that tells nothing."""
    votes = {vote.locator: vote for box, lying in others for vote in read(box, lying) if not vote.blank}
    blanks = [sealed_in(here, Vote(vote.locator, vote.counts_in, None)) for vote in votes.values()]
    return sorted(blanks, key=lambda ballot: ballot.token)
