"""`/help-now` and `/after`: everywhere, at once, with or without a database."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import discord
import pytest
import simcord

from bot.demo import acting
from bot.services.after import DEFAULT
from bot.services.resources import Kind
from cogs.help.messages import EVENTS
from tests.discord import forgery
from tests.discord.conftest import Town, embed, sentence, text_of

COUNTRIES = 25


async def set_up_in(town: Town, country: str) -> None:
    await acting.slash(
        town.owner,
        town.lobby,
        "setup start",
        moderators=town.moderators,
        time_zone="Europe/Berlin",
        country=country,
    )


async def help_now(town: Town, person: simcord.MemberActor | None = None, **options: object) -> discord.Embed:
    return embed(await acting.slash(person or town.members[0], town.lobby, "help-now", **options))


async def somebody_outside(town: Town) -> simcord.UserHandle:
    """Return a member who writes to the bot in a direct message."""
    user = town.env.create_user("dora")
    town.guild.add_member(user)
    return user


def delete_database(folder: Path) -> int:
    """Delete the database's files, and return how many there were."""
    files = sorted(folder.glob("respite.db*"))
    for file in files:
        file.unlink()
    return len(files)


def names(shown: discord.Embed) -> list[str | None]:
    return [field.name for field in shown.fields]


# What is said


async def test_it_says_what_to_do_then_the_countrys_lines_then_a_peer_then_the_facilitators(
    town: Town,
) -> None:
    await set_up_in(town, "DE")
    shown = await help_now(town)
    assert names(shown) == [
        "Emergency: Germany",
        "Somebody to talk to now: Germany",
        "Then, one person",
        "Then, here",
    ]
    said = text_of(shown)
    assert said.index("emergency number now") < said.index("112") < said.index("0800 1110111")
    assert said.index("0800 1110111") < said.index("one colleague") < said.index("facilitators")
    assert town.moderators.mention in said


async def test_it_is_one_private_message_that_pings_nobody(town: Town) -> None:
    await set_up_in(town, "DE")
    result = await acting.slash(town.members[0], town.lobby, "help-now")
    assert acting.answer(result).ephemeral
    assert not result.followups
    assert town.lobby.last_message is None


async def test_a_server_without_a_country_shows_what_holds_everywhere_and_asks(town: Town) -> None:
    await town.set_up()
    shown = await help_now(town)
    assert "Emergency: wherever you are" in names(shown)
    said = text_of(shown)
    for number in ("112", "911", "999", "000", "111", "findahelpline.com"):
        assert number in said
    assert "option `country`" in said


async def test_a_server_that_was_never_set_up_gets_an_answer_too(town: Town) -> None:
    said = text_of(await help_now(town))
    assert "112" in said
    assert "facilitators of your circle." in said


async def test_another_country_can_be_asked_for_and_is_suggested_by_its_name(town: Town) -> None:
    await set_up_in(town, "DE")
    code = await acting.choose(town.members[0], town.lobby, "help-now", "country", "New Zealand")
    assert code == "NZ"
    said = text_of(await help_now(town, country=code))
    assert "1737" in said
    assert "0800 1110111" not in said


async def test_a_country_that_we_do_not_know_gets_what_holds_everywhere_never_a_refusal(town: Town) -> None:
    result = await forgery.slash(town.members[0], town.lobby, "help-now", country="At*lantis")
    said = text_of(embed(result))
    assert "I have no list for At\\*lantis yet." in said
    assert "findahelpline.com" in said


async def test_a_change_of_country_is_known_at_once(town: Town) -> None:
    await set_up_in(town, "DE")
    await set_up_in(town, "AU")
    assert "13 11 14" in text_of(await help_now(town))


async def test_what_is_not_confirmed_or_was_checked_long_ago_says_so(town: Town) -> None:
    await set_up_in(town, "DK")
    assert "not confirmed by us" in text_of(await help_now(town))
    await set_up_in(town, "DE")
    assert "more than a year ago" not in text_of(await help_now(town))
    town.env.backend.advance_clock(timedelta(days=800).total_seconds())
    assert "last checked more than a year ago" in text_of(await help_now(town))


@pytest.mark.parametrize("event", [None, *EVENTS])
async def test_in_every_country_everything_fits_and_no_line_is_left_out(
    town: Town, event: str | None
) -> None:
    directory = town.house.directory
    assert len(directory.countries) >= COUNTRIES
    for country in directory.countries:
        await set_up_in(town, country.code)
        command, options = ("help-now", {}) if event is None else ("after", {"event": event})
        shown = embed(await acting.slash(town.members[0], town.lobby, command, **options))
        kinds = {Kind.EMERGENCY, Kind.CRISIS} if event is None else {Kind.CLINICIAN}
        said = text_of(shown)
        assert all(entry.name in said for entry in country.resources if entry.kind in kinds)
        assert len(shown) <= 6000
        assert all(0 < len(field.value or "") <= 1024 for field in shown.fields)


