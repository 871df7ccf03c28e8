"""`/my trends` and every button around it: at once, late, twice, after a restart, with a wrong passphrase."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
import simcord

from bot.demo import acting
from tests.discord import forgery
from tests.discord.conftest import ANSWERS, Town, embed, sentence, text_of

WORDS, OTHER_WORDS = "a grey heron at noon", "a grey heron at dusk"
BOTH = {"passphrase": WORDS, "again": WORDS}
NOTHING_KEPT = "No private copies of yours are kept. `/my trends` can begin with it."
WRONG = "That passphrase does not open your copies."


@pytest.fixture
async def asked(town: Town, circle: simcord.ChannelHandle) -> simcord.ChannelHandle:
    """Open a check-in in a circle of eight, and return its channel."""
    await acting.slash(town.facilitator, circle, "checkins open")
    return circle


@pytest.fixture
def person(town: Town) -> simcord.MemberActor:
    return town.members[0]


async def trends(town: Town, person: simcord.MemberActor, **options: object) -> simcord.ResponseMessage:
    return acting.answer(await acting.slash(person, town.lobby, "my trends", **options))


async def keep(town: Town, person: simcord.MemberActor) -> simcord.ResponseMessage:
    """Let somebody ask for copies, and return the message that confirms it."""
    offered = await trends(town, person)
    await acting.press(person, offered, "trends:keep")
    return offered


async def protect(town: Town, person: simcord.MemberActor, words: str = WORDS) -> None:
    form = await acting.press(person, await trends(town, person), "trends:protect")
    await acting.fill(person, form, {"passphrase": words, "again": words})


async def unlock(
    person: simcord.MemberActor, locked: simcord.ResponseMessage, words: str = WORDS
) -> simcord.InteractionResult:
    form = await acting.press(person, locked, "trends:unlock:")
    return await acting.fill(person, form, {"passphrase": words})


def labels(message: simcord.ResponseMessage) -> list[str]:
    return [button["label"] for row in message.components for button in row["components"]]


def words_of(message: simcord.ResponseMessage) -> str:
    [only] = message.embeds
    return text_of(only)


async def sheets(town: Town) -> int:
    return len(await town.rows("SELECT owner FROM private_trend"))


# Asking for copies


async def test_who_has_not_asked_reads_what_would_be_kept_and_who_could_read_it(
    town: Town, asked: simcord.ChannelHandle, person: simcord.MemberActor
) -> None:
    receipt = await town.check_in(person, asked)
    assert "No private copy was kept: /my trends." in text_of(embed(receipt))
    offered = await trends(town, person)
    assert offered.ephemeral
    said = words_of(offered)
    assert "the day and your four answers, for at most 24 months" in said
    assert "Whoever runs this bot: could, with the database and all keys" in said
    assert "not once you have set a passphrase" in said
    assert labels(offered) == ["Keep a private copy from now on"]
    assert await sheets(town) == 0


@pytest.mark.parametrize("restarted", [False, True])
async def test_from_then_on_the_receipt_says_that_a_copy_was_kept_and_the_command_shows_it(
    town: Town, asked: simcord.ChannelHandle, person: simcord.MemberActor, *, restarted: bool
) -> None:
    offered = await trends(town, person)
    if restarted:
        await town.restart()
    await acting.press(person, offered, "trends:keep")
    assert "From your next check-in on, a private copy is kept." in words_of(offered)
    assert labels(offered) == ["Set a passphrase", "Stop and erase"]
    assert "A private copy was kept: /my trends." in text_of(embed(await town.check_in(person, asked)))
    shown = await trends(town, person)
    today = town.env.now()
    line = f"{today.day} {today:%b}: reacting · energy 2 · load 4 · connection 3"
    assert shown.ephemeral
    assert line in words_of(shown)
    assert "12 weeks to" in words_of(shown)
    assert labels(shown) == ["Set a passphrase", "Stop and erase"]


async def test_the_picture_is_private_and_says_in_words_what_it_shows(
    town: Town, asked: simcord.ChannelHandle, person: simcord.MemberActor
) -> None:
    await keep(town, person)
    await town.check_in(person, asked)
    shown = await trends(town, person, weeks=4)
    [picture] = shown.attachments
    assert picture.filename == "my-check-ins.png"
    assert picture.description is not None
    assert picture.description.startswith("My check-ins, 4 weeks to")
    assert "reacting · energy 2 · load 4 · connection 3." in picture.description
    assert shown.embeds[0].image.url == "attachment://my-check-ins.png"
    assert not [post for post in town.lobby.history() if not post.flags.ephemeral]


async def test_without_copies_in_that_time_there_is_no_picture(
    town: Town, circle: simcord.ChannelHandle, person: simcord.MemberActor
) -> None:
    await keep(town, person)
    shown = await trends(town, person)
    assert "no copies in this time" in words_of(shown)
    assert shown.attachments == []


async def test_two_years_of_check_ins_fit_into_one_message(
    town: Town, asked: simcord.ChannelHandle, person: simcord.MemberActor
) -> None:
    await keep(town, person)
    for week in range(104):
        if week:
            await town.pass_time(days=7)
            await acting.slash(town.facilitator, asked, "checkins open")
        await town.check_in(person, asked)
    shown = await trends(town, person, weeks=104)
    assert len(shown.embeds[0]) < 6000
    assert re.search(r"… and \d+ more\.", words_of(shown))
    assert len(shown.attachments[0].description or "") <= 1024


async def test_pressing_keep_twice_or_late_keeps_what_is_there(
    town: Town, asked: simcord.ChannelHandle, person: simcord.MemberActor
) -> None:
    await keep(town, person)
    await town.check_in(person, asked)
    pressed = await forgery.at_once(*(forgery.press(person, town.lobby, "trends:keep") for _ in range(2)))
    for result in pressed:
        assert "private copy is kept" in text_of(acting.answer(result).embeds[0])
    assert await sheets(town) == 1
    assert "reacting" in words_of(await trends(town, person))


async def test_withdrawing_the_answer_takes_the_copy_away(
    town: Town, asked: simcord.ChannelHandle, person: simcord.MemberActor
) -> None:
    await keep(town, person)
    receipt = acting.answer(await town.check_in(person, asked))
    await acting.press(person, receipt, "checkin:withdraw:")
    assert "no copies in this time" in words_of(await trends(town, person))


# A passphrase


@pytest.mark.parametrize("restarted", [False, True])
async def test_with_a_passphrase_nothing_is_shown_until_it_is_given(
    town: Town, asked: simcord.ChannelHandle, person: simcord.MemberActor, *, restarted: bool
) -> None:
    await keep(town, person)
    await town.check_in(person, asked)
    shown = await trends(town, person)
    form = await acting.press(person, shown, "trends:protect")
    assert "If you forget it, nobody can open them again" in str(form.modal)
    if restarted:
        await town.restart()
    await acting.fill(person, form, BOTH)
    assert "The passphrase is set" in words_of(shown)
    assert shown.attachments == []
    assert labels(shown) == []
    assert "A private copy was kept" in text_of(embed(await town.check_in(person, asked, energy="5")))
    locked = await trends(town, person, weeks=30)
    assert labels(locked) == ["Unlock", "Stop and erase"]
    assert "energy" not in words_of(locked)
    assert locked.attachments == []
    if restarted:
        await town.restart()
    opened = acting.answer(await unlock(person, locked))
    assert opened.ephemeral
    assert "reacting · energy 5 · load 4 · connection 3" in words_of(opened)
    assert "30 weeks to" in words_of(opened)
    assert "energy 2" not in words_of(opened)
    assert len(opened.attachments) == 1
    assert labels(opened) == ["Change passphrase", "Remove passphrase", "Stop and erase"]


async def test_a_wrong_passphrase_is_one_calm_sentence_and_after_five_one_waits(
    town: Town, circle: simcord.ChannelHandle, person: simcord.MemberActor
) -> None:
    await keep(town, person)
    await protect(town, person)
    locked = await trends(town, person)
    for _ in range(5):
        assert sentence(await unlock(person, locked, OTHER_WORDS)) == WRONG
    said = sentence(await unlock(person, locked))
    assert said == "That was tried 5 times. Please wait 10 minutes before the next."
    await town.pass_time(minutes=10)
    assert labels(acting.answer(await unlock(person, locked)))[0] == "Change passphrase"


async def test_a_passphrase_is_changed_and_removed_by_whoever_knows_it(
    town: Town, asked: simcord.ChannelHandle, person: simcord.MemberActor
) -> None:
    await keep(town, person)
    await town.check_in(person, asked)
    await protect(town, person)
    opened = acting.answer(await unlock(person, await trends(town, person)))
    other = {"passphrase": OTHER_WORDS, "again": OTHER_WORDS}
    form = await acting.press(person, opened, "trends:change")
    assert sentence(await acting.fill(person, form, other | {"old": OTHER_WORDS})) == WRONG
    form = await acting.press(person, opened, "trends:change")
    await acting.fill(person, form, other | {"old": WORDS})
    assert "the new passphrase opens your copies" in words_of(opened)
    again = await trends(town, person)
    assert sentence(await unlock(person, again)) == WRONG
    opened = acting.answer(await unlock(person, again, OTHER_WORDS))
    form = await acting.press(person, opened, "trends:remove")
    await town.restart()
    await acting.fill(person, form, {"old": OTHER_WORDS})
    assert "The passphrase is removed." in words_of(opened)
    assert "reacting" in words_of(await trends(town, person))


async def test_what_is_typed_wrongly_changes_nothing_and_is_said(
    town: Town, circle: simcord.ChannelHandle, person: simcord.MemberActor
) -> None:
    await keep(town, person)
    shown = await trends(town, person)
    form = await acting.press(person, shown, "trends:protect")
    said = sentence(await acting.fill(person, form, BOTH | {"again": OTHER_WORDS}))
    assert said == "The two passphrases are not the same. Nothing was changed."
    for words in ("short", "x" * 300):
        said = sentence(
            await forgery.submit(person, town.lobby, "trends-protect:", {"passphrase": words, "again": words})
        )
        assert said == "A passphrase has 10 to 200 characters. Nothing was changed."
    assert labels(await trends(town, person)) == ["Set a passphrase", "Stop and erase"]


async def test_buttons_that_have_become_stale_say_so_and_do_nothing(
    town: Town, asked: simcord.ChannelHandle, person: simcord.MemberActor
) -> None:
    await keep(town, person)
    await town.check_in(person, asked)
    plain = await trends(town, person)
    for word, fields, said in (
        ("trends-change", {"old": WORDS, **BOTH}, "There is no passphrase at the moment."),
        ("trends-remove", {"old": WORDS}, "There is no passphrase at the moment."),
    ):
        assert sentence(await forgery.submit(person, town.lobby, f"{word}:", fields)) == said
    form = await acting.press(person, plain, "trends:protect")
    await protect(town, person, OTHER_WORDS)
    said = sentence(await acting.fill(person, form, BOTH))
    assert said.startswith("There is a passphrase already.")
    locked = await trends(town, person)
    opened = acting.answer(await unlock(person, locked, OTHER_WORDS))
    form = await acting.press(person, opened, "trends:remove")
    await acting.fill(person, form, {"old": OTHER_WORDS})
    # Nothing is locked any more, and so nothing refuses.
    assert "reacting" in words_of(acting.answer(await unlock(person, locked, "any words at all")))


async def test_a_passphrase_is_set_by_the_first_of_two_forms_sent_at_once(
    town: Town, circle: simcord.ChannelHandle, person: simcord.MemberActor
) -> None:
    await keep(town, person)
    sent = await forgery.at_once(
        *(forgery.submit(person, town.lobby, "trends-protect:", BOTH) for _ in range(2))
    )
    said = sorted(acting.answer(result).content for result in sent)
    assert said[0] == ""
    assert said[1].startswith("There is a passphrase already.")
    assert labels(acting.answer(await unlock(person, await trends(town, person))))


# Stopping


@pytest.mark.parametrize("restarted", [False, True])
async def test_stopping_asks_once_more_and_then_erases_everything(
    town: Town, asked: simcord.ChannelHandle, person: simcord.MemberActor, *, restarted: bool
) -> None:
    await keep(town, person)
    await town.check_in(person, asked)
    question = acting.answer(await acting.press(person, await trends(town, person), "trends:stop"))
    assert question.ephemeral
    assert "It cannot be undone." in words_of(question)
    assert labels(question) == ["Yes, erase all copies"]
    assert await sheets(town) == 1
    if restarted:
        await town.restart()
    await acting.press(person, question, "trends:erase")
    assert "Your copies are erased" in words_of(question)
    assert labels(question) == ["Keep a private copy from now on"]
    assert await sheets(town) == 0
    assert labels(await trends(town, person)) == ["Keep a private copy from now on"]
    await acting.press(person, question, "trends:keep")
    assert await sheets(town) == 1


async def test_whoever_forgot_the_passphrase_can_begin_anew(
    town: Town, asked: simcord.ChannelHandle, person: simcord.MemberActor
) -> None:
    await keep(town, person)
    await protect(town, person)
    await town.check_in(person, asked)
    locked = await trends(town, person)
    assert "Without it nobody can open them" in words_of(locked)
    question = acting.answer(await acting.press(person, locked, "trends:stop"))
    await acting.press(person, question, "trends:erase")
    assert sentence(await unlock(person, locked)) == NOTHING_KEPT
    await acting.press(person, question, "trends:keep")
    assert labels(await trends(town, person)) == ["Set a passphrase", "Stop and erase"]


async def test_erasing_twice_is_answered_both_times(
    town: Town, circle: simcord.ChannelHandle, person: simcord.MemberActor
) -> None:
    await keep(town, person)
    pressed = await forgery.at_once(*(forgery.press(person, town.lobby, "trends:erase") for _ in range(2)))
    assert sorted(acting.answer(result).content for result in pressed) == ["", NOTHING_KEPT]


async def test_a_damaged_sheet_is_said_and_can_be_erased(
    town: Town, circle: simcord.ChannelHandle, person: simcord.MemberActor
) -> None:
    await keep(town, person)
    async with town.house.database.transaction() as tx:
        await tx.execute("UPDATE private_trend SET sealed = zeroblob(20)")
    shown = await trends(town, person)
    assert "damaged" in words_of(shown)
    assert labels(shown) == ["Stop and erase"]


# Other hands


async def test_somebody_elses_press_reaches_only_what_is_theirs(
    town: Town, asked: simcord.ChannelHandle, person: simcord.MemberActor
) -> None:
    other = town.members[1]
    await keep(town, person)
    await town.check_in(person, asked)
    for custom_id in ("trends:erase", "trends:stop"):
        await forgery.press(other, town.lobby, custom_id)
    fields = {"passphrase": WORDS}
    assert sentence(await forgery.submit(other, town.lobby, "trends-unlock:12", fields)) == NOTHING_KEPT
    assert sentence(await forgery.submit(other, town.lobby, "trends-protect:", BOTH)) == NOTHING_KEPT
    assert "reacting" in words_of(await trends(town, person))
    assert labels(await trends(town, other)) == ["Keep a private copy from now on"]


async def test_what_no_form_of_ours_sends_is_answered(
    town: Town, asked: simcord.ChannelHandle, person: simcord.MemberActor
) -> None:
    await keep(town, person)
    await town.check_in(person, asked)
    expired = "This has expired."
    for custom_id in ("trends:unlock:", "trends:unlock:1234", "trends:unlock:x", "trends:keep:1", "trends:"):
        assert sentence(await forgery.press(person, town.lobby, custom_id)).startswith(expired)
    for state in ("", "x", "1" * 16, "12.13x"):
        submitted = await forgery.submit(person, town.lobby, f"trends-unlock:{state}", {"passphrase": WORDS})
        assert sentence(submitted).startswith(expired), state
    for state in ("0", "999"):
        submitted = await forgery.submit(person, town.lobby, f"trends-unlock:{state}", {"passphrase": WORDS})
        assert "reacting" in words_of(acting.answer(submitted))
    for fields in ({}, {"passphrase": [WORDS], "again": [WORDS]}):
        submitted = await forgery.submit(person, town.lobby, "trends-protect:", fields)
        assert sentence(submitted).startswith("A passphrase has 10 to 200 characters.")


async def test_no_passphrase_is_written_anywhere_not_even_when_something_breaks(
    town: Town,
    asked: simcord.ChannelHandle,
    person: simcord.MemberActor,
    written: Callable[[], str],
) -> None:
    await keep(town, person)
    await protect(town, person)
    locked = await trends(town, person)
    await unlock(person, locked, OTHER_WORDS)
    async with town.house.database.transaction() as tx:
        await tx.execute("ALTER TABLE private_trend RENAME TO gone")
    assert "Something went wrong" in sentence(await unlock(person, locked))
    sent = str([request.json for request in town.env.http_requests])
    for words in (WORDS, OTHER_WORDS):
        assert words not in written()
        assert words not in sent


async def test_a_check_in_is_counted_and_copied_or_neither(
    town: Town, asked: simcord.ChannelHandle, person: simcord.MemberActor
) -> None:
    await keep(town, person)
    async with town.house.database.transaction() as tx:
        await tx.execute(
            "CREATE TRIGGER no BEFORE UPDATE ON private_trend BEGIN SELECT RAISE(ABORT, 'no'); END"
        )
    form = await acting.slash(person, asked, "checkin")
    said = sentence(await acting.fill(person, form, ANSWERS))
    assert "Nothing was stored." in said
    assert await town.rows("SELECT token FROM ballot") == []
