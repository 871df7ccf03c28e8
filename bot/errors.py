"""The one place where an exception becomes a sentence for a person."""

from __future__ import annotations

import logging
import secrets
import tomllib
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import discord
from discord import app_commands

from bot import ui
from bot.services.refusals import Because, Refusal
from db import anything_stored

log = logging.getLogger(__name__)

_CONTENT = Path(__file__).parent / "content"
_SENTENCES: dict[str, str] = tomllib.loads((_CONTENT / "refusals.toml").read_text("utf-8"))
_APOLOGIES: dict[str, str] = tomllib.loads((_CONTENT / "apologies.toml").read_text("utf-8"))
_GONE = frozenset({10003, 10004, 10011})
"""Discord's codes for an unknown channel, server and role."""

AnyInteraction = discord.Interaction[Any]


class TakenBack(Exception):
    """Something went wrong (its cause), and whatever had been stored before was taken back."""


@asynccontextmanager
async def taking_back(undo: Callable[[], Awaitable[None]]) -> AsyncGenerator[None]:
    """Undo what was begun when the block fails, so that the apology can say that nothing is stored.

    Raises: TakenBack, from what went wrong. What went wrong itself where it could not be undone.
    """
    try:
        yield
    except BaseException as error:
        if await _undone(undo) and isinstance(error, Exception):
            raise TakenBack from error
        raise


async def answer(interaction: AnyInteraction, error: BaseException) -> None:
    """Say one sentence, privately, about what went wrong. Never raises.

    An expected refusal is said and forgotten. Anything else is logged once, under a reference that
    the person can pass on, and the sentence says whether anything was stored.
    """
    error = _cause(error)
    stored = anything_stored()
    while isinstance(error, TakenBack) and error.__cause__ is not None:
        error, stored = error.__cause__, False
    refusal = _as_refusal(error)
    if refusal is not None:
        await _say(interaction, sentence(refusal))
        return
    reference = report(error, job=_name(interaction))
    said = _APOLOGIES["stored" if stored else "not_stored"]
    await _say(interaction, _APOLOGIES["unexpected"].format(stored=said, reference=reference))


def sentence(refusal: Refusal) -> str:
    """Return what a member reads instead of this refusal. A circle's name in it is shown as it is."""
    facts = {name: _plain(str(fact)) for name, fact in refusal.facts.items()}
    return _SENTENCES[refusal.because].format(**facts)


def report(error: BaseException, *, job: str) -> str:
    """Log what nobody expected, once, and return the reference that it is logged under."""
    reference = secrets.token_hex(3).upper()
    log.error("Something unexpected happened.", exc_info=error, extra={"reference": reference, "job": job})
    return reference


def _plain(text: str) -> str:
    return discord.utils.escape_mentions(discord.utils.escape_markdown(text))


async def _undone(undo: Callable[[], Awaitable[None]]) -> bool:
    try:
        await undo()
    except Exception as error:
        report(error, job="taking back")
        return False
    return True


def _cause(error: BaseException) -> BaseException:
    if isinstance(error, app_commands.CommandInvokeError):
        return error.original
    if isinstance(error, app_commands.TransformerError) and isinstance(error.__cause__, Refusal):
        return error.__cause__
    return error


def _as_refusal(error: BaseException) -> Refusal | None:
    match error:
        case Refusal():
            return error
        case app_commands.CommandSignatureMismatch() | app_commands.CommandNotFound():
            return Refusal(Because.COMMANDS_CHANGED)
        case app_commands.TransformerError():
            # Its text holds what the member typed, so it goes no further.
            return Refusal(Because.OPTION_UNKNOWN)
        case app_commands.NoPrivateMessage():
            return Refusal(Because.ONLY_IN_A_SERVER)
        case discord.Forbidden():
            return Refusal(Because.DISCORD_FORBIDS)
        case discord.NotFound() if error.code in _GONE:
            return Refusal(Because.CHANNEL_GONE)
        case _:
            return None


def _name(interaction: AnyInteraction) -> str:
    """Name what was used, without anything that a person typed or that identifies one."""
    if interaction.command is not None:
        return interaction.command.qualified_name
    custom_id = str((interaction.data or {}).get("custom_id", ""))
    return custom_id.partition(":")[0][:20] or interaction.type.name


async def _say(interaction: AnyInteraction, text: str) -> None:
    try:
        if interaction.type is discord.InteractionType.autocomplete:
            # There is no room for a sentence in a list of choices.
            await interaction.response.autocomplete([])
        else:
            await ui.reply(interaction, text)
    except Exception as unsaid:
        log.warning("A sentence could not be said.", extra={"job": type(unsaid).__name__})
