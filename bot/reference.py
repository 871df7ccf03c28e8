"""The page of all commands, written from the commands themselves."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from bot.client import COGS, Respite
from bot.config import Settings
from bot.house import open_house

_HEAD = """# Commands

Written by `python -m bot commands`; the bot answers privately unless a command's purpose is to speak in
its channel.
"""


async def describe_commands() -> str:
    """Return every command with its options, as Markdown."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings.model_validate({"storage": {}}, context=Path(folder))
        async with open_house(settings) as house:
            client = Respite(house, scheduled=False, shard_count=1)
            for cog in COGS:
                await client.load_extension(cog)
            leaves = [command for command in client.tree.walk_commands() if hasattr(command, "parameters")]
            return "\n".join([_HEAD, *map(_describe, sorted(leaves, key=lambda each: each.qualified_name))])


def _describe(command: Any) -> str:
    lines = [f"## /{command.qualified_name}", "", f"{command.description}.", ""]
    for option in command.parameters:
        needed = "" if option.required else " (optional)"
        lines.append(f"- `{option.display_name}`{needed}: {option.description}")
    return "\n".join(lines).rstrip() + "\n"
