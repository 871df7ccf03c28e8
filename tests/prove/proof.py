"""What a proof is: something that runs and returns rows of the table."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import Enum, auto


class Form(Enum):
    """The long form is what docs/proof.md reports; the short one takes seconds, for every change."""

    SHORT = auto()
    LONG = auto()


@dataclass(frozen=True, slots=True)
class Row:
    """One promise, how it was measured against its bar, and the same attack on a weakened design.

    `caught` says whether the attack got over the bar there: only then does it mean something that it
    did not get over it here. Where no design can be weakened, `weakened` says why.
    """

    what: str
    bar: str
    measured: str
    met: bool
    weakened: str
    caught: bool = True


Proof = Callable[[Form], Iterable[Row]]
