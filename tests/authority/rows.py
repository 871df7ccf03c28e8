"""What a row of the matrix is: an entry point, what is given to it, and what everybody is answered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

DONE, SHOWN, FORM, BROKEN = "done", "shown", "form", "broken"
"""Something is stored or changed; something is shown; a form opens; something went wrong."""

NOTHING, SOMETHING, BOTH = "nothing", "something", "Thursday, Tuesday"
"""What a list of choices offers: circles are named."""


class Column(StrEnum):
    """Everybody who asks. `direct` is the facilitator, `elsewhere` the owner of a server of their own."""

    STRANGER = "stranger"
    NEIGHBOUR = "neighbour"
    MEMBER = "member"
    FACILITATOR = "facilitator"
    MODERATOR = "moderator"
    OWNER = "owner"
    DIRECT = "direct"
    ELSEWHERE = "elsewhere"


class Kind(StrEnum):
    """The ways in."""

    COMMAND = "command"
    SUGGESTION = "suggestion"
    BUTTON = "button"
    FORM = "form"


Answers = Mapping[Column, str]


@dataclass(frozen=True)
class Entry:
    """One row. `name`: the command, with its option where that is typed into; or the whole custom_id.

    `@moderators` and the like stand for that role or person, `{server}` for the server.
    """

    kind: Kind
    name: str
    answers: Answers
    given: Mapping[str, Any] = field(default_factory=dict[str, Any])
    at: str | None = None
    """The channel in which it is used by those who see it; the others use it where they are."""


def everybody(here: str, /, **instead: str) -> Answers:
    """Let everybody be answered this, but for those named; nothing works in direct messages."""
    answers = dict.fromkeys(Column, here) | {Column.DIRECT: "only_in_a_server"}
    return answers | {Column(column): answer for column, answer in instead.items()}


def everywhere(answer: str) -> Answers:
    """Let everybody be answered this, also in direct messages: it gives nothing away, and does nothing."""
    return dict.fromkeys(Column, answer)


def steered(answer: str, /, **instead: str) -> Answers:
    """Let those be answered this who hold the first circle, or moderate or manage its server."""
    may = {"facilitator": answer, "moderator": answer, "owner": answer, "elsewhere": "no_such_circle"}
    return everybody("needs_facilitator", **may | instead)


def moderated(answer: str, /, **instead: str) -> Answers:
    """Let those be answered this who moderate or manage their server."""
    return everybody(
        "needs_moderator", **dict.fromkeys(("moderator", "owner", "elsewhere"), answer) | instead
    )


def managed(answer: str, /, **instead: str) -> Answers:
    """Let those be answered this who manage their server."""
    return everybody("needs_manage_server", **dict.fromkeys(("owner", "elsewhere"), answer) | instead)


def command(name: str, answers: Answers, **given: Any) -> Entry:
    """Return the row of a slash command, used with these options."""
    return Entry(Kind.COMMAND, name, answers, given)


def suggestion(name: str, answers: Answers, **given: Any) -> Entry:
    """Return the row of a command's option, into which nothing has been typed yet."""
    return Entry(Kind.SUGGESTION, name, answers, given)


def button(custom_id: str, answers: Answers, *, at: str | None = None) -> Entry:
    """Return the row of a button."""
    return Entry(Kind.BUTTON, custom_id, answers, at=at)


def form(custom_id: str, answers: Answers, **fields: Any) -> Entry:
    """Return the row of a form, filled in with these fields."""
    return Entry(Kind.FORM, custom_id, answers, fields)
