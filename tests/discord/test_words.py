"""Words: every reason has its sentence, every sentence its facts, every command its description."""

from __future__ import annotations

import ast
import re
import string
import tomllib
from collections import defaultdict
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from discord import app_commands

from bot import errors
from bot.services.authority import MAY
from bot.services.refusals import Because, Refusal
from tests.content.texts import strings
from tests.discord.conftest import Town

ROOT = Path(__file__).parents[2]
CODE = [*sorted((ROOT / "bot").rglob("*.py")), *sorted((ROOT / "cogs").rglob("*.py"))]
SENTENCES: dict[str, str] = tomllib.loads((ROOT / "bot" / "content" / "refusals.toml").read_text("utf-8"))

COMMANDS = {
    "setup start",
    "setup status",
    "setup resources list",
    "setup resources add",
    "setup resources replace",
    "setup resources hide",
    "setup resources restore",
    "learn",
    "resources",
    "help-now",
    "after",
    "circle create",
    "circle browse",
    "circle info",
    "circle join",
    "circle leave",
    "circle edit",
    "circle hours",
    "circle members",
    "circle approve",
    "circle archive",
    "meeting plan",
    "meeting list",
    "meeting cancel",
    "checkin",
    "checkins open",
    "checkins schedule",
    "checkins cancel",
    "checkins share",
    "checkins results",
    "prompts schedule",
    "prompts list",
    "prompts pause",
    "prompts remove",
    "prompts try",
    "practice now",
    "practice breathe",
    "my plan",
    "my load",
    "my trends",
    "my data",
    "my settings",
    "practice remind",
    "practice reminders",
    "setup retention",
    "setup features",
    "privacy",
}

ALSO_IN_DIRECT_MESSAGES = {"learn", "resources", "help-now", "after"}
"""What is for oneself alone, and needs no server."""


@cache
def raised() -> dict[str, list[set[str]]]:
    """Return, for every reason, the names of the facts at each place where it is raised.

    What the table of authority refuses with knows the name of the circle, and nothing else.
    """
    found: dict[str, list[set[str]]] = defaultdict(list)
    for path in CODE:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Refusal":
                [reason] = node.args
                assert isinstance(reason, ast.Attribute)
                if reason.attr != "otherwise":
                    found[reason.attr].append({str(keyword.arg) for keyword in node.keywords})
    for rule in MAY.values():
        found[rule.otherwise.name].append(placeholders(SENTENCES[rule.otherwise]) & {"circle"})
    return found


def placeholders(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name is not None}


# Refusals


def test_every_reason_has_a_sentence_and_every_sentence_a_reason_in_the_same_order() -> None:
    assert list(SENTENCES) == [reason.value for reason in Because]


def test_every_reason_is_given_somewhere() -> None:
    assert set(raised()) == {reason.name for reason in Because}


@pytest.mark.parametrize("reason", Because)
def test_a_sentence_names_the_facts_that_are_given_where_it_is_raised(reason: Because) -> None:
    for facts in raised()[reason.name]:
        assert facts == placeholders(SENTENCES[reason])


@pytest.mark.parametrize("reason", Because)
def test_a_refusal_is_one_or_two_calm_sentences_that_fit_a_message(reason: Because) -> None:
    facts = dict.fromkeys(placeholders(SENTENCES[reason]), "x" * 60)
    said = errors.sentence(Refusal(reason, **facts))
    assert said.endswith(".")
    assert said[0].isupper()
    assert "  " not in said
    assert len(said) < 300
    assert len(re.findall(r"[.:?](?= |$)", said)) <= 3


# Commands


def leaves(town: Town) -> list[app_commands.Command[Any, ..., Any]]:
    return [each for each in town.bot.tree.walk_commands() if isinstance(each, app_commands.Command)]


async def test_the_commands_are_those_that_were_promised(town: Town) -> None:
    assert {command.qualified_name for command in leaves(town)} == COMMANDS


async def test_every_command_and_every_option_is_described_within_discords_limits(town: Town) -> None:
    for command in town.bot.tree.walk_commands():
        assert re.fullmatch("[a-z-]{1,32}", command.name)
        assert 1 <= len(command.description) <= 100
    for command in leaves(town):
        assert len(command.parameters) <= 25
        for option in command.parameters:
            assert re.fullmatch("[a-z_]{1,32}", option.display_name)
            assert 1 < len(str(option.description)) <= 100
            assert str(option.description) != "…"
            assert len(option.choices) <= 25
            assert all(1 <= len(choice.name) <= 100 for choice in option.choices)


async def test_no_description_shouts_or_ends_like_a_sentence_without_being_one(town: Town) -> None:
    for command in town.bot.tree.walk_commands():
        options = command.parameters if isinstance(command, app_commands.Command) else []
        for text in (command.description, *(str(option.description) for option in options)):
            assert "!" not in text
            assert text[0].isupper() or text.startswith("weekdays")


async def test_the_whole_tree_is_valid(town: Town) -> None:
    [told] = town.said("PUT", "/applications/*/commands")
    assert len(told) <= 100
    for command in told:
        assert len(command.get("options", [])) <= 25
        assert sum(map(len, strings(command))) <= 8000
        assert command["contexts"] == ([0, 1] if command["name"] in ALSO_IN_DIRECT_MESSAGES else [0])


async def test_only_setting_up_is_hidden_from_members(town: Town) -> None:
    [told] = town.said("PUT", "/applications/*/commands")
    hidden = {command["name"] for command in told if command.get("default_member_permissions")}
    assert hidden == {"setup"}
