"""A person as the services know them: two keys and what they may do, never an id."""

from __future__ import annotations

from dataclasses import dataclass

NOBODY = b""
"""The key of somebody about whom nothing is stored: no row has it."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who is acting in a server right now.

    `locator` follows from who they are and is never stored in the database; in an open window it names
    their ballot. `key` stands for them in rows; it follows from their data key, and goes with it.
    """

    server_id: int
    locator: bytes
    key: bytes
    roles: frozenset[int]
    manages_server: bool
