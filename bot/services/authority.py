"""Who may do what: one table, and the only place where that is decided."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto

from bot.services.people import Person
from bot.services.refusals import Because, Refusal
from db import Transaction, circles, servers
from db.circles import Circle, Place
from db.servers import Server


class Who(Enum):
    """What somebody can be; most people are several of these. A facilitator may have no seat."""

    ANYBODY = "anybody in the server"
    MEMBER = "member of the circle"
    FACILITATOR = "facilitator of the circle"
    MODERATOR = "moderator"
    MANAGER = "manager of the server"


class Action(Enum):
    """What somebody can want to do."""

    SET_UP = auto()
    CHOOSE_RETENTION = auto()
    CHOOSE_FEATURES = auto()
    SEE_STATUS = auto()
    MEND = auto()
    EDIT_RESOURCES = auto()
    CREATE_CIRCLE = auto()
    STEER_SERVER_CHECKINS = auto()
    READ_SERVER_RESULTS = auto()
    STEER_EVERY_CIRCLE = auto()
    SEE_HOW_IT_STANDS = auto()
    DESCRIBE_CIRCLE = auto()
    CHANGE_AGREEMENT = auto()
    CHOOSE_HOLDERS = auto()
    ANSWER_REQUESTS = auto()
    INVITE = auto()
    RELEASE_SEAT = auto()
    CHOOSE_HOURS = auto()
    PLAN_MEETINGS = auto()
    SEE_MEETINGS = auto()
    END_CIRCLE = auto()
    STEER_CHECKINS = auto()
    SHARE_CHECKINS = auto()
    READ_RESULTS = auto()
    STEER_PROMPTS = auto()
    HOLD = auto()
    ANSWER_CHECKIN = auto()
    RATE_PRACTICE = auto()
    ANSWER_SERVER_CHECKIN = auto()
    LOOK_AROUND = auto()
    BE_OFFERED_PRACTICE = auto()
    KEEP_OWN = auto()


@dataclass(frozen=True, slots=True)
class Rule:
    """Who may, and what everybody else is told."""

    who: frozenset[Who]
    otherwise: Because


_MANAGERS = Rule(frozenset({Who.MANAGER}), Because.NEEDS_MANAGE_SERVER)
_MODERATORS = Rule(_MANAGERS.who | {Who.MODERATOR}, Because.NEEDS_MODERATOR)
_STEERING = Rule(_MODERATORS.who | {Who.FACILITATOR}, Because.NEEDS_FACILITATOR)
_FACILITATORS = Rule(frozenset({Who.FACILITATOR}), Because.NOT_YOURS_TO_HOLD)
_ANYBODY = Rule(frozenset({Who.ANYBODY}), Because.ONLY_IN_A_SERVER)

MAY: Mapping[Action, Rule] = {
    # of the whole server
    Action.SET_UP: _MANAGERS,
    Action.CHOOSE_RETENTION: _MANAGERS,
    Action.CHOOSE_FEATURES: _MANAGERS,
    Action.SEE_STATUS: _MODERATORS,
    Action.MEND: _MODERATORS,
    Action.EDIT_RESOURCES: _MODERATORS,
    Action.CREATE_CIRCLE: _MODERATORS,
    Action.STEER_SERVER_CHECKINS: _MODERATORS,
    Action.READ_SERVER_RESULTS: _MODERATORS,
    Action.STEER_EVERY_CIRCLE: _MODERATORS,
    # of one circle
    Action.SEE_HOW_IT_STANDS: _STEERING,
    Action.DESCRIBE_CIRCLE: _STEERING,
    Action.CHANGE_AGREEMENT: _STEERING,
    Action.CHOOSE_HOLDERS: _STEERING,
    Action.ANSWER_REQUESTS: _STEERING,
    Action.INVITE: _STEERING,
    Action.RELEASE_SEAT: _STEERING,
    Action.CHOOSE_HOURS: _STEERING,
    Action.PLAN_MEETINGS: _STEERING,
    Action.SEE_MEETINGS: Rule(frozenset({Who.MEMBER, Who.FACILITATOR}), Because.NOT_IN_CIRCLE),
    Action.END_CIRCLE: _STEERING,
    Action.STEER_CHECKINS: _STEERING,
    Action.SHARE_CHECKINS: _STEERING,
    Action.READ_RESULTS: _STEERING,
    Action.STEER_PROMPTS: _STEERING,
    Action.HOLD: _FACILITATORS,
    Action.ANSWER_CHECKIN: Rule(frozenset({Who.MEMBER}), Because.NOT_SEATED_HERE),
    Action.RATE_PRACTICE: Rule(frozenset({Who.MEMBER}), Because.NOT_IN_CIRCLE),
    # for oneself
    Action.ANSWER_SERVER_CHECKIN: _ANYBODY,
    Action.LOOK_AROUND: _ANYBODY,
    Action.BE_OFFERED_PRACTICE: _ANYBODY,
    Action.KEEP_OWN: _ANYBODY,
}


async def authorize(tx: Transaction, action: Action, person: Person, circle: Circle | None = None) -> Server:
    """Return the server, once it is certain that this person may do this there, or in this circle.

    Raises: Refusal, for the reason in the table, or because the server has not been set up.
    """
    server = await servers.find_server(tx, person.server_id)
    place = None if circle is None else await circles.find_place(tx, circle.circle_id, person.key)
    if server is None:
        if MAY[action].who == _MANAGERS.who:
            require(action, person)  # Discord alone knows who that is
        raise Refusal(Because.NOT_SET_UP)
    require(action, person, server, place, **({} if circle is None else {"circle": circle.name}))
    return server


def require(
    action: Action, person: Person, server: Server | None = None, place: Place | None = None, **facts: str
) -> None:
    """Refuse everybody who may not do this, as far as what is given says who they are."""
    if not may(action, person, server, place):
        raise refusal(action, **facts)


def refusal(action: Action, **facts: str) -> Refusal:
    """Return what everybody is told who may not do this."""
    return Refusal(MAY[action].otherwise, **facts)


def may(action: Action, person: Person, server: Server | None = None, place: Place | None = None) -> bool:
    """Say whether somebody with this place in the circle may do this."""
    return not MAY[action].who.isdisjoint(_standing(person, server, place))


async def allowed(
    tx: Transaction, action: Action, person: Person, circle_ids: Iterable[int]
) -> Sequence[int]:
    """Return those of these circles, all in the person's server, in which the person may do this."""
    server = await require_server(tx, person.server_id)
    places = {each: await circles.find_place(tx, each, person.key) for each in circle_ids}
    return [each for each, place in places.items() if may(action, person, server, place)]


async def require_server(tx: Transaction, server_id: int) -> Server:
    """Return the server, for what nobody in particular does. Refuses while it has not been set up."""
    server = await servers.find_server(tx, server_id)
    if server is None:
        raise Refusal(Because.NOT_SET_UP)
    return server


def _standing(person: Person, server: Server | None, place: Place | None) -> Iterator[Who]:
    """Yield all that somebody is: by Discord's word, by the server's settings, by their place."""
    yield Who.ANYBODY
    if place is not None and place.seated:
        yield Who.MEMBER
    if place is not None and place.facilitates:
        yield Who.FACILITATOR
    if server is not None and server.moderator_role_id in person.roles:
        yield Who.MODERATOR
    if person.manages_server:
        yield Who.MANAGER
