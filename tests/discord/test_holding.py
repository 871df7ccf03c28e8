"""Holding a circle through Discord: who is let in by name, who is away, and who is told."""

from __future__ import annotations

import simcord
from simcord.backend.access import channel_accessible

from bot.demo import acting
from tests.discord import forgery
from tests.discord.conftest import Town, embed, last_embed, sentence, text_of

REFUSED = "This is for the facilitators of Tuesday and the moderators of this server."


def reads(town: Town, person: simcord.MemberActor, channel: simcord.ChannelHandle) -> bool:
    """Say whether Discord lets somebody read a channel."""
    return channel_accessible(town.env.backend, channel.id, person.id, history=True)


async def edit(town: Town, person: simcord.MemberActor, button: str) -> simcord.InteractionResult:
    """Let somebody press one of the buttons of /circle edit."""
    shown = acting.answer(await acting.slash(person, town.lobby, "circle edit", circle="1"))
    return await acting.press(person, shown, button)


async def be_away(town: Town, person: simcord.MemberActor, until: str) -> simcord.InteractionResult:
    """Let somebody say until when they are away."""
    return await acting.fill(person, await edit(town, person, "circle:away:"), {"until": until})


async def test_who_holds_a_circle_is_let_into_its_channel_and_the_facilitators(
    town: Town, circle: simcord.ChannelHandle
) -> None:
    facilitators = town.channel("facilitators")
    one, two = town.members[10:12]
    assert reads(town, town.facilitator, facilitators)
    assert reads(town, town.moderator, facilitators)
    assert not reads(town, one, facilitators)
    said = embed(await town.appoint(one, [two]))
    assert said.description == f"**Tuesday** is held by <@{two.id}>, <@{one.id}> from now on."
    for place in (circle, facilitators):
        assert [reads(town, each, place) for each in (one, two, town.facilitator)] == [True, True, False]
    assert reads(town, town.members[0], circle)
    refused = await acting.slash(town.facilitator, town.lobby, "checkins results", circle="1")
    assert sentence(refused) == REFUSED
    embed(await acting.slash(two, circle, "checkins results"))


async def test_who_holds_another_circle_stays_in_the_facilitators_channel(
    town: Town, circle: simcord.ChannelHandle
) -> None:
    other = await town.create_circle("Thursday")
    await town.appoint(town.members[10], [])
    assert reads(town, town.facilitator, town.channel("facilitators"))
    assert reads(town, town.facilitator, other)
    assert not reads(town, town.facilitator, circle)


async def test_the_form_knows_who_holds_the_circle_now(town: Town, circle: simcord.ChannelHandle) -> None:
    await town.appoint(town.facilitator, [town.members[10]])
    form = await edit(town, town.facilitator, "circle:holders:")
    assert form.modal is not None
    defaults = [part["component"]["default_values"] for part in form.modal["components"]]
    assert [[each["id"] for each in found] for found in defaults] == [
        [town.facilitator.id],
        [town.members[10].id],
    ]


async def test_an_appointment_that_discord_does_not_follow_changes_nothing(
    town: Town, circle: simcord.ChannelHandle
) -> None:
    town.env.inject_error("PATCH", "/channels/*", status=403, code=50013)
    assert "I lack a permission there" in sentence(await town.appoint(town.members[10], []))
    embed(await acting.slash(town.facilitator, town.lobby, "checkins results", circle="1"))
    refused = await acting.slash(town.members[10], town.lobby, "checkins results", circle="1")
    assert sentence(refused) == REFUSED


async def test_a_bot_or_nobody_cannot_hold_a_circle(town: Town, circle: simcord.ChannelHandle) -> None:
    machine = town.guild.add_member(town.env.create_user("machine", bot=True))
    for chosen in ([str(machine.id)], [], ["1"], ["x"], None, "12"):
        fields = {"facilitator": chosen, "co_facilitators": []}
        sent = await forgery.submit(town.owner, town.lobby, "circle-holders:1", fields)
        assert sentence(sent) == "Please choose somebody who is on this server, and not a bot."
    embed(await acting.slash(town.facilitator, town.lobby, "checkins results", circle="1"))


async def test_a_member_appoints_nobody(town: Town, circle: simcord.ChannelHandle) -> None:
    member = town.members[0]
    assert sentence(await acting.slash(member, circle, "circle edit")) == REFUSED
    for button in ("circle:holders:1", "circle:describe:1", "circle:words:1"):
        assert sentence(await forgery.press(member, circle, button)) == REFUSED
    fields = {"facilitator": [str(member.id)], "co_facilitators": []}
    assert sentence(await forgery.submit(member, circle, "circle-holders:1", fields)) == REFUSED


async def test_who_is_away_reads_until_when_and_a_co_facilitator_is_asked(
    town: Town, circle: simcord.ChannelHandle
) -> None:
    await town.appoint(town.facilitator, [town.members[10]])
    said = embed(await be_away(town, town.facilitator, "2026-01-20"))
    assert "You are away from **Tuesday** until <t:" in (said.description or "")
    await town.let_run()
    facilitators = town.channel("facilitators")
    assert last_embed(facilitators).title == "A circle needs somebody to hold it"
    assert town.facilitator.name not in text_of(last_embed(facilitators))
    shown = text_of(embed(await acting.slash(town.moderator, town.lobby, "circle members", circle="1")))
    assert f"<@{town.facilitator.id}> (away until <t:" in shown


