"""Pictures of check-ins, drawn by a worker process that lives only while it is needed.

matplotlib takes most of a second and some 90 MB, and holds up the event loop even from a thread. So only
the worker ever loads it: this file says what is in a picture, and looks after the worker.
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context, parent_process
from threading import Thread

from bot.services.rules.anonymity import Band, Finding, Question

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class PictureOfQuestion:
    """One question in one release, in words that are ready to be read.

    `not_low` stands for mixed and good together, where they are not told apart.
    `shares` are per cent for each step of the question's scale, grouped into the steps that count
    as low, mixed and good, from the low end to the good one. `note` stands beside the name.
    """

    name: str
    low: str
    mixed: str
    good: str
    band: Band
    not_low: str = ""
    note: str = ""
    shares: tuple[tuple[int, ...], ...] | None = None

    @property
    def bands(self) -> tuple[tuple[Band, str], ...]:
        """The bands from low to good, each with its words."""
        return (Band.LOW, self.low), (Band.MIXED, self.mixed), (Band.GOOD, self.good)

    def says(self, band: Band) -> bool:
        """Say whether the answers may lie in this band: in one, or in either of two."""
        return band is self.band or (self.band is Band.NOT_LOW and band is not Band.LOW)


@dataclass(frozen=True, slots=True)
class PictureOfRelease:
    """One closed window: the text of its closing date, and its questions.

    All the windows of a picture have the same questions in the same order, except those without
    enough answers: they have none, and in `withheld` the words that say so.
    """

    closed_on: str
    questions: tuple[PictureOfQuestion, ...] = ()
    withheld: str = ""


@dataclass(frozen=True, slots=True)
class PictureOfScale:
    """One question over time: its levels from top to bottom (empty: without a word), and what was answered.

    A mark is a day, counted from the first, and the level answered on it, counted from the top.
    """

    name: str
    levels: tuple[str, ...]
    marks: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class PictureOfTrends:
    """Somebody's own answers: all scales over the same weeks, of which `weeks` has each one's first day."""

    title: str
    caption: str
    weeks: tuple[str, ...]
    scales: tuple[PictureOfScale, ...]


def shares_from_the_low_end(finding: Finding) -> tuple[tuple[int, ...], ...] | None:
    """Turn a finding's shares into those of a picture, where low is always at the left."""
    if finding.shares is None:
        return None
    downward = finding.question in {Question.CONTINUUM, Question.LOAD}
    shares = finding.shares[::-1] if downward else finding.shares
    return shares[:2], shares[2:3], shares[3:]


