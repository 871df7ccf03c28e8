"""Every word about holding a circle."""

from __future__ import annotations

from datetime import datetime

import discord

from bot.services.appointing import Appointment
from bot.services.circles import Circle, Holds
from bot.services.holding import Holder, Overview
from bot.services.rules.holding import ASKED_FOR
from cogs import words

HOLDERS = "Who holds it"
HOLDERS_TITLE = "Who holds this circle"
FACILITATOR = "Facilitator"
CO_FACILITATORS = "Co-facilitators"
CO_FACILITATORS_HINT = "They may do the same, and are asked to take over when the facilitator is away."
AWAY = "I am away"
AWAY_TITLE = "Away"
AWAY_UNTIL = "Until and including which day"
AWAY_HINT = "Year-month-day. A co-facilitator is asked to take over meanwhile."
BACK = "I am back"
TAKE_OVER = "I hold it from now on"

_HOURS = int(ASKED_FOR.total_seconds() // 3600)
_HOLDS = {
    Holds.FACILITATOR: "facilitator",
    Holds.CO_FACILITATOR: "co-facilitator",
    Holds.AWAY: "away",
}


def overview(found: Overview) -> discord.Embed:
    """Show those who hold a circle how it stands. Who sits in it, the channel itself shows."""
    circle, room = found.listing.circle, found.listing.room
    embed = discord.Embed(title=words.plain(circle.name), colour=words.CALM)
    embed.add_field(name="Seats", value=f"{room.taken} of {room.seats} taken")
    embed.add_field(name="Held for somebody", value=str(room.held))
    embed.add_field(name="Waitlist", value=str(found.queue.waiting))
    embed.add_field(name="Requests", value=str(found.queue.asking))
    holders = "\n".join(_holder(holder) for holder in found.holders) or "Nobody."
    embed.add_field(name="Who holds it", value=holders, inline=False)
    embed.set_footer(text="Who has a seat, you see in the member list of the channel.")
    return embed


def appointed(made: Appointment) -> discord.Embed:
    """Say who holds the circle from now on."""
    people = ", ".join(f"<@{each}>" for each in made.appointed)
    return discord.Embed(
        description=f"**{words.plain(made.circle.name)}** is held by {people} from now on.", colour=words.CALM
    )


def is_away(circle: Circle, until: datetime) -> discord.Embed:
    """Say that somebody is away, and what happens meanwhile."""
    return discord.Embed(
        description=(
            f"You are away from **{words.plain(circle.name)}** until"
            f" {discord.utils.format_dt(until, 'f')}. A co-facilitator is asked to take over; where there is"
            " none, the moderators are told. `/circle edit` has a button for when you are back earlier."
        ),
        colour=words.CALM,
    )


def is_back(circle: Circle) -> discord.Embed:
    """Say that somebody is back."""
    return discord.Embed(description=f"You hold **{words.plain(circle.name)}** again.", colour=words.CALM)


def please_take_over(circle: Circle) -> discord.Embed:
    """Ask the co-facilitators of a circle, without naming anybody."""
    return discord.Embed(
        title="A circle needs somebody to hold it",
        description=(
            f"The facilitator of **{words.plain(circle.name)}** is away, or has left. Would one of the"
            f" co-facilitators take over? In {_HOURS} hours I tell the moderators."
        ),
        colour=words.CALM,
    )


def nobody_holds(circle: Circle) -> discord.Embed:
    """Tell the moderators that a circle is without anybody."""
    return discord.Embed(
        title="Nobody holds a circle",
        description=(
            f"**{words.plain(circle.name)}** has no facilitator right now. A moderator can choose one with"
            " `/circle edit`, or end the circle with `/circle archive`."
        ),
        colour=words.CALM,
    )


def held_again(circle: Circle) -> discord.Embed:
    """Take the place of the question when somebody has taken over."""
    return discord.Embed(
        description=f"Somebody holds **{words.plain(circle.name)}** again.", colour=words.CALM
    )


def _holder(holder: Holder) -> str:
    if holder.address is None:
        return f"somebody whom I can no longer find ({_HOLDS[holder.holds]})"
    said = _HOLDS[holder.holds]
    if holder.holds is Holds.AWAY and holder.address.away_until is not None:
        said += f" until {discord.utils.format_dt(holder.address.away_until, 'd')}"
    return f"<@{holder.address.discord_id}> ({said})"
