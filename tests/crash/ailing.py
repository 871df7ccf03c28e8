"""The real program while the file system under its database, or under its keys, is full or read-only."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, closing, contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from bot.services.keys import WindowKeys
from tests.crash.recording import compile_recorder
from tests.crash.weakened import Weakness
from tests.end_to_end.seeding import ANSWER, PEOPLE, seed
from tests.stand_in import Program, StandIn
from tests.stand_in.discord import ROLE

SORRY = "Something went wrong on my side. Nothing was stored."
NOTED = "Noted"
OPENED = "is open until"

Said = Mapping[int, str]
"""What each person has read."""


class Ailment(StrEnum):
    """What is wrong with a file system."""

    FULL = "full"
    READ_ONLY = "read-only"


@dataclass(frozen=True)
class Patient:
    """The folder of a program, and what lets its file systems ail."""

    folder: Path
    environment: Mapping[str, str]

    @staticmethod
    def in_(place: Path) -> Patient:
        """Return an empty folder. Needs a C compiler."""
        folder = place / "program"
        folder.mkdir()
        environment = {
            "LD_PRELOAD": str(compile_recorder(place)),
            "RECORD_FOLDER": str(folder),
            "AILING": str(place / "ailing"),
        }
        return Patient(folder, environment)

    @contextmanager
    def ails(self, ailment: Ailment, *, keys: bool = False) -> Iterator[None]:
        """Let the file system under everything ail during the block, or only that under the keys."""
        mark = Path(self.environment["AILING"])
        mark.write_text(f"{ailment[0]}{'keys' if keys else ''}", "ascii")
        try:
            yield
        finally:
            mark.unlink()


@dataclass(frozen=True)
class Harm:
    """What came of it.

    `unsaid`: refusals that do not say that nothing was stored. `keyless`: open windows without their key.
    `mended`: the program ends well, its database opens and is whole, and what was refused is taken later.
    """

    acknowledged: int
    lost: int
    refused: int
    unsaid: int
    keyless: int
    mended: bool


async def let_disks_ail(folder: Path, weakness: Weakness | None = None) -> Harm:
    """Let people check in while all disks ail, and a window be opened while that of the keys does."""
    patient = Patient.in_(folder)
    window = await seed(patient.folder, PEOPLE)
    async with _running(patient, weakness) as (stand_in, program):
        said = [await check_in(stand_in, window, PEOPLE[:2])]
        openings: list[str] = []
        for ailment, some, other in ((Ailment.FULL, 2, 6), (Ailment.READ_ONLY, 4, 7)):
            with patient.ails(ailment):
                said.append(await check_in(stand_in, window, PEOPLE[some : some + 2]))
            with patient.ails(ailment, keys=True):
                openings.append(await _open_window(stand_in))
                said.append(await check_in(stand_in, window, PEOPLE[other : other + 1]))
        again = await check_in(stand_in, window, PEOPLE[3:5])
        opened = OPENED in await _open_window(stand_in)
        stopped = await program.stop() == 0
    refused = [title for each in said for title in each.values() if title != NOTED]
    refused += [opening for opening in openings if OPENED not in opening]
    return _harm(
        patient, [*said, again], refused, mended=stopped and opened and set(again.values()) == {NOTED}
    )


@asynccontextmanager
async def _running(patient: Patient, weakness: Weakness | None) -> AsyncIterator[tuple[StandIn, Program]]:
    module, arguments = ("tests.crash.weakened", [weakness.name, "run"]) if weakness else ("bot", ["run"])
    async with (
        StandIn().serve() as stand_in,
        Program.start(
            patient.folder, stand_in.base, arguments, module=module, environment=patient.environment
        ) as program,
    ):
        await stand_in.until_connected()
        yield stand_in, program


async def check_in(stand_in: StandIn, window: int, people: list[int]) -> Said:
    """Let these people check in at the same time, and return what each of them reads."""
    form = f"answer-in:{window}"
    replies = await asyncio.gather(*(stand_in.submit(person, form, ANSWER) for person in people))
    return {person: reply.title for person, reply in zip(people, replies, strict=True)}


async def _open_window(stand_in: StandIn) -> str:
    """Let a moderator open the whole server's window, and return what they read."""
    whole_server = {"name": "whole_server", "type": 5, "value": True}
    opening = {"name": "open", "type": 1, "options": [whole_server]}
    command = {"id": "1", "name": "checkins", "type": 1, "options": [opening]}
    reply = await stand_in.interact(PEOPLE[0], 2, command, roles=(ROLE,))
    return reply.title or str(reply.data["embeds"][0]["description"])


def _harm(patient: Patient, said: list[Said], refused: list[str], *, mended: bool) -> Harm:
    """Look into the files of a program that has ended."""
    acknowledged = {person for each in said for person, title in each.items() if title == NOTED}
    with closing(sqlite3.connect(patient.folder / "respite.db")) as file:
        whole = file.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        # Everybody has one in each window that is open.
        [[ballots]] = file.execute(
            "SELECT max(found) FROM (SELECT count(*) AS found FROM ballot GROUP BY window_id)"
        ).fetchall()
        still_open = file.execute("SELECT window_id FROM checkin_window WHERE state = 'open'").fetchall()
    keys = WindowKeys(patient.folder / "keys" / "windows")
    return Harm(
        acknowledged=len(acknowledged),
        lost=len(acknowledged) - ballots,
        refused=len(refused),
        unsaid=sum(not said.startswith(SORRY) for said in refused),
        keyless=sum(keys.read(window) is None for [window] in still_open),
        mended=mended and whole,
    )
