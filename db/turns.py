"""A queue for one thing that only one task may use at a time."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import Any

Task = asyncio.Task[Any]


class Turns:
    """First come, first served. Whoever has the turn must pass it on, whatever happens.

    Unlike a lock, it says whether somebody is waiting, and a cancelled task can see that it had
    been given the turn already.
    """

    def __init__(self) -> None:
        self._holder: Task | None = None
        self._queue: deque[tuple[Task | None, asyncio.Future[None]]] = deque()

    @property
    def mine(self) -> bool:
        """Whether the running task has the turn."""
        return self._holder is not None and self._holder is asyncio.current_task()

    @property
    def wanted(self) -> bool:
        """Whether anybody is waiting."""
        while self._queue and self._queue[0][1].done():
            self._queue.popleft()  # cancelled while waiting
        return bool(self._queue)

    async def take(self) -> None:
        """Wait for the turn. After a cancellation, `mine` says whether it has to be passed on.

        Raises: RuntimeError if the running task has the turn already.
        """
        if self.mine:
            raise RuntimeError("A transaction inside a transaction would wait for itself for ever.")
        if self._holder is None:
            self._holder = asyncio.current_task()
            return
        ticket = asyncio.get_running_loop().create_future()
        self._queue.append((asyncio.current_task(), ticket))
        await ticket

    def pass_on(self) -> None:
        """Give the turn to whoever has waited longest."""
        self._holder = None
        if self.wanted:
            self._holder, ticket = self._queue.popleft()
            ticket.set_result(None)
