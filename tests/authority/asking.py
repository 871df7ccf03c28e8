"""Asking the running bot for one thing, and giving its answer one word."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from string import Formatter
from typing import Any

import simcord
from simcord.actors import can_access_channel

from bot import errors, ui
from bot.services.refusals import Because
from tests.authority.keeping import changes
from tests.authority.rows import BROKEN, DONE, FORM, NOTHING, SHOWN, SOMETHING, Column, Entry, Kind
from tests.authority.site import CIRCLES, Site
from tests.discord import forgery

_HERE = frozenset(Column) - {Column.DIRECT, Column.ELSEWHERE}


async def ask(site: Site, entry: Entry, column: Column) -> str:
    """Return what comes of it in one word. Everything is as it was then."""
    before = await changes(site.database)
    result = await _use(site, entry, column)
    site.tidy()
    changed = await changes(site.database) != before
    if changed:
        changed = await site.kept.differs(site.database)
        await site.restore()
    return word(result, changed=changed)


def word(result: simcord.InteractionResult, *, changed: bool) -> str:
    """Return an answer in one word. A refusal that has changed something is none."""
    if result.autocomplete_choices is not None:
        return _offered([str(each["name"]) for each in result.autocomplete_choices])
    if result.modal is not None:
        return BROKEN if changed else FORM
    if result.response is None:
        return BROKEN
    reason = refused(result.response.content)
    if reason is None:
        return DONE if changed else SHOWN if result.response.embeds else BROKEN
    return BROKEN if changed else reason.value


def refused(said: str) -> Because | None:
    """Return why somebody was refused, by the sentence that they were told."""
    return next((reason for reason, sentence in _SENTENCES.items() if sentence.fullmatch(said)), None)


def _offered(names: Sequence[str]) -> str:
    if not names:
        return NOTHING
    return ", ".join(sorted(names)) if set(names) <= set(CIRCLES) else SOMETHING


async def _use(site: Site, entry: Entry, column: Column) -> simcord.InteractionResult:
    person, channel = site.people[column]
    if entry.at is not None and column in _HERE:
        there = site.town.channel(entry.at)
        channel = there if can_access_channel(site.town.env, there.id, person) else channel
    given = filled_in(site, column, entry.given)
    match entry.kind:
        case Kind.COMMAND:
            return await forgery.slash(person, channel, entry.name, **given)
        case Kind.SUGGESTION:
            command, _, option = entry.name.rpartition(" ")
            return await forgery.slash(person, channel, command, typing=True, **given, **{option: ""})
        case Kind.BUTTON:
            return await forgery.press(person, channel, _named(site, entry.name))
        case Kind.FORM:
            return await forgery.submit(person, channel, _named(site, entry.name), given)


def _named(site: Site, custom_id: str) -> str:
    return custom_id.replace("{server}", ui.place(site.town.guild.id))


def filled_in(site: Site, column: Column, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a row gives, with people and roles in it. Elsewhere everybody is the owner there."""
    return {name: _filled_in(site, column, value) for name, value in given.items()}


def _filled_in(site: Site, column: Column, value: Any) -> Any:
    if isinstance(value, list):
        chosen = [_filled_in(site, column, each) for each in value]
        return [str(each.id) if isinstance(each, simcord.RoleHandle) else each for each in chosen]
    if value == "@moderators":
        return site.town.moderators
    named = {
        "@member": site.town.members[0],
        "@facilitator": site.town.facilitator,
        "@somebody": site.town.members[9],
    }.get(value)
    if named is None:
        return value
    return str(site.people[column][0].id if column is Column.ELSEWHERE else named.id)


def _pattern(sentence: str) -> re.Pattern[str]:
    parts = (
        re.escape(said) + ("" if blank is None else ".+") for said, blank, *_ in Formatter().parse(sentence)
    )
    return re.compile("".join(parts))


_REFUSALS = Path(errors.__file__).parent / "content" / "refusals.toml"
_SENTENCES = {
    Because(reason): _pattern(sentence)
    for reason, sentence in tomllib.loads(_REFUSALS.read_text("utf-8")).items()
}
