"""What Discord was asked for and need not be asked for again at once."""

from __future__ import annotations

from datetime import datetime, timedelta

import discord

from bot import errors

AGAIN = timedelta(hours=1)
"""After so long Discord is asked once more: somebody may have changed what the bot may do."""

_TOO_MANY_REQUESTS, _OUT_OF_ORDER = 429, 500


class Asked:
    """Remembers, in memory alone, what not to ask for until when. After a start everything is asked once."""

    def __init__(self) -> None:
        self._until: dict[tuple[str, int], datetime] = {}

    def before(self, what: str, number: int, at: datetime) -> bool:
        """Say whether Discord has answered this not long ago."""
        until = self._until.get((what, number))
        return until is not None and at < until

    def remember(self, what: str, number: int, at: datetime) -> None:
        """Do not ask for this again for a while."""
        self._until = {key: until for key, until in self._until.items() if at < until}
        self._until[what, number] = at + AGAIN

    def refused(self, what: str, number: int, error: discord.HTTPException, at: datetime) -> None:
        """Log what Discord would not do; where it was only busy or ill, it is asked again at once."""
        if error.status < _OUT_OF_ORDER and error.status != _TOO_MANY_REQUESTS:
            self.remember(what, number, at)
        errors.report(error, job="events of meetings")
