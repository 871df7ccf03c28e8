"""Setting a server up, and telling how it stands."""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.services import authority
from bot.services.authority import Action
from bot.services.people import Person
from bot.services.refusals import Because, Refusal
from bot.services.rules.recurrence import zone_exists, zones
from db import Database, checkin_schedules, circles, hours, installation, meetings, posts, prompts, servers
from db.installation import BackupState
from db.servers import Server

RECENTLY = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Status:
    """What is set up in a server, and how the backups of the installation stand that it is on.

    `unsaid` counts posts of two weeks that did not arrive. `events`: those that belong to a meeting.
    """

    server: Server
    circles: Sequence[circles.Circle]
    hours: Sequence[hours.OpeningHours]
    checkin_schedules: Sequence[checkin_schedules.CheckinSchedule]
    prompt_schedules: Sequence[prompts.PromptSchedule]
    meetings: Sequence[meetings.Meeting]
    events: AbstractSet[int]
    unsaid: int
    backups: BackupState


@dataclass(frozen=True, slots=True)
class Preparation:
    """How far setting a server up has come. `server` is None before anything was chosen."""

    server: Server | None
    circles: int


def time_zone_named(typed: str) -> str:
    """Return the time zone that somebody typed, by its name or by a city in it, such as "new york".

    Refuses what is no time zone, and naming them what could be several.
    """
    wanted = typed.strip().replace(" ", "_").casefold()
    named = sorted(zone for zone in zones() if wanted in {zone.casefold(), _city(zone)})
    exact = [zone for zone in named if zone == typed.strip()]
    if len(exact or named) > 1:
        raise Refusal(Because.SEVERAL_TIME_ZONES, zones=", ".join(named))
    if not named:
        raise Refusal(Because.NO_SUCH_TIME_ZONE)
    return (exact or named)[0]


def time_zones_like(typed: str, most: int) -> Sequence[str]:
    """Return time zones whose name contains what was typed, those that begin with it first."""
    wanted = typed.strip().replace(" ", "_").casefold()
    found = [zone for zone in zones() if wanted in zone.casefold()]
    return sorted(found, key=lambda zone: (not _city(zone).startswith(wanted), zone))[:most]


async def set_up(
    database: Database,
    person: Person,
    *,
    moderator_role_id: int,
    time_zone: str,
    country: str | None,
    language: str,
) -> Server:
    """Keep the server's settings. Refuses what cannot be kept, and whoever may not manage the server."""
    _require_settings(person, moderator_role_id, time_zone, country)
    async with database.transaction() as tx:
        await servers.save_server(
            tx,
            Server(
                server_id=person.server_id,
                moderator_role_id=moderator_role_id,
                category_id=None,
                time_zone=time_zone,
                country=country.upper() if country else None,
                language=language,
            ),
        )
        return await authority.authorize(tx, Action.SET_UP, person)


async def find(database: Database, person: Person) -> Server:
    """Return the person's server. Refuses while it has not been set up."""
    async with database.transaction() as tx:
        return await authority.authorize(tx, Action.LOOK_AROUND, person)


async def before_set_up(
    database: Database, person: Person, *, moderator_role_id: int, time_zone: str, country: str | None
) -> Server | None:
    """Return what these settings would replace, if anything. Refuses what `set_up` does; keeps nothing."""
    _require_settings(person, moderator_role_id, time_zone, country)
    async with database.transaction() as tx:
        return await servers.find_server(tx, person.server_id)


def require_may_set_up(person: Person) -> None:
    """Refuse whoever may not manage the server, before anything is looked up."""
    authority.require(Action.SET_UP, person)


async def preparation(database: Database, person: Person) -> Preparation:
    """Return how far setting up has come. For whoever may manage the server."""
    require_may_set_up(person)
    async with database.transaction() as tx:
        return Preparation(
            server=await servers.find_server(tx, person.server_id),
            circles=len(await circles.list_circles(tx, person.server_id, circles.CircleState.OPEN)),
        )


async def require_manager(database: Database, person: Person) -> Server:
    """Return the server to somebody who may change how it is set up."""
    async with database.transaction() as tx:
        return await authority.authorize(tx, Action.SET_UP, person)


async def remember_category(database: Database, server_id: int, category_id: int) -> None:
    """Keep the category under which circles get their channels."""
    async with database.transaction() as tx:
        await servers.update_category(tx, server_id, category_id)


async def remember_facilitators_channel(database: Database, server_id: int, channel_id: int) -> None:
    """Keep the channel in which those who hold circles are asked and told."""
    async with database.transaction() as tx:
        await servers.update_facilitators_channel(tx, server_id, channel_id)


async def status(database: Database, person: Person, *, at: datetime) -> Status:
    """Return how the server stands. For whoever manages or moderates it."""
    async with database.transaction() as tx:
        server = await authority.authorize(tx, Action.SEE_STATUS, person)
        return Status(
            server=server,
            circles=await circles.list_circles(tx, server.server_id, circles.CircleState.OPEN),
            hours=await hours.list_hours(tx, server.server_id),
            checkin_schedules=await checkin_schedules.list_schedules(tx, server.server_id),
            prompt_schedules=await prompts.list_schedules(tx, server.server_id),
            meetings=await meetings.list_planned(tx, server.server_id),
            events=await meetings.list_events(tx, server.server_id),
            unsaid=await posts.count_unsaid(tx, server.server_id, at - RECENTLY),
            backups=await installation.find_backup_state(tx),
        )


def _require_settings(person: Person, moderator_role_id: int, time_zone: str, country: str | None) -> None:
    require_may_set_up(person)
    if moderator_role_id == person.server_id:  # Discord's @everyone
        raise Refusal(Because.EVERYBODY_MODERATES)
    if not zone_exists(time_zone):
        raise Refusal(Because.UNKNOWN_TIME_ZONE)
    if country is not None and not (len(country) == 2 and country.isascii() and country.isalpha()):
        raise Refusal(Because.UNKNOWN_COUNTRY)


def _city(zone: str) -> str:
    return zone.rpartition("/")[2].casefold()
