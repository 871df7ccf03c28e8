"""How the bot finds a member again of its own accord: by their Discord id, sealed under their own data key.

Whoever acts is found without an id. But somebody who waits for a seat, or holds a circle, has to be found
while they are doing nothing.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.services.member_keys import MemberKey, MemberKeys


@dataclass(frozen=True, slots=True)
class Address:
    """Where somebody is found.

    `write`: they asked to be written to directly. `away_until`: they have said that they are away.
    """

    discord_id: int = field(repr=False)
    write: bool = False
    away_until: datetime | None = None

    def seal(self, key: MemberKey, table: str) -> bytes:
        """Return what may be stored of it in this table."""
        content: dict[str, Any] = {"id": self.discord_id}
        if self.write:
            content["write"] = True
        if self.away_until is not None:
            content["away_until"] = self.away_until.isoformat()
        return key.seal(table, json.dumps(content).encode())


def unseal(key: MemberKey, table: str, sealed: bytes) -> Address:
    """Return what was sealed. Raises SpoiltRow."""
    content: dict[str, Any] = json.loads(key.open(table, sealed))
    away_until = content.get("away_until")
    return Address(
        discord_id=content["id"],
        write=content.get("write", False),
        away_until=None if away_until is None else datetime.fromisoformat(away_until),
    )


async def find(
    member_keys: MemberKeys, member_key: bytes, table: str, sealed: bytes | None
) -> Address | None:
    """Return where the member of a row is found, or None when they were erased."""
    locator = await member_keys.locator_of(member_key)
    key = None if locator is None else member_keys.find(locator)
    return None if key is None or sealed is None else unseal(key, table, sealed)
