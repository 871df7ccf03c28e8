"""Opening a circle: who may, what the form asks, what is made, and names that mean harm."""

from __future__ import annotations

import pytest
import simcord
from simcord.backend.access import channel_accessible

from bot.demo import acting
from tests.discord import forgery
from tests.discord.conftest import Town, embed, sentence, text_of

OPEN = "The circle is open"
FORM = "new-circle:open.ALWAYS"

ZALGO = "T" + "\u0300\u0301\u0302\u0303" * 13 + "uesday"
MARKED = "**Tue** <@123456789012345678> @everyone [x](http://x.co)"
MARKED_CHANNEL = "tue-123456789012345678-everyone-x-http-x-co"


def reads(town: Town, person: simcord.MemberActor, channel: simcord.ChannelHandle) -> bool:
    """Say whether Discord lets somebody read a channel."""
    return channel_accessible(town.env.backend, channel.id, person.id, history=True)


def filled(town: Town, **changed: object) -> dict[str, object]:
    """Return a filled-in form as it comes over the wire."""
    return town.described() | {"holder": [str(town.facilitator.id)]} | changed


async def circles(town: Town) -> list[tuple[str, str]]:
    return await town.rows("SELECT name, state FROM circle ORDER BY circle_id")


# Who may


async def test_a_moderator_opens_a_circle(town: Town) -> None:
    await town.set_up()
    opened = embed(await town.ask_for_circle(town.moderator))
    assert opened.title == OPEN
    assert f"<#{town.channel('tuesday').id}>" in (opened.description or "")


async def test_the_owner_opens_a_circle_without_being_a_moderator(town: Town) -> None:
    await town.set_up()
    assert embed(await town.ask_for_circle(town.owner)).title == OPEN


async def test_a_member_is_refused_before_filling_in_a_form_for_nothing(town: Town) -> None:
    await town.set_up()
    asked = await acting.slash(town.members[0], town.lobby, "circle create")
    assert sentence(asked) == "This is for the moderators of this server."
    assert asked.modal is None


async def test_a_member_who_submits_the_form_all_the_same_is_refused(town: Town) -> None:
    await town.set_up()
    sent = await forgery.submit(town.members[0], town.lobby, FORM, filled(town))
    assert sentence(sent) == "This is for the moderators of this server."
    assert await circles(town) == []
    assert not town.said("POST", "/guilds/*/roles")


async def test_a_server_that_was_not_set_up_has_no_circles(town: Town) -> None:
    for command in ("circle create", "circle browse"):
        assert "`/setup start`" in sentence(await acting.slash(town.owner, town.lobby, command))
    assert "`/setup start`" in sentence(await forgery.submit(town.owner, town.lobby, FORM, filled(town)))


# The form


async def test_the_form_has_five_parts_and_suggests_an_agreement(town: Town) -> None:
    await town.set_up()
    shown = await acting.slash(town.owner, town.lobby, "circle create")
    assert shown.modal is not None
    assert len(shown.modal["components"]) == 5
    assert "No client details" in acting.suggested(shown, "agreement")
    assert acting.suggested(shown, "seats") == "8"


async def test_whoever_opens_the_form_is_suggested_to_hold_the_circle(town: Town) -> None:
    await town.set_up()
    shown = await acting.slash(town.moderator, town.lobby, "circle create")
    assert shown.modal is not None
    [holder] = [part["component"] for part in shown.modal["components"] if part["label"] == "Who holds it"]
    assert holder["default_values"] == [{"id": town.moderator.id, "type": "user"}]


async def test_the_person_chosen_in_the_form_holds_the_circle(
    town: Town, circle: simcord.ChannelHandle
) -> None:
    for person in (town.facilitator, town.moderator, town.owner):
        embed(await acting.slash(person, town.lobby, "checkins results", circle="1"))
    refused = sentence(await acting.slash(town.members[0], circle, "checkins results"))
    assert refused == "This is for the facilitators of Tuesday and the moderators of this server."


async def test_the_form_survives_a_restart_between_opening_and_sending_it(town: Town) -> None:
    await town.set_up()
    shown = await acting.slash(town.owner, town.lobby, "circle create")
    await town.restart()
    assert embed(await acting.fill(town.owner, shown, town.described())).title == OPEN


async def test_a_bot_cannot_hold_a_circle(town: Town) -> None:
    await town.set_up()
    machine = town.guild.add_member(town.env.create_user("machine", bot=True))
    refused = await town.ask_for_circle(town.owner, holder=[machine])
    assert sentence(refused) == "Please choose somebody who is on this server, and not a bot."
    assert await circles(town) == []


