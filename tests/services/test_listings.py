"""Lists of where help is: whose country, what comes first, and what a server has changed."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.services.listings import Change, Known, Listing, editable, find, listing, parse_kind, restorable
from bot.services.refusals import Because, Refusal
from bot.services.resources import Kind, Resource, Standing, load_directory

DIRECTORY = load_directory()
TODAY = date(2026, 12, 1)
EVERYTHING = frozenset(Kind)


def own(entry_id: str, kind: Kind = Kind.CRISIS, checked_on: date = TODAY) -> Resource:
    return Resource(
        id=entry_id,
        kind=kind,
        name="Our line",
        hours="always",
        for_whom="us",
        checked_on=checked_on,
        numbers=("0800 1",),
    )


def ids(found: Listing) -> list[str]:
    return [entry.resource.id for entry in found.entries]


def listed(known: Known, typed: str | None = None, today: date = TODAY) -> Listing:
    return listing(DIRECTORY, known, typed, EVERYTHING, today)


# Whose country


def test_the_servers_country_comes_unless_another_is_asked_for() -> None:
    germany = Known(country="DE")
    assert "de-telefonseelsorge" in ids(listed(germany))
    assert "fr-3114" in ids(listed(germany, "FR"))
    assert "de-telefonseelsorge" not in ids(listed(germany, "FR"))


def test_what_holds_everywhere_is_added_to_a_country_except_foreign_emergency_numbers() -> None:
    found = ids(listed(Known(country="DE")))
    assert "international-find-a-helpline" in found
    assert "international-911" not in found


def test_where_nothing_is_known_there_is_what_holds_everywhere() -> None:
    found = listed(Known())
    assert (found.country, found.asked) == (None, None)
    assert ids(found) == [entry.id for entry in DIRECTORY.international.resources]


@pytest.mark.parametrize(("known", "typed"), [(Known(), "Atlantis"), (Known(country="AQ"), None)])
def test_a_country_without_a_file_is_told_and_gets_what_holds_everywhere(
    known: Known, typed: str | None
) -> None:
    found = listed(known, typed)
    assert found.country is None
    assert found.asked == (typed or known.country)
    assert "international-112" in ids(found)


def test_the_most_urgent_comes_first() -> None:
    order = list(Kind)
    for country in DIRECTORY.countries:
        kinds = [order.index(entry.resource.kind) for entry in listed(Known(), country.code).entries]
        assert kinds == sorted(kinds)


def test_only_the_kind_that_was_chosen_is_listed() -> None:
    found = listing(DIRECTORY, Known(country="GB"), None, parse_kind("supervision"), TODAY)
    assert ids(found) == ["gb-counselling-directory"]
    assert found.of(Kind.CRISIS) == []


def test_what_is_no_kind_is_refused_and_none_means_all() -> None:
    assert set(parse_kind(None)) == EVERYTHING
    with pytest.raises(Refusal) as refused:
        parse_kind("money")
    assert refused.value.because is Because.OPTION_UNKNOWN


# What a server has changed


def test_what_a_server_has_added_comes_first_among_its_kind() -> None:
    known = Known(country="DE", changes=(Change(None, own("own-1")),))
    crisis = [entry for entry in listed(known).entries if entry.resource.kind is Kind.CRISIS]
    assert [(entry.resource.id, entry.own) for entry in crisis][:2] == [
        ("own-1", True),
        ("de-telefonseelsorge", False),
    ]


def test_what_a_server_has_added_is_not_shown_for_another_country() -> None:
    known = Known(country="DE", changes=(Change(None, own("own-1")),))
    assert "own-1" in ids(listed(known, "Germany"))
    assert "own-1" not in ids(listed(known, "FR"))


def test_what_is_hidden_is_left_out_and_what_is_replaced_stays_in_its_place() -> None:
    changes = (Change("no-kirkens-sos", None), Change("no-mental-helse", own("no-mental-helse")))
    before, after = listed(Known(country="NO")), listed(Known(country="NO", changes=changes))
    assert ids(after) == [name for name in ids(before) if name != "no-kirkens-sos"]
    replaced = next(entry for entry in after.entries if entry.resource.id == "no-mental-helse")
    assert (replaced.own, replaced.resource.name) == (True, "Our line")


def test_an_entry_of_a_server_grows_old_like_ours() -> None:
    known = Known(country="DE", changes=(Change(None, own("own-1", checked_on=date(2025, 1, 1))),))
    entry = next(entry for entry in listed(known).entries if entry.own)
    assert entry.standing is Standing.OLD


@given(st.sampled_from([country.code for country in DIRECTORY.countries]), st.data())
def test_hiding_takes_away_what_is_hidden_and_nothing_else(code: str, data: st.DataObject) -> None:
    before = ids(listed(Known(country=code)))
    hidden = data.draw(st.sets(st.sampled_from(before)))
    after = ids(listed(Known(country=code, changes=tuple(Change(name, None) for name in sorted(hidden)))))
    assert after == [name for name in before if name not in hidden]


# Choosing an entry to change


def test_only_what_members_see_can_be_changed_and_only_what_was_changed_brought_back() -> None:
    changes = (Change("de-psu-helpline", None), Change(None, own("own-1")))
    known = Known(country="DE", changes=changes)
    seen = [entry.id for entry in editable(DIRECTORY, known)]
    assert "own-1" in seen
    assert "de-psu-helpline" not in seen
    assert [entry.id for entry in restorable(DIRECTORY, known)] == ["de-psu-helpline"]
    assert find(DIRECTORY, known, "de-telefonseelsorge").name == "TelefonSeelsorge"
    for unseen in ("de-psu-helpline", "fr-3114", "own-2", ""):
        with pytest.raises(Refusal) as refused:
            find(DIRECTORY, known, unseen)
        assert refused.value.because is Because.NO_SUCH_RESOURCE
