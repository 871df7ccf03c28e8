"""Entering and leaving a circle: the agreement, the role, the seats."""

from __future__ import annotations

import pytest
import simcord
from simcord.backend.access import channel_accessible

from bot.demo import acting
from bot.services import circles
from tests.discord import forgery
from tests.discord.conftest import Town, buttons, embed, sentence, text_of

WAITS = "You are number 1 on the waitlist."
GONE = "There is no such circle here, or it is not open."


def reads(town: Town, person: simcord.MemberActor, channel: simcord.ChannelHandle) -> bool:
    """Say whether Discord lets somebody read a channel."""
    return channel_accessible(town.env.backend, channel.id, person.id, history=True)


def has_role(town: Town, person: simcord.MemberActor) -> bool:
    return town.guild.roles["Circle 1"].id in town.env.backend.get_member(town.guild.id, person.id).role_ids


async def seated(town: Town) -> int:
    [(count,)] = await town.rows("SELECT count(*) FROM circle_member WHERE seated = 1")
    return count


async def ask_to_join(town: Town, person: simcord.MemberActor) -> simcord.InteractionResult:
    return await acting.slash(person, town.lobby, "circle join", circle="1")


async def leave(town: Town, person: simcord.MemberActor) -> simcord.InteractionResult:
    return await acting.slash(person, town.lobby, "circle leave", circle="1")


@pytest.fixture
async def channel(town: Town) -> simcord.ChannelHandle:
    """Set the server up with one circle of three seats, none of them taken, and return its channel."""
    await town.set_up()
    return await town.create_circle(seats=3)


# Entering


async def test_the_agreement_is_shown_before_the_button(town: Town, channel: simcord.ChannelHandle) -> None:
    invitation = embed(await ask_to_join(town, town.members[0]))
    assert invitation.title == "Before you enter Tuesday"
    assert invitation.description == "We keep it here."
    assert not has_role(town, town.members[0])


async def test_who_agrees_gets_the_role_and_can_read(town: Town, channel: simcord.ChannelHandle) -> None:
    person = town.members[0]
    assert embed(await town.join(person)).title == "You are in"
    assert has_role(town, person)
    assert reads(town, person, channel)


async def test_the_invitation_gives_way_to_the_welcome(town: Town, channel: simcord.ChannelHandle) -> None:
    person = town.members[0]
    invitation = await ask_to_join(town, person)
    await acting.press(person, acting.answer(invitation), "circle:agree:")
    assert embed(invitation).title == "You are in"
    assert acting.find_button(acting.answer(invitation), "circle:") is None


async def test_a_restart_between_agreement_and_pressing_loses_nothing(
    town: Town, channel: simcord.ChannelHandle
) -> None:
    person = town.members[0]
    invitation = acting.answer(await ask_to_join(town, person))
    await town.restart()
    assert embed(await acting.press(person, invitation, "circle:agree:")).title == "You are in"
    assert reads(town, person, channel)


async def test_entering_twice_takes_one_seat(town: Town, channel: simcord.ChannelHandle) -> None:
    for _ in range(2):
        assert embed(await town.join(town.members[0])).title == "You are in"
    assert await seated(town) == 1


async def test_a_member_who_lost_the_role_is_let_in_again(town: Town, channel: simcord.ChannelHandle) -> None:
    person = town.members[0]
    await town.join(person)
    town.env.backend.remove_member_role(town.guild.id, person.id, town.guild.roles["Circle 1"].id)
    invitation = embed(await ask_to_join(town, person))
    assert (invitation.footer.text or "").startswith("You have a seat here already")
    await town.join(person)
    assert reads(town, person, channel)
    assert await seated(town) == 1


async def test_when_all_seats_are_taken_one_may_wait(town: Town, channel: simcord.ChannelHandle) -> None:
    for person in town.members[:3]:
        await town.join(person)
    asked = acting.answer(await ask_to_join(town, town.members[3]))
    assert [button["label"] for button in buttons(asked)] == ["I agree, put me on the waitlist"]
    assert WAITS in text_of(embed(await acting.press(town.members[3], asked, "circle:agree:")))
    listed = embed(await acting.slash(town.members[3], town.lobby, "circle browse"))
    assert "all seats taken, 1 waiting" in (listed.fields[0].value or "")


async def test_the_last_seat_may_be_gone_between_agreement_and_pressing(
    town: Town, channel: simcord.ChannelHandle
) -> None:
    late = town.members[3]
    invitation = acting.answer(await ask_to_join(town, late))
    for person in town.members[:3]:
        await town.join(person)
    assert WAITS in text_of(embed(await acting.press(late, invitation, "circle:agree:")))
    assert not reads(town, late, channel)