async def test_a_holder_who_is_nobody_here_is_refused(town: Town) -> None:
    await town.set_up()
    for holder in ([], ["1234567890123"], ["1", "2"], ["x"], ["²"], ["9" * 30], [7], "12", None):
        sent = await forgery.submit(town.owner, town.lobby, FORM, filled(town, holder=holder))
        assert sentence(sent) == "Please choose somebody who is on this server, and not a bot.", holder


async def test_a_form_that_discord_would_not_have_sent_is_refused_in_words(town: Town) -> None:
    await town.set_up()
    cases: list[tuple[dict[str, object], str]] = [
        ({"name": "   "}, "A circle needs a name and an agreement."),
        ({"name": "\u200d\u2060"}, "A circle needs a name and an agreement."),
        ({"name": None}, "A circle needs a name and an agreement."),
        ({"agreement": "\n\n"}, "A circle needs a name and an agreement."),
        ({"name": "x" * 61}, "That is too long: 60 characters at most."),
        ({"purpose": "x" * 301}, "That is too long: 300 characters at most."),
        ({"agreement": "x" * 1501}, "That is too long: 1500 characters at most."),
        ({"seats": "2"}, "A circle has 3 to 25 seats."),
        ({"seats": "26"}, "A circle has 3 to 25 seats."),
        ({"seats": "-8"}, "A circle has 3 to 25 seats."),
        ({"seats": "eight"}, "A circle has 3 to 25 seats."),
        ({"seats": "８"}, "A circle has 3 to 25 seats."),
    ]
    for changed, refusal in cases:
        sent = await forgery.submit(town.owner, town.lobby, FORM, filled(town, **changed))
        assert sentence(sent) == refusal, changed
    assert await circles(town) == []
    assert not town.said("POST", "/guilds/*/roles")


async def test_two_circles_cannot_have_one_name(town: Town, circle: simcord.ChannelHandle) -> None:
    assert sentence(await town.ask_for_circle(town.owner)) == "There is already a circle called Tuesday."
    assert len(town.said("POST", "/guilds/*/roles")) == 1


async def test_the_form_sent_twice_at_once_opens_one_circle(town: Town) -> None:
    await town.set_up()
    sent = [forgery.submit(town.owner, town.lobby, FORM, filled(town)) for _ in range(2)]
    answers = [acting.answer(result) for result in await forgery.at_once(*sent)]
    assert sorted(answer.content for answer in answers) == ["", "There is already a circle called Tuesday."]
    assert await circles(town) == [("Tuesday", "open")]


# What is made


async def test_a_strangers_channel_list_does_not_show_the_circle(
    town: Town, circle: simcord.ChannelHandle
) -> None:
    member, stranger = town.members[0], town.members[11]
    assert reads(town, member, circle)
    assert reads(town, town.facilitator, circle)
    assert not reads(town, stranger, circle)
    assert not reads(town, town.moderator, circle)


async def test_the_circle_lies_in_the_hidden_category(town: Town, circle: simcord.ChannelHandle) -> None:
    made = town.bot.get_channel(circle.id)
    assert made is not None
    assert made.category is not None
    assert made.category.name == "Circles"


async def test_the_role_of_a_circle_gives_no_rights_of_its_own(
    town: Town, circle: simcord.ChannelHandle
) -> None:
    [role] = town.said("POST", "/guilds/*/roles")
    assert role["permissions"] == "0"


async def test_a_circle_is_opened_where_the_category_is_missing(town: Town) -> None:
    await acting.slash(
        town.owner, town.lobby, "setup start", moderators=town.moderators, time_zone="Europe/Berlin"
    )
    await town.create_circle()
    await town.create_circle("Thursday")
    guild = town.bot.get_guild(town.guild.id)
    assert guild is not None
    assert len(guild.categories) == 1


@pytest.mark.parametrize(("seats", "per_cent"), [("5", (17, 65, 90)), ("6", (42, 81, 95))])
async def test_a_small_circle_is_told_how_rarely_it_will_see_a_result(
    town: Town, seats: str, per_cent: tuple[int, int, int]
) -> None:
    await town.set_up()
    opened = embed(await town.ask_for_circle(town.owner, seats=seats))
    [said] = [field.value for field in opened.fields if field.name == "A word on check-ins"]
    assert said == (
        "Results are shown from 5 answers on. If about seven in ten answer, a result can be shown in"
        f" about {per_cent[0]} % of check-ins with {seats} seats, {per_cent[1]} % with {int(seats) + 2} and"
        f" {per_cent[2]} % with {int(seats) + 4}."
        " With 5 seats, a result also says that everybody has answered. Small circles can also check in"
        f" together with others (`/checkins share`): three with {seats} seats each see a result in about"
        " 99 %."
    )


