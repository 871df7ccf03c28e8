"""Every way into the running bot, as discord.py knows it: whatever is missing here cannot be used either."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from discord import AppCommandType
from discord.app_commands import Command

from bot.client import Respite
from tests.authority.rows import Kind


def ways_into(bot: Respite) -> Mapping[Kind, frozenset[str]]:
    """Return the commands and menus, the options that suggest something, the buttons and the forms."""
    return {
        Kind.COMMAND: frozenset(_commands(bot)),
        Kind.SUGGESTION: frozenset(_suggestions(bot)),
        Kind.BUTTON: frozenset(pattern.pattern for pattern in _templates(bot)),
        Kind.FORM: frozenset(bot._forms),
    }


def way(bot: Respite, kind: Kind, name: str) -> str:
    """Return which way into the bot a row of the matrix tries; its own name where it is none."""
    if kind is Kind.FORM:
        return name.partition(":")[0]
    if kind is not Kind.BUTTON:
        return name
    custom_id = name.replace("{server}", "0")
    return next((each.pattern for each in _templates(bot) if each.fullmatch(custom_id)), name)


def _commands(bot: Respite) -> Iterator[str]:
    yield from (each.qualified_name for each in bot.tree.walk_commands() if isinstance(each, Command))
    for menus in (AppCommandType.user, AppCommandType.message):
        yield from (each.qualified_name for each in bot.tree.get_commands(type=menus))


def _suggestions(bot: Respite) -> Iterator[str]:
    for command in bot.tree.walk_commands():
        if isinstance(command, Command):
            for option in command.parameters:
                if option.autocomplete:
                    yield f"{command.qualified_name} {option.name}"


def _templates(bot: Respite) -> Iterator[re.Pattern[str]]:
    yield from bot._connection._view_store._dynamic_items
