"""One who reads everything there is to read after every answer, and concludes what each person answered."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import product
from pathlib import Path
from random import Random

from bot.services import checkins, circles, installation, posts, releases, seats, servers, windows
from bot.services.rules.anonymity import CONTINUUM
from tests.attacks import population
from tests.attacks.designs import Respite
from tests.attacks.differencing import really_published
from tests.attacks.season import BEGINNING, DAYS, MEMBERS

Moods = tuple[int, ...]

Shown = Callable[[Moods, bool], Hashable]
"""What the poller reads once these moods are in, and whether the window is closed: known from the source."""


@dataclass(frozen=True, slots=True)
class Poll:
    """`exact` moods were certain for the poller, of `answers`; `changes` were seen before a close."""

    answers: int
    exact: int
    changes: int


def poll_respite(*, windows: int) -> Poll:
    """Poll the real services, as the moderator, who may read most."""
    with tempfile.TemporaryDirectory(prefix="respite-") as folder:
        return asyncio.run(_poll_respite(Respite(Path(folder)), windows))


def poll_published(shown: Shown, *, windows: int) -> Poll:
    """Poll a design that publishes live."""
    chance = Random(1)  # noqa: S311
    exact = changes = 0
    for _ in range(windows):
        moods = tuple(chance.choices(range(len(CONTINUUM)), population.ORDINARY.moods)[0] for _ in MEMBERS)
        read = [shown(moods[:count], False) for count in range(len(moods) + 1)]
        exact += conclude([*read, shown(moods, True)], shown)
        changes += len(set(read)) - 1
    return Poll(windows * len(MEMBERS), exact, changes)


def conclude(read: Sequence[Hashable], shown: Shown) -> int:
    """Return of how many people the mood is certain, after what was read before, between and after answers.

    Goes through every series of moods that there can be and keeps those under which exactly this would have
    been read. What no series explains was not known to the poller: then every mood counts as given away.
    """
    possible: list[Moods] = [()]
    for seen in read[1:-1]:
        possible = [
            (*moods, mood)
            for moods, mood in product(possible, range(len(CONTINUUM)))
            if shown((*moods, mood), False) == seen
        ]
    possible = [moods for moods in possible if shown(moods, True) == read[-1]]
    if not possible:
        return len(read) - 2
    return sum(len(set(moods)) == 1 for moods in zip(*possible, strict=True))


def at_the_close(moods: Moods, closed: bool) -> Hashable:
    """Expect of the real design: nothing while a window is open, then what the rules publish."""
    return really_published(tuple(moods.count(mood) for mood in range(len(CONTINUUM)))) if closed else None


async def _poll_respite(respite: Respite, count: int) -> Poll:
    chance = Random(1)  # noqa: S311
    exact = changes = 0
    await respite.start(MEMBERS)
    try:
        for week in range(count):
            begins = BEGINNING + timedelta(days=DAYS * week)
            window = await respite.open_window(begins, days=DAYS)
            at_first = await _everything(respite, window, begins)
            read: list[Hashable] = [None]
            for number, member in enumerate(chance.sample(MEMBERS, len(MEMBERS))):
                answers = population.answer(chance, population.ORDINARY)
                await respite.answer(window, member, answers, begins + timedelta(hours=number))
                now = await _everything(respite, window, begins)
                read.append(None if now == at_first else now)
            await respite.close(begins + timedelta(days=DAYS))
            found = await respite.released(window)
            read.append(None if found is None else (found.size, found.findings[0]))
            exact += conclude(read, at_the_close)
            changes += sum(seen is not None for seen in read[1:-1])
    finally:
        await respite.stop()
    return Poll(count * len(MEMBERS), exact, changes)


async def _everything(respite: Respite, window: int, at: datetime) -> str:
    """Return all that the services tell somebody with every right about a window and where it belongs."""
    database, moderator = respite.house.database, respite.moderator
    open_windows = windows.OpenWindows()
    await open_windows.refresh(database)
    [circle] = await circles.browse(database, moderator)
    circle_id = circle.circle.circle_id
    return repr(
        (
            await releases.of_window(database, window),
            await releases.of_circle(database, moderator, circle_id, 0),
            await releases.of_server(database, moderator),
            await windows.announced(database, window),
            open_windows.find(window),
            await checkins.windows_open_to(database, moderator, at=at),
            await seats.info(database, moderator, circle_id),
            await seats.invite(database, respite.person(MEMBERS[0]), circle_id),
            await servers.status(database, moderator, at=at),
            await posts.take_due(database, at=at),
            await installation.next_due(database, after=at),
        )
    )