class Pictures:
    """Draws in one worker process, started on demand and let go after `idle_seconds`.

    Pictures are drawn one after the other, so each has `longest_seconds` to itself, however many
    windows close in the same minute.
    """

    def __init__(self, *, idle_seconds: float = 60, longest_seconds: float = 20) -> None:
        self._idle_seconds = idle_seconds
        self._longest_seconds = longest_seconds
        self._turn = asyncio.Lock()
        self._pool: ProcessPoolExecutor | None = None
        self._ending: set[asyncio.Future[None]] = set()
        self._idle: asyncio.TimerHandle | None = None
        self._closed = False

    async def draw_releases(self, title: str, releases: Sequence[PictureOfRelease]) -> bytes | None:
        """Return the releases, oldest first, as a PNG; nothing if there can be no picture."""
        return await self._draw(_draw_releases, title, tuple(releases))

    async def draw_trends(self, picture: PictureOfTrends) -> bytes | None:
        """Return somebody's own check-ins as a PNG; nothing if there can be no picture."""
        return await self._draw(_draw_trends, picture)

    async def close(self) -> None:
        """End the worker, whatever it is doing, and return when it is gone."""
        self._closed = True
        if self._idle is not None:
            self._idle.cancel()
        self._kill()
        if self._ending:
            await asyncio.wait(self._ending)

    async def _draw(self, draw: Callable[..., bytes], *what: object) -> bytes | None:
        """Have the worker draw this.

        Whatever goes wrong there is logged here and ends in None: the answer then goes out with its words
        only.
        """
        async with self._turn:
            if self._closed:
                return None
            if self._idle is not None:
                self._idle.cancel()
            try:
                return await self._answer(draw, what)
            finally:
                if self._pool is not None:
                    self._idle = asyncio.get_running_loop().call_later(self._idle_seconds, self._let_go)

    async def _answer(self, draw: Callable[..., bytes], what: tuple[object, ...]) -> bytes | None:
        try:
            drawing = self._submit(draw, what)
        except (OSError, RuntimeError) as error:  # no memory, no processes or no threads left
            log.warning("no worker for pictures could be started: %s", error)
            self._kill()
            return None
        # A drawing cannot be called off, but its worker can be killed, and then the drawing ends.
        deadline = asyncio.get_running_loop().call_later(self._longest_seconds, self._kill)
        try:
            # Shielded, because a process pool of Python 3.11 trips over a cancelled drawing.
            return await asyncio.shield(drawing)
        except asyncio.CancelledError:
            # Nobody else will look at how it ended, and asyncio would complain of that.
            drawing.add_done_callback(lambda ended: ended.exception())
            self._kill()
            raise
        except BrokenProcessPool:
            self._kill()
            if not self._closed:
                log.warning("the worker that draws pictures was ended before it had finished one")
            return None
        except Exception as error:  # a picture is never worth losing the post for
            # Its kind only: the message may quote what was to be drawn.
            log.warning("a picture could not be drawn: %s", type(error).__name__)
            return None
        finally:
            deadline.cancel()

    def _submit(self, draw: Callable[..., bytes], what: tuple[object, ...]) -> asyncio.Future[bytes]:
        loop = asyncio.get_running_loop()
        if self._pool is not None:
            try:
                return loop.run_in_executor(self._pool, draw, *what)
            except BrokenProcessPool:  # the worker died while it was idle
                self._kill()
        self._pool = ProcessPoolExecutor(1, mp_context=get_context("spawn"), initializer=_begin)
        with _interrupts_held_back():
            return loop.run_in_executor(self._pool, draw, *what)

    def _kill(self) -> None:
        if self._pool is not None:
            # Python has a public way, kill_workers(), only from 3.14.
            for process in list(self._pool._processes.values()):  # pyright: ignore[reportPrivateUsage]
                process.kill()
            self._let_go()

    def _let_go(self) -> None:
        """Have the worker end by itself, so that matplotlib tidies up its temporary files."""
        pool, self._pool = self._pool, None
        if pool is not None:
            # In a thread: shutdown returns only when the worker is gone.
            gone = asyncio.get_running_loop().run_in_executor(None, pool.shutdown)
            self._ending.add(gone)
            gone.add_done_callback(self._ending.discard)


@contextmanager
def _interrupts_held_back() -> Generator[None]:
    """Start the worker deaf to Ctrl-C, which would otherwise reach it before `_begin` does."""
    if sys.platform == "win32":
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _begin() -> None:
    """Prepare the worker: Ctrl-C belongs to the program, and the end of the program is its own."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_end_with_the_program, daemon=True).start()


def _end_with_the_program() -> None:
    """End the worker when the program is gone: it holds both ends of its queue, so would wait for ever."""
    program = parent_process()
    if program is not None:
        program.join()
    os._exit(1)


def _draw_releases(title: str, releases: tuple[PictureOfRelease, ...]) -> bytes:
    from bot.drawing import draw_releases  # noqa: PLC0415 - so that only the worker loads matplotlib

    return draw_releases(title, releases)


def _draw_trends(picture: PictureOfTrends) -> bytes:
    from bot.trend_drawing import draw_trends  # noqa: PLC0415 - for the same reason

    return draw_trends(picture)