# Everywhere


async def test_it_answers_in_a_direct_message(town: Town) -> None:
    user = await somebody_outside(town)
    shown = acting.answer(await user.slash("help-now")).embeds[0]
    assert "findahelpline.com" in text_of(shown)
    assert "<@&" not in text_of(shown)
    shown = acting.answer(await user.slash("help-now", country="GB")).embeds[0]
    assert "116 123" in text_of(shown)


async def test_a_direct_message_suggests_countries_too(town: Town) -> None:
    user = await somebody_outside(town)
    offered = await user.autocomplete("help-now", "country", "port")
    assert [choice["value"] for choice in offered] == ["PT"]


async def test_it_answers_in_the_first_moments_when_the_server_is_not_known_yet(town: Town) -> None:
    await set_up_in(town, "DE")
    town.lose_sight()
    result = await forgery.slash(town.members[0], town.lobby, "help-now")
    assert "0800 1110111" in text_of(embed(result))


async def test_it_answers_after_a_restart_with_what_the_server_chose(town: Town) -> None:
    await set_up_in(town, "DE")
    await town.restart()
    assert "0800 1110111" in text_of(await help_now(town))


# Without the database


async def test_it_answers_while_the_database_is_closed(town: Town) -> None:
    await set_up_in(town, "DE")
    await town.house.database.close()
    failed = sentence(await acting.slash(town.members[0], town.lobby, "circle browse"))
    assert "Nothing was stored." in failed
    said = text_of(await help_now(town))
    assert "0800 1110111" in said
    assert town.moderators.mention in said


async def test_it_answers_when_the_database_file_has_been_deleted(town: Town, tmp_path: Path) -> None:
    await set_up_in(town, "DE")
    assert delete_database(tmp_path)
    assert "0800 1110111" in text_of(await help_now(town))
    user = await somebody_outside(town)
    assert "findahelpline.com" in text_of(acting.answer(await user.slash("help-now")).embeds[0])


async def test_it_answers_at_once_while_the_database_is_busy(town: Town) -> None:
    await set_up_in(town, "DE")
    async with town.busy() as still_busy:
        shown = await help_now(town)
        assert still_busy()
    assert "0800 1110111" in text_of(shown)


@pytest.mark.parametrize("command", ["after", "resources", "learn"])
async def test_what_is_for_reading_needs_no_database_either(town: Town, command: str) -> None:
    await set_up_in(town, "DE")
    await town.house.database.close()
    options = {"theme": "sleep"} if command == "learn" else {}
    shown = embed(await acting.slash(town.members[0], town.lobby, command, **options))
    assert shown.fields


# After a hard event


async def test_after_speaks_of_any_event_unless_one_is_named(town: Town) -> None:
    await set_up_in(town, "AU")
    shown = embed(await acting.slash(town.members[0], town.lobby, "after"))
    assert shown.title == "After a hard event"
    assert "do not have to tell the story" in (shown.description or "")
    assert names(shown) == [
        "The first hours",
        "Whom to tell",
        "What to leave",
        "One person",
        "For your profession",
        "The days after",
        "What this rests on",
    ]
    said = text_of(shown)
    for part in ("1300 374 377", "Clinician Survivor Coalition", "VA/DoD"):
        assert part in said


@pytest.mark.parametrize(
    ("event", "part"),
    [("loss", "lost somebody"), ("assault", "security or the police"), ("complaint", "insurer")],
)
async def test_after_speaks_of_the_event_that_was_chosen(town: Town, event: str, part: str) -> None:
    assert part in text_of(embed(await acting.slash(town.members[0], town.lobby, "after", event=event)))


async def test_after_answers_in_a_direct_message(town: Town) -> None:
    user = await somebody_outside(town)
    shown = acting.answer(await user.slash("after", event="loss")).embeds[0]
    assert shown.title == "After the death of a client"


async def test_after_refuses_an_event_that_was_never_offered(town: Town) -> None:
    refused = await forgery.slash(town.members[0], town.lobby, "after", event="holiday")
    assert sentence(refused).startswith("One of the options does not fit.")


async def test_the_events_of_the_file_are_those_of_the_command(town: Town) -> None:
    events = town.house.aftermath.events
    assert [event.id for event in events] == list(EVENTS)
    assert events[0].id == DEFAULT
