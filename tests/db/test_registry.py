"""The list of everything that is stored, against what the tables of both engines really hold."""

from __future__ import annotations

import re

import pytest

from bot.services.rules.retention import LONGEST, Limit
from db import Database
from db.registry import PERSONAL, REGISTRY, Column, FoundBy, Kind, Personal, Whose, columns_of
from db.retention import AGED
from tests.schema import stored_columns

NAMES = {(column.table, column.name) for column in REGISTRY}
ABOUT_MEMBERS = {column.table for column in REGISTRY if column.whose is Whose.MEMBER}

ALLOWED_BESIDE_SEALED = {
    # What is due has to be found without opening the rows of everybody.
    "personal_reminder": {"slot", "next_run_at"},
}
"""What may lie open beside sealed columns, such as when a reminder is due, each with its reason here."""


async def test_every_column_is_in_the_registry_and_the_registry_names_no_other(database: Database) -> None:
    stored = await stored_columns(database)
    assert stored - NAMES == set(), "stored, but not in db/registry.py"
    assert NAMES - stored == set(), "in db/registry.py, but not stored"


async def test_a_new_column_is_noticed(database: Database) -> None:
    async with database.transaction() as tx:
        await tx.execute("ALTER TABLE circle_member ADD COLUMN mood TEXT")
        await tx.execute("CREATE TABLE diary (entry TEXT)")
    assert await stored_columns(database) - NAMES == {("circle_member", "mood"), ("diary", "entry")}


def test_no_column_is_named_twice() -> None:
    assert len(NAMES) == len(REGISTRY)


def test_every_table_about_members_says_once_how_a_member_is_found_in_it() -> None:
    assert sorted(personal.table for personal in PERSONAL) == sorted(ABOUT_MEMBERS)


def test_what_leads_to_a_members_rows_and_what_is_sealed_in_them_are_columns_that_exist() -> None:
    for personal in PERSONAL:
        for column in (personal.column, *personal.sealed):
            assert (personal.table, column) in NAMES


def test_a_table_found_by_an_index_holds_nothing_that_is_not_sealed() -> None:
    for personal in PERSONAL:
        if personal.found_by is FoundBy.INDEX:
            plain = {name for table, name in NAMES if table == personal.table}
            assert plain - {personal.column, *personal.sealed} <= ALLOWED_BESIDE_SEALED.get(
                personal.table, set()
            )


def test_every_kind_of_personal_data_is_stored_somewhere() -> None:
    assert {personal.kind for personal in PERSONAL} == set(Kind)


def test_a_table_is_either_about_members_or_not_at_all() -> None:
    for table in ABOUT_MEMBERS:
        assert {column.whose for column in REGISTRY if column.table == table} == {Whose.MEMBER}


def test_a_table_about_members_holds_no_moment_and_no_id_of_a_person() -> None:
    looks_wrong = re.compile(
        r"_at$|_on$|date|time|created|updated|since|user|person|author|^id$|member_id|name"
    )
    assert [
        column
        for column in REGISTRY
        if column.table in ABOUT_MEMBERS
        and looks_wrong.search(column.name)
        and column.name not in ALLOWED_BESIDE_SEALED.get(column.table, set())
    ] == []


def test_no_column_anywhere_is_called_after_an_account() -> None:
    account = re.compile(r"user|author|member_id|account|nick|email")
    assert [column for column in REGISTRY if account.search(column.name)] == []


@pytest.mark.parametrize("column", REGISTRY, ids=lambda column: f"{column.table}.{column.name}")
def test_what_members_read_about_a_column_is_short_and_plain(column: Column) -> None:
    for words in (column.why, column.kept):
        assert 10 <= len(words) <= 90
        assert words[0].islower()
        assert not words.endswith(".")
        assert not re.search(r"\b(user|HMAC|SQL|table row|foreign key)\b", words)


TIME_BOUND = {aged.table: Limit(aged.what) for aged in AGED} | dict.fromkeys(
    ("release", "window_circle"), Limit.RESULTS
)
"""Tables whose rows go by their age; releases, and who shares a window, go with their windows."""


@pytest.mark.parametrize("table", sorted({column.table for column in REGISTRY}))
def test_days_that_are_promised_are_days_after_which_it_goes(table: str) -> None:
    promised = {days for column in columns_of(table) for days in re.findall(r"(\d+) days", column.kept)}
    assert promised == ({str(LONGEST[TIME_BOUND[table]])} if table in TIME_BOUND else set())


def test_whatever_goes_by_its_age_is_in_the_registry() -> None:
    for aged in AGED:
        assert {(aged.table, aged.key), (aged.table, aged.moment), (aged.table, "server_id")} <= NAMES


@pytest.mark.parametrize("personal", PERSONAL, ids=lambda personal: personal.table)
def test_what_is_stored_about_a_member_ends_by_its_age_or_by_something_that_happens(
    personal: Personal,
) -> None:
    """What a member does themselves ends by erasure as well; the close of a window has tests of its own."""
    for column in columns_of(personal.table):
        assert personal.table in TIME_BOUND or re.match(r"until (you|the window closes)\b", column.kept)
