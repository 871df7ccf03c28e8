"""Every word about circles."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from pathlib import Path

import discord

from bot.services.circles import Access, Circle, Listing
from bot.services.hours import Opening
from bot.services.rules.anonymity import chance_of_a_result
from bot.services.seats import Page
from cogs import words
from cogs.hours import messages as opening
from cogs.meetings import messages as meeting
from cogs.seats.messages import standing

GROUP = "Circles: small groups of colleagues with their own channel"
CREATE = "Open a new circle (for moderators)"
ACCESS_OPTION = "How one gets a seat; everybody may enter if left out"
BROWSE = "See the circles of this server"
INFO = "What a circle is for, whether it has a free seat, and where you stand"
WHICH = "Which circle"
JOIN = "Read a circle's agreement, and enter, ask, or wait for a seat"
LEAVE = "Leave a circle, or its waitlist. Nobody asks why"
EDIT = "Change a circle: what it is for, its agreement, who holds it, who is away"
MEMBERS = "Seats, waitlist and who holds a circle; take a seat back"
APPROVE = "Answer requests for a seat, or invite somebody"
ARCHIVE = "End a circle; first it says what stays and what goes"

DESCRIBE = "Name, purpose, seats"
REASON = "Respite: a circle"
ACCESS = {
    Access.OPEN: "everybody may enter",
    Access.REQUEST: "one asks, and the facilitators answer",
    Access.INVITE: "by invitation only",
}
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
FORM_ACCESS = "How one gets a seat"
EDIT_TITLE = "Change this circle"
FORM_HOLDER = "Who holds it"
FORM_HOLDER_HINT = "The facilitator. To answer check-ins as well, they join it like everybody else."

_CHANNEL_LENGTH = 90


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
    _add_small(embed, circle, minimum)
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
        (
            words.plain(listing.circle.name),
            f"{_purpose(listing.circle)}\n*{_seats(listing)} · {_hours(listing)}*",
        )
        for listing in found
    ]
    words.add_rows(embed, rows)
    return embed


def info(found: Page) -> discord.Embed:
    """Describe one circle, and say where the person stands."""
    circle = found.listing.circle
    embed = discord.Embed(title=words.plain(circle.name), description=_purpose(circle), colour=words.CALM)
    embed.add_field(name="Seats", value=_seats(found.listing))
    embed.add_field(name="Access", value=ACCESS[circle.access])
    embed.add_field(name="Hours", value=opening.said(Opening(circle, found.listing.hours)), inline=False)
    if found.meeting is not None:
        embed.add_field(name="Next meeting", value=meeting.when(found.meeting), inline=False)
    embed.add_field(name="Where you stand", value=standing(found.standing), inline=False)
    if found.agreement_changed:
        embed.add_field(name="The agreement has changed", value="`/circle join` shows how.", inline=False)
    return embed


def edit(circle: Circle) -> discord.Embed:
    """Show what can be changed."""
    embed = discord.Embed(title=words.plain(circle.name), description=_purpose(circle), colour=words.CALM)
    embed.add_field(name="Seats", value=str(circle.seats))
    embed.add_field(name="Access", value=ACCESS[circle.access])
    return embed


def described(circle: Circle, minimum: int) -> discord.Embed:
    """Say how the circle is described now, and what a small one can expect of check-ins.

    Its channel keeps the name that people know it by.
    """
    embed = edit(circle)
    _add_small(embed, circle, minimum)
    embed.set_footer(text="The channel keeps its name; you can rename it in Discord.")
    return embed


def _add_small(embed: discord.Embed, circle: Circle, minimum: int) -> None:
    """Add rule R8 where the circle is small enough for it."""
    if circle.seats <= minimum + 1:
        embed.add_field(name="A word on check-ins", value=_small(circle.seats, minimum), inline=False)


def _may_be_in_a_channel_name(letter: str) -> bool:
    # Many scripts write vowels as marks on a letter.
    return letter.isalnum() or unicodedata.category(letter).startswith("M")


def _hours(listing: Listing) -> str:
    return opening.in_short(Opening(listing.circle, listing.hours))


def _purpose(circle: Circle) -> str:
    return words.plain(circle.purpose) or "A circle of colleagues."


def _seats(listing: Listing) -> str:
    """Say what a newcomer finds: seats that are held or waited for are not free to them."""
    free = max(0, listing.room.free - listing.waiting)
    said = f"{free} of {listing.room.seats} seats free" if free else "all seats taken"
    waiting = listing.waiting + listing.room.held
    return f"{said}, {waiting} waiting" if waiting else said


def _small(seats: int, minimum: int) -> str:
    """Rule R8, with its numbers: how rarely a small circle sees a result."""
    if seats < minimum:
        return (
            f"Results are shown from {minimum} answers on, so a circle of {seats} never sees one of its own."
            f" It can answer in a check-in of the whole server, or {_together(seats, minimum)}"
        )
    return (
        f"Results are shown from {minimum} answers on. If about seven in ten answer, a result can be shown in"
        f" about {_chance(seats, minimum)} of check-ins with {seats} seats,"
        f" {_chance(seats + 2, minimum)} with {seats + 2} and {_chance(seats + 4, minimum)} with {seats + 4}."
        f" With {minimum} seats, a result also says that everybody has answered."
        f" Small circles can also check in {_together(seats, minimum)}"
    )


def _together(seats: int, minimum: int) -> str:
    return (
        f"together with others (`/checkins share`): three with {seats} seats each see a result in about"
        f" {_chance(3 * seats, minimum)}."
    )


def _chance(seats: int, minimum: int) -> str:
    return f"{min(99, round(100 * chance_of_a_result(seats, minimum=minimum)))} %"
