"""Every word about circles."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from pathlib import Path

import discord

from bot.services.circles import Circle, Invitation, Listing
from bot.services.rules.anonymity import chance_of_a_result
from cogs import words

GROUP = "Circles: small groups of colleagues with their own channel"
CREATE = "Open a new circle (for moderators)"
BROWSE = "See the circles of this server"
INFO = "What a circle is for, and whether it has a free seat"
INFO_CIRCLE = "Which circle"
JOIN = "Read a circle's agreement, and enter"
JOIN_CIRCLE = "Which circle"
LEAVE = "Leave a circle. Nobody asks why"
LEAVE_CIRCLE = "Which circle"

AGREE = "I agree, let me in"
REASON = "Respite: a circle's members"
AGREEMENT = (Path(__file__).parents[2] / "bot" / "content" / "agreement.txt").read_text("utf-8").strip()

FORM_TITLE = "A new circle"
FORM_NAME = "Name"
FORM_NAME_HINT = "Everybody on the server can read it, so leave out anything sensitive."
FORM_PURPOSE = "What it is for"
FORM_PURPOSE_HINT = "A line or two for those who are looking."
FORM_SEATS = "Seats"
FORM_SEATS_HINT = "Six to twelve work well. Check-in results need at least five answers."
FORM_AGREEMENT = "Agreement"
FORM_AGREEMENT_HINT = "What everybody accepts before they enter. Change it as you see fit."
FORM_HOLDER = "Who holds it"
FORM_HOLDER_HINT = "The facilitator. To answer check-ins as well, they join it like everybody else."

_CHANNEL_LENGTH = 90


def role_name(circle: Circle) -> str:
    """Return the name of a circle's role: a number, because everybody on the server can see who holds it."""
    return f"Circle {circle.circle_id}"


def channel_name(circle: str) -> str:
    """Return a name that Discord takes for a text channel."""
    kept = "".join(letter if _may_be_in_a_channel_name(letter) else "-" for letter in circle.casefold())
    return "-".join(part for part in kept.split("-") if part)[:_CHANNEL_LENGTH] or "circle"


def created(circle: Circle, minimum: int) -> discord.Embed:
    """Say that the circle is open, and what a small one can expect of check-ins."""
    embed = discord.Embed(
        title="The circle is open",
        description=(
            f"**{words.plain(circle.name)}** meets in <#{circle.channel_id}>."
            " Members enter with `/circle join`."
        ),
        colour=words.CALM,
    )
    if circle.seats <= minimum + 1:
        embed.add_field(name="A word on check-ins", value=_small(circle.seats, minimum), inline=False)
    embed.add_field(
        name="Next",
        value="`/checkins schedule` for a weekly check-in, `/prompts schedule` for short practices.",
        inline=False,
    )
    return embed


def browse(found: Sequence[Listing]) -> discord.Embed:
    """List the circles with their free seats."""
    embed = discord.Embed(title="Circles", colour=words.CALM)
    if not found:
        embed.description = "There are no circles here yet."
    rows = [
        (words.plain(listing.circle.name), f"{_purpose(listing.circle)}\n*{_seats(listing)}*")
        for listing in found
    ]
    words.add_rows(embed, rows)
    return embed


def info(found: Listing) -> discord.Embed:
    """Describe one circle."""
    embed = discord.Embed(
        title=words.plain(found.circle.name), description=_purpose(found.circle), colour=words.CALM
    )
    embed.add_field(name="Seats", value=_seats(found))
    embed.add_field(name="Enter", value="`/circle join`")
    return embed


def invitation(found: Invitation) -> discord.Embed:
    """Show the agreement that is accepted by entering."""
    embed = discord.Embed(
        title=f"Before you enter {words.plain(found.circle.name)}",
        description=found.agreement,
        colour=words.CALM,
    )
    again = "You have a seat here already, and the button lets you in again. " if found.seated else ""
    embed.set_footer(
        text=f"{again}Once you are in, everybody on this server can see the role"
        f" “{role_name(found.circle)}” on your profile."
    )
    return embed


def joined(circle: Circle) -> discord.Embed:
    """Welcome a member in."""
    return discord.Embed(
        title="You are in",
        description=(
            f"**{words.plain(circle.name)}** meets in <#{circle.channel_id}>. Read along as long as you like."
            " `/circle leave` lets you out at any time."
        ),
        colour=words.CALM,
    )


def left(circle: Circle) -> discord.Embed:
    """Say goodbye, without a question."""
    return discord.Embed(
        description=f"You have left **{words.plain(circle.name)}**. You can come back while there is a seat.",
        colour=words.CALM,
    )


def _may_be_in_a_channel_name(letter: str) -> bool:
    # Many scripts write vowels as marks on a letter.
    return letter.isalnum() or unicodedata.category(letter).startswith("M")


def _purpose(circle: Circle) -> str:
    return words.plain(circle.purpose) or "A circle of colleagues."


def _seats(listing: Listing) -> str:
    free = listing.circle.seats - listing.taken
    return f"{free} of {listing.circle.seats} seats free" if free > 0 else "all seats taken"


def _small(seats: int, minimum: int) -> str:
    """Rule R8, with its numbers: how rarely a small circle sees a result."""
    if seats < minimum:
        return (
            f"Results are shown from {minimum} answers on, so a circle of {seats} never sees one of its own."
            " It can answer in a check-in of the whole server."
        )
    return (
        f"Results are shown from {minimum} answers on. If about seven in ten answer, a result can be shown in"
        f" about {_chance(seats, minimum)} of check-ins with {seats} seats,"
        f" {_chance(seats + 2, minimum)} with {seats + 2} and {_chance(seats + 4, minimum)} with {seats + 4}."
        f" With {minimum} seats, a result also says that everybody has answered."
    )


def _chance(seats: int, minimum: int) -> str:
    return f"{round(100 * chance_of_a_result(seats, minimum=minimum))} %"
