"""Whatever is stored about a member is exported and erased: held against the tables that there really are."""

from __future__ import annotations

import pytest

from bot.services import erasure, personal_export
from bot.services.personal_data import Kind
from bot.services.personal_export import DAMAGED, LOCKED, Export
from bot.services.rules.ballots import BallotBox
from db.registry import PERSONAL, REGISTRY, Whose
from tests.schema import stored_columns
from tests.services.conftest import NOW, Clinic
from tests.services.holdings import BY_THE_BOT, WORDS, Holdings, fill

ABOUT_NOBODY = {(column.table, column.name) for column in REGISTRY if column.whose is not Whose.MEMBER}


@pytest.fixture
async def held(clinic: Clinic) -> Holdings:
    """A member about whom something is stored in every personal table."""
    circle = await clinic.circle()
    return await fill(clinic, clinic.people(1)[0], circle, await clinic.open(circle))


async def export(clinic: Clinic, held: Holdings) -> Export:
    return await personal_export.export(
        clinic.database, clinic.member_keys, clinic.window_keys, held.person, at=NOW
    )


async def erase(clinic: Clinic, held: Holdings) -> None:
    await erasure.erase(clinic.database, clinic.member_keys, clinic.window_keys, held.person, tuple(Kind))


def exported(found: Export) -> set[tuple[str, str]]:
    """Every column that an export shows, or names as left out with its reason."""
    shown = {(table.name, name) for table in found.tables for entry in table.entries for name in entry}
    return shown | {(table.name, table.left_out) for table in found.tables}


async def traces(clinic: Clinic, names: set[bytes]) -> set[tuple[str, str]]:
    """Every column of any table, whether known or not, that holds one of these names of a member."""
    found: set[tuple[str, str]] = set()
    for table, column in await stored_columns(clinic.database):
        async with clinic.database.transaction() as tx:
            rows = await tx.fetch(f"SELECT {column} AS value FROM {table}")
        if names & {bytes(row["value"]) for row in rows if isinstance(row["value"], bytes)}:
            found.add((table, column))
    return found


async def names_of(clinic: Clinic, held: Holdings) -> set[bytes]:
    """Everything by which a member's rows are found, in tables that there are and in others."""
    member = held.member(clinic)
    key = clinic.window_keys.read(held.window_id)
    assert key is not None
    token = BallotBox(held.window_id, key).token(held.person.locator)
    tables = {table for table, _ in await stored_columns(clinic.database)}
    return {member.key, token, held.person.locator, *map(member.index, tables)}


async def plant_what_nobody_registered(clinic: Clinic, held: Holdings) -> None:
    """Add a column to a personal table, and a table, as somebody in a hurry would."""
    kind = {"sqlite": "BLOB", "postgres": "BYTEA"}[clinic.database.engine]
    async with clinic.database.transaction() as tx:
        await tx.execute("ALTER TABLE circle_member ADD COLUMN mood TEXT")
        await tx.execute(f"CREATE TABLE diary (owner {kind}, entry TEXT)")
        await tx.execute(
            "INSERT INTO diary (owner, entry) VALUES ($1, $2)", held.member(clinic).index("diary"), WORDS
        )


async def test_every_column_that_is_about_members_is_exported(clinic: Clinic, held: Holdings) -> None:
    stored = await stored_columns(clinic.database) - ABOUT_NOBODY
    assert stored - exported(await export(clinic, held)) == set()
    await plant_what_nobody_registered(clinic, held)
    stored = await stored_columns(clinic.database) - ABOUT_NOBODY
    missing = {("circle_member", "mood"), ("diary", "owner"), ("diary", "entry")}
    assert stored - exported(await export(clinic, held)) == missing


async def test_everything_by_which_a_member_is_found_is_erased(clinic: Clinic, held: Holdings) -> None:
    names = await names_of(clinic, held)
    assert await traces(clinic, names) == {(table.table, table.column) for table in PERSONAL}
    await plant_what_nobody_registered(clinic, held)
    names |= await names_of(clinic, held)
    await erase(clinic, held)
    assert await traces(clinic, names) == {("diary", "owner")}


# What the export says


async def test_what_is_sealed_is_exported_in_plain_words_and_nobody_elses_is(
    clinic: Clinic, held: Holdings
) -> None:
    other = await fill(clinic, clinic.people(2)[1], held.circle, held.window_id)
    found = {table.name: table.entries for table in (await export(clinic, held)).tables}
    assert all(len(entries) == 1 for entries in found.values())
    for table in PERSONAL:
        if table.table not in BY_THE_BOT:
            [entry] = found[table.table]
            assert {name: entry[name] for name in table.sealed} == {
                name: {"said": WORDS} for name in table.sealed
            }
    [place], [ballot], [copies] = found["circle_member"], found["ballot"], found["private_trend"]
    assert place["circle"] == held.circle.name
    assert place["seated"] is True
    assert ballot == {
        "window_id": held.window_id,
        "sealed": {
            "answers": {"continuum": "ill", "energy": 1, "load": 5, "connection": 1},
            "counts_in_window": held.window_id,
        },
    }
    assert copies == {
        "sealed": [{"day": "2026-03-02", "window_id": held.window_id, **ballot["sealed"]["answers"]}]
    }
    assert other.person.key.hex() not in str(found)


async def test_private_copies_under_a_passphrase_are_named_and_stay_closed(
    clinic: Clinic, held: Holdings
) -> None:
    await clinic.passphrases.protect(held.person, "a grey heron", "a grey heron", at=NOW)
    found = {table.name: table.entries for table in (await export(clinic, held)).tables}
    assert found["private_trend"] == ({"sealed": LOCKED},)


async def test_an_export_does_not_lead_back_to_the_rows(clinic: Clinic, held: Holdings) -> None:
    found = str(await export(clinic, held))
    for name in await names_of(clinic, held):
        assert name.hex() not in found
        assert str(name) not in found


async def test_what_was_damaged_is_named_and_the_rest_is_exported(clinic: Clinic, held: Holdings) -> None:
    for table in PERSONAL:
        for name in table.sealed:
            async with clinic.database.transaction() as tx:
                await tx.execute(f"UPDATE {table.table} SET {name} = $1", bytes(40))
    found = await export(clinic, held)
    for table in PERSONAL:
        [entry] = next(each.entries for each in found.tables if each.name == table.table)
        assert all(entry[name] == DAMAGED for name in table.sealed)


async def test_after_the_close_nothing_of_an_answer_is_there_to_be_exported(
    clinic: Clinic, held: Holdings
) -> None:
    await clinic.close()
    found = {table.name: table.entries for table in (await export(clinic, held)).tables}
    assert found["ballot"] == ()
    assert len(found["circle_member"]) == 1


async def test_an_export_of_somebody_about_whom_nothing_is_stored_is_empty_and_makes_no_key(
    clinic: Clinic, held: Holdings
) -> None:
    await erase(clinic, held)
    found = await export(clinic, held)
    assert not found.has_key
    assert all(table.entries == () for table in found.tables)
    assert clinic.member_keys.find(held.person.locator) is None
