"""docs/commands.md is what the commands say of themselves."""

from __future__ import annotations

from pathlib import Path

from bot.reference import describe_commands

PAGE = Path(__file__).parents[2] / "docs" / "commands.md"


async def test_the_page_of_commands_is_the_one_that_the_program_writes() -> None:
    assert PAGE.read_text("utf-8") == await describe_commands() + "\n", (
        "python -m bot commands > docs/commands.md"
    )
