"""The lists of where help is, as each server has changed them, kept in memory.

Whoever needs help must get an answer while the database is down.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from bot.services.refusals import Because, Refusal
from bot.services.resources import Country, Directory, Kind, Resource, Standing
from db import Database, server_resources, servers
from db.server_resources import Details, ServerResource

OWN = "own-"
"""How the id of an entry begins that a server's moderators have added."""


@dataclass(frozen=True, slots=True)
class Change:
    """`replaces` is missing where something was added, `resource` where something is hidden."""

    replaces: str | None
    resource: Resource | None


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a server without asking the database."""

    country: str | None = None
    moderator_role_id: int | None = None
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a list. `own`: the server's moderators wrote it."""

    resource: Resource
    standing: Standing
    own: bool


@dataclass(frozen=True, slots=True)
class Listing:
    """What there is for whoever asks.

    Where `country` is missing, only what holds everywhere is listed; `asked` then is the country
    that we have no file for, if one is known.
    """

    country: Country | None
    asked: str | None
    entries: Sequence[Entry]

    def of(self, kind: Kind) -> Sequence[Entry]:
        """Return the entries of one kind."""
        return [entry for entry in self.entries if entry.resource.kind is kind]


class ServerLines:
    """Every server's country, moderators and changes, in memory. They lag behind by a moment at most."""

    def __init__(self) -> None:
        self._servers: dict[int, Known] = {}

    async def refresh(self, database: Database) -> None:
        """Read them again."""
        changes = defaultdict[int, list[Change]](list)
        async with database.transaction() as tx:
            for row in await server_resources.list_server_resources(tx):
                changes[row.server_id].append(change(row))
            self._servers = {
                server.server_id: Known(
                    server.country, server.moderator_role_id, tuple(changes[server.server_id])
                )
                for server in await servers.list_servers(tx)
            }

    def of(self, server_id: int | None) -> Known:
        """Return what is known of a server; nothing in a direct message."""
        return self._servers.get(server_id or 0, Known())


def parse_kind(typed: str | None) -> Collection[Kind]:
    """Return the kind that was chosen, or all of them. Refuses what is no kind."""
    if typed is None:
        return frozenset(Kind)
    if typed not in set(Kind):
        raise Refusal(Because.OPTION_UNKNOWN)
    return {Kind(typed)}


def listing(
    directory: Directory, known: Known, typed: str | None, kinds: Collection[Kind], today: date
) -> Listing:
    """List what there is in a country: the one that was typed, else the server's; the most urgent first."""
    asked = typed or known.country
    country = directory.country(asked)
    everywhere = [
        each
        for each in directory.international.resources
        if country is None or each.kind is not Kind.EMERGENCY
    ]
    shipped = [*(country.resources if country else ()), *everywhere]
    at_home = not typed or country is directory.country(known.country)
    added = [each.resource for each in known.changes if each.replaces is None] if at_home else []
    entries = [
        *(Entry(each, each.standing(today), own=True) for each in added if each is not None),
        *_changed(shipped, known.changes, today),
    ]
    order = list(Kind)
    chosen = [entry for entry in entries if entry.resource.kind in kinds]
    chosen.sort(key=lambda entry: order.index(entry.resource.kind))
    return Listing(country, None if country else asked, chosen)


def find(directory: Directory, known: Known, entry_id: str) -> Resource:
    """Return an entry as this server's members see it. Refuses what they do not see."""
    for resource in editable(directory, known):
        if resource.id == entry_id:
            return resource
    raise Refusal(Because.NO_SUCH_RESOURCE)


def editable(directory: Directory, known: Known) -> Sequence[Resource]:
    """Return what can be replaced or hidden: everything that members of this server see."""
    return [entry.resource for entry in listing(directory, known, None, frozenset(Kind), date.min).entries]


def restorable(directory: Directory, known: Known) -> Sequence[Resource]:
    """Return the shipped entries that this server has replaced or hidden, as they came."""
    changed = {change.replaces for change in known.changes}
    return [resource for resource in directory.all() if resource.id in changed]


def change(row: ServerResource) -> Change:
    """Return a change as the services know it."""
    if row.details is None:
        return Change(row.replaces, None)
    return Change(row.replaces, own_resource(row.replaces or f"{OWN}{row.resource_id}", row.details))


def own_resource(entry_id: str, details: Details) -> Resource:
    """Return an entry that a server's moderators have written."""
    return Resource(
        id=entry_id,
        kind=Kind(details.kind),
        name=details.name,
        hours=details.hours,
        for_whom=details.for_whom,
        checked_on=details.checked_on,
        numbers=(details.number,) if details.number else (),
        url=details.url,
    )


def _changed(shipped: Sequence[Resource], made: Sequence[Change], today: date) -> Iterator[Entry]:
    """Yield the shipped entries as the server has changed them; what it hides is left out."""
    by_id = {change.replaces: change.resource for change in made}
    for resource in shipped:
        shown = by_id.get(resource.id, resource)
        if shown is not None:
            yield Entry(shown, shown.standing(today), own=shown is not resource)
