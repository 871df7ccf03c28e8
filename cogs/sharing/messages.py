"""Every word about circles that check in together."""

from __future__ import annotations

from collections.abc import Sequence

import discord

from bot.services.circles import Circle, CircleState
from bot.services.sharing import Proposal, Sharing
from cogs import words

SHARE = "Let small circles check in together, or see how yours does"
WITH = "Another circle. Left out: see how it stands"
AND = "One more circle"

AGREE = "Agree"
DECLINE = "Rather not"
STEP_OUT = "Check in by ourselves again"

_HOW = (
    "One check-in for all of them, with one result that all their channels read. It never says how one circle"
    " is, and members read before they answer with how many others they share it. It begins with the next"
    " check-in. Whoever holds a circle agrees for it, a moderator for all of them."
)


def sharing(found: Sharing) -> discord.Embed:
    """Say with which circles one checks in, and what has been proposed."""
    embed = discord.Embed(title=f"Check-ins of {words.plain(found.circle.name)}", colour=words.CALM)
    embed.description = (
        f"Together with {_list(found.others)}. A schedule of any of them opens the check-in for all."
        if found.others
        else "This circle checks in by itself. Name another circle to propose that they do it together."
    )
    for number, each in enumerate(found.proposals, start=1):
        name = "Proposed" if len(found.proposals) == 1 else f"Proposal {number}"
        embed.add_field(name=name, value=_proposed(each), inline=False)
    if found.proposals:
        embed.add_field(name="What that means", value=_HOW, inline=False)
    return embed


def proposal(found: Proposal) -> discord.Embed:
    """Ask those who hold the other circles, or say that all have agreed."""
    if not found.waiting:
        return discord.Embed(
            title="Circles check in together",
            description=(
                f"{_list(found.names)} check in together from the next check-in on. A schedule of any of them"
                " opens it for all. Each can go back with `/checkins share`."
            ),
            colour=words.CALM,
        )
    embed = discord.Embed(title="Shall we check in together?", description=_proposed(found))
    embed.colour = discord.Colour(words.CALM)
    embed.add_field(name="What that means", value=_HOW, inline=False)
    return embed


def declined() -> discord.Embed:
    """Say that nothing comes of a proposal; nobody has to say why."""
    return discord.Embed(
        description="This proposal is off the table. Everything stays as it was.", colour=words.CALM
    )


def stepped_out(circle: Circle) -> discord.Embed:
    """Say that a circle checks in by itself, and what is left to do."""
    return discord.Embed(
        description=(
            f"**{words.plain(circle.name)}** checks in by itself from its next check-in on; one that is open"
            " goes on. If the others have its schedule now, `/checkins schedule` makes a new one."
        ),
        colour=words.CALM,
    )


def apart(circle: Circle) -> discord.Embed:
    """Tell the others that a circle has stepped out, or has ended, and what that means for them."""
    gone = (
        f"**{words.plain(circle.name)}** no longer checks in together with other circles, from its next"
        " check-in on."
        if circle.state is CircleState.OPEN
        else "A circle that checked in together with others has ended."
    )
    return discord.Embed(
        description=(
            f"{gone} Those go on without it, also by its schedule where it had the only one;"
            " `/checkins share` says with whom."
        ),
        colour=words.CALM,
    )


def which(says: str, number: int | None) -> str:
    """Return what a button says; with the number of the proposal where there are several."""
    return says if number is None else f"{says} ({number})"


def _proposed(found: Proposal) -> str:
    return f"{_list(found.names)} would check in together. Still to agree: {_list(found.waiting)}."


def _list(names: Sequence[str]) -> str:
    bold = [f"**{words.plain(name)}**" for name in names]
    return " and ".join([", ".join(bold[:-1]), bold[-1]] if len(bold) > 1 else bold)
