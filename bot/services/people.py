"""A person as the services know them: a key and what they may do, never an id."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who is acting in a server right now."""

    server_id: int
    key: bytes
    roles: frozenset[int]
    manages_server: bool