async def test_twelve_people_at_once_take_three_seats(town: Town, channel: simcord.ChannelHandle) -> None:
    pressed = await forgery.at_once(
        *(forgery.press(person, town.lobby, "circle:agree:1:1") for person in town.members)
    )
    titles = [acting.answer(result).embeds[0].title for result in pressed]
    assert titles.count("You are in") == 3
    assert titles.count("You are on the waitlist") == 9
    assert sum(has_role(town, person) for person in town.members) == await seated(town) == 3


# Buttons that mean something else by now


async def test_a_button_pressed_by_somebody_else_lets_in_whoever_pressed(
    town: Town, channel: simcord.ChannelHandle
) -> None:
    first, second = town.members[:2]
    button = acting.find_button(acting.answer(await ask_to_join(town, first)), "circle:agree:")
    assert button is not None
    await forgery.press(second, town.lobby, button)
    assert not reads(town, first, channel)
    assert reads(town, second, channel)


async def test_an_agreement_that_has_changed_is_to_be_read_again(
    town: Town, channel: simcord.ChannelHandle
) -> None:
    person = town.members[0]
    invitation = acting.answer(await ask_to_join(town, person))
    async with town.house.database.transaction() as tx:
        await tx.execute("INSERT INTO agreement VALUES (1, 2, 'Other words.')")
        await tx.execute("UPDATE circle SET agreement_version = 2")
    assert sentence(await acting.press(person, invitation, "circle:agree:")) == (
        "The agreement of Tuesday has changed since you opened it. Please read it again with `/circle join`."
    )
    assert not reads(town, person, channel)
    assert embed(await ask_to_join(town, person)).description == "Other words."


async def test_the_button_of_a_deleted_circle_says_so(town: Town, channel: simcord.ChannelHandle) -> None:
    invitation = acting.answer(await ask_to_join(town, town.members[0]))
    [circle] = await circles.browse(town.house.database, town.person(town.owner, manages_server=True))
    await circles.discard(town.house.database, circle.circle)
    assert sentence(await acting.press(town.members[0], invitation, "circle:agree:")) == GONE


async def test_a_button_from_another_server_opens_nothing_here(
    town: Town, channel: simcord.ChannelHandle
) -> None:
    other = town.env.create_guild("Other", owner=town.owner.user)
    place = other.create_text_channel("place")
    stranger = other.add_member(town.members[0].user)
    owner = simcord.MemberActor(town.env, other, town.owner.user)
    assert "`/setup start`" in sentence(await forgery.press(stranger, place, "circle:agree:1:1"))
    await acting.slash(
        owner, place, "setup start", moderators=other.create_role("Mods"), time_zone="Europe/Paris"
    )
    assert sentence(await forgery.press(stranger, place, "circle:agree:1:1")) == GONE
    assert sentence(await acting.slash(stranger, place, "circle info", circle="1")) == GONE
    assert await stranger.autocomplete(place, "circle info", "circle", "") == []
    assert await seated(town) == 0


async def test_a_forged_button_is_answered_and_does_nothing(
    town: Town, channel: simcord.ChannelHandle
) -> None:
    for custom_id in (
        "circle:agree:",
        "circle:agree:1",
        "circle:agree:1:1:1",
        "circle:agree:-1:1",
        "circle:agree:1:9999999",
        "circle:agree:1000000000000000:1",
        "circle:agree:１:1",
        "circle:agree:1:1\n",
        "circle:agree:1 OR 1=1:1",
        "circle:AGREE:1:1",
    ):
        pressed = await forgery.press(town.members[0], town.lobby, custom_id)
        assert sentence(pressed).startswith("This has expired."), custom_id
    assert await seated(town) == 0


async def test_a_button_for_a_circle_that_never_was_is_answered(
    town: Town, channel: simcord.ChannelHandle
) -> None:
    assert (
        sentence(await forgery.press(town.members[0], town.lobby, "circle:agree:999999999999999:1")) == GONE
    )
    assert "has changed" in sentence(await forgery.press(town.members[0], town.lobby, "circle:agree:1:0"))


async def test_a_circle_that_is_still_being_made_cannot_be_entered(town: Town) -> None:
    await town.set_up()
    draft = circles.Draft(name="Half", purpose="", seats=8, agreement="None yet.")
    await circles.begin(town.house.database, town.person(town.owner, manages_server=True), draft)
    for command in ("circle info", "circle join", "circle leave"):
        assert sentence(await acting.slash(town.members[0], town.lobby, command, circle="1")) == GONE
    assert embed(await acting.slash(town.members[0], town.lobby, "circle browse")).fields == []


async def test_a_circle_whose_name_was_typed_instead_of_chosen_is_found(
    town: Town, channel: simcord.ChannelHandle
) -> None:
    shown = await forgery.slash(town.members[0], town.lobby, "circle join", circle=" tuesday ")
    assert "Tuesday" in (embed(shown).title or "")


