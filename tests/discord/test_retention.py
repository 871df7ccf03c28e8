"""`/setup retention`: how long things stay, what would go, and that it goes by itself."""

from __future__ import annotations

import re

import pytest
import simcord

from bot.demo import acting
from bot.services.rules.retention import LONGEST, SHORTEST, Limit
from cogs.retention.messages import NAMES
from tests.discord import forgery
from tests.discord.conftest import Town, embed, sentence, text_of

EXPIRED = "This has expired. The command that it came from will give you a new one."
NOT_FOR_YOU = "This is for people who may manage the server."


async def shown(town: Town) -> simcord.InteractionResult:
    return await acting.slash(town.owner, town.lobby, "setup retention")


async def shorten(town: Town, what: str, days: str) -> simcord.InteractionResult:
    """Fill in the form, and return what comes back."""
    form = await acting.press(town.owner, acting.answer(await shown(town)), "retention:shorten")
    return await acting.fill(town.owner, form, {"what": [what], "days": days})


async def count(town: Town, table: str) -> int:
    [(found,)] = await town.rows(f"SELECT count(*) FROM {table}")
    return found


@pytest.fixture
async def told(town: Town, circle: simcord.ChannelHandle) -> simcord.ChannelHandle:
    """A circle in which a check-in has opened and closed, a hundred days ago."""
    await acting.slash(town.facilitator, circle, "checkins open")
    for person in town.members[:6]:
        await town.check_in(person, circle)
    await town.pass_time(days=8)
    await town.env.advance_time(100 * 86_400)
    return circle


async def test_it_shows_how_long_things_stay_and_within_which_bounds(town: Town) -> None:
    await town.set_up()
    said = text_of(embed(await shown(town)))
    for limit in Limit:
        assert f"{NAMES[limit]}\n{LONGEST[limit]} days by default; at least {SHORTEST[limit]}" in said


async def test_what_would_go_is_said_before_it_goes(town: Town, told: simcord.ChannelHandle) -> None:
    asked = await shorten(town, "results", "90")
    assert "kept for 90 days: 1 entry." in (embed(asked).description or "")
    assert await count(town, "release") == 1
    await acting.press(town.owner, acting.answer(asked), "retention:keep:results:90")
    assert "90 days. Removed: 1 entry." in (embed(asked).description or "")
    assert acting.find_button(acting.answer(asked), "retention:") is None
    assert await count(town, "release") == await count(town, "checkin_window") == 0
    assert f"90 days instead of {LONGEST[Limit.RESULTS]}" in text_of(embed(await shown(town)))


async def test_what_is_old_goes_by_itself(town: Town, told: simcord.ChannelHandle) -> None:
    assert await count(town, "post") == 2
    await town.let_run()
    assert await count(town, "post") == 0
    assert await count(town, "release") == 1


async def test_results_are_still_told_after_the_oldest_have_gone(
    town: Town, told: simcord.ChannelHandle
) -> None:
    asked = await shorten(town, "results", "60")
    await acting.press(town.owner, acting.answer(asked), "retention:keep:")
    embed(await acting.slash(town.facilitator, told, "checkins results"))


@pytest.mark.parametrize(
    ("days", "words"),
    [
        ("61", "Nothing is kept for longer than by default, which is 60 days here."),
        ("9999", "Nothing is kept for longer than by default"),
        ("29", "That is too short for things to work: 30 days at least."),
        ("0", "That is too short"),
        ("-5", "That is too short"),
        ("soon", "That is too short"),
        ("٣٠", "That is too short"),
    ],
)
async def test_more_than_the_default_and_too_little_are_refused(town: Town, days: str, words: str) -> None:
    await town.set_up()
    assert sentence(await shorten(town, "posts", days)).startswith(words)
    assert await count(town, "server_retention") == 0


async def test_nobody_else_may_see_or_change_it(town: Town, told: simcord.ChannelHandle) -> None:
    town.allow("setup", town.moderator, town.members[0])
    for person in (town.moderator, town.members[0]):
        assert sentence(await acting.slash(person, town.lobby, "setup retention")) == NOT_FOR_YOU
        pressed = await forgery.press(person, town.lobby, "retention:keep:results:90")
        assert sentence(pressed) == NOT_FOR_YOU
        sent = await forgery.submit(
            person, town.lobby, "retention-form:", {"what": ["results"], "name": "90"}
        )
        assert re.match("This (is for people|has expired)|That is too short", sentence(sent))
    assert await count(town, "release") == 1
    assert await count(town, "server_retention") == 0


async def test_what_was_never_offered_is_refused(town: Town) -> None:
    await town.set_up()
    for custom_id, words in (
        ("retention:keep:diary:90", EXPIRED),
        (
            "retention:keep:results:9999",
            "Nothing is kept for longer than by default, which is 730 days here.",
        ),
        ("retention:keep:results:1", "That is too short for things to work: 60 days at least."),
    ):
        assert sentence(await forgery.press(town.owner, town.lobby, custom_id)).startswith(words)
    for what in (["diary"], [], "results", ["results", "posts"], None):
        sent = await forgery.submit(town.owner, town.lobby, "retention-form:", {"what": what, "days": "90"})
        assert sentence(sent) == EXPIRED
