"""Who is answered what, by the running bot: every way in, used by everybody."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import discord
import pytest
from discord import app_commands

from cogs.circle_buttons import CircleButton
from tests.authority.asking import ask
from tests.authority.matrix import MATRIX
from tests.authority.page import PAGE, page
from tests.authority.rows import BROKEN, Column, Kind
from tests.authority.site import open_site
from tests.authority.ways import way, ways_into
from tests.discord.conftest import Town, house, town

__all__ = ["house", "town"]


@pytest.mark.parametrize("kind", Kind)
async def test_everybody_is_answered_as_the_matrix_says(kind: Kind, tmp_path: Path) -> None:
    async with open_site(tmp_path) as site:
        told = {
            f"{entry.name} {dict(entry.given) or ''}": {
                column.value: answer
                for column in Column
                if (answer := await ask(site, entry, column)) != entry.answers[column]
            }
            for entry in MATRIX[kind]
        }
    assert {name: otherwise for name, otherwise in told.items() if otherwise} == {}


async def test_every_way_in_has_its_row_and_every_row_is_a_way_in(town: Town) -> None:
    rows = {kind: {way(town.bot, kind, entry.name) for entry in MATRIX[kind]} for kind in Kind}
    assert rows == ways_into(town.bot), "tests/authority/matrix/ has the rows; add or remove one there"


async def test_a_button_and_a_menu_without_a_row_are_noticed(town: Town) -> None:
    class Forgotten(CircleButton, template="forgotten:button"):
        pass

    async def forgotten(interaction: discord.Interaction[Any], message: discord.Message) -> None:
        await interaction.response.defer()

    before = ways_into(town.bot)
    town.bot.add_buttons(Forgotten)
    town.bot.tree.add_command(app_commands.ContextMenu(name="Forgotten", callback=forgotten))
    after = ways_into(town.bot)
    assert after[Kind.BUTTON] - before[Kind.BUTTON] == {"forgotten:button"}
    assert after[Kind.COMMAND] - before[Kind.COMMAND] == {"Forgotten"}


def test_nothing_that_breaks_is_expected() -> None:
    for entries in MATRIX.values():
        for entry in entries:
            assert entry.answers.keys() == set(Column)
            assert BROKEN not in entry.answers.values()


def test_the_page_shows_the_matrix() -> None:
    assert PAGE.read_text("utf-8") == page(), "run python -m tests.authority"
