"""People whom the key folder knows, for every kind of test."""

from __future__ import annotations

from pathlib import Path

from bot.services.keys import MasterKey
from bot.services.member_keys import MemberKeys, make_locator_secret
from bot.services.people import Person


def member_keys_in(folder: Path) -> MemberKeys:
    """Begin a folder of member keys under a master key of the tests' own."""
    master_key = MasterKey(bytes(range(32)))
    make_locator_secret(folder, master_key)
    return MemberKeys(folder, master_key)


async def destroy_key(keys: MemberKeys, locator: bytes) -> None:
    """Destroy somebody's key, as the end of an erasure does."""
    await keys.set_aside(locator)
    await keys.destroy(locator)


def known_person(
    keys: MemberKeys,
    server_id: int,
    user_id: int,
    *,
    roles: frozenset[int] = frozenset(),
    manages: bool = False,
) -> Person:
    """Return somebody who has a member key already, so that they keep it for the whole test."""
    locator = keys.locate(server_id, user_id)
    found = keys.find(locator) or keys.make(locator)
    return Person(server_id, locator, found.key, roles, manages)
