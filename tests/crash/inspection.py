"""A restart after a failure, and everything that could be wrong with what it finds."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Collection, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from bot.config import BadConfiguration
from bot.house import CannotStart, House, open_house, sweep
from bot.services import releases, windows
from bot.services.rules.anonymity import release
from bot.services.rules.ballots import BallotBox, SpoiltBallot
from db import DatabaseUnavailable, StatementFailed, checkins
from db.checkins import Window, WindowState
from tests.crash.journal import packed, unpacked
from tests.crash.ledger import Answer, Ledger, Place
from tests.crash.life import CIRCLES, PEOPLE, person, settings


class Flaw(StrEnum):
    """What must not be found after a failure."""

    LOST = "acknowledged acts lost"
    WRONG = "answers or results other than what was acknowledged"
    TWICE = "people counted twice"
    HALF_DONE = "answers moved by half, or without a blank in another window"
    HALF_CLOSED = "windows half opened or half closed"
    KEY_MISSING = "open windows without their key"
    KEY_LEFT = "keys of closed windows after the restart"
    DAMAGED = "databases damaged, or not to be opened"


Flaws = Counter[Flaw]
_MISFITS = """
WITH said AS (
    SELECT CAST(subject AS INTEGER) AS window_id,
        sum(kind = 'window') AS announced, sum(kind = 'release') AS told
    FROM post GROUP BY subject
), answered AS (SELECT DISTINCT window_id, 1 AS ballots FROM ballot)
SELECT count(*) FROM checkin_window w
LEFT JOIN said USING (window_id) LEFT JOIN release r USING (window_id) LEFT JOIN answered USING (window_id)
WHERE announced IS NOT 1
    OR told IS NOT (w.state IN ('released', 'withheld'))
    OR (r.window_id IS NOT NULL) <> (w.state = 'released')
    OR (ballots IS NOT NULL AND w.state <> 'open')
