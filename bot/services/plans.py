"""The self-care plan: a member's own words, part by part, sealed for them alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.services import authority, private_pages
from bot.services.authority import Action
from bot.services.member_keys import MemberKeys
from bot.services.people import Person
from bot.services.private_pages import Page
from bot.services.refusals import Because, Refusal
from db import Database

PART_LENGTH = 600
"""Characters of one part: five of them fit one form, and all nine fit one message."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What somebody has written so far, by the ids of the parts."""

    parts: Mapping[str, str]

    @property
    def steps(self) -> tuple[str, ...]:
        """The small steps, one for each line."""
        return tuple(line.strip() for line in self.parts.get("steps", "").splitlines() if line.strip())


async def find(database: Database, member_keys: MemberKeys, person: Person) -> Plan:
    """Return the person's plan; an empty one where nothing is written."""
    async with database.transaction() as tx:
        await authority.authorize(tx, Action.KEEP_OWN, person)
        content = await private_pages.read(tx, member_keys.find(person.locator), Page.PLAN)
    return Plan(content.get("parts", {}))


async def write(
    database: Database, member_keys: MemberKeys, person: Person, parts: Mapping[str, str]
) -> Plan:
    """Put these parts in the place of what they said before; an empty one is removed.

    Raises: Refusal where a part is too long.
    """
    if any(len(text) > PART_LENGTH for text in parts.values()):
        raise Refusal(Because.TOO_LONG, length=PART_LENGTH)
    async with database.transaction() as tx:
        await authority.authorize(tx, Action.KEEP_OWN, person)
        member = await member_keys.of(tx, person.locator)
        content = await private_pages.read(tx, member, Page.PLAN)
        kept = {part: text for part, text in {**content.get("parts", {}), **parts}.items() if text}
        if kept:
            await private_pages.write(tx, member, Page.PLAN, {"parts": kept})
        else:
            await private_pages.erase(tx, member, Page.PLAN)
    await database.forget()  # what was written before is nobody's business any more
    return Plan(kept)