async def test_a_circle_too_small_for_any_result_is_told_so(town: Town) -> None:
    await town.set_up()
    opened = text_of(embed(await town.ask_for_circle(town.owner, seats="3")))
    assert "a circle of 3 never sees one of its own" in opened
    assert "three with 3 seats each see a result in about 90 %" in opened


async def test_a_circle_that_becomes_small_is_told_as_well(town: Town) -> None:
    await town.set_up()
    await town.create_circle()
    changed = {"name": "Tuesday", "purpose": "", "seats": "6", "access": "open"}
    described = embed(await forgery.submit(town.owner, town.lobby, "circle-description:1", changed))
    assert "about 42 % of check-ins with 6 seats" in text_of(described)


async def test_a_circle_of_seven_is_told_nothing_of_that(town: Town) -> None:
    await town.set_up()
    assert "A word on check-ins" not in text_of(embed(await town.ask_for_circle(town.owner, seats="7")))


# Names that mean harm


async def test_a_name_becomes_a_channel_name_that_discord_takes(town: Town) -> None:
    await town.set_up()
    cases = [
        (ZALGO, "t̀́uesday"),
        (MARKED, MARKED_CHANNEL),
        ("n" * 60, "n" * 60),
        ("🌊🌊🌊", "circle"),
        ("—…—", "circle"),
        ("हिन्दी मंडली", "हिन्दी-मंडली"),
        ("Cercle d'été", "cercle-d-été"),
        ("line\u2028break\u202etxt", "line-breaktxt"),
    ]
    for name, channel in cases:
        assert embed(await town.ask_for_circle(town.owner, name=name)).title == OPEN
        made = town.said("POST", "/guilds/*/channels")[-1]["name"]
        assert made == channel
        assert 1 <= len(made) <= 100


async def test_markup_and_mentions_in_a_name_are_shown_and_do_nothing(town: Town) -> None:
    await town.set_up()
    await town.ask_for_circle(town.owner, name=MARKED, purpose=MARKED)
    channel = town.channel(MARKED_CHANNEL)
    circle = await acting.choose(town.owner, town.lobby, "circle join", "circle", MARKED)
    shown = [
        embed(await acting.slash(town.owner, town.lobby, "circle browse")),
        embed(await acting.slash(town.owner, town.lobby, "circle info", circle=circle)),
        embed(await acting.slash(town.owner, town.lobby, "circle join", circle=circle)),
        embed(await acting.slash(town.owner, channel, "checkins open")),
        embed(await acting.slash(town.owner, channel, "checkins results")),
        embed(await acting.slash(town.owner, channel, "prompts schedule", days="daily", at="08:30")),
        embed(await acting.slash(town.owner, channel, "prompts list")),
        embed(await acting.slash(town.owner, channel, "prompts pause", prompt="1")),
        embed(await acting.slash(town.owner, channel, "prompts pause", prompt="1")),
        embed(await acting.slash(town.owner, channel, "prompts remove", prompt="1")),
        channel.history()[-1].embeds[0],
    ]
    for words in map(text_of, shown):
        assert "\\*\\*Tue\\*\\*" in words
        assert "@everyone" not in words
        assert "<@1" not in words


async def test_markup_in_a_name_does_nothing_in_a_refusal(town: Town) -> None:
    await town.set_up()
    await town.ask_for_circle(town.owner, name=MARKED)
    refused = sentence(await town.ask_for_circle(town.owner, name=MARKED))
    assert refused.startswith("There is already a circle called \\*\\*Tue\\*\\* <@\u200b1234")
    assert "@everyone" not in refused


async def test_twenty_five_wordy_circles_fit_into_the_list_and_the_rest_is_counted(town: Town) -> None:
    await town.set_up()
    async with town.house.database.transaction() as tx:
        for number in range(30):
            await tx.execute(
                "INSERT INTO circle (server_id, name, purpose, seats, state, agreement_version)"
                " VALUES ($1, $2, $3, 8, 'open', 1)",
                town.guild.id,
                f"{number:02} " + "*" * 57,
                "_" * 300,
            )
    shown = embed(await acting.slash(town.members[0], town.lobby, "circle browse"))
    assert shown.footer.text == f"… and {30 - len(shown.fields)} more."
    offered = await town.members[0].autocomplete(town.lobby, "circle info", "circle", "")
    assert len(offered) == 25
