"""Every word about the end of a circle."""

from __future__ import annotations

import discord

from bot.services.archiving import Plan
from cogs import words
from cogs.endings.done import Done

END = "End this circle …"
LET_ME_OUT = "Take this channel off my list"
FORM_TITLE = "End this circle"
CHANNEL = "Its channel"
KEEP = "Keep it, read-only"
KEEP_HINT = "Members go on reading what was written, and keep the role until they put it down."
DELETE = "Delete it, and the role"
DELETE_HINT = "What was written there is gone for good."
NAME = "Type the circle's name"
NAME_HINT = "This cannot be undone."
REASON = "Respite: the end of a circle"

_DONE = {
    Done.KEPT: "The channel can still be read, and nobody can write in it any more.",
    Done.DELETED: "The channel and the role are deleted.",
    Done.FORBIDDEN: (
        "Discord did not let me change the channel or the role: please do that by hand. My role has to stand"
        " above the circle's, with Manage Channels and Manage Roles."
    ),
    Done.LATER: "The channel and the role follow as soon as Discord answers again.",
}
_GOES_ON = "It goes on for the circles that share it. What members of this circle answered counts there."


def plan(found: Plan) -> discord.Embed:
    """Say what would stay and what would go, before anything happens."""
    embed = discord.Embed(
        title=f"The end of {words.plain(found.circle.name)}",
        description="Nothing has happened yet. The button asks once more.",
        colour=words.CALM,
    )
    embed.add_field(name="What stays", value=_stays(found), inline=False)
    embed.add_field(name="What goes", value=_goes(found), inline=False)
    if found.window_id is not None:
        embed.add_field(
            name="A check-in is open",
            value="Its answers would be discarded, and nothing is ever published of them. To wait for its"
            " result, end the circle after the close.",
            inline=False,
        )
    if found.goes_on:
        embed.add_field(name="A check-in is open", value=_GOES_ON, inline=False)
    return embed


def ended(found: Plan, done: Done) -> discord.Embed:
    """Say what was done."""
    embed = discord.Embed(title=f"{words.plain(found.circle.name)} has ended", colour=words.CALM)
    embed.add_field(name="Has stayed", value=_stays(found), inline=False)
    embed.add_field(name="Has gone", value=_goes(found), inline=False)
    if found.window_id is not None:
        embed.add_field(name="The open check-in", value="Discarded, unpublished.", inline=False)
    if found.goes_on:
        embed.add_field(name="The open check-in", value=_GOES_ON, inline=False)
    embed.add_field(name="On Discord", value=_DONE[done], inline=False)
    return embed


def farewell() -> discord.Embed:
    """Say goodbye in a channel that stays."""
    return discord.Embed(
        title="This circle has ended",
        description=(
            "What was written here can still be read, and nothing can be added. What was said here stays"
            " here. With the button you put down the role, and the channel disappears from your list."
        ),
        colour=words.CALM,
    )


def out() -> discord.Embed:
    """Say that the role is put down."""
    return discord.Embed(description="Done. The channel is off your list.", colour=words.CALM)


def _stays(found: Plan) -> str:
    results = {0: "There are no results to keep.", 1: "1 check-in result"}.get(
        found.results, f"{found.results} check-in results"
    )
    return results if not found.results else f"{results}, for the moderators to read: `/checkins results`."


def _goes(found: Plan) -> str:
    queue = found.queue
    return (
        f"Who sits in it ({found.taken}), who holds it, who waits ({queue.waiting + queue.held}) or asks"
        f" ({queue.asking}); its agreement and purpose; its check-in schedule, prompts and meetings."
    )