"""


@dataclass(frozen=True, slots=True)
class Inspection:
    """What was found wrong, and the answers that lay in the open windows when the program came back."""

    flaws: Flaws
    answers: Mapping[Place, Answer]


async def inspect(folder: Path, ledger: Ledger, *, swept: bool = True) -> Inspection:
    """Start on these files as the program does, look at them before and after it has tidied up.

    A weakened program does not sweep.
    """
    answers: dict[Place, Answer] = {}
    try:
        async with open_house(settings(folder)) as house:
            still_open = await _open_windows(house)
            flaws = _count_lost_windows(await _states(house), still_open, ledger)
            flaws += await _count_seats(house, ledger)
            there: set[Place] = set()
            for window in still_open:
                flaws += await _read(house, window, answers, there)
            flaws += compare(answers, ledger)
            asking = {window.window_id for window in still_open if window.closes_at > ledger.at_moment}
            flaws += _without_blanks(answers, there, asking)
            if swept:
                await sweep(house)
            with suppress(ExceptionGroup):  # what cannot be closed stays open, and is counted as such
                await windows.close_due(house.database, house.window_keys, at=ledger.at_moment)
            flaws += await _count_left_over(house, ledger, folder)
            flaws += await _check_results(house, still_open, answers)
        flaws += _look_into(folder)
    except (BadConfiguration, CannotStart, DatabaseUnavailable, StatementFailed, sqlite3.DatabaseError):
        flaws = Flaws({Flaw.DAMAGED: 1})
    return Inspection(+flaws, answers)


async def _states(house: House) -> dict[int, WindowState]:
    async with house.database.transaction() as tx:
        rows = await tx.fetch("SELECT window_id, state FROM checkin_window")
    return {row["window_id"]: WindowState(row["state"]) for row in rows}


async def _open_windows(house: House) -> list[Window]:
    async with house.database.transaction() as tx:
        open_now = await checkins.list_open_windows(tx)
        found = [await checkins.find_window(tx, each.window_id) for each in open_now]
    return [window for window in found if window is not None]


def _count_lost_windows(states: Mapping[int, WindowState], still_open: list[Window], ledger: Ledger) -> Flaws:
    lost = len(ledger.windows - states.keys())
    lost += sum(states.get(each) is not WindowState.CANCELLED for each in ledger.cancelled)
    lost += sum(window.closes_at.timestamp() <= ledger.closed_until for window in still_open)
    return Flaws({Flaw.LOST: lost})


async def _count_seats(house: House, ledger: Ledger) -> Flaws:
    async with house.database.transaction() as tx:
        seats = await tx.fetch("SELECT member_key FROM circle_member WHERE seated = 1")
    known = {person(house.member_keys, number).key for number in PEOPLE}
    expected = len(CIRCLES) * len(PEOPLE) if ledger.set_up else len(seats)
    return Flaws({Flaw.LOST: expected - sum(seat["member_key"] in known for seat in seats)})


async def _read(house: House, window: Window, answers: dict[Place, Answer], there: set[Place]) -> Flaws:
    """Open the ballots of a window with its key. `there` are the places of all of them, also of blanks."""
    key = house.window_keys.read(window.window_id)
    if key is None:
        return Flaws({Flaw.KEY_MISSING: 1})
    box = BallotBox(window.window_id, key)
    owners = {box.token(person(house.member_keys, number).locator): number for number in PEOPLE}
    answers |= dict.fromkeys((number, window.window_id) for number in PEOPLE)
    wrong = 0
    async with house.database.transaction() as tx:
        for ballot in await checkins.list_ballots(tx, window.window_id):
            try:
                place = owners[ballot.token], window.window_id
                vote = box.open(ballot.token, ballot.sealed)
                there.add(place)
                answers[place] = None if vote.answers is None else tuple(packed(vote.answers))
            except (KeyError, SpoiltBallot):
                wrong += 1
    return Flaws({Flaw.WRONG: wrong})


def compare(answers: Mapping[Place, Answer], ledger: Ledger) -> Flaws:
    """Hold the answers that lie in open windows against what was acknowledged."""
    flaws = Flaws()
    for (who, window), answer in answers.items():
        if answer not in ledger.may_lie(who, window):
            flaws[Flaw.LOST if answer is None else Flaw.WRONG] += 1
    given = [who for (who, _), answer in answers.items() if answer]
    flaws[Flaw.TWICE] = len(given) - len(set(given))
    for act in ledger.cut_short:
        there = {window: answers[act.who, window] for window in act.after if (act.who, window) in answers}
        done = all(answer == act.after[window] for window, answer in there.items())
        untouched = all(answer in act.before[window] for window, answer in there.items())
        flaws[Flaw.HALF_DONE] += not (done or untouched)
    return flaws


def _without_blanks(
    answers: Mapping[Place, Answer], there: Collection[Place], asking: Collection[int]
) -> Flaws:
    """Count the windows in which a blank is missing of somebody whose answer counts in another."""
    counted = {who for (who, window), answer in answers.items() if answer and window in asking}
    missing = sum((who, window) not in there for who in counted for window in asking)
    return Flaws({Flaw.HALF_DONE: missing})


async def _count_left_over(house: House, ledger: Ledger, folder: Path) -> Flaws:
    """Count windows that are neither open nor closed, and keys that have outlived theirs."""
    late = [window for window in await _open_windows(house) if window.closes_at <= ledger.at_moment]
    async with house.database.transaction() as tx:
        [[misfits]] = [row.values() for row in await tx.fetch(_MISFITS)]
    closed = {window for window, state in (await _states(house)).items() if state is not WindowState.OPEN}
    kept = {int(path.stem) for path in (folder / "keys" / "windows").iterdir()}
    return Flaws({Flaw.HALF_CLOSED: misfits + len(late), Flaw.KEY_LEFT: len(kept & closed)})


async def _check_results(house: House, were_open: list[Window], answers: Mapping[Place, Answer]) -> Flaws:
    """Hold what was released just now against the answers that lay there."""
    flaws = Flaws()
    async with house.database.transaction() as tx:
        for window in were_open:
            now = await checkins.find_window(tx, window.window_id)
            if now is None or now.state is WindowState.OPEN:
                continue
            given = [answer for (_, each), answer in answers.items() if each == window.window_id and answer]
            expected = release([unpacked(list(answer)) for answer in given], minimum=window.minimum)
            stored = await checkins.find_findings(tx, window.window_id)
            flaws[Flaw.WRONG] += stored != (None if expected is None else releases.pack(expected))
    return flaws


def _look_into(folder: Path) -> Flaws:
    with closing(sqlite3.connect(folder / "respite.db")) as file:
        sound = file.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        orphans = file.execute("PRAGMA foreign_key_check").fetchall()
    return Flaws({Flaw.DAMAGED: int(not sound or bool(orphans))})
