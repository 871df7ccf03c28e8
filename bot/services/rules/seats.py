"""Who gets a seat: where agreeing leads, and how long a seat is held."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

HELD_FOR = timedelta(hours=48)
"""How long a seat is held for whoever waited longest, before it goes on to the next."""


class Way(StrEnum):
    """Where agreeing leads: to a seat, onto the waitlist, or to the facilitators' answer."""

    ENTER = "enter"
    WAIT = "wait"
    ASK = "ask"


@dataclass(frozen=True, slots=True)
class Room:
    """A circle's seats: how many there are, how many are taken, and how many are held for somebody."""

    seats: int
    taken: int
    held: int

    @property
    def free(self) -> int:
        """Seats that are neither taken nor held."""
        return max(0, self.seats - self.taken - self.held)


def way_in(room: Room, *, ahead: int, seated: bool, offered: bool, admitted: bool) -> Way:
    """Return where agreeing leads somebody who has a seat, or for whom one is held, or before whom
    `ahead` others wait. Nobody overtakes those who wait.

    `admitted`: the circle is open to everybody, or its facilitators have let this person in.
    """
    if seated or offered:
        return Way.ENTER
    if not admitted:
        return Way.ASK
    return Way.ENTER if room.free > 0 and ahead == 0 else Way.WAIT
