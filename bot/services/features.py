"""Optional features: off on every server until whoever manages it switches them on."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from enum import StrEnum

from bot.services import authority
from bot.services.authority import Action
from bot.services.people import Person
from bot.services.refusals import Because, Refusal
from db import Database, Transaction
from db import features as stored


class Feature(StrEnum):
    """What a server can do without, because it shows somebody more than the rest of the bot does."""

    SHARED_CHECKINS = "shared-checkins"
    MEETINGS = "meetings"


async def look(database: Database, person: Person) -> AbstractSet[Feature]:
    """Return what is switched on, to whoever may manage the server."""
    async with database.transaction() as tx:
        server = await authority.authorize(tx, Action.CHOOSE_FEATURES, person)
        return await _switched_on(tx, server.server_id)


async def switch(database: Database, person: Person, feature: Feature, *, on: bool) -> AbstractSet[Feature]:
    """Switch a feature on or off; return what is on now. What was begun with it goes on when it is off."""
    async with database.transaction() as tx:
        server = await authority.authorize(tx, Action.CHOOSE_FEATURES, person)
        change = stored.insert_feature if on else stored.delete_feature
        await change(tx, server.server_id, feature.value)
        return await _switched_on(tx, server.server_id)


async def require(tx: Transaction, server_id: int, feature: Feature) -> None:
    """Refuse, saying who can switch it on, what a server has not switched on."""
    if feature in await _switched_on(tx, server_id):
        return
    match feature:
        case Feature.SHARED_CHECKINS:
            raise Refusal(Because.SHARED_CHECKINS_OFF)
        case Feature.MEETINGS:
            raise Refusal(Because.MEETINGS_OFF)


async def _switched_on(tx: Transaction, server_id: int) -> AbstractSet[Feature]:
    names = await stored.list_features(tx, server_id)
    return frozenset(feature for feature in Feature if feature.value in names)
