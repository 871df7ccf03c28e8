"""The option in which somebody writes down when their sessions begin."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import time
from typing import Any

import discord
from discord import app_commands

from bot.services.refusals import Because, Refusal
from bot.services.rules.recurrence import WEEKDAYS, parse_days, parse_time

Sessions = tuple[frozenset[int], Sequence[time]]

NONE = "none"


class SessionsOption(app_commands.Transformer):
    """Days and starting times, such as `mon, tue 9:00 10:00 14:30`; `none` takes them away."""

    async def transform(self, interaction: discord.Interaction[Any], value: Any, /) -> Sessions:
        """Return the days (weekdays where none is named) and the times."""
        text = str(value).strip().casefold()
        if text == NONE:
            return frozenset(), ()
        times = re.findall(r"\b[0-9]{1,2}[:.][0-9]{2}\b", text)
        days = re.sub(r"\b[0-9]{1,2}[:.][0-9]{2}\b", " ", text).strip(" ,;")
        try:
            starts = tuple(parse_time(each) for each in times)
            found = parse_days(days) if days else WEEKDAYS
        except ValueError:
            raise Refusal(Because.UNKNOWN_SESSIONS) from None
        if not starts:
            raise Refusal(Because.UNKNOWN_SESSIONS)
        return found, starts
