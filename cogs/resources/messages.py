"""Every word about where help is; the entries themselves are in `bot/content/resources`."""

from __future__ import annotations

from collections.abc import Sequence

import discord

from bot.services.listings import Change, Entry, Listing
from bot.services.resources import Directory, Kind, Resource, Standing
from cogs import words

RESOURCES = "Where help is: lines, programmes for clinicians, supervision, therapy"
COUNTRY_OPTION = "Begin to type a country; the server's own, if you leave this out"
KIND_OPTION = "Only one kind of help"

EDITING = "Change what /resources and /help-now show on this server"
LIST = "What this server has changed"
ADD = "Add an entry to this server's list"
REPLACE = "Put other words in the place of an entry, once you have checked it"
HIDE = "Take an entry from this server's list"
RESTORE = "Show an entry again as it came with the program"
ENTRY_OPTION = "Which entry; begin to type its name"
ADD_KIND_OPTION = "What kind of help it is"

FORM_TITLE = "An entry of this server's list"
FORM_NAME = "Name"
FORM_NUMBER = "Number to call"
FORM_NUMBER_HINT = "Digits only, as one dials it. A number or a link is needed"
FORM_URL = "Link"
FORM_URL_HINT = "Begins with https://"
FORM_HOURS = "When it can be reached"
FORM_FOR_WHOM = "For whom it is"
FORM_FOR_WHOM_HINT = "By sending this you say that you have checked the entry today"

KINDS = {
    Kind.EMERGENCY.value: "Emergency",
    Kind.CRISIS.value: "Somebody to talk to now",
    Kind.CLINICIAN.value: "For clinicians",
    Kind.SUPERVISION.value: "Supervision",
    Kind.THERAPY.value: "Therapy for yourself",
}


def listed(found: Listing) -> discord.Embed:
    """Show what there is, the most urgent first."""
    embed = discord.Embed(title=f"Help and support: {place(found)}", colour=words.CALM)
    embed.description = _introduction(found)
    rows = [(f"{KINDS[entry.resource.kind]}: {name(entry)}", _details(entry)) for entry in found.entries]
    words.add_rows(embed, rows)
    return embed


def place(found: Listing) -> str:
    """Name the country that a list is about."""
    return "wherever you are" if found.country is None else found.country.name


def unknown_country(found: Listing) -> str | None:
    """Say that there is no list for the country that was asked for, if that is so."""
    return None if found.asked is None else f"I have no list for {words.plain(found.asked[:50])} yet."


def name(entry: Entry) -> str:
    """Name an entry; what moderators have written is shown as it is."""
    return words.plain(entry.resource.name) if entry.own else entry.resource.name


def ways(resource: Resource) -> str:
    """Say how to reach it: call, text, link."""
    numbers = " or ".join(f"**{number}**" for number in resource.numbers)
    found = [f"call {numbers}"] if numbers else []
    found += [f"text **{resource.text}**"] if resource.text else []
    found += [resource.url] if resource.url else []
    return " · ".join(found)


def doubt(entry: Entry) -> str | None:
    """Say in a few words why not to rely on an entry, if there is a reason."""
    match entry.standing:
        case Standing.UNCONFIRMED:
            return "not confirmed by us"
        case Standing.OLD:
            return "last checked more than a year ago"
        case Standing.CHECKED:
            return None


def options(found: Sequence[Resource]) -> list[tuple[str, str]]:
    """Name entries for a list of choices, each with its id."""
    return [(f"{KINDS[resource.kind]}: {resource.name}"[:100], resource.id) for resource in found]


def saved(resource: Resource) -> discord.Embed:
    """Confirm an entry that a moderator has written."""
    return _confirmed(f"{words.plain(resource.name)} is in this server's list, checked today.")


def hidden(resource: Resource) -> discord.Embed:
    """Confirm that an entry is no longer shown."""
    return _confirmed(f"{words.plain(resource.name)} is no longer in this server's list.")


def restored(resource: Resource) -> discord.Embed:
    """Confirm that an entry is shown as it came."""
    return _confirmed(f"{resource.name} is shown again as it came with the program.")


def changes(made: Sequence[Change], directory: Directory) -> discord.Embed:
    """List what a server has changed."""
    embed = discord.Embed(title="What this server has changed", colour=words.CALM)
    if not made:
        embed.description = "Nothing yet. `/setup resources add` and its neighbours change the list."
    words.add_rows(embed, [_change(change, directory) for change in made])
    return embed


def _change(change: Change, directory: Directory) -> tuple[str, str]:
    shipped = None if change.replaces is None else directory.find(change.replaces)
    about = words.plain(change.replaces or "") if shipped is None else shipped.name
    if change.resource is None:
        return about, "hidden · `/setup resources restore` shows it again"
    what = "added" if change.replaces is None else f"in the place of {about}"
    checked = f", checked on {words.day(change.resource.checked_on)}" if change.resource.checked_on else ""
    return words.plain(change.resource.name), f"{what}{checked}"


def _confirmed(text: str) -> discord.Embed:
    return discord.Embed(description=f"{text} `/resources` shows the list.", colour=words.CALM)


def _introduction(found: Listing) -> str:
    said = [unknown_country(found)]
    if found.country is None:
        said.append("With the option `country`, `/resources` shows the lines of one country.")
    if not found.entries:
        said.append("There is nothing of this kind in the list yet.")
    said.append("In danger, or at the end of your strength: `/help-now`.")
    return " ".join(part for part in said if part)


def _details(entry: Entry) -> str:
    resource = entry.resource
    hours, for_whom = resource.hours, resource.for_whom
    if entry.own:
        hours, for_whom = words.plain(hours), words.plain(for_whom)
    return f"{ways(resource)}\n{hours}; for {for_whom}\n*{_standing(entry)}*"


def _standing(entry: Entry) -> str:
    resource, unsure = entry.resource, doubt(entry)
    source = "this server's moderators" if resource.source is None else f"[source]({resource.source})"
    if resource.checked_on is None:
        return f"{unsure}: see the {source}"
    checked = f"checked on {words.day(resource.checked_on)}: {source}"
    return checked if unsure is None else f"{unsure}; {checked}"
