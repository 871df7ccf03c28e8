"""The table of proofs in Markdown, and the page that holds it."""

from __future__ import annotations

import os
import platform
import sqlite3
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path

from tests.prove.proof import Row

PAGE = Path(__file__).parents[2] / "docs" / "proof.md"

_INTRODUCTION = """\
# Proof

What [privacy](privacy.md) promises, attacked, and what is left of it when the machine fails. `make prove`
runs all of this against the real services, a real database file and a real folder of keys, and writes this
page. It fails when a bar is missed, and when an attack or a failure does no harm to a design that was
weakened on purpose. The attacks are in `tests/attacks/`, the failures in `tests/crash/`.

- **Linked** means that the attacker names all four answers of a member in a window, rightly, as something
  that follows from what they hold. Every attacker also has the source code, all results, everybody's
  Discord id, and who answered when. The order in which ballots lie in the file does give away whose each
  is; what holds is that nobody can read them.
- **Guessed blindly** is how many a guess from the published results alone gets right.
- **Joiner or leaver**: most of the others answer as they did the week before, in two ordinary weeks, two bad
  ones, or one of each. With four others one of the two results is missing, because four are too few. The
  chance of the best possible guess is added up exactly, up to 25 answers; beyond, and for all four
  questions together (up to nine answers), it is learnt from examples. Part of it is no matter of
  subtracting: whoever reads that most of a circle is well, and knows that somebody answered in it, guesses
  better than without. The table gives that part for itself.
- **A circle that shares** its check-ins brings, or takes away, several people at once. The chance is added up
  in the same way for one of two, three or four who come or go together. And since members of one circle may
  tell each other what they answered, there is a second attacker: up to four of them together, and then a
  whole circle, guess one more person.
- **Kills and power cuts** meet a program in which twenty people answer, change and withdraw at the same time
  while windows of three circles and of the server open, close and are discarded. It runs without Discord, a
  day in a few milliseconds, and writes down what it has acknowledged. After a power cut the disk holds what
  was brought there with `fsync`, and of everything else whatever chance leaves, also half a write. A
  weakened program fails in the same way until its flaw shows.
- **Forged presses** come from everybody to whom [the matrix](authority.md) refuses something, also from the
  owner of another server and from direct messages: first every refused button and form as it is, then with
  other numbers, with parts that are missing, strange or too many. Each is looked up as the program looks it
  up. What finds a button or form, and one in a hundred of the rest, goes the whole way through discord.py,
  the services and the database. It counts as accepted when a row changes, when anything but the answer is
  sent to Discord, and when the answer is not a refusal (or a form without anybody's words in it).
- **Subtracted** means added and subtracted in any way, as if one and the same answer of a person had gone
  into all results that count it. Results of windows that were not open at the same time are not subtracted
  like that: people answer them anew, and *joiner or leaver* says what can be learnt from two of those.
"""


def markdown(rows: Iterable[Row]) -> str:
    """Return the table."""
    lines = ["| what | bar | measured | met | weakened design |", "|---|---|---|---|---|"]
    for row in rows:
        caught = row.weakened if row.caught else f"**not caught**: {row.weakened}"
        met = "yes" if row.met else "**no**"
        lines.append(f"| {row.what} | {row.bar} | {row.measured} | {met} | {caught} |")
    return "\n".join(lines)


def write_page(rows: Sequence[Row], *, seconds: float, on: date) -> None:
    """Write docs/proof.md."""
    machine = (
        f"Measured on {on.day} {on:%B %Y} with {os.cpu_count()} cores, Python {platform.python_version()} and"
        f" SQLite {sqlite3.sqlite_version}, in {seconds:.0f} seconds."
    )
    PAGE.write_text(f"{_INTRODUCTION}\n{markdown(rows)}\n\n{machine}\n", encoding="utf-8")
