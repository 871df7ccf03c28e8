"""Adding, replacing and hiding entries in one server's lists."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date

from pydantic import TypeAdapter, ValidationError

from bot.services import authority
from bot.services.authority import Action
from bot.services.listings import OWN, Change, ServerLines, change, find, own_resource
from bot.services.people import Person
from bot.services.refusals import Because, Refusal
from bot.services.resources import Directory, Kind, Resource, Standing
from bot.services.rules.text import tidy
from db import Database, Transaction, server_resources
from db.server_resources import Details

MOST_CHANGES = 25  # as many as one list of choices holds

_READER = TypeAdapter(Resource)


@dataclass(frozen=True, slots=True)
class Draft:
    """What somebody filled in about an entry; nothing in it has been checked."""

    name: str
    number: str
    url: str
    hours: str
    for_whom: str


async def require_may_edit(database: Database, person: Person) -> None:
    """Refuse anybody who does not moderate the server."""
    async with database.transaction() as tx:
        await authority.authorize(tx, Action.EDIT_RESOURCES, person)


async def changes(database: Database, lines: ServerLines, person: Person) -> Sequence[Change]:
    """Return what this server has changed, for its moderators."""
    await require_may_edit(database, person)
    return lines.of(person.server_id).changes


async def add(
    database: Database, lines: ServerLines, person: Person, kind: str, draft: Draft, *, today: date
) -> Resource:
    """Add an entry to this server's list. Refuses what is incomplete, and whoever may not."""
    details = _checked(draft, kind, today)
    async with database.transaction() as tx:
        await _begin(tx, person)
        await _save(tx, person.server_id, None, details)
    await lines.refresh(database)
    return own_resource(OWN, details)


async def replace(
    database: Database,
    lines: ServerLines,
    directory: Directory,
    person: Person,
    entry_id: str,
    draft: Draft,
    *,
    today: date,
) -> Resource:
    """Put these words in the place of an entry. Whoever does so has checked it today."""
    details = _checked(draft, find(directory, lines.of(person.server_id), entry_id).kind, today)
    async with database.transaction() as tx:
        await _begin(tx, person)
        await _save(tx, person.server_id, await _take_place(tx, person.server_id, entry_id), details)
    await lines.refresh(database)
    return own_resource(entry_id, details)


async def hide(
    database: Database,
    lines: ServerLines,
    directory: Directory,
    person: Person,
    entry_id: str,
) -> Resource:
    """Take an entry from this server's list: one of ours is hidden, one of theirs is removed."""
    async with database.transaction() as tx:
        await _begin(tx, person)
        hidden = find(directory, lines.of(person.server_id), entry_id)
        replaces = await _take_place(tx, person.server_id, entry_id)
        if replaces is not None:
            await _save(tx, person.server_id, replaces, None)
    await lines.refresh(database)
    return hidden


async def restore(
    database: Database,
    lines: ServerLines,
    directory: Directory,
    person: Person,
    entry_id: str,
) -> Resource:
    """Show one of our entries again as we ship it. Refuses where nothing was changed."""
    shipped = directory.find(entry_id)
    async with database.transaction() as tx:
        await _begin(tx, person)
        if shipped is None or not await server_resources.delete_change(tx, person.server_id, entry_id):
            raise Refusal(Because.NO_SUCH_RESOURCE)
    await lines.refresh(database)
    return shipped


async def old_changes(database: Database, today: date) -> Sequence[Resource]:
    """Return what any server's moderators last checked more than twelve months ago."""
    async with database.transaction() as tx:
        rows = await server_resources.list_server_resources(tx)
    written = [made.resource for made in map(change, rows) if made.resource is not None]
    return [resource for resource in written if resource.standing(today) is Standing.OLD]


async def _begin(tx: Transaction, person: Person) -> None:
    await authority.authorize(tx, Action.EDIT_RESOURCES, person)
    await server_resources.hold(tx, person.server_id)


async def _take_place(tx: Transaction, server_id: int, entry_id: str) -> str | None:
    """Return which shipped entry this is; an entry of the server's own is removed, and there is none."""
    number = entry_id.removeprefix(OWN)
    if number == entry_id:
        return entry_id
    if not await server_resources.delete_server_resource(tx, server_id, int(number)):
        raise Refusal(Because.NO_SUCH_RESOURCE)
    return None


async def _save(tx: Transaction, server_id: int, replaces: str | None, details: Details | None) -> None:
    await server_resources.save_server_resource(tx, server_id, replaces=replaces, details=details)
    if len(await server_resources.list_server_resources(tx, server_id)) > MOST_CHANGES:
        raise Refusal(Because.TOO_MANY_RESOURCES, most=MOST_CHANGES)


def _checked(draft: Draft, kind: str, today: date) -> Details:
    if kind not in set(Kind):
        raise Refusal(Because.OPTION_UNKNOWN)
    details = Details(
        kind=kind,
        name=tidy(draft.name),
        number=tidy(draft.number) or None,
        url=tidy(draft.url) or None,
        hours=tidy(draft.hours),
        for_whom=tidy(draft.for_whom),
        checked_on=today,
    )
    try:
        _READER.validate_json(json.dumps(asdict(own_resource(f"{OWN}0", details)), default=str))
    except ValidationError:
        raise Refusal(Because.RESOURCE_INCOMPLETE) from None
    if not (details.number or details.url):
        raise Refusal(Because.RESOURCE_INCOMPLETE)
    return details
