"""`/resources`, and what moderators change of it under `/setup resources`."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import discord
import pytest
import simcord

from bot.demo import acting
from bot.services.resources import Kind
from cogs.resources.messages import KINDS
from tests.discord import forgery
from tests.discord.conftest import Town, embed, sentence, text_of

OURS = {
    "name": "Staff *counselling*",
    "number": "0800 12 34 56",
    "url": "https://example.org/help",
    "hours": "9 to 17",
    "for_whom": "everybody who works here",
}


@pytest.fixture
async def germany(town: Town) -> Town:
    """Set the server up in Germany, and show the moderator its commands."""
    await acting.slash(
        town.owner,
        town.lobby,
        "setup start",
        moderators=town.moderators,
        time_zone="Europe/Berlin",
        country="DE",
    )
    town.allow("setup", town.moderator)
    return town


async def resources(town: Town, **options: object) -> discord.Embed:
    return embed(await acting.slash(town.members[0], town.lobby, "resources", **options))


async def edit(
    town: Town, command: str, person: simcord.MemberActor | None = None, **options: object
) -> simcord.InteractionResult:
    return await acting.slash(person or town.moderator, town.lobby, f"setup resources {command}", **options)


async def add(town: Town, **changed: str) -> simcord.InteractionResult:
    form = await edit(town, "add", kind="crisis")
    return await acting.fill(town.moderator, form, OURS | changed)


# Reading


async def test_the_servers_country_is_listed_the_most_urgent_first_each_with_its_source(
    germany: Town,
) -> None:
    shown = await resources(germany)
    assert shown.title == "Help and support: Germany"
    names = [str(field.name) for field in shown.fields]
    assert names[0].startswith("Emergency: ")
    assert names[1] == "Somebody to talk to now: TelefonSeelsorge"
    said = text_of(shown)
    for part in ("0800 1110222", "day and night", "[source](", "checked on 27 November 2026"):
        assert part in said


async def test_every_country_fits_with_nothing_left_out(town: Town) -> None:
    for country in town.house.directory.countries:
        shown = await resources(town, country=country.code.upper())
        said = text_of(shown)
        assert all(entry.name in said for entry in country.resources)
        assert "more." not in (shown.footer.text or "")
        assert len(shown) <= 6000
        assert all(len(field.name or "") <= 256 for field in shown.fields)
        assert all(0 < len(field.value or "") <= 1024 for field in shown.fields)


async def test_the_names_of_the_kinds_are_those_that_there_are() -> None:
    assert list(KINDS) == [kind.value for kind in Kind]


async def test_one_kind_can_be_asked_for(germany: Town) -> None:
    said = text_of(await resources(germany, country="GB", kind="supervision"))
    assert "Counselling Directory" in said
    assert "Samaritans" not in said


async def test_where_there_is_nothing_of_a_kind_that_is_said(germany: Town) -> None:
    shown = await resources(germany, kind="therapy")
    assert not shown.fields
    assert "nothing of this kind" in (shown.description or "")


async def test_without_a_country_it_lists_what_holds_everywhere_and_asks(town: Town) -> None:
    shown = await resources(town)
    assert shown.title == "Help and support: wherever you are"
    assert "option `country`" in (shown.description or "")
    assert "findahelpline.com" in text_of(shown)


async def test_an_unknown_country_is_told_and_gets_what_holds_everywhere(germany: Town) -> None:
    shown = embed(await forgery.slash(germany.members[0], germany.lobby, "resources", country="Atlantis"))
    assert "I have no list for Atlantis yet." in (shown.description or "")
    assert "findahelpline.com" in text_of(shown)


async def test_a_kind_that_was_never_offered_is_refused(town: Town) -> None:
    refused = await forgery.slash(town.members[0], town.lobby, "resources", kind="money")
    assert sentence(refused).startswith("One of the options does not fit.")


async def test_it_can_be_read_in_a_direct_message(germany: Town) -> None:
    user = germany.env.create_user("dora")
    germany.guild.add_member(user)
    shown = acting.answer(await user.slash("resources", country="FR")).embeds[0]
    assert "3114" in text_of(shown)


async def test_what_was_checked_long_ago_says_so_and_what_never_was_too(germany: Town) -> None:
    assert "not confirmed by us: see the [source]" in text_of(await resources(germany, country="DK"))
    germany.env.backend.advance_clock(timedelta(days=800).total_seconds())
    assert "last checked more than a year ago; checked on 27 November 2026" in text_of(
        await resources(germany)
    )


# Editing


async def test_a_moderator_adds_an_entry_and_everybody_sees_it_first(germany: Town) -> None:
    added = embed(await add(germany))
    assert "is in this server's list, checked today" in (added.description or "")
    shown = await resources(germany)
    own = shown.fields[1]
    assert own.name == "Somebody to talk to now: Staff \\*counselling\\*"
    assert "call **0800 12 34 56** · https://example.org/help" in (own.value or "")
    assert "this server's moderators" in (own.value or "")
    now = text_of(embed(await acting.slash(germany.members[0], germany.lobby, "help-now")))
    assert "0800 12 34 56" in now


async def test_what_was_added_is_still_there_after_a_restart_and_without_the_database(germany: Town) -> None:
    await add(germany)
    await germany.restart()
    await germany.house.database.close()
    assert "0800 12 34 56" in text_of(await resources(germany))


async def test_an_entry_is_replaced_in_a_form_that_shows_it_as_it_is(germany: Town) -> None:
    entry = await acting.choose(
        germany.moderator, germany.lobby, "setup resources replace", "entry", "For clinicians: PSU HELPLINE"
    )
    form = await edit(germany, "replace", entry=entry)
    assert acting.suggested(form, "number") == "0800 0 911 912"
    assert acting.suggested(form, "url") == "https://psu-helpline.de"
    await acting.fill(germany.moderator, form, OURS | {"name": "PSU, our floor"})
    said = text_of(await resources(germany))
    assert "For clinicians: PSU, our floor" in said
    assert "0800 0 911 912" not in said


async def test_an_entry_is_hidden_and_shown_again(germany: Town) -> None:
    hidden = embed(await edit(germany, "hide", entry="de-psu-helpline"))
    assert "no longer" in (hidden.description or "")
    assert "PSU HELPLINE" not in text_of(await resources(germany))
    listed = text_of(embed(await edit(germany, "list")))
    assert "PSU HELPLINE" in listed
    assert "hidden" in listed
    entry = await acting.choose(
        germany.moderator, germany.lobby, "setup resources restore", "entry", "For clinicians: PSU HELPLINE"
    )
    await edit(germany, "restore", entry=entry)
    assert "PSU HELPLINE" in text_of(await resources(germany))


async def test_the_list_of_changes_names_what_was_added_and_replaced_and_when_it_was_checked(
    germany: Town,
) -> None:
    assert "Nothing yet" in text_of(embed(await edit(germany, "list")))
    await add(germany)
    form = await edit(germany, "replace", entry="de-psu-helpline")
    await acting.fill(germany.moderator, form, OURS | {"name": "Our floor"})
    listed = text_of(embed(await edit(germany, "list")))
    assert "added, checked on 1 January 2026" in listed
    assert "in the place of PSU HELPLINE" in listed


@pytest.mark.parametrize(
    "changed", [{"number": "call us"}, {"url": "example.org"}, {"number": "", "url": ""}], ids=str
)
async def test_a_form_that_is_incomplete_changes_nothing(germany: Town, changed: dict[str, str]) -> None:
    assert sentence(await add(germany, **changed)).startswith("An entry needs a name")
    assert await germany.rows("SELECT count(*) FROM server_resource") == [(0,)]


@pytest.mark.parametrize("command", ["list", "add", "replace", "hide", "restore"])
async def test_members_may_not_change_anything(germany: Town, command: str) -> None:
    member = germany.members[0]
    germany.allow("setup", member)
    options = {"kind": "crisis"} if command == "add" else {"entry": "de-psu-helpline"}
    refused = await edit(germany, command, member, **({} if command == "list" else options))
    assert sentence(refused) == "This is for the moderators of this server."


@pytest.mark.parametrize("state", ["add:crisis", "replace:de-psu-helpline"])
async def test_a_form_that_a_member_has_forged_changes_nothing(germany: Town, state: str) -> None:
    forged = await forgery.submit(germany.members[0], germany.lobby, f"resource-form:{state}", OURS)
    assert sentence(forged) == "This is for the moderators of this server."
    assert await germany.rows("SELECT count(*) FROM server_resource") == [(0,)]


@pytest.mark.parametrize("state", ["add:money", "replace:fr-3114", "replace:own-99", "", "steal:x"])
async def test_a_form_with_a_forged_state_changes_nothing(germany: Town, state: str) -> None:
    forged = await forgery.submit(germany.moderator, germany.lobby, f"resource-form:{state}", OURS)
    assert sentence(forged)
    assert await germany.rows("SELECT count(*) FROM server_resource") == [(0,)]


async def test_a_form_can_be_submitted_after_a_restart(germany: Town) -> None:
    form = await edit(germany, "add", kind="therapy")
    await germany.restart()
    await acting.fill(germany.moderator, form, OURS)
    assert "Therapy for yourself: Staff" in text_of(await resources(germany))


async def test_an_entry_that_is_not_there_is_refused(germany: Town) -> None:
    for command in ("hide", "replace", "restore"):
        assert sentence(await edit(germany, command, entry="fr-3114")).startswith("There is no such entry")


async def test_nothing_that_is_stored_says_who_changed_it(germany: Town) -> None:
    await add(germany)
    [row] = await germany.rows("SELECT * FROM server_resource")
    assert str(germany.moderator.id) not in str(row)


async def test_two_moderators_at_the_same_moment_are_both_heard(germany: Town) -> None:
    states = ("resource-form:add:crisis", "resource-form:replace:de-psu-helpline")
    await asyncio.gather(*(forgery.submit(germany.moderator, germany.lobby, state, OURS) for state in states))
    assert await germany.rows("SELECT count(*) FROM server_resource") == [(2,)]
    assert text_of(await resources(germany)).count("Staff") == 2
