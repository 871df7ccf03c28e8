"""Every word about requests and invitations."""

from __future__ import annotations

from collections.abc import Sequence

import discord

from bot.services.circles import Circle
from bot.services.requests import Request, Requests
from cogs import words

APPROVE = "Let them in"
DECLINE = "Not this time"
INVITE = "Invite somebody"
INVITE_TITLE = "Invite somebody"
INVITE_WHO = "Who may enter"
INVITE_HINT = "They get the next free seat, and find it with /circle join. Tell them yourself: I do not."
SOMEBODY_GONE = "somebody who has left the server"


def approve(position: int) -> str:
    """Name the button that lets one of several people in."""
    return f"{position}: {APPROVE}"


def decline(position: int) -> str:
    """Name the button that declines one of several requests."""
    return f"{position}: {DECLINE}"


def asked(found: Request, name: str) -> discord.Embed:
    """Tell the facilitators that somebody asks for a seat."""
    embed = discord.Embed(
        title="Somebody asks for a seat",
        description=f"**{words.plain(name)}** would like to enter **{words.plain(found.circle.name)}**.",
        colour=words.CALM,
    )
    embed.set_footer(
        text="Whoever holds the circle, or moderates, can answer. The name then disappears from here."
    )
    return embed


def answered(circle: Circle) -> discord.Embed:
    """Say that a request was answered. It names nobody, and not what the answer was."""
    return discord.Embed(
        description=f"A request for **{words.plain(circle.name)}** has been answered.", colour=words.CALM
    )


def over() -> discord.Embed:
    """Take the place of a request that was answered elsewhere, or taken back."""
    return discord.Embed(
        description="A request that stood here has been answered, or taken back.", colour=words.CALM
    )


def waiting(found: Requests, names: Sequence[str]) -> discord.Embed:
    """List who asks for a seat."""
    embed = discord.Embed(title=f"Requests for {words.plain(found.circle.name)}", colour=words.CALM)
    lines = [f"{position}. {words.plain(name)}" for position, name in enumerate(names, start=1)]
    if found.all > len(names):
        lines.append(f"… and {found.all - len(names)} more.")
    embed.description = "\n".join(lines) or "Nobody is asking for a seat right now."
    return embed


def invited(circle: Circle) -> discord.Embed:
    """Say that somebody may come in."""
    return discord.Embed(
        description=(
            f"They may enter **{words.plain(circle.name)}** now: `/circle join` lets them in when there is a"
            " seat. I have not written to them."
        ),
        colour=words.CALM,
    )
