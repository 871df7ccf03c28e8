"""Looking through the database: what is found there, on both engines, and that it is only counted."""

from __future__ import annotations

from bot.services.inspection import Suspects, examine
from tests.services.conftest import NOW, Clinic

SOMEBODY = 1_200_000_000_000_000_007


async def test_ids_of_places_are_no_finding(clinic: Clinic) -> None:
    circle = await clinic.circle(seated=clinic.people(3))
    await clinic.open(circle)
    found = await examine(clinic.database, clinic.window_keys, at=NOW)
    assert (found.suspects, found.keys_left_over) == ([], 0)


async def test_ids_where_none_belong_are_counted_by_column(clinic: Clinic) -> None:
    circle = await clinic.circle()
    await clinic.open(circle)
    async with clinic.database.transaction() as tx:
        await tx.execute("UPDATE circle SET purpose = $1, seats = $2", f"Ask <@{SOMEBODY}>.", SOMEBODY)
    found = await examine(clinic.database, clinic.window_keys, at=NOW)
    assert sorted(found.suspects, key=repr) == [
        Suspects("circle", "purpose", 1),
        Suspects("circle", "seats", 1),
    ]


async def test_keys_of_closed_windows_are_counted_and_stay(clinic: Clinic) -> None:
    window_id = await clinic.open(await clinic.circle())
    async with clinic.database.transaction() as tx:
        await tx.execute("UPDATE checkin_window SET state = 'cancelled'")
    found = await examine(clinic.database, clinic.window_keys, at=NOW)
    assert found.keys_left_over == 1
    assert clinic.window_keys.read(window_id) is not None


async def test_a_server_that_logs_what_is_stored_is_named(clinic: Clinic) -> None:
    found = await examine(clinic.database, clinic.window_keys, at=NOW)
    if clinic.database.engine == "sqlite":
        assert found.server_log == {}
    else:  # as it comes, PostgreSQL tells details of what it refuses
        assert found.server_log["log_error_verbosity"] == "default"
        assert "log_statement" not in found.server_log
