"""The agreement of a circle: changed by those who hold it, and asked again of everybody in it."""

from __future__ import annotations

from collections.abc import Sequence

from bot.services import circles as circle_service
from bot.services.authority import Action
from bot.services.people import Person
from bot.services.rules.changes import Changes, changes
from db import Database, agreements, circle_members
from db.circles import Circle


async def current(database: Database, person: Person, circle_id: int) -> str:
    """Return the words that hold now, to somebody who may change them."""
    async with database.transaction() as tx:
        circle = await circle_service.require_held(tx, Action.CHANGE_AGREEMENT, person, circle_id)
        return await agreements.find_agreement(tx, circle_id, circle.agreement_version) or ""


async def changed_for(database: Database, person: Person) -> Sequence[str]:
    """Name the circles in which the person sits under an agreement that has changed since."""
    async with database.transaction() as tx:
        return await agreements.list_changed(tx, person.server_id, person.key)


async def change(database: Database, person: Person, circle_id: int, words: str) -> tuple[Circle, Changes]:
    """Let these words hold from now on, and return what that changes. Whoever wrote them agrees to them.

    The members are asked again; what they agreed to is kept until the last of them has answered.
    """
    circle_service.check_agreement(words)
    async with database.transaction() as tx:
        await tx.hold("circle", circle_id)
        circle = await circle_service.require_held(tx, Action.CHANGE_AGREEMENT, person, circle_id)
        before = await agreements.find_agreement(tx, circle_id, circle.agreement_version) or ""
        found = changes(before, words)
        if found.added or found.removed:
            version = circle.agreement_version + 1
            await agreements.insert_agreement(tx, circle_id, version, words)
            await agreements.update_version(tx, circle_id, version)
            await circle_members.update_agreed_version(tx, circle_id, person.key, version)
            await agreements.delete_unused(tx, circle_id)
        return circle, found
