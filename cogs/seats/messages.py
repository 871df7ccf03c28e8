"""Every word about seats: agreeing, waiting, entering, leaving."""

from __future__ import annotations

import discord

from bot.services.circles import Circle
from bot.services.rules.changes import Changes
from bot.services.rules.seats import HELD_FOR, Way
from bot.services.seats import Invitation, Joined, Left
from bot.services.waitlist import Letter, Standing, Where
from cogs import words

AGREE = {
    Way.ENTER: "I agree, let me in",
    Way.WAIT: "I agree, put me on the waitlist",
    Way.ASK: "I agree, ask for a seat",
}
AGREE_AGAIN = "I agree"
STEP_BACK = "Step back"
WRITE_TO_ME = "Write to me directly"
RELEASE = "Take a seat back"
RELEASE_TITLE = "Take a seat back"
RELEASE_WHO = "Whose seat"
RELEASE_SURE = "Yes, this person is to lose the seat"
REASON = "Respite: a circle's members"

_HOURS = int(HELD_FOR.total_seconds() // 3600)
_ROOM_FOR_CHANGES = 2000


def role_name(circle: Circle) -> str:
    """Return the name of a circle's role: a number, because everybody on the server can see who holds it."""
    return f"Circle {circle.circle_id}"


def invitation(found: Invitation) -> discord.Embed:
    """Show the agreement that is accepted by entering, and where that leads."""
    name = words.plain(found.circle.name)
    title = f"Before you enter {name}"
    if found.standing.where is Where.SEATED:
        title = f"The agreement of {name}"
    embed = discord.Embed(title=title, description=found.agreement, colour=words.CALM)
    if found.changes is not None:
        embed.description = f"{_changes(found.changes)}\n\n**All of it**\n{found.agreement}"
    if found.standing.where not in {Where.OUTSIDE, Where.SEATED}:
        embed.add_field(name="Where you stand", value=standing(found.standing), inline=False)
    embed.set_footer(text=_footer(found))
    return embed


def standing(found: Standing) -> str:
    """Say where somebody stands who has no seat yet."""
    match found.where:
        case Where.SEATED:
            return "You have a seat here."
        case Where.ASKING:
            return "You have asked for a seat. The facilitators have not answered yet."
        case Where.WAITING:
            return f"You are number {found.place} on the waitlist."
        case Where.HELD:
            until = "" if found.until is None else f" until {discord.utils.format_dt(found.until, 'f')}"
            return f"A seat is held for you{until}. `/circle join` lets you in."
        case Where.DECLINED:
            return "The facilitators could not offer you a seat this time."
        case Where.LAPSED:
            return (
                "A seat was held for you until its time ran out, and has gone on to the next person."
                " `/circle join` puts you on the waitlist again."
            )
        case Where.OUTSIDE:
            return "You have no seat here."


def joined(found: Joined) -> discord.Embed:
    """Welcome a member in, or tell them where they stand in line."""
    name = words.plain(found.circle.name)
    if found.entry is not None:
        return discord.Embed(
            title="You are in",
            description=(
                f"**{name}** meets in <#{found.circle.channel_id}>. Read along as long as you like."
                " `/circle leave` lets you out at any time."
            ),
            colour=words.CALM,
        )
    if found.standing.where is Where.ASKING:
        return discord.Embed(
            title="You have asked for a seat",
            description=(
                f"The facilitators of **{name}** will answer. You read their answer here, with"
                " `/circle info`; if you like, I also write to you directly."
            ),
            colour=words.CALM,
        )
    return discord.Embed(
        title="You are on the waitlist",
        description=(
            f"**{name}** has no free seat right now. {standing(found.standing)} When it is your turn, a seat"
            f" is held for you for {_HOURS} hours. `/circle info` shows it; if you like, I also write to you"
            " directly."
        ),
        colour=words.CALM,
    )


def will_write(circle: Circle) -> discord.Embed:
    """Say that they will be written to, and what to do for it."""
    return discord.Embed(
        description=(
            f"I will write to you about **{words.plain(circle.name)}** and about nothing else. It only"
            " arrives if your privacy settings let members of this server write to you."
        ),
        colour=words.CALM,
    )


def left(found: Left) -> discord.Embed:
    """Say goodbye, without a question."""
    name = words.plain(found.circle.name)
    said = f"You have left **{name}**. You can come back while there is a seat."
    if found.entry is None:
        said = f"You no longer wait for a seat in **{name}**."
    return discord.Embed(description=said, colour=words.CALM)


def letter(found: Letter, server: str) -> discord.Embed:
    """Tell a candidate how they stand. It is read outside of the server, so it says where that is."""
    name = words.plain(found.circle.name)
    embed = discord.Embed(title=name, description=standing(found.standing), colour=words.CALM)
    embed.set_footer(text=f"From the server {server}. You asked me to write; nobody reads answers to this.")
    return embed


def what_release_means(circle: Circle) -> str:
    """Say what happens when a seat is taken, before it is."""
    return (
        f"The person leaves **{words.plain(circle.name)}** and its channel; the seat goes to whoever waits."
        " I do not write to them and keep no reason: that conversation is yours."
    )


def released(circle: Circle) -> discord.Embed:
    """Say that a seat was taken."""
    return discord.Embed(
        description=f"That seat in **{words.plain(circle.name)}** is free again.", colour=words.CALM
    )


def _footer(found: Invitation) -> str:
    seen = (
        f"Once you are in, everybody on this server can see the role “{role_name(found.circle)}” on your"
        " profile."
    )
    if found.standing.where is Where.SEATED:
        return f"You have a seat here already, and the button lets you in again. {seen}"
    if found.way is Way.ASK:
        return f"The facilitators and moderators of this server see your name with the request. {seen}"
    return seen


def _changes(found: Changes) -> str:
    lines = ["**What has changed since you agreed**"]
    lines += [f"New: {words.plain(line)}" for line in found.added]
    lines += [f"No longer there: {words.plain(line)}" for line in found.removed]
    return words.fitting(lines, _ROOM_FOR_CHANGES)
