"""The matrix as a page of the documentation."""

from __future__ import annotations

from pathlib import Path

from bot.services.authority import MAY, Who
from tests.authority.matrix import MATRIX
from tests.authority.rows import Column, Entry, Kind

PAGE = Path(__file__).parents[2] / "docs" / "authority.md"

_INTRODUCTION = """\
# Who may do what

Everything that a person may do is decided in one place,
[`bot/services/authority.py`](../bot/services/authority.py), from what the database and Discord say at that
moment. What a button or a form carries in its `custom_id` gives no right to anything. This page is written by
`python -m tests.authority`.

## The table

"""
_MATRIX = """
## What everybody is answered

Each cell is asked of the running bot by `tests/authority/test_matrix.py`, and a way in that has no row here
fails the tests. Everything is about the circle *Tuesday* of one server:

- **stranger**: somebody in the server without a circle; **neighbour**: has a seat in another circle,
  *Thursday*; **member**: has a seat in *Tuesday*; **facilitator**: holds *Tuesday*, without a seat in it;
  **moderator** and **owner**: of the server, in no circle.
- **direct**: the facilitator, in direct messages with the bot. **elsewhere**: the owner of another server,
  who uses there what belongs to this one, and otherwise their own.

*done*: something was stored or changed. *shown*: a private answer, and nothing changed. *form*: a form
opened; what it may do is decided when it is sent. Anything else is why it was refused, by the names in
`bot/content/refusals.toml`. In lists of choices, *something* is what everybody may see.
"""
_TITLES = {
    Kind.COMMAND: "Commands",
    Kind.SUGGESTION: "Suggestions while typing",
    Kind.BUTTON: "Buttons",
    Kind.FORM: "Forms, when they are sent",
}


def page() -> str:
    """Return the whole page."""
    tables = (f"\n### {_TITLES[kind]}\n\n{_rows(kind)}" for kind in Kind)
    return f"{_INTRODUCTION}{_table()}{_MATRIX}{''.join(tables)}"


def _table() -> str:
    lines = [_line(["", *(who.value for who in Who)]), _line(["---"] * (len(Who) + 1))]
    for action, rule in MAY.items():
        name = action.name.lower().replace("_", " ")
        lines.append(_line([name, *("yes" if who in rule.who else "" for who in Who)]))
    return "".join(lines)


def _rows(kind: Kind) -> str:
    lines = [_line(["", *Column]), _line(["---"] * (len(Column) + 1))]
    lines += [
        _line([_name(entry), *(_said(entry.answers[each]) for each in Column)]) for entry in MATRIX[kind]
    ]
    return "".join(lines)


def _name(entry: Entry) -> str:
    """Return how the way in is used. What is filled into a form is left out: it is beside the point."""
    if entry.kind is Kind.BUTTON or entry.kind is Kind.FORM:
        return f"`{entry.name}`"
    options = "".join(f" {name}:{value}" for name, value in entry.given.items())
    return f"`/{entry.name}{options}`"


def _said(answer: str) -> str:
    return answer.replace("_", " ")


def _line(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |\n".replace("|  |", "| |").replace("|  |", "| |")
