"""Every word about privacy; numbers come from the rules, and what is stored from the registry."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Any

import discord

from bot.services.privacy import Column, Described, Here, Whose, stored
from bot.services.rules.anonymity import FLOOR, FLOOR_WITH_FACILITATOR, HISTOGRAM_FROM, MEANS_FROM
from bot.services.windows import SHORTEST_DAYS
from cogs import words
from cogs.retention.messages import NAMES

PRIVACY = "Who can see what, what is stored, and what nobody can prevent"
FURTHER = "Further"

_CONTENT = Path(__file__).parents[2] / "bot" / "content" / "privacy.toml"
_WORDS: dict[str, Any] = tomllib.loads(_CONTENT.read_text("utf-8"))
_NUMBERS = {
    "floor": FLOOR,
    "all_but_one": FLOOR - 1,
    "floor_with_facilitator": FLOOR_WITH_FACILITATOR,
    "most_bands": MEANS_FROM - 1,
    "means_from": MEANS_FROM,
    "shares_from": HISTOGRAM_FROM,
    "days": SHORTEST_DAYS,
}


class Page(StrEnum):
    """The pages, in the order of their buttons."""

    PROMISE = "promise"
    WHO = "who"
    BEYOND = "beyond"
    HERE = "here"
    MEMBER = "member"
    CIRCLE = "circle"
    SERVER = "server"
    PROGRAM = "program"


TITLES: Mapping[Page, str] = {
    Page.PROMISE: "The promise",
    Page.WHO: "Who can see what",
    Page.BEYOND: "What nobody can prevent",
    Page.HERE: "On this server",
    Page.MEMBER: "Stored about you",
    Page.CIRCLE: "Stored about circles",
    Page.SERVER: "Stored about this server",
    Page.PROGRAM: "Stored about the program",
}

_WHOSE = {
    Page.MEMBER: Whose.MEMBER,
    Page.CIRCLE: Whose.CIRCLE,
    Page.SERVER: Whose.SERVER,
    Page.PROGRAM: Whose.NOBODY,
}


def _told(part: str) -> list[tuple[str, str]]:
    return [(each["who"], each["what"].format(**_NUMBERS)) for each in _WORDS[part]]


_IN_SHORT, _WHO, _BEYOND = _told("short"), _told("who"), _told("beyond")


def first() -> discord.Embed:
    """Return the page that is shown first: the promise, and in short who can see what."""
    embed = _page(Page.PROMISE)
    embed.description = f"> **{_WORDS['promise']}**\n> {_WORDS['limits']}"
    for who, what in _IN_SHORT:
        embed.add_field(name=who, value=what, inline=False)
    embed.set_footer(text="Only you see this. The buttons say more.")
    return embed


def parts(page: Page, here: Here) -> list[discord.Embed]:
    """Return a page, in as many parts as fit a message each."""
    match page:
        case Page.PROMISE:
            return [first()]
        case Page.WHO:
            return _paged(page, _WHO)
        case Page.BEYOND:
            return _paged(page, _BEYOND)
        case Page.HERE:
            return _paged(page, tuple(_here(here)))
        case _:
            rows = [row for table in stored(_WHOSE[page]) for row in _described(table)]
            return _paged(page, rows)


def _here(here: Here) -> Iterator[tuple[str, str]]:
    yield (
        "Fewest answers of which anything is shown",
        f"{here.minimum}, and {here.minimum_with_facilitator} where somebody who holds the circle may answer",
    )
    for limit, days in here.kept.items():
        yield NAMES[limit], f"stay for {days} days"


def _described(table: Described) -> Iterator[tuple[str, str]]:
    """Yield a table's columns with their reasons, in rows that fit a field each."""
    title, lines = table.name.replace("_", " ").capitalize(), list(_lines(table.columns))
    while lines:
        fitting: list[str] = []
        while lines and sum(map(len, fitting)) + len(fitting) + len(lines[0]) <= words.FIELD_LENGTH:
            fitting.append(lines.pop(0))
        yield title, "\n".join(fitting)
        title = f"{table.name.replace('_', ' ').capitalize()}, continued"


def _lines(columns: Sequence[Column]) -> Iterator[str]:
    for kept in dict.fromkeys(column.kept for column in columns):
        for column in columns:
            if column.kept == kept:
                yield f"• **{column.name.replace('_', ' ')}**: {column.why}"
        yield f"*Stays {kept}.*"


def _paged(page: Page, rows: Sequence[tuple[str, str]]) -> list[discord.Embed]:
    embeds = [_page(page)]
    for name, value in rows:
        if (
            len(embeds[-1]) + len(name) + len(value) > words.ROOM
            or len(embeds[-1].fields) == words.MOST_FIELDS
        ):
            embeds.append(_page(page))
        embeds[-1].add_field(name=name, value=value, inline=False)
    for number, embed in enumerate(embeds, start=1):
        if len(embeds) > 1:
            embed.set_footer(text=f"Part {number} of {len(embeds)}")
    return embeds


def _page(page: Page) -> discord.Embed:
    return discord.Embed(title=TITLES[page], colour=words.CALM)
