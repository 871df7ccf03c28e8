"""A refusal: the expected 'no' of a service, which becomes one sentence for a person."""

from __future__ import annotations

from enum import StrEnum


class Because(StrEnum):
    """Every reason for which the bot says no. Its sentence is in `bot/content/refusals.toml`."""


class Refusal(Exception):  # noqa: N818 - a refusal is an answer, not an error
    """Raised by a service when the answer is no; never caught in a cog."""

    def __init__(self, because: Because, **facts: str | int) -> None:
        super().__init__(because.value)
        self.because = because
        self.facts = facts