async def test_a_circle_that_there_is_not_is_refused(town: Town, channel: simcord.ChannelHandle) -> None:
    for typed in ("Wednesday", "0x1", "1.0", "²", "9" * 40, " "):
        refused = await forgery.slash(town.members[0], town.lobby, "circle join", circle=typed)
        assert sentence(refused) == GONE, typed


# Leaving


async def test_only_circles_that_one_is_in_are_suggested_where_no_other_makes_sense(
    town: Town, channel: simcord.ChannelHandle
) -> None:
    await town.create_circle("Thursday")
    person = town.members[0]
    await town.join(person)
    tuesday, thursday = {"name": "Tuesday", "value": "1"}, {"name": "Thursday", "value": "2"}
    for command, offered in (
        ("circle leave", [tuesday]),
        ("checkin", [tuesday]),
        ("circle join", [thursday, tuesday]),
        ("circle info", [thursday, tuesday]),
    ):
        assert await person.autocomplete(town.lobby, command, "circle", "") == offered


async def test_who_leaves_loses_the_role_and_the_seat(town: Town, channel: simcord.ChannelHandle) -> None:
    person = town.members[0]
    await town.join(person)
    said = embed(await leave(town, person)).description
    assert said == "You have left **Tuesday**. You can come back while there is a seat."
    assert not reads(town, person, channel)
    assert await seated(town) == 0


async def test_leaving_without_a_seat_is_answered(town: Town, channel: simcord.ChannelHandle) -> None:
    for person in (town.members[0], town.facilitator):
        assert sentence(await leave(town, person)) == "You have no seat in Tuesday."


async def test_a_facilitator_who_leaves_goes_on_holding_the_circle(
    town: Town, channel: simcord.ChannelHandle
) -> None:
    await town.join(town.facilitator)
    await leave(town, town.facilitator)
    assert reads(town, town.facilitator, channel)
    embed(await acting.slash(town.facilitator, channel, "checkins results"))


async def test_leaving_a_circle_whose_role_is_gone_gives_the_seat_up(
    town: Town, channel: simcord.ChannelHandle
) -> None:
    await town.join(town.members[0])
    town.env.backend.delete_role(town.guild.id, town.guild.roles["Circle 1"].id)
    assert embed(await leave(town, town.members[0])).description is not None
    assert await seated(town) == 0


# When Discord says no


async def test_who_cannot_be_given_the_role_gets_no_seat(town: Town, channel: simcord.ChannelHandle) -> None:
    town.env.inject_error("PUT", "/guilds/*/members/*/roles/*", status=403, code=50013)
    assert sentence(await town.join(town.members[0])) == (
        "Discord did not let me do that: I lack a permission there. Please tell a moderator;"
        " `/setup status` says which."
    )
    assert await seated(town) == 0
    assert embed(await town.join(town.members[0])).title == "You are in"


async def test_trouble_at_discord_while_entering_stores_nothing_and_says_so(
    town: Town, channel: simcord.ChannelHandle
) -> None:
    town.env.inject_error("PUT", "/guilds/*/members/*/roles/*", status=500)
    assert "Nothing was stored." in sentence(await town.join(town.members[0]))
    assert await seated(town) == 0


async def test_who_cannot_be_let_in_again_keeps_the_seat(town: Town, channel: simcord.ChannelHandle) -> None:
    await town.join(town.members[0])
    town.env.inject_error("PUT", "/guilds/*/members/*/roles/*", status=500)
    await town.join(town.members[0])
    assert await seated(town) == 1


async def test_a_circle_whose_role_is_gone_cannot_be_entered(
    town: Town, channel: simcord.ChannelHandle
) -> None:
    town.env.backend.delete_role(town.guild.id, town.guild.roles["Circle 1"].id)
    assert sentence(await town.join(town.members[0])).startswith("The channel or role that this needs")
    assert await seated(town) == 0


@pytest.mark.parametrize(
    ("status", "said"), [(403, "Discord did not let me do that"), (500, "Nothing was stored.")]
)
async def test_who_cannot_be_let_out_keeps_the_seat_and_may_try_again(
    town: Town, channel: simcord.ChannelHandle, status: int, said: str
) -> None:
    person = town.members[0]
    await town.join(person)
    town.env.inject_error("DELETE", "/guilds/*/members/*/roles/*", status=status)
    assert said in sentence(await leave(town, person))
    assert await seated(town) == 1
    embed(await leave(town, person))
    assert not has_role(town, person)


async def test_a_welcome_that_got_lost_says_that_the_seat_is_stored(
    town: Town, channel: simcord.ChannelHandle
) -> None:
    invitation = acting.answer(await ask_to_join(town, town.members[0]))
    town.env.inject_error("POST", "/interactions/*/*/callback", status=500)
    said = sentence(await acting.press(town.members[0], invitation, "circle:agree:"))
    assert "What you sent is stored; only my answer got lost." in said
    assert await seated(town) == 1
