"""Every word of `/help-now`, and those around `/after`; its content is in `bot/content/after.toml`."""

from __future__ import annotations

from collections.abc import Sequence

import discord

from bot.services.after import Advice
from bot.services.listings import Entry, Listing
from bot.services.resources import Kind
from cogs import words
from cogs.resources import messages as resources

HELP_NOW = "What to do this minute, and who answers right now. Only you see it"
COUNTRY_OPTION = "Begin to type a country; the server's own, if you leave this out"
AFTER = "After a hard event at work: the first day, whom to tell, what to leave"
EVENT_OPTION = "What kind of event; you need not say"

EVENTS = {
    "any": "Something else, or I would rather not say",
    "loss": "A client has died",
    "assault": "I was attacked or threatened",
    "complaint": "A complaint or a lawsuit",
}

STEPS = (
    "If a life is in danger, yours or anybody's: call the emergency number now.",
    "Go where somebody is, or ask somebody to come. Put away what you could hurt yourself with.",
    "Call or text a line below. You need no special reason, and no name.",
)
ONE_PERSON = (
    "Reach one colleague or friend. Two sentences are enough: *I am not well. Can you stay with me,"
    " on the phone or here?*"
)
FOOTER = "This bot is no crisis service, and nobody is watching it. Only you can see this message."


def help_now(found: Listing, moderator_role_id: int | None) -> discord.Embed:
    """Say what to do this minute: country lines first, then a peer, then those who hold this place."""
    embed = discord.Embed(title="This minute", colour=words.CALM)
    embed.description = "\n".join(f"**{number}.** {step}" for number, step in enumerate(STEPS, start=1))
    for kind in (Kind.EMERGENCY, Kind.CRISIS):
        if lines := found.of(kind):
            embed.add_field(
                name=f"{resources.KINDS[kind]}: {resources.place(found)}", value=_lines(lines), inline=False
            )
    if found.country is None:
        embed.add_field(name="Your country", value=_ask_country(found), inline=False)
    embed.add_field(name="Then, one person", value=ONE_PERSON, inline=False)
    embed.add_field(name="Then, here", value=_here(moderator_role_id), inline=False)
    embed.set_footer(text=FOOTER)
    return embed


def after(advice: Advice) -> discord.Embed:
    """Say what helps on the day of a hard event."""
    event, aftermath = advice.event, advice.aftermath
    embed = discord.Embed(title=event.title, description=aftermath.no_retelling, colour=words.CALM)
    embed.add_field(name="The first hours", value=words.bullets(event.first_hours), inline=False)
    embed.add_field(name="Whom to tell", value=words.bullets(event.tell), inline=False)
    embed.add_field(name="What to leave", value=words.bullets(event.avoid), inline=False)
    embed.add_field(name="One person", value=aftermath.peer, inline=False)
    if advice.lines:
        embed.add_field(name="For your profession", value=_lines(advice.lines), inline=False)
    embed.add_field(name="The days after", value=aftermath.later, inline=False)
    embed.add_field(name="What this rests on", value=words.sources(aftermath.sources), inline=False)
    embed.set_footer(text="Rules differ by country and employer: yours come first. Only you can see this.")
    return embed


def _lines(entries: Sequence[Entry]) -> str:
    return words.fitting([_line(entry) for entry in entries], words.FIELD_LENGTH)


def _line(entry: Entry) -> str:
    resource = entry.resource
    hours = words.plain(resource.hours) if entry.own else resource.hours
    always = (
        resource.kind is Kind.EMERGENCY and not entry.own
    )  # known to everybody, and the less to read the better
    known = "; ".join(filter(None, (None if always else hours, resources.doubt(entry))))
    return f"• {resources.name(entry)}: {resources.ways(resource)}{f' ({known})' if known else ''}"


def _ask_country(found: Listing) -> str:
    asked = resources.unknown_country(found)
    return " ".join(filter(None, (asked, "`/help-now` with the option `country` shows the lines there.")))


def _here(moderator_role_id: int | None) -> str:
    moderators = "" if moderator_role_id is None else f", or <@&{moderator_role_id}>"
    return f"The facilitators of your circle{moderators}. They are colleagues, and no crisis service."