async def test_nobody_takes_over_and_the_moderators_are_told_after_two_days(
    town: Town, circle: simcord.ChannelHandle
) -> None:
    await town.appoint(town.facilitator, [town.members[10]])
    await be_away(town, town.facilitator, "2026-01-30")
    await town.let_run()
    await town.restart()
    await town.pass_time(hours=47)
    facilitators = town.channel("facilitators")
    assert len(facilitators.history()) == 1
    await town.pass_time(hours=1)
    assert last_embed(facilitators).title == "Nobody holds a circle"
    await town.pass_time(days=7)
    assert len(facilitators.history()) == 2


async def test_who_is_back_holds_the_circle_and_the_question_is_over(
    town: Town, circle: simcord.ChannelHandle
) -> None:
    await town.appoint(town.facilitator, [town.members[10]])
    await be_away(town, town.facilitator, "2026-01-30")
    await town.let_run()
    await edit(town, town.facilitator, "circle:return:")
    asked = town.channel("facilitators").last_message
    assert asked is not None
    pressed = await acting.press(town.members[10], asked, "circle:takeover:")
    assert sentence(pressed) == "Somebody holds Tuesday already."


async def test_a_day_that_is_none_is_refused(town: Town, circle: simcord.ChannelHandle) -> None:
    for typed in ("soon", "2026-13-01", "2025-12-01", "9999-12-31", "2028-01-01"):
        said = sentence(await be_away(town, town.facilitator, typed))
        assert said.startswith("I could not read that date")


async def test_what_a_member_presses_in_vain(town: Town, circle: simcord.ChannelHandle) -> None:
    for button in ("circle:return:1", "circle:takeover:1"):
        said = sentence(await forgery.press(town.members[0], circle, button))
        assert said in {
            "Somebody holds Tuesday already.",
            "This is for those who hold Tuesday. `/circle edit` says who that is, and changes it.",
        }


async def test_a_facilitator_who_left_the_server_is_not_let_in_again_when_they_come_back(
    town: Town, circle: simcord.ChannelHandle
) -> None:
    user = town.facilitator.user
    town.guild.remove_member(town.facilitator)
    for _ in range(12):
        await town.pass_time(minutes=1)
    assert last_embed(town.channel("facilitators")).title == "Nobody holds a circle"
    back = town.guild.add_member(user)
    for place in (circle, town.channel("facilitators")):
        assert not reads(town, back, place)


async def test_one_person_of_a_server_is_looked_for_in_a_minute(
    town: Town, circle: simcord.ChannelHandle
) -> None:
    def looked() -> int:
        return sum("/members/" in each.path for each in town.env.http_requests if each.method == "GET")

    before = looked()
    for _ in range(3):
        await town.let_run()
    assert looked() == before + 1
    await town.pass_time(minutes=1)
    assert looked() == before + 2


# What a circle is like


async def test_a_circle_is_described_anew(town: Town, circle: simcord.ChannelHandle) -> None:
    form = await edit(town, town.facilitator, "circle:describe:")
    assert acting.suggested(form, "name") == "Tuesday"
    assert acting.suggested(form, "seats") == "10"
    changed = {"name": "Friday", "purpose": "Other.", "seats": "9", "access": "invite"}
    said = text_of(embed(await acting.fill(town.facilitator, form, changed)))
    assert "Friday" in said
    assert "by invitation only" in said
    refused = sentence(await acting.slash(town.members[11], town.lobby, "circle join", circle="1"))
    assert refused == "This circle is by invitation: those who hold Friday ask people themselves."


async def test_a_circle_keeps_the_seats_that_are_taken(town: Town, circle: simcord.ChannelHandle) -> None:
    form = await edit(town, town.facilitator, "circle:describe:")
    fewer = {"name": "Tuesday", "purpose": "", "seats": "7", "access": "open"}
    said = sentence(await acting.fill(town.facilitator, form, fewer))
    assert said == "There are 8 seats taken, or held for somebody: a circle cannot have fewer than that."


async def test_a_changed_agreement_is_shown_line_by_line_and_accepted(
    town: Town, circle: simcord.ChannelHandle
) -> None:
    form = await edit(town, town.facilitator, "circle:words:")
    assert acting.suggested(form, "agreement") == "We keep it here."
    said = embed(
        await acting.fill(town.facilitator, form, {"agreement": "We keep it here.\nWe are on time."})
    )
    assert (said.description or "").startswith("1 line new, 0 lines gone.")
    member = town.members[0]
    assert "`/circle join` shows how." in text_of(
        embed(await acting.slash(member, town.lobby, "circle info", circle="1"))
    )
    await acting.slash(town.facilitator, circle, "checkins open")
    receipt = text_of(embed(await town.check_in(member, circle)))
    assert receipt.startswith("Noted")
    assert "An agreement has changed\nTuesday" in receipt
    asked = acting.answer(await acting.slash(member, town.lobby, "circle join", circle="1"))
    assert "New: We are on time." in text_of(asked.embeds[0])
    assert embed(await acting.press(member, asked, "circle:agree:1:2")).title == "You are in"
    again = embed(await acting.slash(member, town.lobby, "circle join", circle="1"))
    assert "New:" not in text_of(again)
    assert "An agreement has changed" not in text_of(embed(await town.check_in(member, circle)))
