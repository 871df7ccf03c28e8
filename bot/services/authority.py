"""Who may do what: the only place where that is decided."""

from __future__ import annotations

from bot.services.people import Person
from bot.services.refusals import Because, Refusal
from db import Transaction, circles, servers


async def require_server(tx: Transaction, server_id: int) -> servers.Server:
    """Return the server. Refuses while it has not been set up."""
    server = await servers.find_server(tx, server_id)
    if server is None:
        raise Refusal(Because.NOT_SET_UP)
    return server


def require_manager(person: Person) -> None:
    """Refuse anybody whom Discord does not let manage the server."""
    if not person.manages_server:
        raise Refusal(Because.NEEDS_MANAGE_SERVER)


def moderates(person: Person, server: servers.Server) -> bool:
    """Say whether this person may manage all circles of the server."""
    return person.manages_server or server.moderator_role_id in person.roles


async def require_moderator(tx: Transaction, person: Person) -> servers.Server:
    """Return the person's server. Refuses anybody who does not moderate it."""
    server = await require_server(tx, person.server_id)
    if not moderates(person, server):
        raise Refusal(Because.NEEDS_MODERATOR)
    return server


async def require_holder(tx: Transaction, person: Person, circle: circles.Circle) -> servers.Server:
    """Return the server. Refuses anybody who neither holds the circle nor moderates the server."""
    server = await require_server(tx, person.server_id)
    place = await circles.find_place(tx, circle.circle_id, person.key)
    if not (moderates(person, server) or (place is not None and place.facilitates)):
        raise Refusal(Because.NEEDS_FACILITATOR, circle=circle.name)
    return server
