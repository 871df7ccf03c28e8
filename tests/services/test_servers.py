"""Setting up: what is kept of a server, what is refused, how it stands."""

from __future__ import annotations

from datetime import time
from pathlib import Path

import pytest

from bot.services import prompts, servers
from bot.services.practices import Library
from bot.services.prompts import Wish
from bot.services.refusals import Because
from db.servers import Server
from tests.services.conftest import BERLIN, LOBBY, NOW, Clinic, refused


async def set_up(
    clinic: Clinic, *, time_zone: str = BERLIN, country: str | None = "DE", role: int | None = None
) -> Server:
    """Let the owner set the server up, with these settings."""
    return await servers.set_up(
        clinic.database,
        clinic.owner,
        moderator_role_id=clinic.moderator_role if role is None else role,
        time_zone=time_zone,
        country=country,
        language="en",
    )


async def test_what_was_chosen_is_what_is_kept(clinic: Clinic) -> None:
    kept = await set_up(clinic, time_zone="Pacific/Auckland", country="nz")
    assert kept == Server(clinic.server_id, clinic.moderator_role, None, "Pacific/Auckland", "NZ", "en")
    assert await servers.find(clinic.database, clinic.people(1)[0]) == kept


async def test_setting_up_again_changes_the_settings_and_keeps_the_category(clinic: Clinic) -> None:
    await servers.remember_category(clinic.database, clinic.server_id, 4711)
    kept = await set_up(clinic, time_zone="UTC", country=None, role=clinic.moderator_role + 1)
    assert (kept.time_zone, kept.country, kept.category_id) == ("UTC", None, 4711)
    assert await refused(servers.status(clinic.database, clinic.moderator, at=NOW)) is Because.NEEDS_MODERATOR


async def test_a_time_zone_that_is_not_one_is_refused(clinic: Clinic) -> None:
    for time_zone in ("", "Berlin", "europe/berlin", "../UTC", "localtime", "Europe/Atlantis"):
        assert await refused(set_up(clinic, time_zone=time_zone)) is Because.UNKNOWN_TIME_ZONE


async def test_a_country_that_is_not_two_letters_is_refused(clinic: Clinic) -> None:
    for country in ("", "D", "DEU", "49", "ÄÖ", "D "):
        assert await refused(set_up(clinic, country=country)) is Because.UNKNOWN_COUNTRY


async def test_everybody_cannot_be_the_moderators(clinic: Clinic) -> None:
    assert await refused(set_up(clinic, role=clinic.server_id)) is Because.EVERYBODY_MODERATES


async def test_before_it_is_set_up_a_server_is_not_known(clinic: Clinic, tmp_path: Path) -> None:
    elsewhere = Clinic(clinic.database, tmp_path, server_id=1_400_000_000_000_000_001)
    for attempt in (
        servers.find(clinic.database, elsewhere.owner),
        servers.require_manager(clinic.database, elsewhere.owner),
        servers.status(clinic.database, elsewhere.owner, at=NOW),
    ):
        assert await refused(attempt) is Because.NOT_SET_UP


async def test_status_shows_what_is_set_up_here_and_nothing_of_other_servers(
    clinic: Clinic, tmp_path: Path, library: Library
) -> None:
    elsewhere = Clinic(clinic.database, tmp_path, server_id=1_400_000_000_000_000_001)
    await elsewhere.set_up()
    for each in (clinic, elsewhere):
        circle = await each.circle()
        wish = Wish(frozenset({0}), time(9), None, None, None)
        await prompts.schedule(
            each.database,
            library,
            each.owner,
            wish,
            circle_id=circle.circle_id,
            channel_id=LOBBY,
            at=NOW,
        )
    status = await servers.status(clinic.database, clinic.moderator, at=NOW)
    assert status.server.server_id == clinic.server_id
    assert [circle.server_id for circle in status.circles] == [clinic.server_id]
    assert [prompt.server_id for prompt in status.prompt_schedules] == [clinic.server_id]
    assert (status.checkin_schedules, status.unsaid) == ([], 0)


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("berlin", "Europe/Berlin"),
        (" Ber", "Europe/Berlin"),
        ("new york", "America/New_York"),
        ("auckl", "Pacific/Auckland"),
        ("EUROPE/PAR", "Europe/Paris"),
        ("kathm", "Asia/Kathmandu"),
    ],
)
def test_a_time_zone_is_found_by_the_beginning_of_a_city(typed: str, first: str) -> None:
    found = servers.time_zones_like(typed, 25)
    assert found[0] == first or first in found[:3]


def test_no_more_time_zones_are_offered_than_discord_shows() -> None:
    assert len(servers.time_zones_like("", 25)) == 25
    assert servers.time_zones_like("atlantis", 25) == []
