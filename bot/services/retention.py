"""Retention: what has been kept for long enough goes by itself, once a day; a server may keep it for less."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.services import authority, erasure, trends
from bot.services.authority import Action
from bot.services.member_keys import MemberKeys
from bot.services.people import Person
from bot.services.refusals import Because, Refusal
from bot.services.rules.retention import LONGEST, SHORTEST, Limit, in_force, oldest_kept
from db import Database, Transaction, installation
from db import retention as stored
from db.retention import AGED

EVERY = timedelta(days=1)

AT_ONCE = 500
"""As many rows go in one transaction: others wait for it."""


@dataclass(frozen=True, slots=True)
class Choice:
    """How long a server keeps one thing, or would, and how much of it is older than that."""

    limit: Limit
    days: int
    older: int


async def look(database: Database, person: Person) -> Mapping[Limit, int]:
    """Return for how many days this server keeps everything, to whoever may change it."""
    async with database.transaction() as tx:
        server = await authority.authorize(tx, Action.CHOOSE_RETENTION, person)
        return await kept_in(tx, server.server_id)


async def kept_in(tx: Transaction, server_id: int) -> Mapping[Limit, int]:
    """Return for how many days a server keeps everything."""
    chosen = await stored.list_chosen(tx, server_id)
    return in_force({limit: chosen[limit] for limit in Limit if limit in chosen})


async def what_would_go(
    database: Database, person: Person, limit: Limit, days: int, *, at: datetime
) -> Choice:
    """Return what would go now if this server kept something for so many days only; nothing goes yet.

    Raises:
        Refusal: the person may not manage the server; more days than the default; fewer than make sense.
    """
    authority.require(Action.CHOOSE_RETENTION, person)
    if days > LONGEST[limit]:
        raise Refusal(Because.KEPT_TOO_LONG, most=LONGEST[limit])
    if days < SHORTEST[limit]:
        raise Refusal(Because.KEPT_TOO_SHORT, fewest=SHORTEST[limit])
    older = 0
    async with database.transaction() as tx:
        server = await authority.authorize(tx, Action.CHOOSE_RETENTION, person)
        for aged in AGED:
            if aged.what == limit:
                older += await stored.count_older(tx, aged, server.server_id, oldest_kept(days, at))
    return Choice(limit, days, older)


async def choose(database: Database, person: Person, limit: Limit, days: int, *, at: datetime) -> Choice:
    """Let this server keep something for so many days, and remove what is older. Refuses as above."""
    choice = await what_would_go(database, person, limit, days, at=at)
    async with database.transaction() as tx:
        await stored.save_chosen(tx, person.server_id, limit, days)
    await _remove_older(database, limit, at)
    return choice


async def run_due(database: Database, member_keys: MemberKeys, *, at: datetime) -> bool:
    """Once a day, remove in every server what has been kept for long enough. Says whether it was time.

    Whatever goes, goes in small transactions; what a crash leaves is gone a day later.
    """
    async with database.transaction() as tx:
        if not await installation.claim_retention(tx, at, again_at=at + EVERY):
            return False
    for limit in Limit:
        await _remove_older(database, limit, at)
    # Private copies are the member's own: no server shortens their time, and none lengthens it.
    await trends.forget_old(database, member_keys, lambda _server: trends.oldest_kept(at.date()))
    await erasure.finish(database, member_keys)
    return True


async def _remove_older(database: Database, limit: Limit, at: datetime) -> None:
    gone = 0
    for aged in AGED:
        while aged.what == limit:
            async with database.transaction() as tx:
                removed = await stored.delete_older(tx, aged, at, days=LONGEST[limit], most=AT_ONCE)
            gone += removed
            if removed < AT_ONCE:
                break
    if gone:
        await database.forget()
