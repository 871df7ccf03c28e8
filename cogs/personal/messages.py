"""Every word about one's own data."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

import discord

from bot.services.erasure import Erased
from bot.services.personal_data import Kind, Overview, Stored
from bot.services.personal_export import Export, Json, Table
from cogs import words

DATA = "What is stored about you: see it, take it along, erase it"

EXPORT = "Export"
UNLOCK = "Export with my passphrase"
YOURS = "The passphrase of your private copies"
ERASE_ONE = "Erase one kind"
ERASE_ALL = "Erase everything"
ERASE_NOW = "Erase it"
WHICH_KIND = "Which kind?"
WHICH_KIND_HINT = "You are shown what would go, and asked once more."

ARCHIVE_NAME = "respite-my-data.zip"
TEXT_NAME = "respite-my-data.txt"
JSON_NAME = "respite-my-data.json"

_NOT_STORED = (
    "Your name. Your Discord id, unless encrypted under your own key, where an entry above says so. What you"
    " read or write in channels. When you were here. What you answered in a check-in that has closed: nobody"
    " can find that any more."
)
_KEY = (
    "A data key: random bytes in a file of their own, by which entries about you are found and opened. It is"
    " destroyed with the last of them, and then old backups cannot be read for you either."
)
_STRAY = "You have the role of a circle in which you have no place any more."
_STAYS = (
    "results in which your answers were counted, because nobody can tell them from the others'; and what you"
    " wrote in channels, which is Discord's."
)
_CONSEQUENCES = {
    Kind.CIRCLES: "You leave your circles; those that you hold go on without you.",
    Kind.CHECKINS: "Answers in check-ins that are still open are withdrawn.",
}
_LOCKED = (
    "Your private copies are in it only as a note that they are there, because your passphrase locks them."
    " With the button you get a file in which they are readable."
)
_LEFT_OUT = "Left out, because whoever finds this file could look for it in a database"


def name(kind: Kind) -> str:
    """Return what a kind is called."""
    return kind.value.capitalize()


def overview(found: Overview) -> discord.Embed:
    """Say what is stored about somebody, in plain words."""
    embed = discord.Embed(title="What is stored about you on this server", colour=words.CALM)
    if found.empty:
        embed.description = "Nothing. There is nothing here to export or to erase."
    rows = [(_counted(each.kind, each.entries), _reasons(each)) for each in found.stored if each.entries]
    if found.has_key:
        rows.append(("Besides", _KEY))
    if found.stray:
        rows.append(("On Discord", _STRAY))
    words.add_rows(embed, [*rows, ("Not stored", _NOT_STORED)])
    return embed


def exported(found: Export) -> discord.Embed:
    """Say what is in the attached file."""
    entries = sum(len(table.entries) for table in found.tables)
    embed = discord.Embed(
        title="Everything that is stored about you here",
        description=(
            f"{_many(entries)}, in two forms: `{TEXT_NAME}` to read, `{JSON_NAME}` for programs."
            " Only you see this message. Keep the file where nobody else opens it."
        ),
        colour=words.CALM,
    )
    if found.locked:
        embed.add_field(name="Locked", value=_LOCKED, inline=False)
    return embed


def question(found: Overview, kinds: Collection[Kind]) -> discord.Embed:
    """Say what would go, before it goes."""
    asked = [each for each in found.stored if each.kind in kinds]
    if not found.holds(kinds):
        return discord.Embed(description="There is nothing of that kind.", colour=words.CALM)
    lines = [f"• {_counted(each.kind, each.entries)}" for each in asked if each.entries]
    lines += [_CONSEQUENCES[each.kind] for each in asked if each.entries and each.kind in _CONSEQUENCES]
    if len(kinds) == len(Kind):
        lines.append(f"Your data key is destroyed. What stays: {_STAYS}")
    embed = discord.Embed(title="This would be erased", description="\n".join(lines), colour=words.CALM)
    embed.set_footer(text="It cannot be taken back. To keep it, leave the button alone.")
    return embed


def receipt(erased: Erased, still_in: Sequence[str]) -> discord.Embed:
    """Say exactly what went, and what is still to be done by people."""
    lines = [f"• {_counted(kind, entries)}" for kind, entries in erased.entries.items() if entries]
    if erased.key_destroyed:
        lines.append("• your data key, so that old backups cannot be read for you either")
    embed = discord.Embed(
        title="Erased", description="\n".join(lines) or "There was nothing left to erase.", colour=words.CALM
    )
    if still_in:
        embed.add_field(name="Please ask a moderator", value=_still_in(still_in), inline=False)
    if erased.unheld:
        embed.add_field(name="Nobody holds it now", value=_listed(erased.unheld), inline=False)
    return embed


def export_text(found: Export) -> str:
    """Write the export out in plain words."""
    parts = [
        "Everything that Respite has stored about you on one server.",
        f"Written on {found.made_at:%d %B %Y at %H:%M} (UTC).",
        f"A data key exists for you: {_said(found.has_key)}.",
    ]
    parts += ["\n".join(_of_table(table)) for table in found.tables if table.entries]
    empty = [table.name.replace("_", " ") for table in found.tables if not table.entries]
    return "\n\n".join([*parts, f"Nothing is stored in: {', '.join(empty) or 'no other place'}."]) + "\n"


def _of_table(table: Table) -> Iterator[str]:
    reasons = {column.name: column.why for column in table.columns}
    yield f"{name(table.kind)}: {table.name.replace('_', ' ')}"
    for kept in dict.fromkeys(column.kept for column in table.columns):
        yield f"This stays {kept}."
    for number, entry in enumerate(table.entries, start=1):
        yield f"  {number}."
        for label, value in entry.items():
            yield from _lines(reasons.get(label, label), value, "    ")
    yield f"  {_LEFT_OUT}: {reasons[table.left_out]}."


def _lines(label: str, value: Json, indent: str) -> Iterator[str]:
    """Yield a value under its label, and what is inside it further in."""
    if isinstance(value, Mapping):
        yield f"{indent}{label}:"
        for inner, held in value.items():
            yield from _lines(inner.replace("_", " "), held, indent + "  ")
    elif isinstance(value, Sequence) and not isinstance(value, str):
        yield f"{indent}{label}: {len(value)}"
        for number, held in enumerate(value, start=1):
            yield from _lines(f"{number}", held, indent + "  ")
    else:
        yield f"{indent}{label}: {_said(value)}"


def _said(value: bool | float | str | None) -> str:
    match value:
        case None | "":
            return "nothing"
        case bool():
            return "yes" if value else "no"
        case _:
            return str(value)


def _reasons(stored: Stored) -> str:
    lines = [f"• {why}" for why in dict.fromkeys(column.why for column in stored.columns)]
    kept = ", or ".join(dict.fromkeys(column.kept for column in stored.columns))
    return words.fitting([*lines, f"It stays {kept}."], words.FIELD_LENGTH)


def _counted(kind: Kind, entries: int) -> str:
    return f"{name(kind)}: {_many(entries)}"


def _many(entries: int) -> str:
    return "1 entry" if entries == 1 else f"{entries} entries"


def _still_in(circles: Sequence[str]) -> str:
    return (
        f"Discord did not let me take your access to {_listed(circles)} away. A moderator can: your role, and"
        " your name in the permissions of the channel."
    )


def _listed(circles: Sequence[str]) -> str:
    return words.fitting([words.plain(circle) for circle in circles], words.FIELD_LENGTH - 300)
