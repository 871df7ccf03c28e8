"""Who is asked and who is told when a circle's facilitator is away."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

ASKED_FOR = timedelta(hours=48)
"""How long the co-facilitators are asked before the moderators are told."""


class Care(StrEnum):
    """What is to be done about a circle."""

    NOTHING = "nothing"
    ASK = "ask"
    """Ask the co-facilitators whether one of them takes over."""
    TELL = "tell"
    """Tell the moderators that nobody holds it."""
    REST = "rest"
    """Somebody holds it again: what was asked no longer matters."""


def care(
    *, facilitator: bool, co_facilitators: int, asked_until: datetime | None, told: bool, at: datetime
) -> Care:
    """Return what is to be done, given whether its facilitator and how many co-facilitators are there.

    `asked_until`: the co-facilitators have been asked until then. Each of both is done once.
    """
    if facilitator:
        return Care.NOTHING if asked_until is None else Care.REST
    if told:
        return Care.NOTHING
    if co_facilitators and asked_until is None:
        return Care.ASK
    if not co_facilitators or asked_until is None or asked_until <= at:
        return Care.TELL
    return Care.NOTHING
